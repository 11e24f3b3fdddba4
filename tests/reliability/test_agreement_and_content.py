"""Intraclass correlations against psych; content validity by hand and by statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.reliability import content_validity, icc
from ecosurvey.reliability.content import wilson

SHROUT = pd.DataFrame(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    columns=list("abcd"),
)


@pytest.mark.parametrize("case", ["shrout", "holzinger"])
def test_icc_matches_psych(case: str, measurement: Any, holzinger: pd.DataFrame) -> None:
    data = SHROUT if case == "shrout" else holzinger.head(60)[["x7", "x8", "x9"]]
    found, psych = icc(data).coefficients, measurement["icc"][case]
    assert list(found.index) == psych["type"]
    for key, theirs in (
        ("icc", "icc"), ("f", "f"), ("df1", "df1"), ("df2", "df2"), ("ci_lower", "lower"),
        ("ci_upper", "upper"), ("pvalue", "p"),
    ):  # fmt: skip
        np.testing.assert_allclose(found[key], psych[theirs], rtol=1e-9, atol=1e-12, err_msg=key)


def test_a_shift_of_everybody_is_disagreement_but_consistent() -> None:
    first = np.random.default_rng(1).normal(size=200)
    found = icc(pd.DataFrame({"t1": first, "t2": first + 2}))
    assert found.coefficients["icc"]["ICC3"] == pytest.approx(1)
    assert found.coefficients["icc"]["ICC2"] < 0.5
    assert found.sem_consistency == pytest.approx(0, abs=1e-9)
    assert found.sem_agreement == pytest.approx(np.sqrt(2))  # variance of the two means: 2
    assert [finding.code for finding in found.findings] == ["low_icc"]


def test_icc_of_agreement_covers_the_truth() -> None:
    generator = np.random.default_rng(3)
    hits, truth = 0, 1.0 / (1.0 + 0.25 + 0.5)
    for _ in range(300):
        scores = generator.normal(size=(40, 1)) + np.sqrt(0.5) * generator.normal(size=(40, 6))
        found = icc(pd.DataFrame(scores + 0.5 * generator.normal(size=6)))
        low, high = found.coefficients.loc["ICC2", ["ci_lower", "ci_upper"]]
        hits += low < truth < high
    assert 0.91 <= hits / 300 <= 0.99  # Satterthwaite's approximation, simulation error 1.3%


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (SHROUT[["a"]], "needs two measurements, but there are 1"),
        (SHROUT.head(2), "only 2 rows have all 4 measurements"),
        (SHROUT * 0 + 3, "do not vary"),
        (SHROUT.assign(a=np.nan), "only 0 rows have all 4"),
    ],
)
def test_measurements_that_cannot_be_compared_get_a_clear_word(data: Any, word: str) -> None:
    with pytest.raises(DataError, match=word):
        icc(data)


# worked out by hand, C(N, A) / 2^N: experts, agreeing, I-CVI, chance, modified kappa
BY_HAND = [
    (3, 3, 1.00, 0.125, 1.00), (3, 2, 0.67, 0.375, 0.47), (4, 3, 0.75, 0.250, 0.67),
    (5, 4, 0.80, 0.156, 0.76), (6, 5, 0.83, 0.094, 0.82), (7, 5, 0.71, 0.164, 0.66),
    (8, 7, 0.88, 0.031, 0.87), (9, 7, 0.78, 0.070, 0.76),
]  # fmt: skip


@pytest.mark.parametrize(("experts", "agreeing", "cvi", "chance", "kappa"), BY_HAND)
def test_modified_kappa_is_that_of_the_definition(
    experts: int, agreeing: int, cvi: float, chance: float, kappa: float
) -> None:
    ratings = pd.DataFrame({"i": [4.0] * agreeing + [1.0] * (experts - agreeing)})
    row = content_validity(ratings).items.loc["i"]
    assert row["i_cvi"] == pytest.approx(cvi, abs=0.006)
    assert row["chance"] == pytest.approx(chance, abs=6e-4)
    assert row["kappa"] == pytest.approx(kappa, abs=0.006)


def test_intervals_are_score_intervals_as_statsmodels_has_them() -> None:
    from statsmodels.stats.proportion import proportion_confint

    ratings = pd.DataFrame({"i": [4, 4, 3, 4, 2, 4, 3, 4, 4, 1]})
    row = content_validity(ratings).items.loc["i"]
    theirs = proportion_confint(8, 10, method="wilson")
    assert (row["i_cvi_ci_lower"], row["i_cvi_ci_upper"]) == pytest.approx(theirs)
    # Aiken's V is a share of steps: 23 of 10 experts times 3
    assert row["v"] == pytest.approx(23 / 30)
    theirs = proportion_confint(23, 30, method="wilson")
    assert (row["v_ci_lower"], row["v_ci_upper"]) == pytest.approx(theirs)
    low, high = wilson(np.array([0.0, 1.0]), np.array([5.0, 5.0]), 0.95)
    assert low[0] >= 0 and high[1] <= 1


def test_a_scale_is_judged_as_a_whole_and_its_weak_items_named() -> None:
    ratings = pd.DataFrame(
        {"a": [4, 4, 4, 3, 3, 4], "b": [4, 2, 1, 2, 3, 2], "c": [3, 4, 4, 4, 4, np.nan]}
    )
    found = content_validity(ratings)
    assert found.s_cvi_ave == pytest.approx((1 + 2 / 6 + 1) / 3)
    assert found.s_cvi_ua == pytest.approx(2 / 3)
    assert found.items["experts"].tolist() == [6, 6, 5]
    assert {(f.code, f.where) for f in found.findings} == {("low_i_cvi", "b"), ("low_s_cvi", "")}
    assert "S-CVI/Ave" in found.summary("zh") and "relevant" in found.summary("en")


@pytest.mark.parametrize(
    ("ratings", "options", "error", "word"),
    [
        ({"a": [4, 5]}, {}, DataError, "rating 5 from expert 2, outside 1 to 4"),
        ({"a": [4, np.nan]}, {}, DataError, "rated by 1 experts"),
        ({"a": [4, 3]}, {"scale": (4, 1)}, OptionError, "no length"),
        ({"a": [4, 3]}, {"relevant": 9}, OptionError, "outside the scale"),
        ({}, {}, DataError, "no item was rated"),
    ],
)
def test_bad_ratings_get_a_clear_word(ratings: Any, options: Any, error: Any, word: str) -> None:
    with pytest.raises(error, match=word):
        content_validity(pd.DataFrame(ratings), **options)
