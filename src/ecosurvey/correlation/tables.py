"""Cross tables of all pairs of ordinal variables, by one matrix product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_CHUNK = 16_384  # rows of indicators at a time: counts up to 2**24 are exact in single precision


def cross_tables(
    codes: Sequence[NDArray[np.intp]],
    n_categories: Sequence[int],
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the counts of every category of every variable with every other.

    Parameters
    ----------
    codes : sequence of (n,) int arrays
        Categories from 0; -1 where missing.
    n_categories : sequence of int
    weights : (n,) array, optional
        How much each row counts.

    Returns
    -------
    (C, C) array
        C is the sum of the numbers of categories; the block of variables i and j is their
        cross table over the rows where both are answered.
    """
    ends = np.cumsum(n_categories)
    starts = ends - np.asarray(n_categories)
    total = np.zeros((int(ends[-1]), int(ends[-1])))
    n = len(codes[0])
    for begin in range(0, n, _CHUNK):
        rows = slice(begin, min(begin + _CHUNK, n))
        kind = np.float32 if weights is None else np.float64
        indicators = np.zeros((rows.stop - begin, len(total)), dtype=kind)
        for start, one in zip(starts, codes, strict=True):
            seen = np.flatnonzero(one[rows] >= 0)
            indicators[seen, start + one[rows][seen]] = 1.0
        if weights is None:
            total += indicators.T @ indicators
        else:
            total += indicators.T @ (indicators * weights[rows, None])
    return total


def fill_empty_cells(
    tables: NDArray[np.float64], zero_add: tuple[float, float], keep_margins: bool
) -> NDArray[np.float64]:
    """Return the tables as they enter the likelihood, empty cells treated as lavaan does.

    Parameters
    ----------
    tables : (m, a, b) array
        Counts of m pairs.
    zero_add : (float, float)
        What an empty cell of a two-by-two table is raised by, and what replaces an empty cell
        of a larger table.
    keep_margins : bool
        In a two-by-two table, take from the neighbours what is added, so that the margins,
        and with them the thresholds, stay true.
    """
    empty = tables == 0
    if tables.shape[1:] != (2, 2):
        return np.where(empty, zero_add[1], tables)
    filled = tables.copy()
    single = empty.sum(axis=(1, 2)) == 1
    if not keep_margins:
        filled[single[:, None, None] & empty] += zero_add[0]
        return filled
    on_diagonal = empty[:, 0, 0] | empty[:, 1, 1]
    amount = np.where(on_diagonal, zero_add[0], -zero_add[0]) * single
    filled += amount[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return filled
