"""Measurement invariance: lavaan's numbers, and verdicts that follow from them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, OptionError
from ecosurvey.sem import cfa
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.invariance import (
    LEVELS,
    Change,
    InvarianceResult,
    invariance,
    item_differences,
    mean_differences,
)
from ecosurvey.sem.invariance.release import equality_tests, may_be_freed
from ecosurvey.sem.invariance.verdict import cut_offs, measures_of

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED: dict[str, Any] = json.loads(
    (REFERENCE / "sem_invariance/expected.json").read_text(encoding="utf-8")
)
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
BFI = "agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
METRIC, SCALAR = LEVELS[1], LEVELS[2]


@pytest.fixture(scope="module")
def hs() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "sem_post/hs.csv")


@pytest.fixture(scope="module")
def schools(hs: pd.DataFrame) -> InvarianceResult:
    return invariance(HS, hs, "school")


@pytest.fixture(scope="module")
def robust(hs: pd.DataFrame) -> InvarianceResult:
    return invariance(HS, hs, "school", estimator="MLR", partial=False)


@pytest.fixture(scope="module")
def incomplete() -> InvarianceResult:
    bfi = pd.read_csv(REFERENCE / "sem_missing/bfi10.csv")
    return invariance(BFI, bfi, "gender", estimator="MLR", missing="fiml", partial=False)


def _compare(found: InvarianceResult, wanted: dict[str, Any]) -> int:
    seen = 0
    for step in found.steps:
        if step.partial:
            continue
        m, want = step.measures, wanted["measures"][step.level.name]
        scaled = ".scaled" if "chisq.scaled" in want else ""
        robust = ".robust" if scaled else ""
        assert m.chisq == pytest.approx(want[f"chisq{scaled}"], rel=1e-4)
        assert m.df == want["df"]
        for name, key in (("cfi", f"cfi{robust}"), ("rmsea", f"rmsea{robust}"), ("srmr", "srmr")):
            assert getattr(m, name) == pytest.approx(want[key], abs=1e-5)
        if step.change is not None:
            test = wanted["differences"][step.level.name]
            # a small difference of large numbers: lavaan's stopping rule shows
            assert step.change.chisq == pytest.approx(test["chisq"], abs=1e-4 * m.chisq)
            assert step.change.df == test["df"]
            assert step.change.pvalue == pytest.approx(test["pvalue"], abs=1e-4)
        seen += 1
    return seen


def test_levels_and_differences_are_lavaans(schools: InvarianceResult) -> None:
    assert _compare(schools, EXPECTED["hs"]) == 3


def test_a_partial_sequence_is_lavaans(hs: pd.DataFrame) -> None:
    found = invariance(HS, hs, "school", group_partial=["x3~1", "x7~1"])
    assert _compare(found, EXPECTED["hs_partial"]) == 5


def test_scaled_differences_are_lavaans(robust: InvarianceResult) -> None:
    assert _compare(robust, EXPECTED["hs_mlr"]) == 3


def test_answers_with_gaps_give_lavaans_sequence(incomplete: InvarianceResult) -> None:
    assert _compare(incomplete, EXPECTED["bfi_fiml"]) >= 3
    assert {step.measures.kind for step in incomplete.steps} == {"robust"}


def test_score_tests_are_lavaans(schools: InvarianceResult) -> None:
    wanted = EXPECTED["hs"]["scores"]
    want = dict(zip(wanted["parameter"], wanted["chisq"], strict=True))
    full = next(step for step in schools.steps if step.level.name == "scalar")
    for level in (METRIC, SCALAR):
        for test in equality_tests(full.fit.fit, level):
            assert test.chisq == pytest.approx(want[test.parameter], abs=1e-3)


def test_dmacs_is_the_integral_over_the_focal_group(hs: pd.DataFrame) -> None:
    wanted = EXPECTED["dmacs"]
    fit = cfa(
        HS, hs, group="school", group_equal=["loadings", "intercepts"],
        group_partial=wanted["free"], std_lv=True,
    )  # fmt: skip
    found = {item.item: item for item in item_differences(fit.fit)}
    for at, item in enumerate(wanted["items"]):
        assert found[item].dmacs == pytest.approx(wanted["values"]["dmacs"][at], abs=1e-5)
        assert found[item].signed == pytest.approx(wanted["values"]["signed"][at], abs=1e-5)
    assert found["x1"].dmacs == 0


def test_latent_means_are_lavaans(hs: pd.DataFrame) -> None:
    fit = cfa(HS, hs, group="school", group_equal=["loadings", "intercepts"], std_lv=True)
    found = {mean.factor: mean for mean in mean_differences(fit.fit)}
    table = EXPECTED["hs"]["scalar"]
    for at, (lhs, op, group) in enumerate(
        zip(table["lhs"], table["op"], table["group"], strict=True)
    ):
        if op == "~1" and group == 2 and lhs in found:
            assert found[lhs].est == pytest.approx(table["est"][at], abs=1e-5)
            assert found[lhs].se == pytest.approx(table["se"][at], abs=1e-5)
    assert len(found) == 3


def test_effect_sizes_do_not_depend_on_how_factors_are_scaled(hs: pd.DataFrame) -> None:
    fits = [
        cfa(HS, hs, group="school", group_equal=["loadings", "intercepts"], std_lv=std)
        for std in (True, False)
    ]
    one, two = (mean_differences(fit.fit) for fit in fits)
    for a, b in zip(one, two, strict=True):
        assert a.d == pytest.approx(b.d, abs=1e-6)
        assert a.d_ci_lower == pytest.approx(b.d_ci_lower, abs=1e-5)
        assert a.d_ci_upper == pytest.approx(b.d_ci_upper, abs=1e-5)


def test_the_interval_of_d_follows_finite_differences(hs: pd.DataFrame) -> None:
    fit = cfa(HS, hs, group="school", group_equal=["loadings", "intercepts"]).fit

    def d(at: Fit) -> float:
        return mean_differences(at)[1].d

    slope = np.zeros(len(fit.x))
    for index in range(len(fit.x)):
        step = np.zeros(len(fit.x))
        step[index] = 1e-5
        slope[index] = (d(replace(fit, x=fit.x + step)) - d(replace(fit, x=fit.x - step))) / 2e-5
    found = mean_differences(fit)[1]
    width = 2 * 1.959963985 * np.sqrt(slope @ fit.vcov @ slope)
    assert found.d_ci_upper - found.d_ci_lower == pytest.approx(width, rel=1e-6)


def test_the_intercepts_known_to_differ_are_freed(schools: InvarianceResult) -> None:
    assert schools.freed == ("x3~1", "x7~1")  # as the textbooks find for these schools
    assert [step.level.name for step in schools.steps] == [
        "configural", "metric", "scalar", "scalar", "strict", "means",
    ]  # fmt: skip
    assert {mean.factor for mean in schools.means if mean.pvalue < 0.05} == {"textual"}
    assert {item.item for item in schools.items if item.dmacs > 0} == {"x3", "x7"}


def test_the_sequence_ends_where_nothing_may_be_freed(robust: InvarianceResult) -> None:
    assert robust.steps[-1].level.name == "scalar"
    assert robust.highest == "metric"
    assert robust.means == ()
    assert "means_not_comparable" in {finding.code for finding in robust.findings}


def _planted(seed: int, shift: dict[int, float], n: int = 600, items: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frames = []
    for group in ("one", "two"):
        factor = rng.normal(0.3 * (group == "two"), 1, (n, 1))
        answers = 0.8 * factor + rng.normal(0, 0.6, (n, items))
        for item, by in shift.items():
            answers[:, item] += by * (group == "two")
        frame = pd.DataFrame(answers, columns=[f"y{i}" for i in range(items)])
        frames.append(frame.assign(wave=group))
    return pd.concat(frames, ignore_index=True)


def test_planted_differences_are_found_and_sized() -> None:
    model = "f =~ y0 + y1 + y2 + y3 + y4 + y5"
    found = invariance(model, _planted(3, {2: 0.7}), "wave")
    assert found.freed == ("y2~1",)
    size = next(item for item in found.items if item.item == "y2")
    assert size.dmacs == pytest.approx(0.7 / 1.0, abs=0.12)
    assert size.signed == pytest.approx(-size.dmacs)
    assert found.means[0].est == pytest.approx(0.3, abs=0.15)
    assert found.highest == "strict"


def test_what_holds_is_not_broken() -> None:
    found = invariance("f =~ y0 + y1 + y2 + y3 + y4 + y5", _planted(4, {}), "wave")
    assert found.highest == "strict"
    assert found.freed == ()
    assert found.releases == ()


def test_two_items_of_a_factor_stay_equal() -> None:
    data = _planted(5, {1: 1.0, 2: -1.0, 3: 1.5}, items=4)
    found = invariance("f =~ y0 + y1 + y2 + y3", data, "wave")
    assert found.highest == "metric"
    assert max(len(step.freed) for step in found.steps) <= 2
    step = found.of_level("scalar")
    assert step is not None
    still = equality_tests(step.fit.fit, SCALAR)
    assert len(still) == 2
    assert not any(may_be_freed(step.fit.fit, SCALAR, test.parameter) for test in still)
    assert not may_be_freed(step.fit.fit, SCALAR, step.freed[0])  # it is free already


def test_an_item_with_a_free_loading_has_a_free_intercept() -> None:
    data = _planted(6, {})
    two = data["wave"] == "two"
    rng = np.random.default_rng(1)
    data.loc[two, "y1"] = rng.normal(0, 1, int(two.sum()))
    found = invariance("f =~ y0 + y1 + y2 + y3 + y4 + y5", data, "wave")
    assert "f=~y1" in found.freed
    assert "y1~1" in found.freed


def test_three_groups_are_tested_together() -> None:
    data = pd.concat(
        [_planted(7, {}, n=300), _planted(8, {4: 0.8}, n=300).replace({"one": "x", "two": "three"})]
    )
    data = data[data["wave"] != "x"].reset_index(drop=True)
    found = invariance("f =~ y0 + y1 + y2 + y3 + y4 + y5", data, "wave")
    assert found.freed == ("y4~1",)
    assert {test.df for test in found.releases} == {2}
    assert {mean.group for mean in found.means} == {"two", "three"}


@pytest.mark.parametrize(
    ("change", "holds"),
    [((-0.005, 0.0, 0.0), True), ((-0.011, 0.0, 0.0), False), ((0.0, 0.02, 0.0), True),
     ((0.0, 0.02, 0.05), False), ((float("nan"), 0.0, 0.0), False)],
)  # fmt: skip
def test_a_level_holds_by_the_rule_that_is_printed(
    change: tuple[float, float, float], holds: bool
) -> None:
    found = Change(*change, cut_offs(1000, METRIC), 1.0, 1.0, 0.5)
    assert found.holds is holds


@settings(max_examples=30)
@given(st.integers(2, 5000))
def test_smaller_samples_have_tighter_limits(n: int) -> None:
    small, large = cut_offs(min(n, 300), SCALAR), cut_offs(max(n, 301), SCALAR)
    assert small.cfi < large.cfi
    assert small.srmr < large.srmr


def test_measures_are_robust_where_the_estimator_is(robust: InvarianceResult) -> None:
    found = measures_of(robust.steps[0].fit.fit)
    assert found.kind == "robust"
    assert found.cfi == robust.steps[0].fit.fit_measures["cfi_robust"]


def test_levels_can_be_chosen(hs: pd.DataFrame) -> None:
    found = invariance(HS, hs, "school", levels=["metric"])
    assert [step.level.name for step in found.steps] == ["configural", "metric"]
    with pytest.raises(OptionError, match="metrc"):
        invariance(HS, hs, "school", levels=["metrc"])  # type: ignore[list-item]


def test_bad_input_is_refused_in_words(hs: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="schol"):
        invariance(HS, hs, "schol")
    with pytest.raises(OptionError, match="alpha"):
        invariance(HS, hs, "school", alpha=5.0)
    few = hs.groupby("school", group_keys=False).head(60)
    assert "small_group" in {f.code for f in invariance(HS, few, "school").findings}


def test_results_speak_both_languages(schools: InvarianceResult) -> None:
    assert "Partial scalar" in schools.summary()
    assert "部分强等值" in schools.summary("zh")
    frame = schools.to_frame()
    assert frame["holds"].tolist() == [True, True, False, True, True, False]
    assert [table.key for table in schools.tables()] == [
        "invariance", "invariance_releases", "invariance_items", "invariance_means",
    ]  # fmt: skip
