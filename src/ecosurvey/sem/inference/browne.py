"""Browne's residual-based tests: no discrepancy function, only residuals and their variance."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np

from ecosurvey.core import OptionError, Text
from ecosurvey.sem.fit import Method, Model, TestStatistic
from ecosurvey.sem.inference.statistic import survival
from ecosurvey.sem.inference.vcov import divisor, free_basis
from ecosurvey.sem.loss import GeneralizedLeastSquares, Loss, WeightedLeastSquares
from ecosurvey.sem.optimizer import Objective, ObjectivePoint

_LOSS: dict[str, Callable[..., Loss]] = {
    "browne.residual.nt": GeneralizedLeastSquares,
    "browne.residual.adf": WeightedLeastSquares,
}
_MODEL = ".model"
BROWNE = (*_LOSS, *(f"{name}{_MODEL}" for name in _LOSS))


def browne_test(
    name: str, point: ObjectivePoint, method: Method, standard: TestStatistic
) -> TestStatistic:
    """Return N r'(G - G J (J'G J)^-1 J'G) r (Browne 1984, eq. 2.20), r the residual moments.

    G is the inverse sampling covariance of the moments: by normal theory at the sample
    (``nt``), or of any distribution (``adf``), or either around the moments of the model
    (``.model``). It is the weighted-squares loss at the solution, less what one more step of that
    loss would gain.

    Raises
    ------
    OptionError
        For ``adf.model`` with fixed covariates, of which the model says nothing; for rows with
        gaps, or ordinal or weighted ones.
    """
    _refuse(name, point.of.model)
    if standard.df < 0 or point.groups is None:
        return TestStatistic(name, nan, standard.df, nan)
    kind = _LOSS[name.removesuffix(_MODEL)]
    losses = tuple(
        kind(
            moments, meanstructure=point.of.model.meanstructure,
            at=implied if name.endswith(_MODEL) else None,
        )
        for moments, (_, implied, _) in zip(point.of.model.moments, point.groups, strict=True)
    )  # fmt: skip
    squares = Objective(point.of.model, losses).at(point.x)
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
    if basis.shape[0] == basis.shape[1]:  # nothing ties the groups together
        shares = tuple(
            value - float(slope[own] @ inverse[np.ix_(own, own)] @ slope[own])
            for value, own in zip(values, (each.parameter for each in model.layouts), strict=True)
        )
    return TestStatistic(name, stat, standard.df, survival(stat, standard.df), shares)


def _refuse(name: str, model: Model) -> None:
    if model.responses or any(m.rows is not None or m.design is not None for m in model.moments):
        raise OptionError(
            Text(
                f"test={name!r} is for complete, unweighted rows of continuous variables",
                f"test={name!r} 只用于连续变量的完整、未加权的数据",
            ),
            fix=Text("Leave test= out.", "请去掉 test=。"),
        )
    if name == "browne.residual.adf.model" and len(model.exogenous):
        raise OptionError(
            Text(f"test={name!r} is not for fixed covariates", f"test={name!r} 不适用于固定协变量"),
            fix=Text("Use fixed_x=False, or the nt test.", "请使用 fixed_x=False，或nt检验。"),
        )
