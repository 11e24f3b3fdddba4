"""Tests corrected by the traces of U Gamma: Satorra-Bentler and its second-order kin."""

from __future__ import annotations

from dataclasses import replace
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import TestStatistic
from ecosurvey.sem.inference.information import sum_groups
from ecosurvey.sem.inference.statistic import survival
from ecosurvey.sem.inference.ugamma import GroupGamma
from ecosurvey.sem.optimizer import ObjectivePoint

SECOND_ORDER = ("mean.var.adjusted", "scaled.shifted")
SATORRA = ("satorra.bentler", *SECOND_ORDER)


def ugamma_traces(
    point: ObjectivePoint, inverse: NDArray[np.float64], gammas: list[GroupGamma]
) -> tuple[float, float]:
    """Return tr(U Gamma) and tr((U Gamma)^2), U = V - V J E^-1 J' V over all groups.

    Parameters
    ----------
    inverse : (npar, npar) array
        E^-1, of the expected information of one row.
    gammas : list of GroupGamma
        One a group; the second trace is NaN unless they hold the squares.
    """
    middle = sum_groups(point, [group.middle for group in gammas])
    product = inverse @ middle
    first = sum(group.trace for group in gammas) - float(np.trace(product))
    squares = [group.middle_square for group in gammas if group.middle_square is not None]
    if len(squares) < len(gammas):
        return first, nan
    crossed = float(np.sum(inverse * sum_groups(point, squares)))
    second = sum(group.square for group in gammas) - 2 * crossed
    return first, second + float(np.sum(product * product.T))


def scaled_test(
    name: str, standard: TestStatistic, first: float, second: float, shares: tuple[float, ...]
) -> TestStatistic:
    """Return one of the tests that correct the standard one by the traces of U Gamma.

    With T, d the standard test, t1, t2 the traces:
    ``satorra.bentler``: T d / t1 on d (Satorra & Bentler 1994, eq. 16.19);
    ``mean.var.adjusted``: T t1 / t2 on t1^2 / t2 (the same, eq. 16.22);
    ``scaled.shifted``: a T + d - a t1 on d, a = sqrt(d / t2) (Asparouhov & Muthen 2010, eq. 9).
    """
    df = standard.df
    if df <= 0:
        return replace(standard, name=name, pvalue=nan)
    if name == "scaled.shifted":
        a = sqrt(df / second) if second > 0 else nan
        shift = df - a * first
        stat = standard.stat * a + shift
        groups = tuple(
            value * a + share * shift
            for value, share in zip(standard.stat_group, shares, strict=True)
        )
        return TestStatistic(
            name, stat, df, survival(stat, df), groups, 1 / a, shift, first, second
        )
    if name == "mean.var.adjusted":
        df = first**2 / second if second > 0 else nan
    factor = first / df if first > 0 else nan
    stat = standard.stat / factor
    groups = tuple(value / factor for value in standard.stat_group)
    return TestStatistic(
        name, stat, df, survival(stat, df), groups, factor, nan, first,
        second if name in SECOND_ORDER else nan,
    )  # fmt: skip
