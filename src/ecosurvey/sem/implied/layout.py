"""Where each parameter sits: the cells of the LISREL matrices of one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.types import Parameter, ParameterTable

MatrixName = Literal["lambda", "beta", "psi", "theta", "nu", "alpha", "tau", "delta"]
MATRICES: tuple[MatrixName, ...] = (
    "lambda", "beta", "psi", "theta", "nu", "alpha", "tau", "delta",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matrices:
    """The model matrices of one group, for p observed variables and m factors.

    Attributes
    ----------
    lambda_ : (p, m) loadings
    beta : (m, m) regressions among factors, row on column
    psi : (m, m) (residual) covariances of the factors
    theta : (p, p) residual covariances of the observed variables
    nu : (p,) intercepts of the observed variables
    alpha : (m,) means or intercepts of the factors
    tau : (t,) thresholds of the ordinal variables, one variable after the other
    delta : (p,) scales of the latent responses behind ordinal variables, 1 for others
    """

    lambda_: NDArray[np.float64]
    beta: NDArray[np.float64]
    psi: NDArray[np.float64]
    theta: NDArray[np.float64]
    nu: NDArray[np.float64]
    alpha: NDArray[np.float64]
    tau: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    delta: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))

    def copy(self) -> Matrices:
        """Return matrices that can be written to without changing these."""
        return Matrices(*(array.copy() for array in self.arrays()))

    def arrays(self) -> tuple[NDArray[np.float64], ...]:
        """Return the arrays in the order of :data:`MATRICES`."""
        return (
            self.lambda_, self.beta, self.psi, self.theta, self.nu, self.alpha, self.tau,
            self.delta,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the model matrices, one an entry; a symmetric pair is one cell.

    Attributes
    ----------
    matrix : (k,) index into :data:`MATRICES`
    row, col : (k,) position; ``col`` is 0 for vectors
    """

    matrix: NDArray[np.intp]
    row: NDArray[np.intp]
    col: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.matrix)

    def take(self, index: NDArray[np.intp]) -> Cells:
        """Return some of the cells."""
        return Cells(self.matrix[index], self.row[index], self.col[index])


@dataclass(frozen=True, slots=True)
class Layout:
    """The map between the parameter table and the matrices of one group.

    Attributes
    ----------
    observed : tuple of str
        The p observed variables, in the order of the sample moments.
    factors : tuple of str
        The m columns of lambda: the latent variables, then the observed variables that take
        part in regressions, each a factor with loading 1 and no residual of its own.
    n_latent : int
        How many of the factors are latent.
    base : Matrices
        Fixed values in place, free cells zero.
    free : Cells
        The free cells of the group, ascending by parameter.
    parameter : (k,) array
        0-based position in the parameter vector of each free cell.
    rows : (r,) array
        Index into ``table.rows`` of every row of this group that has a cell.
    cells : Cells
        The cell of each of ``rows``, free or fixed.
    thresholds : tuple of (str, str)
        Variable and threshold (``t1``, …) of each element of tau.
    """

    observed: tuple[str, ...]
    factors: tuple[str, ...]
    n_latent: int
    base: Matrices
    free: Cells
    parameter: NDArray[np.intp]
    rows: NDArray[np.intp]
    cells: Cells
    thresholds: tuple[tuple[str, str], ...] = ()

    @property
    def latent(self) -> tuple[str, ...]:
        """The latent variables among the factors."""
        return self.factors[: self.n_latent]

    def cell(self, lhs: str, op: str, rhs: str) -> tuple[MatrixName, int, int]:
        """Return matrix name, row and column where a parameter of this kind sits."""
        return _place(lhs, op, rhs, self._where)

    @property
    def _where(self) -> _Where:
        return _Where(_positions(self.factors), _positions(self.observed), _cuts(self.thresholds))


