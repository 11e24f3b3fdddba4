"""Exploratory blocks inside a model (ESEM): where to begin, and the model once it is rotated.

The unrotated model is an ordinary one: orthonormal factors and an echelon of zero loadings. Its
solution is turned into an equal one, whose zeros are parameters again. What ties these together
are the conditions of the rotation: their derivatives, as linear constraints, leave the directions
in which the rotated solution can move with the data. Standard errors, score tests and everything
else that follows a fit are then those of any model with constraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text
from ecosurvey.sem.fit import Constraints, Fit, Model, matrices_at
from ecosurvey.sem.implied import Layout, Matrices
from ecosurvey.sem.optimizer import constraints
from ecosurvey.sem.rotation import Rotation, find_rotation, stationarity
from ecosurvey.sem.standardize import cell_values
from ecosurvey.sem.syntax.exploratory import HELD
from ecosurvey.sem.types import Parameter, ParameterTable

Floats = NDArray[np.float64]
_STEP = 1e-30  # of a complex step: exact to rounding


@dataclass(frozen=True, slots=True)
class Block:
    """One exploratory block of one group: its factors, and the table rows of its parameters.

    Attributes
    ----------
    group : int
        From 0.
    factors : tuple of str
    loadings : (p, m) array of int
        Rows of the table.
    residuals : (p,) array of int
    covariances : (m (m - 1) / 2,) array of int
        Lower triangle, row by row.
    """

    group: int
    factors: tuple[str, ...]
    loadings: NDArray[np.intp]
    residuals: NDArray[np.intp]
    covariances: NDArray[np.intp]


def has_blocks(table: ParameterTable) -> bool:
    """Tell whether a model has exploratory blocks."""
    return any(row.efa for row in table.rows)


def refuse_rotated(fit: Fit, what: Text) -> None:
    """Raise if a fit is rotated, for what its rotation would make wrong."""
    if fit.model.rotated:
        raise OptionError(
            Text(
                f"{what.en} is not offered for rotated exploratory blocks",
                f"{what.zh}不支持旋转后的探索性因子块",
            ),
            fix=Text(
                "Fit with rotation='none', or make the factors confirmatory.",
                "请以 rotation='none' 拟合，或改用验证性因子。",
            ),
        )


def blocks_of(table: ParameterTable) -> Iterator[Block]:
    """Return the blocks of two factors or more; one factor needs no rotation."""
    at = {(row.group, row.lhs, row.op, row.rhs): index for index, row in enumerate(table.rows)}
    for group in range(1, len(table.groups) + 1):
        rows = [row for row in table.rows if row.group == group and row.efa]
        for name in dict.fromkeys(row.efa for row in rows):
            own = [row for row in rows if row.efa == name]
            factors = tuple(dict.fromkeys(row.lhs for row in own))
            items = tuple(dict.fromkeys(row.rhs for row in own))
            if len(factors) < 2:
                continue
            pairs = [(factors[i], factors[j]) for i in range(len(factors)) for j in range(i)]
            yield Block(
                group - 1,
                factors,
                np.array([[at[group, f, "=~", item] for f in factors] for item in items]),
                np.array([at[group, item, "~~", item] for item in items]),
                np.array(
                    [at.get((group, a, "~~", b), at.get((group, b, "~~", a), -1)) for a, b in pairs]
                ),
            )


def exploratory_start(model: Model, begin: Floats) -> Floats:
    """Return start values with the loadings of principal axes in the blocks, as echelons."""
    x = begin.copy()
    rows = model.table.rows
    for block in blocks_of(model.table):
        moments = model.moments[block.group]
        names = [rows[index].rhs for index in block.loadings[:, 0]]
        seen = [moments.names.index(name) for name in names]
        cov = moments.cov[np.ix_(seen, seen)]
        size = np.sqrt(np.diag(cov))
        cor = cov / np.outer(size, size)
        unique = 1 / np.diag(np.linalg.pinv(cor))
        reduced = cor - np.diag(np.clip(unique, 0.05, 0.95))
        values, vectors = np.linalg.eigh(reduced)
        m = len(block.factors)
        axes = vectors[:, -m:] * np.sqrt(np.maximum(values[-m:], 0.05))
        echelon = np.linalg.qr(axes.T)[1].T * size[:, None]  # axes.T = QR, so axes = R' Q'
        echelon = echelon * np.where(echelon.sum(axis=0) < 0, -1.0, 1.0)
        left = np.clip(np.diag(cov) - (echelon**2).sum(axis=1), 0.1 * size**2, None)
        for index, value in (
            *zip(block.loadings.ravel(), echelon.ravel(), strict=True),
            *zip(block.residuals, left, strict=True),
        ):
            if rows[index].free:
                x[rows[index].free - 1] = value
    return x


def rotated(model: Model, x: Floats, rotation: Rotation) -> tuple[Model, Floats]:
    """Return the rotated model, and its solution, which implies the same moments.

    Parameters
    ----------
    model : Model
        With its blocks unrotated.
    x : (npar,) array
        Its solution.
    rotation : Rotation
    """
    rows = model.table.rows
    turns = [np.eye(len(layout.factors)) for layout in model.layouts]
    for block in blocks_of(model.table):
        layout = model.layouts[block.group]
        found = find_rotation(
            _values(rows, x, block.loadings), _values(rows, x, block.residuals), rotation
        )
        at = [layout.factors.index(name) for name in block.factors]
        turns[block.group][np.ix_(at, at)] = found
    table = _freed(model.table, rotation)
    layouts = tuple(_renumbered(layout, table) for layout in model.layouts)
    turned = np.zeros(table.n_free)
    for layout, filled, turn in zip(layouts, matrices_at(model, x), turns, strict=True):
        turned[layout.parameter] = cell_values(_turned(filled, turn), layout.free)
    held, count = _held(table, turned, rotation)
    made = replace(model, table=table, layouts=layouts, constraints=held, conditions=count)
    return made, turned


def _values(rows: tuple[Parameter, ...], x: Floats, index: NDArray[np.intp]) -> Floats:
    flat = [x[rows[i].free - 1] if rows[i].free else rows[i].ustart for i in index.ravel()]
    return np.array(flat).reshape(index.shape)


def _freed(table: ParameterTable, rotation: Rotation) -> ParameterTable:
    """Return the table in which what rotation fills is free."""
    rows, free = [], 0
    for row in table.rows:
        opened = row.user == HELD and (row.op == "=~" or not rotation.orthogonal)
        wanted = bool(row.free) or opened
        free += wanted
        rows.append(replace(row, free=free if wanted else 0))
    return replace(table, rows=tuple(rows))


def _renumbered(layout: Layout, table: ParameterTable) -> Layout:
    """Return a group's layout with the freed cells among its free ones."""
    numbers = np.array([table.rows[index].free for index in layout.rows], dtype=np.intp)
    order = np.flatnonzero(numbers)[np.argsort(numbers[numbers > 0], kind="stable")]
    return replace(layout, free=layout.cells.take(order), parameter=numbers[order] - 1)


