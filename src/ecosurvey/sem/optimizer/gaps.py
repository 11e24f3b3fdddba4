"""The search for rows with gaps where one Hessian costs many gradients: it needs one, at the end.

Estimates from the saturated moments, taken as those of complete rows, lie a fraction of a
standard error away and cost next to nothing (two-stage likelihood: Yuan & Bentler 2000). From
there limited-memory BFGS (Nocedal 1980), whose first guess is the curvature of complete rows,
gains about three digits of the likelihood a step. The Hessian at its end tells a minimum from a
saddle, and serves the standard errors.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.optimizer.learnt import Move, downhill, with_move
from ecosurvey.sem.optimizer.objective import Objective, ObjectivePoint, moment_objective
from ecosurvey.sem.optimizer.scoring import Solution, gain_left, score

Floats = NDArray[np.float64]

_MUCH = 3e7  # products that make up a Hessian, above which this search is the quicker one
_THERE = 1e-20  # gain left, in units of the objective: 1e-8 standard errors of a thousand rows
_STILL = 1e-17  # gain that Newton's step at the end may still promise
_ROUNDING = 1e-11  # by which the likelihood may seem to fall
_PATIENCE = 40


def hessian_is_costly(model: Model) -> bool:
    """Tell whether the pairs of gaps make the Hessian of a model much work."""
    pairs = 0
    for moments in model.moments:
        for batch in moments.rows.batches if moments.rows is not None else ():
            count, gaps = batch.missing.shape
            pairs += count * gaps * (gaps + 1) // 2
    return pairs * model.n_par**2 > _MUCH


def search_with_gaps(objective: Objective, start: Floats, basis: Floats) -> Solution | None:
    """Minimize over ``start + basis @ z``; None where these steps do not arrive.

    Parameters
    ----------
    objective : Objective
        The full-information likelihood.
    start : (npar,) array
        Meets the linear equalities.
    basis : (npar, q) array
    """
    model = objective.model
    complete = replace(model, moments=tuple(replace(one, rows=None) for one in model.moments))
    aim = moment_objective(complete, "ML")
    near = score(aim, start, basis)
    if not near.converged or not basis.shape[1]:
        return None
    try:
        curvature = basis.T @ aim.at(near.x).hessian() @ basis
        root = np.asarray(np.linalg.cholesky(curvature), dtype=float)
        found = _descend(objective, near.x, basis, root)
    except np.linalg.LinAlgError:
        return None
    if found is None or not gain_left(found[0], basis) < _STILL:
        return None
    return Solution(found[0].x, True, near.iterations + found[1], found[0])


def confirmed(objective: Objective, x: Floats) -> Solution | None:
    """Return what should be the solution already as one, if there is nothing left to search."""
    point, basis = objective.at(x), objective.model.constraints.basis
    if not basis.shape[1] or not np.isfinite(point.value) or not gain_left(point, basis) < _STILL:
        return None
    return Solution(x, True, 1, point)


def _descend(
    objective: Objective, x: Floats, basis: Floats, root: Floats
) -> tuple[ObjectivePoint, int] | None:
    """Return the solution and the number of steps to it; None if the likelihood ever falls."""
    from scipy.linalg import cho_solve

    def guess(slope: Floats) -> Floats:
        return np.asarray(cho_solve((root, True), slope, check_finite=False))

    point = objective.at(x)
    slope = basis.T @ point.gradient()
    moves: list[Move] = []
    for count in range(_PATIENCE):
        step = -downhill(moves, slope, guess)
        gain = -0.5 * float(slope @ step)
        if gain < _THERE:
            return point, count
        ahead = objective.at(point.x + basis @ step)
        if not ahead.value <= point.value + _ROUNDING * max(1.0, abs(point.value)):
            return None
        steeper = basis.T @ ahead.gradient()
        change = steeper - slope
        along = float(step @ change)
        if not along > 0:
            return None
        moves = with_move(moves, Move(step, change, 1 / along))
        point, slope = ahead, steeper
    return None
