"""Search under nonlinear equalities, inequalities and bounds.

scipy's SLSQP finds which inequalities bind; Newton's steps on the Lagrangian of those then
bring the solution to the precision of the unconstrained search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.optimizer.constraints import difference, named_values
from ecosurvey.sem.optimizer.gaps import hessian_is_costly, search_with_gaps
from ecosurvey.sem.optimizer.objective import Objective
from ecosurvey.sem.optimizer.quasi_newton import quasi_newton
from ecosurvey.sem.optimizer.scoring import Solution, score
from ecosurvey.sem.optimizer.start import plain_start

_BINDING = 1e-6
_FURTHER = 100  # steps from where quasi-Newton ended: it ends near a solution, or at none
_BRIEFLY = 2  # other searches where there are thousands to do
_WORSE = 0.05  # a solution so much above a value already seen is not the one looked for


@dataclass(frozen=True, slots=True)
class Side:
    """What must hold at one x.

    Attributes
    ----------
    values : (c,) array
        Zero for equalities, at least zero for inequalities.
    gradients : (c, npar) array
    n_equal : int
        How many of them, the first, are equalities.
    """

    values: NDArray[np.float64]
    gradients: NDArray[np.float64]
    n_equal: int


def side_conditions(model: Model, x: NDArray[np.float64]) -> Side:
    """Return nonlinear equalities, then inequalities and bounds, at ``x``."""
    table, size = model.table, model.n_par
    held = model.constraints
    if not (held.equalities or held.inequalities or held.bounded):
        return Side(np.empty(0), np.empty((0, size)), 0)
    values: list[float] = []
    gradients: list[NDArray[np.float64]] = []
    if held.equalities or held.inequalities:
        named = named_values(table, x)
        for index in (*held.equalities, *held.inequalities):
            row = table.rows[index]
            value, gradient = difference(row, named, size)
            sign = -1.0 if row.op == "<" else 1.0
            values.append(sign * value)
            gradients.append(sign * gradient)
    for index in held.bounded:
        row = table.rows[index]
        for bound, sign in ((row.lower, 1.0), (row.upper, -1.0)):
            if np.isfinite(bound):
                gradient = np.zeros(size)
                gradient[row.free - 1] = sign
                values.append(sign * (float(x[row.free - 1]) - bound))
                gradients.append(gradient)
    return Side(
        np.array(values), np.array(gradients).reshape(len(values), size), len(held.equalities)
    )


def search(objective: Objective, start: NDArray[np.float64], *, thorough: bool = True) -> Solution:
    """Minimize the objective under all constraints of its model.

    Where the search does not arrive it begins anew elsewhere; a ``thorough`` one more often, as a
    study's model deserves, and a replicate of a simulation does not.
    """
    model = objective.model
    side = side_conditions(model, start)
    if not side.n_equal:
        free = _search_freely(objective, start, thorough=thorough)
        if not len(side.values) or (
            free.converged and side_conditions(model, free.x).values.min() >= 0
        ):
            return free
        start = free.x if free.converged else start
    return _polish(objective, _slsqp(objective, start))


def _search_freely(objective: Objective, start: NDArray[np.float64], *, thorough: bool) -> Solution:
    """Search from the start; where that does not arrive, from plainer ones and more shyly.

    In small samples a good guess may lie beyond a ridge from which the likelihood only falls, as
    a loading grows without bound; and a bold step may leave the basin that quasi-Newton's small
    ones stay in. Each attempt costs only where those before it failed.
    """
    basis = objective.model.constraints.basis
    if hessian_is_costly(objective.model):
        quick = search_with_gaps(objective, start, basis)
        if quick is not None:
            return quick
    first = score(objective, start, basis)
    if first.converged:
        return first
    reached = objective.at(first.x).value + _WORSE
    for attempt in islice(_attempts(objective, start), None if thorough else _BRIEFLY):
        if attempt.converged and objective.at(attempt.x).value <= reached:
            return attempt
    return first


def _attempts(objective: Objective, start: NDArray[np.float64]) -> Iterator[Solution]:
    """Yield what other searches find, the more expensive ones last."""
    model, basis = objective.model, objective.model.constraints.basis
    plain = plain_start(model)
    yield score(objective, plain, basis, radius=0.1)
    yield score(objective, quasi_newton(objective, start, basis), basis, _FURTHER)
    shy = quasi_newton(objective, plain_start(model, shy=True), basis, scaled=True)
    yield score(objective, shy, basis, _FURTHER)
    yield score(objective, quasi_newton(objective, plain, basis), basis, _FURTHER)


def _slsqp(objective: Objective, start: NDArray[np.float64]) -> Solution:
    from scipy.optimize import NonlinearConstraint, minimize

    model = objective.model
    basis = model.constraints.basis
    n_equal = len(model.constraints.equalities)

    def at(z: NDArray[np.float64]) -> NDArray[np.float64]:
        return start + basis @ z

    def value(z: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        point = objective.at(at(z))
        if not np.isfinite(point.value):
            return 1e10, np.zeros(len(z))
        return point.value, basis.T @ point.gradient()

    def values_of(z: NDArray[np.float64]) -> NDArray[np.float64]:
        return side_conditions(model, at(z)).values

    def gradients_of(z: NDArray[np.float64]) -> NDArray[np.float64]:
        return side_conditions(model, at(z)).gradients @ basis

    count = len(side_conditions(model, start).values)
    upper = np.where(np.arange(count) < n_equal, 0.0, np.inf)
    conditions = NonlinearConstraint(values_of, np.zeros(count), upper, jac=gradients_of)
    found = minimize(
        value,
        np.zeros(basis.shape[1]),
        jac=True,
        method="SLSQP",
        constraints=[conditions],
        options={"ftol": 1e-13, "maxiter": 2000},
    )
    return Solution(at(found.x), bool(found.success), int(found.nit))


def binding(model: Model, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gradients of the nonlinear equalities and of the inequalities that bind."""
    side = side_conditions(model, x)
    held = np.abs(side.values) <= _BINDING
    held[: side.n_equal] = True
    return side.gradients[held]


