"""Robust distances see outliers that hide in groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from ecosurvey.cleaning.careless import distance, robust_distance


def test_a_group_of_outliers_hides_from_ordinary_distances_and_not_from_robust_ones() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(200, 3))
    x[:40] = [6.0, 6.0, 6.0] + 0.3 * rng.normal(size=(40, 3))
    limit = chi2.ppf(0.999, 3)
    plain, _ = distance(x)
    robust, df = robust_distance(x)
    assert df == 3
    assert (plain[:40] > limit).mean() < 0.1
    assert (robust[:40] > limit).all()
    assert (robust[40:] > limit).mean() < 0.03


def test_robust_distances_are_those_of_clean_normal_data() -> None:
    x = np.random.default_rng(5).normal(size=(3000, 4)) @ np.diag([1.0, 5.0, 0.1, 2.0])
    robust, _ = robust_distance(x)
    plain, _ = distance(x)
    assert np.corrcoef(robust, plain)[0, 1] > 0.995
    assert np.median(robust) == pytest.approx(chi2.ppf(0.5, 4), rel=0.05)


def test_what_cannot_be_computed_says_nothing() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(100, 2))
    gaps = x.copy()
    gaps[0, 1] = np.nan
    assert np.isnan(robust_distance(gaps)[0][0]) and np.isfinite(robust_distance(gaps)[0][1:]).all()
    redundant = np.column_stack([x, x[:, 0]])
    few, one = x[:9], x[:, :1]
    for scores in (redundant, few, one, np.full((100, 2), 3.0)):
        values, df = robust_distance(scores)
        assert df == 0 and np.isnan(values).all()
