"""The chi-square difference of two nested models, plain or scaled."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit, Model, TestStatistic, jacobian
from ecosurvey.sem.inference import (
    SATORRA,
    YUAN_BENTLER,
    degrees_of_freedom,
    free_basis,
    gamma_groups,
    information_for_errors,
    information_for_tests,
    invert,
    scaled_test,
    standard_test,
    sum_groups,
    survival,
    ugamma_traces,
    yuan_bentler_test,
)
from ecosurvey.sem.optimizer import objective

Floats = NDArray[np.float64]
CompareMethod = Literal[
    "default", "standard", "satorra.2000", "satorra.bentler.2001", "satorra.bentler.2010"
]
METHODS: tuple[CompareMethod, ...] = (
    "default", "standard", "satorra.2000", "satorra.bentler.2001", "satorra.bentler.2010",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """The test of one model against the next freer one.

    Attributes
    ----------
    chisq_diff, df_diff, pvalue : float
        ``df_diff`` may be broken where mean and variance are adjusted.
    scaling_factor : float
        What the plain difference was divided by; NaN for the plain one.
    method : str
    """

    chisq_diff: float
    df_diff: float
    pvalue: float
    scaling_factor: float
    method: str


def chisq_difference(
    restricted: Fit, freer: Fit, method: CompareMethod, a_method: str, scaled_shifted: bool
) -> Difference:
    """Return the test of the restricted model against the freer one.

    See :func:`ecosurvey.sem.compare.compare` for the options.
    """
    plain = restricted.test.stat - freer.test.stat
    df = restricted.test.df - freer.test.df
    scaled = _scaled_test(freer)
    if df == 0:
        return Difference(plain, 0.0, nan, nan, "standard")
    if method == "standard" or scaled is None or _scaled_test(restricted) is None:
        return Difference(plain, df, survival(plain, df), nan, "standard")
    if method == "default":
        adjusted = scaled.name in ("mean.var.adjusted", "scaled.shifted")
        method = "satorra.2000" if adjusted else "satorra.bentler.2001"
    if method == "satorra.2000":
        return _satorra_2000(restricted, freer, plain, df, a_method, scaled_shifted)
    own = _scaled_test(restricted)
    other = scaled if method == "satorra.bentler.2001" else _test_at(freer, restricted)
    factors = [_factor(test) for test in (own, other)]
    factor = (restricted.test.df * factors[0] - freer.test.df * factors[1]) / df
    stat = plain / factor if factor > 0 else nan
    return Difference(stat, df, survival(stat, df), factor, method)


def _scaled_test(fit: Fit) -> TestStatistic | None:
    found = [test for test in fit.tests if test.name in (*SATORRA, *YUAN_BENTLER)]
    return found[0] if found else None


def _factor(test: TestStatistic | None) -> float:
    """Return the scaling factor; 1 for a saturated model, which has none."""
    if test is None or not np.isfinite(test.scaling_factor):
        return 1.0
    return test.scaling_factor


def _test_at(freer: Fit, restricted: Fit) -> TestStatistic | None:
    """Return the freer model's scaled test at the restricted model's estimates (2010)."""
    for fit in (freer, restricted):
        refuse_rotated(fit, Text("this scaled difference", "该校正的差异检验"))
    x = _carried_over(freer.model, restricted)
    method, model = freer.method, freer.model
    scaled = _scaled_test(freer)
    if scaled is None or freer.test.df == 0:
        return None
    point = objective(model, method.loss).at(x)
    df = degrees_of_freedom(model, freer.n_par)
    standard = standard_test(point, method, df)
    inverse = invert(information_for_tests(point, method), free_basis(point)).matrix
    if scaled.name in YUAN_BENTLER:
        return yuan_bentler_test(scaled.name, point, method, standard, inverse)
    gammas = gamma_groups(point, method.loss, squares=True)
    traces = ugamma_traces(point, inverse, gammas)
    return scaled_test(scaled.name, standard, *traces, model.weights)


def _carried_over(model: Model, fit: Fit) -> Floats:
    """Return a parameter vector of ``model`` with the values of another fit's rows."""
    values = {
        (row.lhs, row.op, row.rhs, row.group): float(fit.x[row.free - 1])
        if row.free
        else row.ustart
        for row in fit.model.table.rows
        if row.group > 0
    }
    x = np.zeros(model.n_par)
    for row in model.table.rows:
        if not row.free:
            continue
        key = (row.lhs, row.op, row.rhs, row.group)
        if key not in values and row.op == "~~" and row.lhs == row.rhs:
            raise DataError(
                Text(
                    f"{row.lhs} has no variance in the restricted model, "
                    "so its values do not fit in",
                    f"{row.lhs} 在受限模型中没有方差，因此其参数值无法代入",
                ),
                fix=Text(
                    "Use method='satorra.2000', which compares the moments.",
                    "请使用 method='satorra.2000'，它比较的是矩。",
                ),
            )
        x[row.free - 1] = values.get(key, 0.0)  # what is not in the restricted model is zero there
    return x


