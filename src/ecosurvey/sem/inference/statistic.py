"""The likelihood-ratio (or minimum-discrepancy) test against the saturated model."""

from __future__ import annotations

from math import nan

from ecosurvey.sem.fit import Method, Model, TestStatistic
from ecosurvey.sem.optimizer import ObjectivePoint


def moments_count(model: Model) -> int:
    """Return how many sample moments the model speaks of, those of fixed covariates left out."""
    if model.responses:
        return sum(of.places.size for of in model.responses)

    def count(size: int) -> int:
        return size * (size + 1) // 2 + (size if model.meanstructure else 0)

    covariates = count(len(model.table.exogenous))
    return sum(count(len(layout.observed)) - covariates for layout in model.layouts)


def degrees_of_freedom(model: Model, n_par: int) -> int:
    """Return the moments less the parameters, equalities counted off."""
    return moments_count(model) - n_par


def standard_test(point: ObjectivePoint, method: Method, df: int) -> TestStatistic:
    """Return the unscaled test: 2 N F, with N - 1 for Wishart likelihood and least squares.

    ULS has no chi-square distribution: its p value is NaN, as lavaan's. So is that of a
    saturated model.
    """
    wishart = method.loss == "ML" and method.likelihood == "wishart"
    groups = tuple(
        max(0.0, 2 * (moments.n - (1 if wishart else 0)) * value)
        for moments, value in zip(point.of.model.moments, point.value_groups, strict=True)
    )
    if df < 0:
        return TestStatistic("standard", nan, df, nan, (nan,) * len(groups))
    total = sum(groups)
    p = nan if df == 0 or method.loss == "ULS" else survival(total, df)
    return TestStatistic("standard", total, df, p, groups)


def survival(statistic: float, df: float) -> float:
    """Return the chance of a larger chi-square.

    Examples
    --------
    >>> round(survival(3.841458820694124, 1), 6)
    0.05
    """
    from scipy.special import chdtrc

    if not statistic >= 0 or not df > 0:
        return nan
    return float(chdtrc(df, statistic))
