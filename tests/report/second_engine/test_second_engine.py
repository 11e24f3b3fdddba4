"""Other programs find the same numbers, and a number that is off is not overlooked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ecosurvey import analyze
from ecosurvey.analysis import Analysis
from ecosurvey.core import Text
from ecosurvey.report import document, results_json, second_engine
from ecosurvey.report.second_engine.model import Recomputed, verdict_of

ROOT = Path(__file__).parents[3]
PART = Text("Part", "部分")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    data = ROOT / "data" / "sample" / "holzinger.csv"
    return analyze(ROOT / "instruments" / "holzinger.yaml", data, seed=1)


def one(own: float, other: float, tolerance: float = 1e-5) -> Recomputed:
    return Recomputed(PART, PART, "a", own, other, "other", tolerance)


def test_every_part_of_a_real_study_agrees(analysis: Analysis) -> None:
    check = second_engine(analysis)
    assert check.agrees
    assert check.findings == ()
    kinds = {str(number.kind) for number in check.numbers}
    assert {"Alpha", "Omega", "Eigenvalues", "Communalities", "Loadings", "Paths", "Fit"} <= kinds
    assert len(check.numbers) > 100
    assert "second-engine" in {part.key for part in document(analysis, check).sections}
    assert results_json(analysis, check)["second_engine"]["agrees"] is True


def test_a_wrong_alpha_and_a_wrong_loading_are_serious_and_in_the_text(analysis: Analysis) -> None:
    scales = analysis.reliability.scales.copy()
    scales.loc[scales.index[0], "alpha"] += 1e-6
    efa = replace(analysis.efa, communality=analysis.efa.communality + 0.01)
    wrong = replace(analysis, reliability=replace(analysis.reliability, scales=scales), efa=efa)
    check = second_engine(wrong)
    assert not check.agrees
    assert [finding.severity for finding in check.findings] == ["serious", "serious"]
    section = next(p for p in document(wrong, check).sections if p.key == "second-engine")
    assert [getattr(block, "severity", "") for block in section.blocks[:2]] == ["serious"] * 2
    verdicts = [str(row[-1]) for row in check.tables()[0].rows]
    assert verdicts.count("NO") == 2


def test_an_unknown_number_does_not_agree() -> None:
    assert not one(0.5, float("nan")).agrees
    assert not one(float("nan"), 0.5).agrees
    assert one(1000.0, 1000.001).agrees  # relative where the value is large
    assert not one(0.1, 0.10002).agrees


def test_the_furthest_number_is_named() -> None:
    found = verdict_of([one(0.5, 0.5), one(0.5, 0.7)]).findings
    assert len(found) == 1
    assert "0.5 against 0.7" in found[0].message.en
