"""Standardized solutions, with standard errors of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError, check_choice
from ecosurvey.sem.estimates import Estimates, delta_method
from ecosurvey.sem.fit import Fit, Model, implied_group
from ecosurvey.sem.implied import (
    MATRICES,
    Cells,
    Derived,
    Directions,
    Implied,
    Layout,
    Matrices,
    complete,
    derived_moves,
    directions,
    inverse,
    matrices,
)
from ecosurvey.sem.syntax.expression import dual, parse_expression
from ecosurvey.sem.types import ParameterTable

Floats = NDArray[np.float64]
Standardization = Literal["std_all", "std_lv", "std_nox"]
STANDARDIZATIONS: tuple[Standardization, ...] = ("std_all", "std_lv", "std_nox")
_ROUNDING = 1e-13  # of the terms' size: a slope below it is zero, as of a variance fixed to 1
_LAMBDA, _BETA, _PSI, _THETA, _NU, _ALPHA, _TAU, _DELTA = range(len(MATRICES))


def standardized(fit: Fit, kind: Standardization = "std_all", level: float = 0.95) -> Estimates:
    r"""Standardize every row of the parameter table.

    A loading or regression of i on j becomes :math:`\theta\,sd_j/sd_i`, a variance
    :math:`\theta/var_i`, a covariance the correlation of what it joins (of the residuals, where
    these are residuals), an intercept :math:`\theta/sd_i`, all SDs model-implied. Definitions
    are evaluated at the standardized values, as lavaan does.

    Parameters
    ----------
    fit : Fit
    kind : {"std_all", "std_lv", "std_nox"}
        Standardize all variables, the latent ones only, or all but the fixed covariates.
    level : float
        Of the confidence intervals.

    Returns
    -------
    Estimates
        One entry a row of ``fit.model.table``; NaN for constraints.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, p. 349; standard errors by the
    delta method with the scaling variances taken as functions of the parameters. In lavaan:
    ``standardizedSolution(fit, type="std.all")``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> found = standardized(fit)
    >>> bool(found.est[0] > 0.7), bool(found.se[0] > 0)
    (True, True)
    """
    est, jacobian = standardized_values(fit.model, fit.x, kind)
    return delta_method(est, jacobian, fit.vcov, level)


def standardized_values(
    model: Model, x: Floats, kind: Standardization = "std_all"
) -> tuple[Floats, Floats]:
    """Return the standardized value of every row, and its gradient in x.

    Returns
    -------
    values : (rows,) array
    jacobian : (rows, npar) array
    """
    check_choice("kind", kind, STANDARDIZATIONS)
    values = np.full(len(model.table), np.nan)
    jacobian = np.zeros((len(model.table), model.n_par))
    for group, layout in enumerate(model.layouts):
        scales = scales_of(model, group, x)
        found, slopes = _group_values(model, layout, scales, kind)
        values[layout.rows] = found
        jacobian[np.ix_(layout.rows, layout.parameter)] = slopes
    _define(model, values, jacobian)
    return values, jacobian


@dataclass(frozen=True, slots=True)
class Scales:
    """The variances that things are divided by, with their slopes in the group's free cells.

    Attributes
    ----------
    matrices : Matrices
    moments : Implied
    variances : (2p + 2m + 1,) array
        Of the observed, of the factors, of the factors' residuals, of the observed
        variables' residuals, and a last 1.
    slopes : (2p + 2m + 1, k) array
    derived : Derived or None
        For ordinal variables: how the variances that follow from the rest move.
    """

    matrices: Matrices
    moments: Implied
    variances: Floats
    slopes: Floats
    derived: Derived | None = None


def scales_of(model: Model, group: int, x: Floats) -> Scales:
    """Return the scaling variances of one group (from 0) at x."""
    layout = model.layouts[group]
    filled, moments = implied_group(model, group, x)
    cells = layout.free
    p, m, k = len(layout.observed), len(layout.factors), len(cells)
    moves = directions(cells, filled, moments)
    slopes = np.zeros((2 * p + 2 * m + 1, k))
    slopes[:p] = 2 * (moves.u * moves.v).T
    inner, where = _factor_moves(cells, filled, moments)
    slopes[p : p + m, where] = inner
    for matrix, first in ((_PSI, p + m), (_THETA, p + 2 * m)):
        own = np.flatnonzero((cells.matrix == matrix) & (cells.row == cells.col))
        slopes[first + cells.row[own], own] = 1.0
    derived = None
    if model.responses:
        derived = _with_derived(model, group, x, slopes, moments)
    variances = np.concatenate(
        [np.diag(moments.sigma), np.diag(moments.factor_cov), np.diag(filled.psi),
         np.diag(filled.theta), [1.0]]
    )  # fmt: skip
    return Scales(filled, moments, variances, slopes, derived)


def _with_derived(model: Model, group: int, x: Floats, slopes: Floats, moments: Implied) -> Derived:
    """Add to the slopes what ordinal variables' own variances contribute, which are not free."""
    layout, of = model.layouts[group], model.responses[group]
    p, m = len(layout.observed), len(layout.factors)
    found = complete(matrices(layout, x), of)
    derived = derived_moves(layout.free, found, of)
    theta, psi = derived.theta.T, derived.psi.T
    slopes[:p] += theta + moments.reach**2 @ psi
    slopes[p : p + m] += found.spread**2 @ psi
    slopes[p + m : p + 2 * m] += psi
    slopes[p + 2 * m : 2 * p + 2 * m] += theta
    return derived


