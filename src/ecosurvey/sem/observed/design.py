"""How rows were drawn: with what weight, and in which cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """The sampling design of one group's rows.

    Attributes
    ----------
    weights : (n,) array or None
        How much each row counts; their sum stands for the number of rows.
    clusters : (n,) array or None
        Numbers from 0, without gaps, of what rows were drawn together in: schools, classes.
    """

    weights: Floats | None = None
    clusters: NDArray[np.intp] | None = None

    @property
    def n_clusters(self) -> int:
        """Clusters there are; 0 if rows were drawn one by one."""
        return 0 if self.clusters is None else int(self.clusters.max(initial=-1)) + 1

    def total(self, n: int) -> float:
        """Return what stands for the number of rows."""
        return n if self.weights is None else float(self.weights.sum())

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Design:
        """Return the design of some of the rows, the clusters numbered anew."""
        weights = None if self.weights is None else self.weights[rows]
        if self.clusters is None:
            return Design(weights)
        codes = np.unique(self.clusters[rows], return_inverse=True)[1]
        return Design(weights, codes.astype(np.intp))


def weighed(rows: Floats, design: Design | None, start: int = 0) -> Floats:
    """Return rows times their weights, the first of them being row ``start`` of the sample."""
    if design is None or design.weights is None:
        return rows
    return np.asarray(rows * design.weights[start : start + len(rows), None])


def summed(chunks: Iterable[Floats], design: Design) -> Floats:
    r"""Return the rows' sums by cluster times the root of :math:`C/(C - 1)`, (clusters, k).

    Their products are then, but for N, the variance of a total of rows drawn by clusters, as
    lavaan and Mplus take it.

    Parameters
    ----------
    chunks : iterable of (rows, k) arrays
        All rows in their order, weighed already.
    """
    from scipy.sparse import csr_array

    if design.clusters is None:
        raise TypeError("these rows have no clusters")
    count = design.n_clusters
    total: Floats | None = None
    start = 0
    for rows in chunks:
        codes = design.clusters[start : start + len(rows)]
        start += len(rows)
        ones = np.ones(len(rows))
        member = csr_array((ones, (codes, np.arange(len(rows)))), shape=(count, len(rows)))
        part = np.asarray(member @ rows)
        total = part if total is None else total + part
    if total is None:
        raise ValueError("there are no rows")
    return np.asarray(total * np.sqrt(count / (count - 1)))