def layout(table: ParameterTable, group: int, observed: Sequence[str]) -> Layout:
    """Place the rows of one group (from 1) into model matrices.

    Rows fixed at NaN (moments of fixed exogenous covariates) stay NaN until the sample
    moments are known: see :func:`with_exogenous`.
    """
    rows = [
        (index, row)
        for index, row in enumerate(table.rows)
        if row.group == group and _has_cell(row)
    ]
    structural = _structural(table)
    factors = (*table.latent, *structural)
    cuts = tuple((row.lhs, row.rhs) for _, row in rows if row.op == "|")
    seen = _positions(tuple(observed))
    known = (cut for cut in cuts if cut[0] in seen)
    thresholds = tuple(sorted(known, key=lambda cut: (seen[cut[0]], _number(cut))))
    where = _Where(_positions(factors), seen, _cuts(thresholds))
    p, m = len(observed), len(factors)
    base = Matrices(
        np.zeros((p, m)), np.zeros((m, m)), np.zeros((m, m)), np.zeros((p, p)), np.zeros(p),
        np.zeros(m), np.zeros(len(thresholds)), np.ones(p),
    )  # fmt: skip
    for name in structural:
        base.lambda_[where.seen[name], where.factor[name]] = 1.0
    places = [_place(row.lhs, row.op, row.rhs, where) for _, row in rows]
    cells = Cells(
        np.array([MATRICES.index(place[0]) for place in places], dtype=np.intp),
        np.array([place[1] for place in places], dtype=np.intp),
        np.array([place[2] for place in places], dtype=np.intp),
    )
    fixed = np.array([row.free == 0 for _, row in rows], dtype=bool)
    values = np.array([row.ustart for _, row in rows], dtype=float)
    put(base, cells.take(np.flatnonzero(fixed)), values[fixed])
    numbers = np.array([row.free for _, row in rows], dtype=np.intp)
    order = np.flatnonzero(~fixed)[np.argsort(numbers[~fixed], kind="stable")]
    return Layout(
        observed=tuple(observed),
        factors=factors,
        n_latent=len(table.latent),
        base=base,
        free=cells.take(order),
        parameter=numbers[order] - 1,
        rows=np.array([index for index, _ in rows], dtype=np.intp),
        cells=cells,
        thresholds=thresholds,
    )


def put(matrices: Matrices, cells: Cells, values: NDArray[np.float64]) -> None:
    """Write values into cells, both halves of a symmetric matrix."""
    for index, array in enumerate(matrices.arrays()):
        here = cells.matrix == index
        if not here.any():
            continue
        row, col, value = cells.row[here], cells.col[here], values[here]
        if array.ndim == 1:
            array[row] = value
        else:
            array[row, col] = value
            if MATRICES[index] in ("psi", "theta"):
                array[col, row] = value


@dataclass(frozen=True, slots=True)
class _Where:
    """Positions of the factors, of the observed variables, of the thresholds."""

    factor: dict[str, int]
    seen: dict[str, int]
    cut: dict[tuple[str, str], int]


@lru_cache(maxsize=64)
def _cuts(thresholds: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], int]:
    return {pair: index for index, pair in enumerate(thresholds)}


def _number(cut: tuple[str, str]) -> int:
    return int(cut[1][1:])


@lru_cache(maxsize=64)
def _positions(names: tuple[str, ...]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


def _has_cell(row: Parameter) -> bool:
    return row.op in ("=~", "<~", "~", "~~", "~1", "|", "~*~")


def _structural(table: ParameterTable) -> tuple[str, ...]:
    """Return the observed variables that must be factors in any group, covariates last."""
    rows = [row for row in table.rows if row.group and _has_cell(row)]
    latent = set(table.latent)
    names = dict.fromkeys(
        name
        for row in rows
        if row.op in ("~", "<~")
        for name in (row.lhs, row.rhs)
        if name not in latent
    )
    names |= dict.fromkeys(  # an observed variable as the indicator of a factor's factor
        row.lhs for row in rows if row.op == "=~" and row.lhs not in latent
    )
    pairs = [(r.lhs, r.rhs) for r in rows if r.op == "~~" and r.lhs != r.rhs]
    grown = True
    while grown:  # a covariance can only join two factors or two residuals
        grown = False
        for one, other in pairs:
            for name, partner in ((one, other), (other, one)):
                if (
                    name not in latent
                    and name not in names
                    and (partner in latent or partner in names)
                ):
                    names[name] = None
                    grown = True
    exogenous = set(table.exogenous)
    return (
        *(name for name in names if name not in exogenous),
        *(name for name in names if name in exogenous),
    )


def _place(lhs: str, op: str, rhs: str, where: _Where) -> tuple[MatrixName, int, int]:
    factor, seen = where.factor, where.seen
    if op == "=~" and rhs in factor:
        return "beta", factor[rhs], factor[lhs]
    if op == "=~":
        return "lambda", seen[rhs], factor[lhs]
    if op in ("~", "<~"):  # a composite is regressed on its parts
        return "beta", factor[lhs], factor[rhs]
    if op == "~1" and lhs in factor:
        return "alpha", factor[lhs], 0
    if op == "~1":
        return "nu", seen[lhs], 0
    if op == "|":
        return "tau", where.cut[lhs, rhs], 0
    if op == "~*~":
        return "delta", seen[lhs], 0
    if op == "~~" and lhs in factor and rhs in factor:
        one, other = factor[lhs], factor[rhs]
        return "psi", max(one, other), min(one, other)
    if op == "~~":
        one, other = seen[lhs], seen[rhs]
        return "theta", max(one, other), min(one, other)
    raise ValueError(f"no matrix holds {lhs} {op} {rhs}")
