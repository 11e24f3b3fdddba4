"""Hypotheses are judged by sign and by a p value that counts how many there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from ecosurvey.core import DataError, Text
from ecosurvey.keyfactors import Claim, holm, judge
from ecosurvey.sem import SemResult, sem


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_equals_statsmodels(pvalues: list[float]) -> None:
    np.testing.assert_allclose(holm(pvalues), multipletests(pvalues, method="holm")[1], atol=1e-12)


def test_an_unknown_p_value_stays_unknown_and_is_not_counted() -> None:
    found = holm([0.01, float("nan"), 0.04])
    assert found[0] == pytest.approx(0.02)
    assert np.isnan(found[1])


@pytest.fixture(scope="module")
def fit() -> SemResult:
    rng = np.random.default_rng(2)
    a, b, c = rng.normal(size=(3, 400))
    y = 0.5 * a - 0.5 * b + rng.normal(size=400)
    return sem("y ~ a + b + c", pd.DataFrame({"a": a, "b": b, "c": c, "y": y}))


def _claim(source: str, sign: str) -> Claim:
    return Claim(f"H_{source}", source, "y", sign, Text(source, source))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "sign", "verdict"),
    [
        ("a", "+", "supported"),
        ("a", "-", "opposite"),
        ("b", "-", "supported"),
        ("b", "?", "supported"),
        ("c", "+", "not supported"),
        ("c", "?", "not supported"),
    ],
)
def test_the_verdict_needs_the_sign_and_the_evidence(
    fit: SemResult, source: str, sign: str, verdict: str
) -> None:
    assert judge(fit, [_claim(source, sign)]).rows[0].verdict == verdict


def test_a_hypothesis_about_no_path_of_the_model_is_named(fit: SemResult) -> None:
    with pytest.raises(DataError, match="H_z speaks of z -> y"):
        judge(fit, [_claim("z", "+")])


def test_the_table_speaks_both_languages(fit: SemResult) -> None:
    found = judge(fit, [_claim("a", "+"), _claim("c", "-")])
    assert "Supported" in found.summary("en")
    assert "支持" in found.summary("zh")
