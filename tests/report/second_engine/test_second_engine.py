"""Other programs find the same numbers, and a number that is off is not overlooked."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecosurvey import analyze
from ecosurvey.analysis import Analysis
from ecosurvey.cli.app import main
from ecosurvey.core import Text
from ecosurvey.report import document, results_json, second_engine
from ecosurvey.report.render.html import html_table
from ecosurvey.report.second_engine import models
from ecosurvey.report.second_engine.model import Recomputed, verdict_of
from ecosurvey.report.second_engine.packed import packed, unpacked
from ecosurvey.sem import cfa

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
    assert {
        "Alpha", "Omega", "Eigenvalues", "Communalities", "Pattern loadings", "Loadings", "Paths",
        "Variances and covariances", "Fit",
    } <= kinds  # fmt: skip
    assert len(check.numbers) > 100
    assert "second-engine" in {part.key for part in document(analysis, check).sections}
    assert results_json(analysis, check)["second_engine"]["agrees"] is True


def test_a_wrong_alpha_and_a_wrong_loading_are_serious_and_in_the_text(
    analysis: Analysis, here: None
) -> None:
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


def test_raw_scores_in_the_hundred_millions_raise_no_false_alarm(analysis: Analysis) -> None:
    items = analysis.clean.items * 1e8
    text = analysis.instrument.measurement_syntax()
    numbers, remarks = models.recompute(PART, text, cfa(text, items, estimator="ML"), items)
    assert remarks == ()
    assert len(numbers) > 40
    assert verdict_of(numbers).agrees
    assert all(
        unpacked(packed([(numbers, ())]), [PART])[0][0][i] == n for i, n in enumerate(numbers)
    )


def test_the_furthest_number_is_named() -> None:
    found = verdict_of([one(0.5, 0.5), one(0.5, 0.7)]).findings
    assert len(found) == 1
    assert "0.5 against 0.7" in found[0].message.en


def _moved(fit: Any, op: str) -> Any:
    """Return a fit of which one estimate of a kind is a little off."""
    row = next(row for row in fit.table.rows if row.op == op and row.free)
    x = fit.fit.x.copy()
    x[row.free - 1] += 1e-3
    return replace(fit, fit=replace(fit.fit, x=x))


def _off(analysis: Analysis, what: str) -> Analysis:
    if what == "Eigenvalues":
        values = analysis.parallel.eigenvalues.copy()
        values[0] += 1e-6
        return replace(analysis, parallel=replace(analysis.parallel, eigenvalues=values))
    if what == "Pattern loadings":
        moved = analysis.efa.loadings.copy()
        moved.iloc[0, 0] += 0.01
        return replace(analysis, efa=replace(analysis.efa, loadings=moved))
    scales = analysis.reliability.scales.copy()
    scales.loc[scales.index[0], "alpha"] += 1e-6
    return replace(analysis, reliability=replace(analysis.reliability, scales=scales))


def _is_red(check: Any) -> None:
    """Hold the table against what the check found, and the page against the table."""
    kinds = {(str(one.part), str(one.kind)) for one in check.numbers if not one.agrees}
    short = check.tables()[0]
    assert [str(short.rows[row][-1]) for row in short.alarms] == ["NO"] * len(kinds)
    assert html_table(short, "zh").count('class="alarm"') == len(kinds)
    assert any(finding.severity == "serious" for finding in check.findings)


@pytest.mark.parametrize("what", ["Eigenvalues", "Pattern loadings", "Alpha"])
def test_a_number_of_each_kind_that_is_off_is_caught_and_red(
    what: str, analysis: Analysis, no_models: None
) -> None:
    check = second_engine(_off(analysis, what))
    assert {str(one.kind) for one in check.numbers if not one.agrees} == {what}
    _is_red(check)


def test_a_loading_a_fit_and_a_path_that_are_off_are_caught_and_red(
    analysis: Analysis, here: None
) -> None:
    fit = _moved(analysis.measurement, "=~")
    first, *others = fit.fit.tests
    tests = (replace(first, stat=first.stat * 1.001), *others)
    fit = replace(fit, fit=replace(fit.fit, tests=tests))
    wrong = replace(analysis, measurement=fit, structural=_moved(analysis.structural, "~"))
    check = second_engine(wrong)
    off = {(str(one.part), str(one.kind)) for one in check.numbers if not one.agrees}
    assert {("Measurement model", "Loadings"), ("Measurement model", "Fit")} <= off
    assert ("Structural model", "Paths") in off
    _is_red(check)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let semopy run in this process: another one takes seconds to begin."""
    check = sys.modules["ecosurvey.report.second_engine.check"]
    monkeypatch.setattr(check, "_repeatable", lambda tasks: [task.done() for task in tasks])


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave semopy out where no model is in question."""
    monkeypatch.setattr(
        sys.modules["ecosurvey.report.second_engine.check"], "_fitted", lambda analysis: []
    )


def test_a_disagreement_makes_the_exit_code_one_and_stands_first_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alpha_off(*_: object) -> float:
        return 0.123

    consistency = sys.modules["ecosurvey.report.second_engine.consistency"]
    monkeypatch.setattr(consistency, "alpha_of", alpha_off)
    words = ["analyze", str(ROOT / "data" / "sample" / "holzinger.csv"), "--only", "reliability",
             "-i", str(ROOT / "instruments" / "holzinger.yaml"), "-o", str(tmp_path / "out"),
             "--formats", "html", "-q"]  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *words])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.index("callout serious") < page.index("<table")
    assert 'class="alarm"' in page
    told = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert told["second_engine"]["agrees"] is False
