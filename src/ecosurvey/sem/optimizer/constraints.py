"""Constraints and definitions: which names stand for which parameters, and what must hold."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import ModelSyntaxError, Text
from ecosurvey.sem.fit import Constraints
from ecosurvey.sem.syntax.expression import dual, parse_expression
from ecosurvey.sem.types import Parameter, ParameterTable

Dual = tuple[float, NDArray[np.float64] | None]


def named_values(table: ParameterTable, x: NDArray[np.float64]) -> dict[str, Dual]:
    """Return value and gradient in x of every label, private label and definition at ``x``."""
    values: dict[str, Dual] = {}
    for row in table.rows:
        for name in (row.plabel, row.label):
            if name and row.group > 0 and name not in values:
                values[name] = _row_value(row, x)
    for row in table.rows:
        if row.op == ":=":
            values[row.lhs] = dual(parse_expression(row.rhs), values)
    return values


def difference(
    row: Parameter, values: dict[str, Dual], size: int
) -> tuple[float, NDArray[np.float64]]:
    """Return left minus right side of a ``==`` ``<`` or ``>`` row, and its gradient in x.

    Parameters
    ----------
    row : Parameter
    values : dict
        From :func:`named_values`.
    size : int
        Length of x.
    """
    left, d_left = dual(parse_expression(row.lhs), values)
    right, d_right = dual(parse_expression(row.rhs), values)
    gradient = np.zeros(size)
    if d_left is not None:
        gradient += d_left
    if d_right is not None:
        gradient -= d_right
    return left - right, gradient


def constraints(table: ParameterTable) -> Constraints:
    """Sort the constraint rows into linear equalities, which reparametrize, and the rest.

    An equality is linear if its gradient is the same at three arbitrary points; its expression
    trees hold no state, so equal gradients there mean a constant gradient but for contrived
    expressions, which the check of the solution would still report.
    """
    size = table.n_free
    rows: list[NDArray[np.float64]] = []
    values: list[float] = []
    nonlinear: list[int] = []
    inequalities: list[int] = []
    bounded = tuple(
        index
        for index, row in enumerate(table.rows)
        if row.free and row.group and (isfinite(row.lower) or isfinite(row.upper))
    )
    if not any(row.op in ("==", "<", ">") for row in table.rows):
        none = np.empty((0, size))
        return Constraints(np.zeros(size), np.eye(size), none, np.empty(0), bounded=bounded)
    rng = np.random.default_rng(20240229)
    places = [rng.uniform(0.5, 1.5, size) for _ in range(3)]
    named = [named_values(table, place) for place in places]
    for index, row in enumerate(table.rows):
        if row.op in ("<", ">"):
            inequalities.append(index)
            continue
        if row.op != "==":
            continue
        found = [difference(row, names, size) for names in named]
        gradient = found[0][1]
        scale = 1e-12 + 1e-12 * np.abs(gradient)
        if all((np.abs(gradient - other) <= scale).all() for _, other in found[1:]):
            if not gradient.any():
                if row.user == 1 and abs(found[0][0]) > 1e-10:
                    raise ModelSyntaxError(
                        Text(
                            f"'{row.lhs} == {row.rhs}' cannot hold: nothing in it is free",
                            f"'{row.lhs} == {row.rhs}' 不可能成立：其中没有自由参数",
                        ),
                        fix=Text(
                            "Free the parameter (NA*), or remove the constraint.",
                            "请释放该参数（NA*），或去掉该约束。",
                        ),
                    )
                continue  # between fixed values: nothing to meet
            rows.append(gradient)
            values.append(float(gradient @ places[0] - found[0][0]))
        else:
            nonlinear.append(index)
    matrix = np.array(rows).reshape(len(rows), size)
    offset, basis = _solve(matrix, np.array(values))
    return Constraints(
        offset, basis, matrix, np.array(values), tuple(nonlinear), tuple(inequalities), bounded
    )


def _solve(
    matrix: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return one solution of ``matrix @ x = value`` and an orthonormal basis of the rest."""
    size = matrix.shape[1]
    if not len(matrix):
        return np.zeros(size), np.eye(size)
    _, singular, right = np.linalg.svd(matrix)
    rank = int(np.sum(singular > 1e-10 * singular[0]))
    offset = np.asarray(np.linalg.lstsq(matrix, value, rcond=None)[0], dtype=float)
    if not np.allclose(matrix @ offset, value, atol=1e-8):
        raise ModelSyntaxError(
            Text("the equality constraints contradict each other", "各等式约束彼此矛盾"),
            fix=Text("Remove one of them.", "请去掉其中一个。"),
        )
    return offset, right[rank:].T.copy()


def _row_value(row: Parameter, x: NDArray[np.float64]) -> Dual:
    if row.free == 0:
        return row.ustart, None
    gradient = np.zeros(len(x))
    gradient[row.free - 1] = 1.0
    return float(x[row.free - 1]), gradient
