"""Fisher scoring within a trust region, finished by Newton's steps.

Scoring (Gauss-Newton for least squares) is safe far from the solution and slow near it where
the model misfits; Newton is the reverse. Both solve for a step with a symmetric matrix. The step
is held to a region in which the quadratic has proved right: in a small sample the likelihood may
fall without bound beyond a ridge, and a long first step would land there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.optimizer.objective import Objective, ObjectivePoint
from ecosurvey.sem.optimizer.trust import step_to_minimum, trust_step

_NEAR = 1e-2  # predicted gain, in units of the objective, below which Newton takes over
_PATIENCE = 12  # iterations after which it takes over in any case
_ARRIVED = 1e-15  # predicted gain below which one last step ends the search
_ROUNDING = 1e-13  # predicted gain, relative to the objective, that rounding may hide
_FLAT = 1e-6  # slope, in units of the root of the information, of a solution


@dataclass(frozen=True, slots=True)
class Solution:
    """Where a search ended.

    Attributes
    ----------
    x : (npar,) array
    converged : bool
    iterations : int
    point : ObjectivePoint, optional
        The objective at ``x``, where the search has computed its Hessian there.
    """

    x: NDArray[np.float64]
    converged: bool
    iterations: int
    point: ObjectivePoint | None = None


def score(
    objective: Objective,
    start: NDArray[np.float64],
    basis: NDArray[np.float64],
    max_iterations: int = 300,
    radius: float = 1.0,
) -> Solution:
    """Minimize over ``start + basis @ z``.

    Parameters
    ----------
    objective : Objective
    start : (npar,) array
        Meets the linear equalities.
    basis : (npar, q) array
        Directions in which x may move.
    max_iterations : int
    radius : float
        Of the first trust region, in units of the root of the expected information: a step of
        length r is expected to change the objective by r^2 / 2.
    """
    if not basis.shape[1]:
        return Solution(start, True, 0)
    point, newton = objective.at(start), False
    if not np.isfinite(point.value):
        return Solution(start, False, 0)
    known = np.zeros(basis.shape[1])
    for iteration in range(1, max_iterations + 1):
        local = _quadratic(point, basis, known, newton=newton)
        if local is None:
            return Solution(point.x, False, iteration)
        known = np.maximum(known, local.scale)
        taken = _descend(objective, point, local, radius)
        if taken.arrived and not newton:
            newton = True  # scoring cannot tell a saddle from a minimum; the Hessian can
            continue
        if taken.arrived or taken.point is None:
            return Solution(taken.x, taken.arrived, iteration)
        near = taken.gain < _NEAR * objective.unit
        radius, newton = taken.radius, near or iteration >= _PATIENCE
        point = taken.point
    return Solution(point.x, False, max_iterations)


def gain_left(point: ObjectivePoint, basis: NDArray[np.float64]) -> float:
    """Return what Newton's step promises; infinite where the Hessian is not positive definite."""
    local = _quadratic(point, basis, np.zeros(basis.shape[1]), newton=True)
    step = None if local is None else step_to_minimum(local.matrix, local.slope)
    if local is None or step is None:
        return float("inf")
    return float(-local.slope @ step) / 2


@dataclass(frozen=True, slots=True)
class _Quadratic:
    """The objective near a point, in coordinates that make the diagonal of its matrix 1."""

    matrix: NDArray[np.float64]
    slope: NDArray[np.float64]
    scale: NDArray[np.float64]
    basis: NDArray[np.float64]

    def move(self, step: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a step of these coordinates in x."""
        unscaled = step / self.scale
        return unscaled if _is_identity(self.basis) else self.basis @ unscaled


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of an attempt: a better point, or the news that there is none."""

    x: NDArray[np.float64]
    arrived: bool
    point: ObjectivePoint | None = None
    gain: float = 0.0
    radius: float = 0.0


def _quadratic(
    point: ObjectivePoint,
    basis: NDArray[np.float64],
    known: NDArray[np.float64],
    *,
    newton: bool,
) -> _Quadratic | None:
    """Return the quadratic at a point; None where it is not finite.

    A direction that the data lose sight of here keeps the scale it was ``known`` to have: no
    scale is compared with that of another direction, whose variables may have any unit.
    """
    gradient = point.gradient() if _is_identity(basis) else basis.T @ point.gradient()
    matrix = _reduce(point.hessian() if newton else point.scoring_matrix(), basis)
    diagonal = np.diag(matrix)
    if newton and diagonal.min() <= 0:  # the expected Hessian knows the units all the same
        diagonal = np.diag(_reduce(point.scoring_matrix(), basis))
    scale = np.sqrt(np.maximum(diagonal, 0.0))
    scale = np.maximum(scale, 1e-6 * known)
    scale = np.where(scale > 0, scale, scale.max())
    if not (np.isfinite(matrix).all() and np.isfinite(gradient).all() and scale.all()):
        return None
    return _Quadratic(matrix / np.outer(scale, scale), gradient / scale, scale, basis)


def _descend(
    objective: Objective, point: ObjectivePoint, local: _Quadratic, radius: float
) -> _Taken:
    """Take the best step within the region, which shrinks until the step gains."""
    while radius > 1e-12:
        step = trust_step(local.matrix, local.slope, radius)
        gain = float(-local.slope @ step - 0.5 * step @ local.matrix @ step)
        length = float(np.linalg.norm(step))
        inside = length < 0.99 * radius
        move = local.move(step)
        if inside and gain < _ARRIVED * objective.unit:
            return _Taken(_last_step(objective, point, move), True)
        tried = objective.at(point.x + move)
        ratio = (point.value - tried.value) / gain if gain > 0 else -1.0
        if tried.value < point.value and ratio > 1e-3:
            if ratio < 0.25:
                radius = 0.5 * length
            elif ratio > 0.7 and not inside:
                radius = min(2.0 * radius, 20.0)
            return _Taken(tried.x, False, tried, gain, radius)
        if gain < _ROUNDING * max(objective.unit, abs(point.value)):
            arrived = bool(np.abs(local.slope).max() < _FLAT * np.sqrt(objective.unit))
            return _Taken(_last_step(objective, point, move), arrived)
        radius = 0.25 * min(length, radius)
    return _Taken(point.x, False)


def _last_step(
    objective: Objective, point: ObjectivePoint, move: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return x after one full step, unless the value rises by more than rounding."""
    last = objective.at(point.x + move)
    slack = 1e-14 * max(objective.unit, abs(point.value))
    return point.x + move if last.value <= point.value + slack else point.x


def _is_identity(basis: NDArray[np.float64]) -> bool:
    """Tell whether nothing is held equal: the basis is then the identity."""
    return bool(basis.shape[0] == basis.shape[1])


def _reduce(matrix: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float64]:
    return matrix if _is_identity(basis) else basis.T @ matrix @ basis