def _turned(filled: Matrices, turn: Floats) -> Matrices:
    """Return the matrices for the factors H'f in place of f (Asparouhov & Muthén 2009, eq. 21)."""
    back = np.linalg.inv(turn).T
    return replace(
        filled,
        lambda_=filled.lambda_ @ back,
        beta=turn.T @ filled.beta @ back,
        psi=turn.T @ filled.psi @ turn,
        alpha=turn.T @ filled.alpha,
    )


def _held(table: ParameterTable, x: Floats, rotation: Rotation) -> tuple[Constraints, int]:
    """Return the constraints of the text and the conditions of the rotation, linear at ``x``."""
    plain = constraints(table)
    lines = [_conditions(table, x, block, rotation) for block in blocks_of(table)]
    linear = np.concatenate([plain.linear, *lines])
    count = len(linear) - len(plain.linear)
    scale = np.linalg.norm(linear, axis=1, keepdims=True)
    linear = linear / np.where(scale > 0, scale, 1.0)
    basis = np.linalg.svd(linear)[2][len(linear) :].T
    made = replace(
        plain,
        offset=x - basis @ (basis.T @ x),
        basis=basis,
        linear=linear,
        linear_value=linear @ x,
    )
    return made, count


def _conditions(table: ParameterTable, x: Floats, block: Block, rotation: Rotation) -> Floats:
    """Return the derivatives of the conditions of one block in the free parameters."""
    rows, (p, m) = table.rows, block.loadings.shape
    every = np.concatenate([block.loadings.ravel(), block.residuals, block.covariances])
    low = np.tril_indices(m, -1)

    def at(values: Floats) -> Floats:
        phi = np.eye(m, dtype=values.dtype)
        phi[low] = values[p * m + p :]
        phi = phi + phi.T - np.eye(m)
        return stationarity(values[: p * m].reshape(p, m), phi, values[p * m : p * m + p], rotation)

    here = _values(rows, x, every)
    found = np.zeros((len(at(here)), len(x)))
    for position, index in enumerate(every):
        if rows[index].free:
            moved = here.astype(complex)
            moved[position] += _STEP * 1j
            found[:, rows[index].free - 1] = at(moved).imag / _STEP
    return found
