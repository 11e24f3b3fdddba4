"""The library calls written out: they run, and say the same as results.json."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.report.script import analysis_script

ROOT = Path(__file__).parents[2]


def _run(folder: Path, *, also: str = "") -> subprocess.CompletedProcess[str]:
    code = (folder / "results" / "analysis.py").read_text("utf-8")
    (folder / "results" / "analysis.py").write_text(code + also, "utf-8")
    return subprocess.run(
        [sys.executable, "results/analysis.py", "--check"], cwd=folder, capture_output=True,
        text=True, encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT / "src"),
                                                       "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the inputs, of a name that needs care, and the results of a run."""
    place = tmp_path_factory.mktemp("study")
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", place)
    frame = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    frame.loc[3:9, "x1"] = float("nan")
    frame.to_csv(place / '数据 "𝛂".csv', index=False)
    es.analyze(
        place / "holzinger.yaml", place / '数据 "𝛂".csv', place / "results", seed=5,
        formats=["md"], bootstrap=50, specifications=0,
    )  # fmt: skip
    return place


def test_the_script_runs_and_finds_the_same_numbers(study: Path) -> None:
    done = _run(study)
    assert done.returncode == 0, done.stderr
    assert "5 of 5 numbers as in results.json" in done.stdout


def test_the_script_says_when_the_numbers_are_others(study: Path) -> None:
    results = study / "results" / "results.json"
    text = results.read_text("utf-8")
    results.write_text(text.replace('"n_analysed": 301', '"n_analysed": 300'), "utf-8")
    try:
        done = _run(study)
    finally:
        results.write_text(text, "utf-8")
    assert done.returncode == 1, done.stderr
    assert "4 of 5 numbers" in done.stdout


def test_a_name_from_outside_stays_a_text_of_the_program(made: SimpleNamespace) -> None:
    class Evil(SimpleNamespace):
        pass

    name = 'x"); __import__("os").system("true")  # \n\u202e.yaml'
    instrument = Evil(**(vars(made.instrument) | {"path": Path(name)}))
    config = es.analyze.__globals__["configure"](seed=1)
    analysis = SimpleNamespace(**vars(made) | {
        "instrument": instrument, "config": config, "factor_study": None,
        "measurement": None, "structural": None, "key_factors": None,
    })  # fmt: skip
    tree = ast.parse(analysis_script(analysis))  # type: ignore[arg-type]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert name in words
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert called <= {"print", "len", "float", "abs", "max", "Path"}


def test_weights_to_the_populations_margins_are_in_the_script(tmp_path: Path) -> None:
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", tmp_path)
    shutil.copy(ROOT / "data" / "sample" / "holzinger.csv", tmp_path)
    es.analyze(
        tmp_path / "holzinger.yaml", tmp_path / "holzinger.csv", tmp_path / "results", seed=5,
        formats=["md"], only=["measurement"], margins={"sex": {1: 2, 2: 1}},
    )  # fmt: skip
    done = _run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 numbers as in results.json" in done.stdout
    assert es.reproduce(tmp_path / "results").reproduced
