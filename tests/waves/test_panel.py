"""Panels: lavaan's numbers, latent change scores, drift, attrition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.sem.difference import chisq_difference
from ecosurvey.sem.invariance import LEVELS
from ecosurvey.sem.invariance.release import constraint_numbers
from ecosurvey.waves import compare_waves
from ecosurvey.waves.drift import robust_score_test
from ecosurvey.waves.longitudinal import Longitudinal, OrdinalLongitudinal
from ecosurvey.waves.panel import score_changes
from made_up_waves import LOADINGS, questionnaire
from tolerances import BASELINE_SCALED, ESTIMATE, STANDARD_ERROR, STATISTIC

FOLDER = Path(__file__).parents[1] / "reference" / "waves"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
PANEL = pd.read_csv(FOLDER / "panel.csv").drop(columns="id")
WHOLE = PANEL.dropna()
ITEMS = ("y1", "y2", "y3", "y4")


def _fits(kind: str) -> list[Any]:
    rows, estimator = (WHOLE, "ML") if kind == "complete" else (PANEL, "MLR")
    measurement = Longitudinal(rows, "F", ITEMS, 3, estimator)
    return [measurement.fit(level, ["y3"]) for level in LEVELS[:3]]


@pytest.mark.parametrize("kind", ["complete", "fiml"])
def test_longitudinal_invariance_is_lavaans(kind: str) -> None:
    want = EXPECTED[kind]
    fits = _fits(kind)
    for level, fit in zip(LEVELS[:3], fits, strict=True):
        for name, value in want["measures"][level.name].items():
            known = fit.fit_measures[name.replace(".", "_")]
            slack = BASELINE_SCALED if "robust" in name or "scaled" in name else STATISTIC
            assert known == pytest.approx(value, rel=slack, abs=1e-5), (level.name, name)
    for name, one, other in (("metric", 1, 0), ("scalar", 2, 1)):
        test = chisq_difference(fits[one].fit, fits[other].fit, "default", "delta", False)
        assert test.chisq_diff == pytest.approx(
            want["differences"][name]["Chisq diff"][0], rel=1e-4
        )
    found = fits[2].parameters.set_index(["lhs", "op", "rhs"])
    rows = want["scalar"]
    for lhs, op, rhs, est, se in zip(
        *(rows[k] for k in ("lhs", "op", "rhs", "est", "se")), strict=True
    ):
        if op == "==":
            continue
        row = found.loc[(lhs, op, rhs)]
        assert row["est"] == pytest.approx(est, abs=10 * ESTIMATE)
        assert row["se"] == pytest.approx(se, abs=STANDARD_ERROR)


@pytest.mark.parametrize("kind", ["complete", "fiml"])
def test_latent_change_scores_are_those_of_the_model_written_out(kind: str) -> None:
    want = EXPECTED[f"change_{kind}"]
    fit = _fits(kind)[2]
    assert fit.fit_measures["chisq"] == pytest.approx(want["fit"]["chisq"], rel=STATISTIC)
    rows = {
        (lhs, op, rhs): (est, se)
        for lhs, op, rhs, est, se in zip(
            *(want["rows"][k] for k in ("lhs", "op", "rhs", "est", "se")), strict=True
        )
    }
    found = score_changes(fit, "F", Text("F", "F"), ["1", "2", "3"], 0.95)
    for change, name in zip(found, ("D2", "D3"), strict=True):
        for got, key in (
            ((change.mean, change.mean_se), (name, "~1", "")),
            ((change.variance, change.variance_se), (name, "~~", name)),
        ):
            assert got == pytest.approx(rows[key], abs=STANDARD_ERROR)
    start = (found[0].start, found[0].start_se)  # D2 starts from F.1 itself
    assert start == pytest.approx(rows["F.1", "~~", "D2"], abs=STANDARD_ERROR)


def test_ordinal_panels_are_lavaans() -> None:
    want = EXPECTED["categories"]
    rows = pd.read_csv(FOLDER / "categories.csv")
    measurement = OrdinalLongitudinal(rows, "F", dict.fromkeys(ITEMS, 3), 3)
    assert [level.name for level in measurement.levels] == list(want["measures"])
    for level in measurement.levels:
        fit = measurement.fit(level, ["y3"])
        for name, value in want["measures"][level.name].items():
            known = fit.fit_measures[name.replace(".", "_")]
            slack = BASELINE_SCALED if "scaled" in name else STATISTIC
            assert known == pytest.approx(value, rel=slack, abs=1e-5), (level.name, name)
    found = fit.parameters.set_index(["lhs", "op", "rhs"])
    told = want["scalar"]
    for lhs, op, rhs, est, se in zip(
        *(told[k] for k in ("lhs", "op", "rhs", "est", "se")), strict=True
    ):
        row = found.loc[(lhs, op, rhs)]
        assert row["est"] == pytest.approx(est, abs=10 * ESTIMATE)
        assert row["se"] == pytest.approx(se, abs=STANDARD_ERROR)


def test_whole_panels_of_few_categories_are_ordinal(tmp_path: Path) -> None:
    rows = pd.read_csv(FOLDER / "categories.csv")
    asked = questionnaire(tmp_path, {"F": ITEMS}, points=4)
    waves = [
        (
            str(k),
            rows.filter(regex=rf"\.{k}$").rename(columns=lambda c: c[:2]).assign(who=rows.index),
        )
        for k in (1, 2, 3)
    ]
    found = compare_waves(asked, waves, id="who")
    (one,) = found.comparability
    assert one.ordinal and one.comparable
    assert one.freed == ("y3",)  # it rises by half a point in the third wave
    assert found.panel is not None
    assert found.panel.changes[0].mean == pytest.approx(0.215, abs=0.05)
    left = [waves[0], waves[1], ("3", waves[2][1][:-20])]
    found = compare_waves(asked, left, id="who")
    assert not found.comparability[0].ordinal  # for who left may have left for their answers
    assert "taken_as_numbers" in {finding.code for finding in found.findings}


def test_the_robust_score_test_is_that_of_lavaans_matrices() -> None:
    fit = Longitudinal(WHOLE, "F", ITEMS, 3, "MLR").fit(LEVELS[2], []).fit
    numbers = constraint_numbers(fit)
    for item, want in EXPECTED["score"].items():
        rows = [r.plabel for r in fit.model.table.rows
                if r.label in (f"l_{item}", f"i_{item}") and r.plabel in numbers]  # fmt: skip
        stat, df, _ = robust_score_test(fit, [n for row in rows for n in numbers[row]])
        assert df == want["df"]
        assert stat == pytest.approx(want["stat"], rel=1e-4)


SMALL = {"A": ("A1", "A2", "A3", "A4"), "B": ("B1", "B2", "B3", "B4")}


def _panel(seed: int, n: int = 500) -> list[tuple[str, pd.DataFrame]]:
    """Draw two waves of the same people: A rises by 0.4, B2 drifts, low A leave."""
    rng = np.random.default_rng(seed)
    waves = [{"who": np.arange(n), "kind": rng.integers(1, 3, n)} for _ in range(2)]
    for construct, names in SMALL.items():
        first = rng.normal(size=n)
        second = 0.7 * first + np.sqrt(0.51) * rng.normal(size=n)
        second += 0.4 if construct == "A" else 0.0
        for name, loading in zip(names, LOADINGS, strict=True):
            own = rng.normal(size=n)
            for wave, factor in zip(waves, (first, second), strict=True):
                error = np.sqrt(0.3) * own + np.sqrt(0.7) * rng.normal(size=n)
                wave[name] = loading * factor + np.sqrt(1 - loading**2) * error
        waves[1][names[1]] = waves[1][names[1]] + (0.6 if construct == "B" else 0.0)
        if construct == "A":
            gone = rng.random(n) < 1 / (1 + np.exp(1.5 + first))
    frames = [pd.DataFrame(wave) for wave in waves]
    return [("1", frames[0]), ("2", frames[1][~gone])]


def test_a_panel_tells_change_within_people_drift_and_who_left(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, SMALL)
    waves = _panel(1)
    found = compare_waves(asked, waves, id="who", composition=("kind",))
    assert [(c.construct, c.kind) for c in found.alerts] == [("A", "mean")]
    assert found.alerts[0].d == pytest.approx(0.4, abs=0.15)
    assert [test.item for test in found.drifting] == ["B2"]
    assert found.drifting[0].dmacs == pytest.approx(0.6, abs=0.15)
    assert found.panel is not None
    change = found.panel.changes[0]
    assert change.stability == pytest.approx(0.7, abs=0.12)
    assert change.start == pytest.approx(-0.3, abs=0.15)
    left = {test.variable: test for test in found.panel.attrition.tests}
    assert set(left) == {"A", "B", "kind"}
    assert left["A"].adjusted < 0.05
    assert left["A"].size < -0.2
    assert left["kind"].adjusted > 0.05
    assert "attrition" in {finding.code for finding in found.findings}
    keys = [table.key for table in found.tables()]
    assert {"wave_within", "wave_attrition"} < set(keys)
    # people matched: the change is known better than of two samples
    apart = compare_waves(asked, waves, estimator="MLR")
    one, other = (
        next(c for c in f.changes if c.construct == "A" and c.kind == "mean")
        for f in (found, apart)
    )
    assert one.se < 0.9 * other.se


def test_what_is_no_panel_is_told_plainly(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, SMALL)
    waves = _panel(2, 120)
    with pytest.raises(DataError, match="seen in two waves"):
        compare_waves(asked, [waves[0], ("2", waves[1][1].assign(who=lambda d: -1 - d["who"]))],
                      id="who")  # fmt: skip
    with pytest.raises(DataError, match="stands twice"):
        compare_waves(asked, [waves[0], ("2", waves[1][1].assign(who=1))], id="who")
    with pytest.raises(DataError, match=r"row.* no who"):
        compare_waves(asked, [waves[0], ("2", waves[1][1].assign(who=np.nan))], id="who")
    with pytest.raises(DataError, match="nobody"):
        compare_waves(asked, waves, id="nobody")
    with pytest.raises(OptionError, match="no hypotheses"):
        compare_waves(asked, waves, id="who", structural=True)