def _polish(objective: Objective, rough: Solution) -> Solution:
    """Solve the Karush-Kuhn-Tucker equations of the binding conditions by Newton's method."""
    model, basis = objective.model, objective.model.constraints.basis
    x = rough.x
    side = side_conditions(model, x)
    held = np.abs(side.values) <= 1e-5
    held[: side.n_equal] = True
    for _ in range(20):
        point = objective.at(x)
        if not np.isfinite(point.value):
            return rough
        side = side_conditions(model, x)
        values, jacobian = side.values[held], side.gradients[held] @ basis
        gradient = basis.T @ point.gradient()
        multipliers = _least_squares(jacobian.T, gradient)
        remaining = gradient - jacobian.T @ multipliers
        if max(np.abs(remaining).max(initial=0), np.abs(values).max(initial=0)) < 1e-11:
            return _checked(model, x, multipliers, held, rough)
        hessian = basis.T @ (point.hessian() - _bend(model, x, held, multipliers)) @ basis
        size, count = len(gradient), len(values)
        system = np.zeros((size + count, size + count))
        system[:size, :size] = hessian
        system[:size, size:] = -jacobian.T
        system[size:, :size] = jacobian
        step = _least_squares(system, -np.concatenate([remaining, values]))
        x = x + basis @ step[:size]
    return _checked(model, x, multipliers, held, rough)


def _checked(
    model: Model,
    x: NDArray[np.float64],
    multipliers: NDArray[np.float64],
    held: NDArray[np.bool_],
    rough: Solution,
) -> Solution:
    """Return the polished solution if it meets every condition, else the rough one."""
    side = side_conditions(model, x)
    met = not np.isnan(x).any() and side.values[side.n_equal :].min(initial=0.0) >= -1e-8
    met &= bool(np.abs(side.values[: side.n_equal]).max(initial=0.0) < 1e-8)
    signs = multipliers[side.n_equal :].min(initial=0.0) >= -1e-8
    near = bool(np.abs(x - rough.x).max() < 0.1 * (1 + np.abs(rough.x).max()))
    if met and signs and near:
        return Solution(x, True, rough.iterations)
    return rough


def _bend(
    model: Model,
    x: NDArray[np.float64],
    held: NDArray[np.bool_],
    multipliers: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the second derivative of the held conditions times their multipliers."""
    size = len(x)
    found = np.zeros((size, size))
    width = 1e-5
    for index in range(size):
        shift = np.zeros(size)
        shift[index] = width
        ahead = side_conditions(model, x + shift).gradients[held]
        behind = side_conditions(model, x - shift).gradients[held]
        found[index] = multipliers @ (ahead - behind) / (2 * width)
    return (found + found.T) / 2


def _least_squares(matrix: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.lstsq(matrix, target, rcond=None)[0], dtype=float)
