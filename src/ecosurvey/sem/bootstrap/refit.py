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
from ecosurvey.sem.bootstrap.stacks import fixed_cells
from ecosurvey.sem.bootstrap.together import search_together
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
from ecosurvey.sem.optimizer.learnt import Move, downhill, with_move

Floats = NDArray[np.float64]
Reason = Literal["", "singular_moments", "not_converged", "data"]

_ARRIVED = 1e-12  # predicted gain of the last step: a few millionths of a standard error
_ROUNDING = 1e-12  # of the objective, by which its two ways of computing may differ
_PATIENCE = 40  # quick steps before the slow search takes over


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

    def by_counts(
        self, rows: Sequence[RowSource], counts: Sequence[Floats]
    ) -> list[Replicate | None]:
        """Fit the model to many samples of rows drawn so often.

        Parameters
        ----------
        rows : sequence of RowSource
        counts : sequence of (b, n) arrays
            One entry a group.

        Returns
        -------
        list of Replicate or None
            None where the quick steps stray and :meth:`at` must search.
        """
        fixed = fixed_values(self.model)
        none = Replicate(np.full(self.model.n_par, nan), fixed, reason="singular_moments")
        answered = np.all(
            [one.answered(count) for one, count in zip(rows, counts, strict=True)], axis=0
        )
        found: list[Replicate | None] = [none] * len(answered)
        places = np.flatnonzero(answered)
        x, arrived = self._together(rows, [count[answered] for count in counts])
        for at, own, there in zip(places, x, arrived, strict=True):
            found[at] = Replicate(own, fixed) if there else None
        return found

    def _together(
        self, rows: Sequence[RowSource], counts: Sequence[Floats]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the solutions of samples by quick steps, and which arrived."""
        many = len(counts[0])
        if not many:
            return np.empty((0, self.model.n_par)), np.empty(0, dtype=bool)
        drawn = [one.drawn(count) for one, count in zip(rows, counts, strict=True)]
        slopes = self._first_slopes(rows, counts)
        try:
            return search_together(self.model, drawn, self.x, self.spread, slopes)
        except np.linalg.LinAlgError:  # one of them strayed: each by itself
            if many == 1:
                return self.x[None], np.zeros(1, dtype=bool)
        each = [self._together(rows, [one[at : at + 1] for one in counts]) for at in range(many)]
        return np.concatenate([x for x, _ in each]), np.concatenate([there for _, there in each])

    def _first_slopes(self, rows: Sequence[RowSource], counts: Sequence[Floats]) -> Floats | None:
        """Return the gradients of drawn samples at the estimates, from those of their rows."""
        total = np.zeros((len(counts[0]), self.model.n_par))
        each = zip(self.model.layouts, self.model.weights, rows, counts, strict=True)
        for place, share, one, count in each:
            found = one.first_slopes(count)
            if found is None:
                return None
            total[:, place.parameter] += share * found
        return total

    def _near(self, aim: Objective | ResponseObjective) -> Floats | None:
        """Return the solution by quasi-Newton steps from the estimates, None if they stray."""
        if not self.quick:
            return None
        try:
            x = _quasi_newton(aim, self.x, self.spread)
        except np.linalg.LinAlgError:
            return None
        if x is None:
            return None
        before = aim.at(self.x).value
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
    moves: list[Move] = []
    for _ in range(_PATIENCE):
        step = -downhill(moves, slope, lambda turned: spread @ turned)
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
            moves = with_move(moves, Move(step, change, 1 / along))
        slope = ahead
    return None


def _slope(aim: Objective, x: Floats) -> Floats:
    """Return the gradient, of moments by the quicker way."""
    if isinstance(aim, ResponseObjective):
        return aim.at(x).gradient()
    return gradient(aim.model, aim.losses, x)
