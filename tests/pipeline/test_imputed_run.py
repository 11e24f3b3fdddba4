"""A run over imputed answers: its report, its script, its numbers again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.analysis import Analysis
from ecosurvey.report.model import Paragraph, Section
from ecosurvey.report.results_json import results_json, results_schema, to_json
from ecosurvey.report.sections import method, missing
from ecosurvey.sem.imputed import ImputedSem

ROOT = Path(__file__).parents[2]


def _holes(share: float) -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    rng = np.random.default_rng(5)
    items = [f"x{k}" for k in range(1, 10)]
    return frame.assign(**{name: frame[name].where(rng.random(len(frame)) > share)
                           for name in items})  # fmt: skip


OPTIONS = {
    "seed": 5, "missing": "mice", "imputations": 4, "specifications": 0, "formats": ["md"],
    "only": ["describe", "measurement", "key_factors"],
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Analysis:
    return es.analyze(ROOT / "instruments" / "holzinger.yaml", _holes(0.1), config=OPTIONS)


def test_the_models_and_the_ranking_are_pooled(found: Analysis) -> None:
    assert isinstance(found.measurement, ImputedSem) and isinstance(found.structural, ImputedSem)
    assert found.structural.m == 4
    assert found.imputed is not None and found.imputed_effects is not None
    ranked = [row.factor for row in found.key_factors.rows]
    assert [row.factor for row in found.imputed_effects.rows] == ranked
    assert all(0 < row.fmi < 1 for row in found.imputed_effects.rows)
    assert "imputed_in_models" in {finding.code for finding in found.findings}
    alike = es.sem(
        found.instrument.structural_syntax(), found.clean.frame, estimator="MLR", missing="fiml"
    )
    pooled, full = found.structural.parameters, alike.parameters.set_index(["lhs", "op", "rhs"])
    free = pooled[pooled["se"] > 0].set_index(["lhs", "op", "rhs"])
    apart = (free["est"] - full.loc[free.index, "est"]).abs() / free["se"]
    assert apart.max() < 1.0  # the same answers, the same assumptions


def _text(section: Section | None) -> str:
    assert section is not None
    return " ".join(
        text.say(lang)
        for block in section.blocks if isinstance(block, Paragraph)
        for text in [block.words] for lang in ("en", "zh")
    )  # fmt: skip


def test_the_report_tells_how_and_how_much(found: Analysis) -> None:
    methods = _text(method.section(found))
    assert "4 completed data sets by chained equations" in methods
    assert "Rubin's (1987) rules" in methods and "4个完整数据集" in methods
    told = _text(missing.section(found))
    assert "pooled over 4 imputed data sets" in told and "(FMI)" in told
    assert "multiple imputation, pooled by Rubin's rules" in told
    written = json.loads(to_json(results_json(found, None)))
    jsonschema.validate(written, results_schema())
    assert written["imputation"]["data_sets"] == 4 == written["options"]["imputations"]
    assert set(written["imputation"]["imputed"]) == {f"x{k}" for k in range(1, 10)}
    assert all(0 < row["fmi"] < 1 for row in written["imputation"]["effects"])


@pytest.mark.long
def test_the_script_and_a_second_run_give_the_same(tmp_path: Path) -> None:
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", tmp_path)
    _holes(0.1).to_csv(tmp_path / "answers.csv", index=False)
    es.analyze(
        tmp_path / "holzinger.yaml", tmp_path / "answers.csv", tmp_path / "results", config=OPTIONS
    )
    assert "Rubin's (1987)" in (tmp_path / "results" / "methods.md").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "results/analysis.py", "--check"], cwd=tmp_path, capture_output=True,
        text=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "es.sem_mi(" in (tmp_path / "results" / "analysis.py").read_text("utf-8")
    assert es.reproduce(tmp_path / "results").reproduced


def test_without_gaps_nothing_is_imputed() -> None:
    found = es.analyze(
        ROOT / "instruments" / "holzinger.yaml", ROOT / "data" / "sample" / "holzinger.csv",
        seed=1, missing="mice", only=["measurement"],
    )  # fmt: skip
    assert found.imputed is None and not isinstance(found.measurement, ImputedSem)
    assert "nothing_imputed" in {finding.code for finding in found.findings}
