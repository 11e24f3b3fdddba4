"""Comparisons of drawn waves: change told from drift, and silence where nothing can be said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.sem import cfa
from ecosurvey.sem.invariance.release import constraint_numbers
from ecosurvey.sem.restrictions import score_test
from ecosurvey.waves import compare_waves, wave_moments
from ecosurvey.waves.drift import robust_score_test
from made_up_waves import answers, questionnaire
from tolerances import STATISTIC

ITEMS = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in "ABC"}


def _pair(seed: int, n: int = 600, **later: dict[str, float]) -> list[tuple[str, pd.DataFrame]]:
    rng = np.random.default_rng(seed)
    return [("2024", answers(rng, n, ITEMS)), ("2025", answers(rng, n, ITEMS, **later))]  # type: ignore[arg-type]


def test_change_of_means_and_variances_is_found(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    found = compare_waves(asked, _pair(1, 1000, means={"B": -0.4}, spreads={"C": 1.5}))
    told = {(c.construct, c.kind): c.d for c in found.alerts}
    assert set(told) == {("B", "mean"), ("C", "variance")}
    assert told["B", "mean"] == pytest.approx(-0.4, abs=0.12)
    assert told["C", "variance"] == pytest.approx(2 * np.log(1.5), abs=0.3)
    assert not found.drifting


def test_drift_of_an_item_is_no_change_of_its_construct(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    found = compare_waves(asked, _pair(2, 700, shifts={"B2": 0.6}))
    assert [test.item for test in found.drifting] == ["B2"]
    assert not found.drifting[0].suspect
    assert not found.alerts


@pytest.mark.parametrize("estimator", ["WLSMV", "MLR"])
def test_where_most_items_drift_no_trend_is_shown(tmp_path: Path, estimator: str) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    shifts = {"B1": 0.9, "B2": -0.9, "B3": 0.5, "B4": -0.3}
    found = compare_waves(asked, _pair(3, 800, shifts=shifts), estimator=estimator)
    lost = {one.construct: one.why for one in found.comparability if not one.comparable}
    assert list(lost) == ["B"]
    assert {change.construct for change in found.changes} == {"A", "C"}
    assert {one.construct for one in found.levels} == {"A", "C"}
    assert "not_comparable" in {finding.code for finding in found.findings}
    assert "no trend shown: B" in found.verdict.en


def test_moments_tell_the_same_as_the_rows(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    pair = _pair(4, 500, means={"A": 0.3})
    rows = compare_waves(asked, pair, estimator="ML").to_frame()
    moments = compare_waves(asked, [(k, wave_moments(w)) for k, w in pair]).to_frame()
    pd.testing.assert_frame_equal(rows, moments, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("cuts", [(0.1,), (-0.5, 0.6), (-1.5, -0.9, -0.3, 0.3, 0.9, 1.5)])
def test_any_few_categories_are_ordinal(tmp_path: Path, cuts: tuple[float, ...]) -> None:
    items = {"A": ITEMS["A"], "B": ITEMS["B"]}
    asked = questionnaire(tmp_path, items)
    rng = np.random.default_rng(3)
    waves = [
        (str(k), answers(rng, 900, items, means={"A": 0.3 * k}, shifts={"B2": 0.6 * k}, cuts=cuts))
        for k in range(2)
    ]
    waves[1] = ("1", waves[1][1].mask(rng.random(waves[1][1].shape) < 0.03))
    found = compare_waves(asked, waves)
    assert all(one.ordinal and one.comparable for one in found.comparability)
    assert [change.construct for change in found.alerts] == ["A"]
    assert found.alerts[0].d == pytest.approx(0.3, abs=0.12)
    assert [test.item for test in found.drifting] == ["B2"]


def test_three_waves_are_compared_in_turn_and_with_the_first(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    rng = np.random.default_rng(5)
    waves = {str(k): answers(rng, 400, ITEMS, means={"A": 0.25 * k}) for k in range(3)}
    found = compare_waves(asked, waves, estimator="MLR")
    pairs = {(c.earlier, c.later): c for c in found.changes
             if c.construct == "A" and c.kind == "mean"}  # fmt: skip
    assert set(pairs) == {("0", "1"), ("1", "2"), ("0", "2")}
    assert pairs["0", "2"].alert


def test_composition_is_taken_out(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    rng = np.random.default_rng(6)
    waves = []
    for label, share in (("1", 0.5), ("2", 0.8)):
        frame = answers(rng, 1500, ITEMS)
        kind = (rng.random(1500) < share).astype(float)
        higher = answers(rng, 1500, ITEMS, means=dict.fromkeys(ITEMS, 1.0))
        frame.loc[kind == 1] = higher.loc[kind == 1]
        waves.append((label, frame.assign(kind=kind)))
    found = compare_waves(asked, waves, composition=("kind",), estimator="MLR")
    means = [c for c in found.changes if c.kind == "mean"]
    assert all(c.alert and c.numbers_d > 0.18 for c in means)
    assert all(abs(c.composition_d) < 2.5 * c.composition_se for c in means)
    with pytest.raises(OptionError, match="composition needs rows"):
        compare_waves(asked, [(k, wave_moments(w)) for k, w in waves], composition=("kind",))


def test_weights_and_clusters_enter_or_are_said_not_to(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    rng = np.random.default_rng(9)
    waves = []
    for label in ("1", "2"):
        clusters = np.repeat(np.arange(40), 15)
        frame = answers(rng, 600, ITEMS)
        shared = np.repeat(rng.normal(size=40), 15) > 0.8  # whole clusters stand higher
        frame.loc[shared] = answers(rng, int(shared.sum()), ITEMS,
                                    means=dict.fromkeys(ITEMS, 1.2)).to_numpy()  # fmt: skip
        waves.append((label, frame.assign(_cluster=clusters, _weight=1.0 + (frame["A1"] > 3))))
    plain = [(k, w.drop(columns=["_cluster", "_weight"])) for k, w in waves]
    found = compare_waves(asked, waves)
    without = compare_waves(asked, plain, estimator="MLR")
    one, other = (next(c for c in f.changes if c.construct == "A") for f in (found, without))
    assert one.se > 1.2 * other.se
    assert one.d != pytest.approx(other.d, abs=1e-4)
    assert [f.code for f in found.findings].count("design_used") == 2
    part = compare_waves(asked, [waves[0], plain[1]], estimator="MLR")
    assert [f.code for f in part.findings].count("design_ignored") == 2


def test_the_score_test_is_raos_for_likelihood_and_agrees_with_refitting() -> None:
    rng = np.random.default_rng(7)
    items = {"A": ITEMS["A"]}
    stacked = pd.concat(
        [answers(rng, 2000, items).assign(w="1"), answers(rng, 2000, items).assign(w="2")]
    )
    model = "A =~ A1 + A2 + A3 + A4"
    options = {"group": "w", "group_equal": ["loadings", "intercepts"], "std_lv": True}
    plain = cfa(model, stacked, estimator="ML", **options).fit  # type: ignore[arg-type]
    numbers = constraint_numbers(plain)
    rows = [r.plabel for r in plain.model.table.rows
            if r.group == 1 and "A2" in (r.lhs, r.rhs) and r.plabel in numbers]  # fmt: skip
    release = [number for row in rows for number in numbers[row]]
    rao = score_test(plain, release=release)
    stat, df, pvalue = robust_score_test(plain, release)
    assert (stat, pvalue) == pytest.approx((rao.stat, rao.pvalue), rel=STATISTIC)
    assert df == rao.df == 2
    robust = cfa(model, stacked, estimator="MLR", **options).fit  # type: ignore[arg-type]
    freer = cfa(
        model,
        stacked,
        estimator="MLR",
        group_partial=["A=~A2", "A2~1"],
        **options,  # type: ignore[arg-type]
    ).fit
    at = {(r.op, r.group): r.free - 1 for r in freer.model.table.rows
          if r.free and "A2" in (r.lhs, r.rhs) and r.op != "~~"}  # fmt: skip
    gap = np.zeros((2, freer.model.n_par))
    for row, op in enumerate(("=~", "~1")):
        gap[row, at[op, 1]], gap[row, at[op, 2]] = 1.0, -1.0
    wald = (gap @ freer.x) @ np.linalg.solve(gap @ freer.vcov @ gap.T, gap @ freer.x)
    assert robust_score_test(robust, release)[0] == pytest.approx(wald, rel=0.05)


def test_one_bad_construct_does_not_silence_the_others(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    (_, first), (_, second) = _pair(10, 400)
    noise = np.random.default_rng(1).integers(1, 6, size=(len(second), 4)).astype(float)
    second = second.assign(A1=3.0)  # nobody's answer differs
    second[list(ITEMS["B"])] = noise  # nothing in common any more
    found = compare_waves(asked, [("1", first), ("2", second)], estimator="MLR")
    why = {one.construct: one.why.en for one in found.comparability if not one.comparable}
    assert set(why) == {"A", "B"}
    assert "A1 does not vary" in why["A"]
    assert {change.construct for change in found.changes} == {"C"}


def test_bad_options_are_told_plainly(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    pair = _pair(8, 60)
    with pytest.raises(OptionError, match="alpha"):
        compare_waves(asked, pair, alpha=2.0)
    with pytest.raises(OptionError, match="estimator"):
        compare_waves(asked, pair, estimator="PLS")
    with pytest.raises(OptionError, match="pairs of a label"):
        compare_waves(asked, [pair[0][1], pair[1][1]])  # type: ignore[list-item]
    with pytest.raises(DataError, match="wave '2025': column 'A1' holds text"):
        compare_waves(asked, [pair[0], ("2025", pair[1][1].assign(A1="yes"))])
    with pytest.raises(OptionError, match="no hypotheses"):
        compare_waves(asked, pair, structural=True)
    with pytest.raises(DataError, match="no items in common"):
        compare_waves(asked, [("1", pair[0][1]), ("2", pair[1][1].add_prefix("z"))])