def _factor_moves(
    cells: Cells, filled: Matrices, moments: Implied
) -> tuple[Floats, NDArray[np.intp]]:
    """Return how the factors' variances move with regressions and factor covariances."""
    moves, where = _inner_moves(cells, filled, moments)
    return 2 * (moves.u * moves.v).T, where


def _inner_moves(
    cells: Cells, filled: Matrices, moments: Implied
) -> tuple[Directions, NDArray[np.intp]]:
    """Return how the factors' moments move with regressions and factor covariances.

    The factors are treated as observed without error, so that the same derivatives serve.
    """
    m = len(filled.beta)
    where = np.flatnonzero((cells.matrix == _BETA) | (cells.matrix == _PSI))
    spread = inverse(np.eye(m) - filled.beta)
    bare = Matrices(np.eye(m), filled.beta, filled.psi, np.zeros((m, m)), np.zeros(m), filled.alpha)
    seen = Implied(
        moments.factor_cov, moments.factor_mean, spread, moments.factor_cov, moments.factor_mean
    )
    return directions(cells.take(where), bare, seen), where


def factor_directions(cells: Cells, scales: Scales, count: int) -> Floats:
    """Return how the covariances of the first factors move with each cell.

    Parameters
    ----------
    cells : Cells
        The free cells of the group.
    scales : Scales
        Of the group.
    count : int
        How many factors, from the first.

    Returns
    -------
    moves : (k, count, count) array
    """
    spread = inverse(np.eye(len(scales.matrices.beta)) - scales.matrices.beta)[:count]
    found = np.zeros((len(cells), count, count))
    moves, where = _inner_moves(cells, scales.matrices, scales.moments)
    u, v = moves.u[:, :count], moves.v[:, :count]
    half = u[:, :, None] * v[:, None, :]
    found[where] = half + half.transpose(0, 2, 1)
    if scales.derived is not None:
        found += np.einsum("ia,ka,ja->kij", spread, scales.derived.psi, spread)
    return found


def covariates(table: ParameterTable) -> tuple[str, ...]:
    """Return the observed variables that only predict, their moments fixed or estimated."""
    if table.exogenous:
        return table.exogenous
    asked = [row for row in table.rows if row.group == 1 and row.user]
    predictors = {row.rhs for row in asked if row.op == "~"}
    others = {row.lhs for row in asked} | {row.rhs for row in asked if row.op in ("=~", "~~")}
    return tuple(name for name in table.observed if name in predictors - others)


