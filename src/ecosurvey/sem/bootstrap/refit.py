"""One replicate: the model fitted again to moments near those that it was fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.bootstrap.gradient import gradient
from ecosurvey.sem.bootstrap.redrawn_rows import RowSource
from ecosurvey.sem.estimate import build_model
from ecosurvey.sem.fit import Fit, Model
from ecosurvey.sem.inference import free_basis, invert
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import (
    Objective,
    ResponseObjective,
    objective,
    search,
    start_values,
)

Floats = NDArray[np.float64]
Reason = Literal["", "singular_moments", "not_converged", "data"]

_ARRIVED = 1e-12  # predicted gain of the last step: a few millionths of a standard error
_ROUNDING = 1e-12  # of the objective, by which its two ways of computing may differ
_PATIENCE = 40  # quick steps before the slow search takes over
_MEMORY = 12  # steps that the curvature is learnt from


@dataclass(frozen=True, slots=True)
class Replicate:
    """What one replicate gave.

    Attributes
    ----------
    x : (npar,) array
        NaN if it failed.
    fixed : tuple of arrays
        Each group's moments of fixed covariates, in the order of :func:`fixed_cells`.
    value : float
        The objective at ``x``, where asked for.
    reason : str
        Why it failed; empty if it did not.
    """

    x: Floats
    fixed: tuple[Floats, ...]
    value: float = nan
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Refit:
    """A fitted model, ready to be fitted again.

    Attributes
    ----------
    model : Model
    loss : str
    x : (npar,) array
        The estimates, where every search begins.
    spread : (npar, npar) array
        The inverse of the objective's Hessian there, along the directions that constraints
        leave free: the first guess at every replicate's.
    quick : bool
        Whether steps with that guess can find the solution; nonlinear constraints need more.
    """

    model: Model
    loss: str
    x: Floats
    spread: Floats
    quick: bool

    def at(self, moments: Sequence[Moments], *, value: bool = False) -> Replicate:
        """Fit the model to other moments, one a group."""
        model = model_at(self.model, moments)
        none = Replicate(np.full(model.n_par, nan), fixed_values(model))
        if any(not _definite(group) for group in moments):
            return replace(none, reason="singular_moments")
        aim = objective(model, self.loss)
        x = self._near(aim)
        if x is None:
            x = _from_afar(aim, self.x)
        if x is None:
            return replace(none, reason="not_converged")
        return Replicate(x, none.fixed, aim.at(x).value if value else nan)

    def by_counts(self, rows: Sequence[RowSource], counts: Sequence[Floats]) -> Replicate | None:
        """Fit the model to rows drawn so often, one array of counts a group.

        Returns
        -------
        Replicate or None
            None where the quick steps stray and :meth:`at` must search.
        """
        drawn = [one.drawn(count) for one, count in zip(rows, counts, strict=True)]
        losses = tuple(loss for loss in drawn if loss is not None)
        fixed = fixed_values(self.model)
        if len(losses) < len(drawn):
            none = np.full(self.model.n_par, nan)
            return Replicate(none, fixed, reason="singular_moments")
        before = sum(
            share * float(count @ one.values) / float(count.sum())
            for share, one, count in zip(self.model.weights, rows, counts, strict=True)
        )
        x = self._near(Objective(self.model, losses), before)
        return None if x is None else Replicate(x, fixed)

    def _near(self, aim: Objective, before: float | None = None) -> Floats | None:
        """Return the solution by quasi-Newton steps from the estimates, None if they stray.

        ``before`` is the objective at the estimates, where it is known.
        """
        if not self.quick:
            return None
        try:
            x = _quasi_newton(aim, self.x, self.spread)
        except np.linalg.LinAlgError:
            return None
        if x is None:
            return None
        before = aim.at(self.x).value if before is None else before
        if not aim.at(x).value <= before + _ROUNDING * abs(before):
            return None
        return x


def refit_of(fit: Fit) -> Refit:
    """Return what is needed to fit a model again, many times."""
    model = fit.model
    point = objective(model, fit.method.loss).at(fit.x)
    held = model.constraints
    quick = not (held.equalities or held.inequalities or held.bounded)
    inverse = invert(point.hessian(), free_basis(point))
    return Refit(model, fit.method.loss, fit.x, inverse.matrix, quick and not inverse.singular)


def model_at(model: Model, moments: Sequence[Moments]) -> Model:
    """Return the model beside other moments, those of fixed covariates filled in anew."""
    if model.table.exogenous:
        return build_model(model.table, moments)
    return replace(model, moments=tuple(moments))


def fixed_cells(model: Model, group: int) -> NDArray[np.intp]:
    """Return which of a group's placed rows are moments of fixed covariates."""
    rows = model.table.rows
    return np.array(
        [at for at, row in enumerate(model.layouts[group].rows) if rows[row].exo], dtype=np.intp
    )


