"""Browne's residual-based tests: no discrepancy function, only residuals and their variance."""

from __future__ import annotations

from math import nan

import numpy as np

from ecosurvey.sem.fit import Method, TestStatistic
from ecosurvey.sem.inference.statistic import survival
from ecosurvey.sem.inference.vcov import divisor, free_basis
from ecosurvey.sem.optimizer import ObjectivePoint, objective

BROWNE = ("browne.residual.nt", "browne.residual.adf")
_LOSS = {"browne.residual.nt": "GLS", "browne.residual.adf": "WLS"}


def browne_test(
    name: str, point: ObjectivePoint, method: Method, standard: TestStatistic
) -> TestStatistic:
    """Return N r'(G - G J (J'G J)^-1 J'G) r (Browne 1984, eq. 2.20), r the residual moments.

    G is the inverse sampling covariance of the moments: by normal theory at the sample
    (``nt``), or of any distribution (``adf``). It is the weighted-squares loss at the solution,
    less what one more step of that loss would gain.
    """
    if standard.df < 0:
        return TestStatistic(name, nan, standard.df, nan)
    squares = objective(point.of.model, _LOSS[name]).at(point.x)
    if squares.groups is None:
        return TestStatistic(name, nan, standard.df, nan)
    basis = free_basis(point)
    model = point.of.model
    size = model.n_par
    slope, information = np.zeros(size), np.zeros((size, size))
    total, values = 0.0, []
    less = model.n - divisor(point, method) > 0
    for group, layout in enumerate(model.layouts):
        rows = model.moments[group].n - (1 if less else 0)
        loss, moves = squares.groups[group][2], squares.moves[group]
        values.append(2 * rows * loss.value)
        total += values[-1]
        slope[layout.parameter] += rows * loss.slope().along(moves)
        cells = np.ix_(layout.parameter, layout.parameter)
        information[cells] += rows * loss.expected(moves)
    reduced = basis.T @ slope
    inverse = np.linalg.pinv(basis.T @ information @ basis, hermitian=True)
    stat = total - float(reduced @ inverse @ reduced)
    shares = tuple(stat * weight for weight in model.weights)
    return TestStatistic(name, stat, standard.df, survival(stat, standard.df), shares)
