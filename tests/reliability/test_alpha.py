"""Alpha and its items against psych 2.2.9."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, OptionError
from ecosurvey.reliability import alpha

EXACT = {"rtol": 0, "atol": 1e-12}
CASES = ["A", "C", "E", "N", "O", "visual", "textual", "speed", "two"]


@pytest.mark.parametrize("case", CASES)
def test_alpha_and_its_items_match_psych(
    case: str,
    expected: Any,
    bfi: pd.DataFrame,
    holzinger: pd.DataFrame,
    bfi_scales: dict[str, list[str]],
    holzinger_scales: dict[str, list[str]],
) -> None:
    data = bfi if case in bfi_scales else holzinger
    items = {**bfi_scales, **holzinger_scales, "two": ["x1", "x3"]}[case]
    found, psych = alpha(data, items), expected["alpha"][case]
    for ours, theirs in {
        "raw": "raw", "standardized": "standardized", "lambda6": "lambda6",
        "average_r": "average_r", "median_r": "median_r", "se": "ase",
    }.items():  # fmt: skip
        np.testing.assert_allclose(getattr(found, ours), psych[theirs], **EXACT, err_msg=ours)
    np.testing.assert_allclose([found.ci_lower, found.ci_upper], psych["feldt"], **EXACT)
    for ours, theirs in {
        "item_rest": "r_drop", "item_total": "std_r", "item_total_smc": "r_cor",
        "mean": "mean", "sd": "sd",
    }.items():  # fmt: skip
        np.testing.assert_allclose(found.items[ours], psych[theirs], **EXACT, err_msg=ours)
    if case != "two":  # psych puts a ratio of two entries where no scale is left to judge
        np.testing.assert_allclose(found.items["alpha_if_dropped"], psych["alpha_drop"], **EXACT)
        np.testing.assert_allclose(
            found.items["standardized_if_dropped"], psych["std_drop"], **EXACT
        )
    else:
        assert found.items["alpha_if_dropped"].isna().all()


def test_a_reversed_item_is_named(bfi: pd.DataFrame, bfi_scales: dict[str, list[str]]) -> None:
    wrong = bfi.assign(A1=7 - bfi["A1"])
    serious = [f for f in alpha(wrong, bfi_scales["A"]).findings if f.severity == "serious"]
    assert [f.where for f in serious] == ["A1"]
    assert serious[0].code == "item_against_scale"


def test_repeated_items_are_suspicious() -> None:
    rng = np.random.default_rng(0)
    trait = rng.normal(size=(200, 1))
    answers = pd.DataFrame(trait + 0.1 * rng.normal(size=(200, 5)))
    assert "high_alpha" in [f.code for f in alpha(answers).findings]


@pytest.mark.parametrize(
    ("frame", "word"),
    [
        ({"a": [1, 2, 3, 4]}, "at least 2 items"),
        ({"a": [1, 2, 3, 4], "b": [2, 2, 2, 2]}, "'b' does not vary"),
        ({"a": [1, 2, 3, 4], "b": [np.nan] * 4}, "'b' has no answers"),
        ({"a": [np.nan] * 4, "b": [np.nan] * 4}, "only 0 rows"),
        ({"a": [1, 2], "b": [2, 1]}, "only 2 rows"),
        ({"a": ["x", "y", "z"], "b": [2, 1, 3]}, "holds text"),
        ({"a": [1, 2, 3, np.nan, np.nan, np.nan], "b": [np.nan] * 3 + [1, 2, 3]}, "together"),
    ],
)
def test_bad_answers_get_a_clear_word(frame: dict[str, list[object]], word: str) -> None:
    with pytest.raises(DataError, match=word):
        alpha(pd.DataFrame(frame))


def test_an_item_named_twice_or_unknown_is_refused(holzinger: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="named twice"):
        alpha(holzinger, ["x1", "x1"])
    with pytest.raises(DataError, match="'x_1' is not a column"):
        alpha(holzinger, ["x1", "x_1"])
    with pytest.raises(OptionError, match="confidence level"):
        alpha(holzinger, level=95)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.floats(0.05, 0.9))
def test_alpha_of_parallel_items_is_spearman_brown(k: int, r: float) -> None:
    corr = np.full((k, k), r)
    np.fill_diagonal(corr, 1)
    found = alpha(pd.DataFrame(corr), n_obs=100)
    assert found.raw == pytest.approx(k * r / (1 + (k - 1) * r), abs=1e-12)
    assert found.ci_lower < found.raw < found.ci_upper


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_alpha_does_not_mind_order_or_shift(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = pd.DataFrame(rng.normal(size=(50, 1)) + rng.normal(size=(50, 4)))
    shuffled = answers.sample(frac=1, random_state=seed).iloc[:, ::-1] * 3 + 7
    assert alpha(answers).raw == pytest.approx(alpha(shuffled).raw, abs=1e-10)


def test_tables_say_it_in_both_languages(holzinger: pd.DataFrame) -> None:
    found = alpha(holzinger, ["x1", "x2", "x3"])
    assert "Corrected item-total r" in found.summary()
    assert "校正题总相关" in found.summary("zh")
    assert list(found.to_frame().index) == ["x1", "x2", "x3"]


def test_items_that_cancel_have_no_alpha() -> None:
    up = np.array([1.0, 2, 3, 4, 5, 4, 3])
    found = alpha(pd.DataFrame({"a": up, "b": 6 - up}))
    assert np.isnan(found.raw)
    assert found.findings[1].code == "no_alpha"
    assert "nan" not in found.summary()