def _satorra_2000(
    restricted: Fit, freer: Fit, plain: float, df: float, a_method: str, scaled_shifted: bool
) -> Difference:
    """Scale the difference by traces over the restrictions, at the freer model's solution."""
    for fit in (freer, restricted):
        refuse_rotated(fit, Text("this scaled difference", "该校正的差异检验"))
    model, method = freer.model, freer.method
    point = objective(model, method.loss).at(freer.x)
    basis = free_basis(point)
    info = basis.T @ information_for_errors(point, method) @ basis
    gammas = gamma_groups(point, method.loss, squares=False)
    middle = basis.T @ sum_groups(point, [group.middle for group in gammas]) @ basis
    narrow = free_basis(objective(restricted.model, method.loss).at(restricted.x))
    along = _directions(restricted, freer, basis, narrow, exact=a_method == "exact")
    restrictions = _complement(along, int(df))
    label = "satorra.2000"
    try:
        spread = np.linalg.solve(info, restrictions.T)
        turned = spread @ np.linalg.solve(restrictions @ spread, spread.T) @ middle
    except np.linalg.LinAlgError:
        return Difference(nan, df, nan, nan, label)
    trace, square = float(np.trace(turned)), float(np.sum(turned * turned.T))
    if not square > 0 or not trace > 0:  # rounding's work where the freer model is not identified
        return Difference(nan, df, nan, nan, label)
    adjusted = freer.method.tests[-1] in ("mean.var.adjusted", "scaled.shifted")
    if scaled_shifted:
        slope = sqrt(df / square)
        stat = slope * plain + df - slope * trace
        return Difference(stat, df, survival(stat, df), 1 / slope, f"{label}, scaled and shifted")
    if adjusted:
        own = trace**2 / square
        stat = plain * trace / square
        return Difference(stat, own, survival(stat, own), square / trace, f"{label}, adjusted")
    stat = plain * df / trace
    return Difference(stat, df, survival(stat, df), trace / df, label)


def _directions(
    restricted: Fit, freer: Fit, inside: Floats, outside: Floats, *, exact: bool
) -> Floats:
    """Return how the restricted model may move within the freer one, (q1, q0).

    Parameters
    ----------
    inside, outside : arrays
        Directions in which the parameters of the freer, of the restricted model may move.
    """
    if exact:
        share = np.zeros((freer.model.n_par, restricted.model.n_par))
        numbers = {
            (row.lhs, row.op, row.rhs, row.group): row.free
            for row in restricted.model.table.rows
            if row.group > 0 and row.free
        }
        for row in freer.model.table.rows:
            if row.free:
                other = numbers.pop((row.lhs, row.op, row.rhs, row.group), None)
                if other is not None:
                    share[row.free - 1, other - 1] = 1.0
        if numbers:
            named = " ".join(word for word in next(iter(numbers))[:3] if word)
            raise DataError(
                Text(
                    f"{named} is free in the restricted model only",
                    f"{named} 只在受限模型中自由",
                ),
                fix=Text(
                    "Use a_method='delta', which compares the moments.",
                    "请使用 a_method='delta'，它比较的是矩。",
                ),
            )
        return np.asarray(inside.T @ share @ outside, dtype=float)
    wide = _stacked(freer.model, freer.x) @ inside
    narrow = _stacked(_in_order(restricted, freer), restricted.x) @ outside
    return np.asarray(np.linalg.lstsq(wide, narrow, rcond=None)[0], dtype=float)


def _stacked(model: Model, x: Floats) -> Floats:
    """Return all groups' derivatives of the moments."""
    return np.concatenate(jacobian(model, x))


def _in_order(restricted: Fit, freer: Fit) -> Model:
    """Return the restricted model; refuse if its variables stand in another order."""
    if restricted.model.table.observed == freer.model.table.observed:
        return restricted.model
    raise DataError(
        Text(
            "the models name their observed variables in different orders",
            "两个模型的观测变量顺序不同",
        ),
        fix=Text(
            "Write the models in the same order, or use a_method='exact'.",
            "请以相同的顺序书写模型，或使用 a_method='exact'。",
        ),
    )


def _complement(along: Floats, count: int) -> Floats:
    """Return the restrictions: ``count`` orthonormal rows at right angles to ``along``."""
    left, _, _ = np.linalg.svd(along)
    return np.asarray(left[:, left.shape[1] - count :].T, dtype=float)