def divisors(
    layout: Layout, cells: Cells, kind: Standardization, covariates: tuple[str, ...]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return which two scaling variances each cell meets, and to which power.

    Returns
    -------
    which : (k, 2) array
        Indices into :attr:`Scales.variances`.
    power : (k, 2) array
        1/2 where it multiplies, -1/2 where it divides.
    """
    p, m = len(layout.observed), len(layout.factors)
    one = 2 * p + 2 * m
    observed = np.arange(p)
    factor = np.arange(p, p + m)
    residual = np.arange(p + m, p + 2 * m)
    error = np.arange(p + 2 * m, one)
    if kind == "std_lv":
        observed, error = np.full(p, one), np.full(p, one)
        factor[layout.n_latent :] = residual[layout.n_latent :] = one
    elif kind == "std_nox":
        for name in covariates:
            index = layout.factors.index(name) if name in layout.factors else None
            if index is not None:
                factor[index] = residual[index] = one
            observed[layout.observed.index(name)] = error[layout.observed.index(name)] = one
    which = np.full((len(cells), 2), one)
    power = np.full((len(cells), 2), -0.5)
    row, col, same = cells.row, cells.col, cells.row == cells.col
    for matrix, first, second in (
        (_LAMBDA, factor, observed),
        (_BETA, factor, factor),
    ):
        here = cells.matrix == matrix
        which[here, 0], which[here, 1] = first[col[here]], second[row[here]]
        power[here, 0] = 0.5
    for matrix, whole, rest in ((_PSI, factor, residual), (_THETA, observed, error)):
        for here, scale in (
            ((cells.matrix == matrix) & same, whole),
            ((cells.matrix == matrix) & ~same, rest),
        ):
            which[here, 0], which[here, 1] = scale[row[here]], scale[col[here]]
    for matrix, scale in ((_NU, observed), (_ALPHA, factor)):
        here = cells.matrix == matrix
        which[here, 0] = scale[row[here]]
    if layout.thresholds:
        here = cells.matrix == _TAU
        names = [layout.thresholds[cut][0] for cut in row[here]]
        which[here, 0] = observed[[layout.observed.index(name) for name in names]]
    return which, power


def cell_values(matrices: Matrices, cells: Cells) -> Floats:
    """Return what stands in the cells."""
    values = np.zeros(len(cells))
    for index, array in enumerate(matrices.arrays()):
        here = cells.matrix == index
        row, col = cells.row[here], cells.col[here]
        values[here] = array[row] if array.ndim == 1 else array[row, col]
    return values


def _group_values(
    model: Model, layout: Layout, scales: Scales, kind: Standardization
) -> tuple[Floats, Floats]:
    which, power = divisors(layout, layout.cells, kind, covariates(model.table))
    values = cell_values(scales.matrices, layout.cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = np.where(scales.variances > 0, scales.variances, np.nan)
        factor = np.prod(variances[which] ** power, axis=1)
        relative = power[:, :, None] * (scales.slopes / variances[:, None])[which]
        slopes = (values * factor)[:, None] * relative.sum(axis=1)
        size = np.abs(values * factor)[:, None] * np.abs(relative).sum(axis=1)
    free = {number: index for index, number in enumerate(layout.parameter)}
    for index, row in enumerate(layout.rows):
        number = model.table.rows[row].free
        if number:
            slopes[index, free[number - 1]] += factor[index]
            size[index, free[number - 1]] += abs(factor[index])
    if scales.derived is not None:
        _move_derived(model, layout, scales.derived, factor, slopes)
        if kind != "std_lv":  # responses of variance 1 have a scale of 1
            scale = layout.cells.matrix == _DELTA
            values, slopes = np.where(scale, 1 / factor, values), slopes * ~scale[:, None]
    slopes[np.abs(slopes) < _ROUNDING * size] = 0.0
    return values * factor, slopes


def _move_derived(
    model: Model, layout: Layout, derived: Derived, factor: Floats, slopes: Floats
) -> None:
    """Add the moves of residual variances that no parameter is but that follow from the rest."""
    for index, row in enumerate(layout.rows):
        if model.table.rows[row].free:
            continue
        at = layout.cells.row[index]
        if layout.cells.matrix[index] == _THETA and at == layout.cells.col[index]:
            slopes[index] += factor[index] * derived.theta[:, at]
        elif layout.cells.matrix[index] == _PSI and at == layout.cells.col[index]:
            slopes[index] += factor[index] * derived.psi[:, at]


def _define(model: Model, values: Floats, jacobian: Floats) -> None:
    """Evaluate definitions at the standardized values of the labels."""
    rows = model.table.rows
    if not any(row.op == ":=" for row in rows):
        return
    named: dict[str, tuple[float, Floats | None]] = {}
    for index, row in enumerate(rows):
        for name in (row.plabel, row.label):
            if name and row.group > 0 and name not in named:
                named[name] = float(values[index]), jacobian[index]
    for index, row in enumerate(rows):
        if row.op != ":=":
            continue
        try:
            value, gradient = dual(
                parse_expression(row.rhs),
                named,
            )
        except EcosurveyError:  # no finite value at the standardized parameters: stays NaN
            jacobian[index] = np.nan
            continue
        values[index] = value
        if gradient is not None:
            jacobian[index] = gradient
        named[row.lhs] = value, gradient
