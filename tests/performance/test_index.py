"""The index as a whole: its arithmetic, its rankings, what it leaves out and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

import ecosurvey as es
from ecosurvey.performance import judged, slices
from ecosurvey.performance.rankings import concordance, rank_chances
from ecosurvey.performance.units import overall_means, unit_means
from ecosurvey.pipeline.index_run import index_waves

ROOT = Path(__file__).parents[2]
ASKED = es.load_instrument(ROOT / "instruments" / "bfi.yaml")
ECOSYSTEM = es.load_instrument(ROOT / "instruments" / "ecosystem.yaml")
TRAITS = list(ASKED.candidates)  # of the outcome N


def answers(rows: int = 240, seed: int = 1) -> pd.DataFrame:
    """Return answers of four units of unequal size, the fourth the best."""
    rng = np.random.default_rng(seed)
    unit = rng.choice([1, 2, 3, 4], rows, p=[0.4, 0.3, 0.24, 0.06])
    level = np.array([0, 0.1, 0.2, 0.9])[unit - 1]
    items = [item.id for item in ASKED.items]
    x = np.clip(np.rint(3 + level[:, None] + rng.normal(0, 1.2, (rows, len(items)))), 1, 6)
    return pd.DataFrame(x, columns=items).assign(education=unit.astype(float))


def test_scores_are_means_between_the_ends_of_the_scale() -> None:
    frame = answers()
    found = es.performance_index(ASKED, frame, "education")
    items = [item.id for item in ASKED.items if item.construct == "A"]
    by_hand = (100 * (frame[items] - 1) / 5).mean(axis=1).groupby(frame["education"]).mean()
    for unit, mean in by_hand.items():
        score = found.score("1", f"{unit:g}", "A")
        assert score is not None
        assert score.raw == pytest.approx(mean)
    equal = pd.Series({one.unit: one.raw for one in found.scores if one.part == "overall"})
    parts = pd.DataFrame([(o.unit, o.part, o.raw) for o in found.scores if o.part in TRAITS])
    np.testing.assert_allclose(equal, parts.groupby(0)[2].mean().loc[equal.index])


def test_the_variance_of_the_whole_is_that_of_respondents_means_without_gaps() -> None:
    rng = np.random.default_rng(2)
    scores, codes = rng.normal(60, 15, (90, 3)), np.repeat([0, 1, 2], [50, 30, 10])
    weights = np.array([0.5, 0.3, 0.2])
    means, variances = overall_means(unit_means(scores, codes, 3), weights)
    own = pd.Series(scores @ weights).groupby(codes)
    np.testing.assert_allclose(means, own.mean())
    pooled = float(((own.count() - 1) * own.var()).sum() / (90 - 3))
    np.testing.assert_allclose(variances, pooled / own.count())


def test_the_variance_of_the_whole_with_gaps_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    weights, codes = np.array([0.6, 0.4]), np.repeat([0, 1], [40, 25])
    drawn, told = [], []
    for _ in range(1500):
        common = rng.normal(0, 10, 65)
        scores = common[:, None] + rng.normal(60, 10, (65, 2))
        scores[::2, 1] = np.nan  # every second respondent was not asked
        means, variances = overall_means(unit_means(scores, codes, 2), weights)
        drawn.append(means)
        told.append(variances)
    np.testing.assert_allclose(np.mean(told, axis=0), np.var(drawn, axis=0), rtol=0.12)


def test_less_is_better_where_the_construct_is_negative() -> None:
    frame = answers()
    first = replace(ASKED.constructs[0], valence="negative")
    turned = replace(ASKED, constructs=(first, *ASKED.constructs[1:]))
    for old, new in zip(
        es.performance_index(ASKED, frame, "education").scores,
        es.performance_index(turned, frame, "education").scores,
        strict=True,
    ):
        if old.part == "A":
            assert new.score == pytest.approx(100 - old.score)
        elif old.part != "overall":
            assert new.score == pytest.approx(old.score)


def test_a_small_unit_is_drawn_to_the_mean_more_than_a_large_one() -> None:
    found = es.performance_index(ASKED, answers(), "education")
    share = {one.unit: one.reliability for one in found.scores if one.part == "overall"}
    small = found.score("1", "4")
    assert small is not None
    assert share["4"] == min(share.values()) < max(share.values())
    assert small.score < small.raw
    assert small.lower < small.raw


def test_schemes_stand_side_by_side_and_their_rankings_are_compared() -> None:
    experts = judged(TRAITS, {"a": np.outer([1, 2, 2, 4], 1 / np.array([1, 2, 2, 4]))})
    found = es.performance_index(ASKED, answers(), "education", experts=experts)
    assert list(found.weights) == ["equal", "entropy", "critic", "expert"]
    for weights in found.weights.values():
        assert sum(weights.values()) == pytest.approx(1)
    assert found.weights["expert"]["O"] == pytest.approx(4 / 9)
    assert len(found.concordances) == 6
    pair = found.concordances[0]
    both = [[p.by_scheme[name][0] for p in found.placings] for name in (pair.first, pair.second)]
    assert pair.kendall == pytest.approx(kendalltau(*both).statistic)
    for place in found.placings:
        assert place.over_schemes[0] <= place.rank <= place.over_schemes[1]
        assert place.rank_lower <= place.rank <= place.rank_upper
        assert place.without_one[0] <= place.without_one[1]
    assert sum(place.prob_first for place in found.placings) == pytest.approx(1, abs=0.01)


def test_rankings_are_compared_as_r_does() -> None:
    import json

    told = json.loads((ROOT / "tests/reference/performance/expected.json").read_text())["ranks"]
    (found,) = concordance("1", {"a": np.array(told["a"]), "b": np.array(told["b"])})
    assert found.kendall == pytest.approx(told["kendall"])
    assert found.spearman == pytest.approx(told["spearman"])


def test_chances_of_ranks_are_those_of_two_normal_variables() -> None:
    from scipy.special import ndtr

    *_, first = rank_chances(np.array([60.0, 62.0]), np.array([3.0, 4.0]), 1, "W1")
    assert first[1] == pytest.approx(ndtr(2 / 5), abs=0.025)
    low, high, _ = rank_chances(np.array([10.0, 90.0]), np.array([1.0, 1.0]), 1, "W1")
    assert (low.tolist(), high.tolist()) == ([2, 1], [2, 1])


def test_targets_are_reached_missed_or_open() -> None:
    targets = {"overall": 10.0, "A": 99.0}
    found = es.performance_index(ASKED, answers(), "education", targets=targets)
    standing = {(one.part, one.standing) for one in found.scores if one.target is not None}
    assert standing == {("overall", "reached"), ("A", "missed")}
    gap = found.score("1", "1", "A")
    assert gap is not None
    assert gap.gap == pytest.approx(99 - gap.score)


@pytest.fixture(scope="module")
def waves() -> dict[str, Any]:
    """The two sample waves, screened."""
    return {
        f"W{n}": es.clean(es.read_responses(ROOT / f"data/sample/ecosystem_wave{n}.csv", ECOSYSTEM))
        for n in (1, 2)
    }


def test_reworded_items_are_left_out_and_the_outcome_stands_beside(waves: dict[str, Any]) -> None:
    found = es.performance_index(ECOSYSTEM, waves, "region")
    assert found.waves == ("W1", "W2")
    assert "CUL4" not in next(part for part in found.parts if part.id == "CUL").items
    assert [one.where for one in found.findings if one.code == "items_left_out"] == ["CUL4"]
    assert [part.id for part in found.beside] == ["ECO"]
    assert {part.id for part in found.parts if part.negative} == {"BAR"}
    assert found.synthetic
    assert found.tables()[0].rows
    for lang in ("en", "zh"):
        assert found.summary(lang)  # type: ignore[arg-type]


def test_the_same_answers_give_the_same_index(waves: dict[str, Any]) -> None:
    first, second = (es.performance_index(ECOSYSTEM, waves, "region") for _ in range(2))
    assert first.scores == second.scores
    assert first.placings == second.placings


def test_every_choice_of_filters_is_computed_of_those_chosen(waves: dict[str, Any]) -> None:
    whole = es.performance_index(ECOSYSTEM, waves, "region")
    found = slices(whole, ECOSYSTEM, waves, ["role", "region"])
    assert [one.variable for one in found.filters] == ["role"]  # units are no filter of themselves
    everybody = {(one.wave, one.chosen): one for one in found.slices}["W1", (None,)]
    same = [one for one in whole.scores if one.wave == "W1"]
    assert list(everybody.scores) == same
    one = next(one for one in found.slices if one.chosen == ("2",) and one.wave == "W1")
    frame = waves["W1"].frame
    rows = frame[frame["role"] == 2]
    assert one.n == rows["region"].notna().sum()
    mean = next(s for s in one.scores if s.part == "TCH" and s.unit == "1")
    items = [item.id for item in ECOSYSTEM.items if item.construct == "TCH"]
    inside = 25 * (rows.loc[rows["region"] == 1, items] - 1)
    enough = inside.notna().mean(axis=1) >= 0.5
    assert mean.raw == pytest.approx(float(inside[enough].mean(axis=1).mean()))


def test_few_people_are_not_shown() -> None:
    frame = answers()
    frame.loc[frame.index[:3], "education"] = 5.0
    found = es.performance_index(ASKED, frame, "education")
    assert "5" not in {unit.code for unit in found.units}
    assert "units_too_small" in {one.code for one in found.findings}


def test_what_cannot_be_is_refused() -> None:
    frame = answers()
    with pytest.raises(es.OptionError, match="not a column"):
        es.performance_index(ASKED, frame, "college")
    with pytest.raises(es.OptionError, match="scheme='best'"):
        es.performance_index(ASKED, frame, "education", scheme="best")
    with pytest.raises(es.OptionError, match="structural model"):
        es.performance_index(ASKED, frame, "education", scheme="model")
    with pytest.raises(es.OptionError, match="target='X'"):
        es.performance_index(ASKED, frame, "education", targets={"X": 50})
    with pytest.raises(es.DataError, match="two units"):
        es.performance_index(ASKED, frame.assign(education=1.0), "education")
    frame.loc[3, "A1"] = 9
    with pytest.raises(es.DataError, match="A1 is 9 in row 3, beyond the ends"):
        es.performance_index(ASKED, frame, "education")
    holzinger = es.load_instrument(ROOT / "instruments" / "holzinger.yaml")
    pupils = es.read_responses(ROOT / "data/sample/holzinger.csv", holzinger)
    with pytest.raises(es.DataError, match="no ends"):
        es.performance_index(holzinger, pupils.frame, "sex")


def test_experts_and_targets_are_read_from_files(tmp_path: Path) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text(
        "parts: [A, C, E]\nexperts:\n"
        "  - name: one\n    matrix: [[1, 3, 5], [1/3, 1, 2], [1/5, 0.5, 1]]\n"
        "  - name: two\n    matrix: [[1, 9, 1/9], [1/9, 1, 9], [9, 1/9, 1]]\n",
        "utf-8",
    )
    found = es.read_experts(path)
    assert found.names == ("one", "two")
    assert [one.where for one in found.findings] == ["two", ""]
    with pytest.raises(es.DataError, match="not compared: O"):
        es.performance_index(ASKED, answers(), "education", experts=found)
    targets = tmp_path / "targets.yaml"
    targets.write_text("overall: 70\nA: 65.5\n", "utf-8")
    assert es.read_targets(targets) == {"overall": 70.0, "A": 65.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("parts: [A, B]", "'experts' must list"),
        ("parts: [A, B]\nexperts: [{name: x, matrix: [[1, 2]]}]", "does not have 1 cells"),
        ("parts: [A, B]\nexperts: [{name: x, matrix: [[1, a], [2, 1]]}]", "'a' is not a number"),
        ("parts: [A, B]\nexperts: [{name: x, matrix: [[1, 2], [2, 1]]}]", "other way round"),
        ("parts: [A, B]\nexperts: [{name: x, matrix: [[1]]}]", "not 2 by 2"),
        ("- a\n", "name: value"),
        ("a: [", "not YAML"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
    ],
)
def test_files_of_experts_that_say_something_else_are_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(es.DataError, match=said):
        es.read_experts(path)


def test_a_target_beyond_the_scale_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    path.write_text("overall: 120\n", "utf-8")
    with pytest.raises(es.DataError, match="not a number from 0 to 100"):
        es.read_targets(path)


def test_units_that_are_no_column_are_told_before_anything_is_fitted() -> None:
    told: list[str] = []
    with pytest.raises(es.OptionError, match="Did you mean 'education'") as error:
        index_waves(
            "educaton", data=[ROOT / "data" / "sample" / "bfi.csv"],
            instrument=ROOT / "instruments" / "bfi.yaml", on_step=lambda step: told.append(step.en),
        )  # fmt: skip
    assert told == ["Reading the waves"]
    assert "答卷中没有列" in error.value.say("zh")
