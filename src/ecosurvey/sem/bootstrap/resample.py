"""Samples drawn again from the sample: how often each row is in, and the moments that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.observed import Incomplete, Moments, incomplete, moments_of, redrawn

Floats = NDArray[np.float64]
_ROWS = 2_048  # rows at a time, so that their products never fill the memory


def draw_rows(
    streams: Sequence[np.random.Generator], sizes: Sequence[int]
) -> list[NDArray[np.int64]]:
    """Return which rows each replicate draws, one (replicates, n) array a group.

    Rows are drawn with replacement within each group, so the groups keep their sizes.
    """
    drawn = [[rng.integers(0, n, n) for n in sizes] for rng in streams]
    return [np.stack([replicate[group] for replicate in drawn]) for group in range(len(sizes))]


def counts_of(rows: NDArray[np.int64], n: int) -> Floats:
    """Return how often each of n rows was drawn, (replicates, n)."""
    found = np.empty((len(rows), n))
    for index, drawn in enumerate(rows):
        found[index] = np.bincount(drawn, minlength=n)
    return found


def weighted_moments(moments: Moments, weights: Floats) -> list[Moments]:
    """Return the moments of the rows under each set of weights, by products of matrices.

    Parameters
    ----------
    moments : Moments
        With complete rows.
    weights : (replicates, n) array
        How often each row counts; each set sums to the size of its sample.
    """
    if moments.data is None:
        raise TypeError("these moments have no rows")
    p = moments.data.shape[1]
    one, other = np.triu_indices(p)
    sums, squares = np.zeros((len(weights), p)), np.zeros((len(weights), len(one)))
    for start in range(0, len(moments.data), _ROWS):
        block = moments.data[start : start + _ROWS] - moments.mean
        part = weights[:, start : start + _ROWS]
        sums += part @ block
        squares += part @ (block[:, one] * block[:, other])
    found = []
    for total, square, size in zip(sums, squares, weights.sum(axis=1), strict=True):
        shift = total / size
        cov = np.empty((p, p))
        cov[one, other] = cov[other, one] = square / size
        cov -= np.outer(shift, shift)
        if moments.unbiased:
            cov *= size / (size - 1)
        found.append(
            replace(moments, n=round(float(size)), cov=cov, mean=moments.mean + shift, data=None)
        )
    return found


def drawn_moments(moments: Moments, rows: NDArray[np.int64]) -> Moments:
    """Return the moments of the drawn rows, gaps and all.

    For rows with gaps the moments are those of the original sample, from which only the
    starting point of a search would come.
    """
    if moments.ordinal is not None:
        return redrawn(moments, rows)
    if moments.rows is not None:
        values = np.where(moments.rows.observed, moments.rows.x, np.nan)[rows]
        data: Incomplete = incomplete(values)
        return replace(moments, n=data.n, rows=data)
    if moments.data is None:
        raise TypeError("these moments have no rows")
    return moments_of(moments.data[rows], moments.names, unbiased=moments.unbiased)
