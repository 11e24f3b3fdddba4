"""Fisher scoring with step control, finished by Newton's steps.

Scoring (Gauss-Newton for least squares) is safe far from the solution and slow near it where
the model misfits; Newton is the reverse. Both solve for a step with a symmetric matrix, so the
Hessian takes over once the predicted gain is small and it is positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.optimizer.objective import Objective, ObjectivePoint

_NEAR = 1e-2  # predicted gain, in units of the objective, below which Newton takes over
_ARRIVED = 1e-15  # predicted gain below which one last step ends the search
_STUCK = 1e-9  # predicted gain below which rounding may prevent any further gain


@dataclass(frozen=True, slots=True)
class Solution:
    """Where a search ended.

    Attributes
    ----------
    x : (npar,) array
    converged : bool
    iterations : int
    """

    x: NDArray[np.float64]
    converged: bool
    iterations: int


def score(
    objective: Objective,
    start: NDArray[np.float64],
    basis: NDArray[np.float64],
    max_iterations: int = 500,
) -> Solution:
    """Minimize over ``start + basis @ z``.

    Parameters
    ----------
    objective : Objective
    start : (npar,) array
        Meets the linear equalities.
    basis : (npar, q) array
        Directions in which x may move.
    """
    if not basis.shape[1]:
        return Solution(start, True, 0)
    free = basis.shape[0] == basis.shape[1]  # then the basis is the identity
    x, newton = start, False
    point = objective.at(x)
    for iteration in range(1, max_iterations + 1):
        gradient = point.gradient()
        reduced = gradient if free else basis.T @ gradient
        step = None
        if newton:
            step = _solve(_reduce(point.hessian(), basis, free), reduced, ridge=False)
        if step is None:
            step = _solve(_reduce(point.scoring_matrix(), basis, free), reduced, ridge=True)
        if step is None:
            return Solution(x, False, iteration)
        gain = float(-reduced @ step)
        move = step if free else basis @ step
        if gain < _ARRIVED:
            return Solution(_last_step(objective, point, move), True, iteration)
        newton = gain < _NEAR
        found = _search(objective, point, move, gain)
        if found is None and gain < _STUCK:
            return Solution(_last_step(objective, point, move), True, iteration)
        if found is None:
            return Solution(x, False, iteration)
        point, x = found, found.x
    return Solution(x, False, max_iterations)


def _search(
    objective: Objective, point: ObjectivePoint, move: NDArray[np.float64], gain: float
) -> ObjectivePoint | None:
    """Return the first point along the step, halved as needed, that gains enough.

    None once the gain asked for drowns in rounding: the value then has no more to tell.
    """
    length = 1.0
    rounding = 1e-16 * abs(point.value)
    for _ in range(40):
        tried = objective.at(point.x + length * move)
        asked = 1e-4 * length * gain
        if tried.value < point.value and tried.value <= point.value - asked:
            return tried
        if asked < rounding:
            return None
        length /= 2
    return None


def _last_step(
    objective: Objective, point: ObjectivePoint, move: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return x after one full step, unless the value rises by more than rounding."""
    last = objective.at(point.x + move)
    slack = 1e-14 * max(1.0, abs(point.value))
    return point.x + move if last.value <= point.value + slack else point.x


def _reduce(
    matrix: NDArray[np.float64], basis: NDArray[np.float64], free: bool
) -> NDArray[np.float64]:
    return matrix if free else basis.T @ matrix @ basis


def _solve(
    matrix: NDArray[np.float64], gradient: NDArray[np.float64], *, ridge: bool
) -> NDArray[np.float64] | None:
    """Return -matrix^-1 gradient for a positive definite matrix, a ridge added if allowed."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    if not np.isfinite(matrix).all():
        return None
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    scaled = matrix / np.outer(scale, scale)
    added = 0.0
    for _ in range(12 if ridge else 1):
        try:
            factor = cho_factor(scaled + added * np.eye(len(scaled)), lower=True)
        except LinAlgError:
            added = max(10 * added, 1e-8)
            continue
        if ridge and added == 0.0 and np.abs(np.diag(factor[0])).min() < 1e-7:
            added = 1e-8  # all but singular: a free step would run away
            continue
        step: NDArray[np.float64] = -cho_solve(factor, gradient / scale) / scale
        return step
    return None
