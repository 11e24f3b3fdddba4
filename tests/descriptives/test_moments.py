"""The kernel of the item statistics keeps what moments must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.descriptives.moments import moments, pairwise_correlations

calm = settings(deadline=None, max_examples=60)
answers = st.lists(st.integers(1, 7), min_size=4, max_size=60)


def column(values: list[int] | list[float]) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


@calm
@given(answers, st.integers(-50, 50), st.integers(1, 9))
def test_shape_does_not_depend_on_origin_and_unit(
    values: list[int], origin: int, unit: int
) -> None:
    one, other = moments(column(values)), moments(origin + unit * column(values))
    np.testing.assert_allclose(one.skew, other.skew, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.kurtosis, other.kurtosis, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.sd * unit, other.sd, rtol=1e-10)


@calm
@given(answers)
def test_turning_an_item_turns_its_skewness_only(values: list[int]) -> None:
    one, other = moments(column(values)), moments(8 - column(values))
    np.testing.assert_allclose(one.skew, -other.skew, atol=1e-10)
    np.testing.assert_allclose(one.kurtosis, other.kurtosis, atol=1e-8)


@calm
@given(answers, st.integers(0, 20))
def test_gaps_change_nothing(values: list[int], gaps: int) -> None:
    one = moments(column(values))
    other = moments(column([*map(float, values), *[np.nan] * gaps]))
    for key in ("n", "mean", "sd", "skew", "kurtosis", "skew_se", "kurtosis_se"):
        np.testing.assert_allclose(getattr(one, key), getattr(other, key), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("value", [0.1, 1e9 + 0.1, -3.3e-7, 1e300])
def test_a_constant_of_any_size_has_no_spread_and_no_shape(value: float) -> None:
    found = moments(np.full((37, 1), value))
    assert found.sd[0] == 0
    assert np.isnan(found.skew[0])


@pytest.mark.parametrize(
    ("n", "defined"), [(0, ""), (1, "mean"), (2, "mean sd"), (3, "mean sd skew"),
                       (4, "mean sd skew kurtosis")]
)  # fmt: skip
def test_what_too_few_answers_leave_undefined_is_nan(n: int, defined: str) -> None:
    values = column([1.0, 2.0, 4.0, 8.0][:n] + [np.nan] * (5 - n))
    found = moments(values)
    for key in ("mean", "sd", "skew", "kurtosis"):
        assert np.isfinite(getattr(found, key)[0]) == (key in defined.split())


cell = st.one_of(st.none(), st.integers(1, 5))


@calm
@given(st.lists(st.tuples(cell, cell, cell), min_size=3, max_size=40))
def test_correlations_are_those_of_the_rows_both_have(rows: list[tuple[int | None, ...]]) -> None:
    values = np.array(rows, dtype=float)
    r, p, n = pairwise_correlations(values)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        both = values[~np.isnan(values[:, [i, j]]).any(axis=1)][:, [i, j]]
        assert n[i, j] == len(both)
        if len(both) < 3 or (np.ptp(both, axis=0) == 0).any():
            assert np.isnan(r[i, j])
            assert np.isnan(p[i, j])
        else:
            assert r[i, j] == pytest.approx(np.corrcoef(both.T)[0, 1], abs=1e-10)
            assert 0 <= p[i, j] <= 1