def fixed_values(model: Model) -> tuple[Floats, ...]:
    """Return the moments of fixed covariates that the model holds, one array a group."""
    found = []
    for group, place in enumerate(model.layouts):
        cells = place.cells.take(fixed_cells(model, group))
        arrays = place.base.arrays()
        found.append(
            np.array(
                [
                    arrays[matrix][row] if arrays[matrix].ndim == 1 else arrays[matrix][row, col]
                    for matrix, row, col in zip(cells.matrix, cells.row, cells.col, strict=True)
                ]
            )
        )
    return tuple(found)


def _definite(moments: Moments) -> bool:
    if moments.ordinal is not None:
        return bool(np.isfinite(moments.ordinal.values).all())
    if moments.rows is not None:
        return bool(moments.rows.observed.any(axis=0).all())
    try:
        pivots = np.diag(np.linalg.cholesky(moments.cov))
    except np.linalg.LinAlgError:
        return False
    return bool(pivots.min() > 1e-8 * pivots.max())


def _from_afar(aim: Objective, start: Floats) -> Floats | None:
    """Return the solution by the engine's own search, from the estimates or from scratch."""
    for first in (start, start_values(aim.model)):
        try:
            found = search(aim, first, thorough=False)
        except np.linalg.LinAlgError:  # a step to where nothing can be inverted
            continue
        if found.converged:
            return found.x
    return None


def _quasi_newton(aim: Objective, start: Floats, spread: Floats) -> Floats | None:
    """Return a zero of the gradient near ``start``, None if the steps do not shrink.

    Limited-memory BFGS (Nocedal 1980) whose first guess is the inverse Hessian of the original
    sample: near the solution, so every step is a full one and costs a gradient only.
    """
    x = start
    slope = _slope(aim, x)
    moves: list[tuple[Floats, Floats, float]] = []
    for _ in range(_PATIENCE):
        step = -_applied(spread, moves, slope)
        gain = -float(slope @ step)
        if not np.isfinite(gain) or gain > 1.0:
            return None
        x = x + step
        if gain < _ARRIVED:
            return x
        ahead = _slope(aim, x)
        change = ahead - slope
        along = float(step @ change)
        if along > 0:
            moves = [*moves[1 - _MEMORY :], (step, change, along)]
        slope = ahead
    return None


def _slope(aim: Objective, x: Floats) -> Floats:
    """Return the gradient, of moments by the quicker way."""
    if isinstance(aim, ResponseObjective):
        return aim.at(x).gradient()
    return gradient(aim.model, aim.losses, x)


def _applied(spread: Floats, moves: list[tuple[Floats, Floats, float]], slope: Floats) -> Floats:
    """Return the learnt inverse Hessian times the slope."""
    turned, weights = slope, []
    for step, change, along in reversed(moves):
        weight = float(step @ turned) / along
        weights.append(weight)
        turned = turned - weight * change
    found = spread @ turned
    for (step, change, along), weight in zip(moves, reversed(weights), strict=True):
        found = found + (weight - float(change @ found) / along) * step
    return found
