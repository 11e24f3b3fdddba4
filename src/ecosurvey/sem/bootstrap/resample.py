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
    streams: Sequence[np.random.Generator], moments: Sequence[Moments]
) -> list[list[NDArray[np.int64]]]:
    """Return which rows each replicate draws, group by group.

    Rows are drawn with replacement within each group, so the groups keep their sizes. Where rows
    came in clusters whole clusters are drawn, so the groups keep their numbers of clusters
    (Davison & Hinkley 1997, sec. 3.8).
    """
    members = [clusters_of(group) for group in moments]
    drawn = [[_draw(rng, *of) for of in zip(moments, members, strict=True)] for rng in streams]
    return [[replicate[group] for replicate in drawn] for group in range(len(moments))]


def clusters_of(moments: Moments) -> list[NDArray[np.intp]]:
    """Return the rows of each cluster; nothing for rows drawn one by one."""
    design = moments.design
    if design is None or design.clusters is None:
        return []
    order = np.argsort(design.clusters, kind="stable")
    bounds = np.searchsorted(design.clusters[order], np.arange(1, design.n_clusters))
    return np.split(order, bounds)


def _draw(
    rng: np.random.Generator, moments: Moments, members: list[NDArray[np.intp]]
) -> NDArray[np.int64]:
    if not members:
        return rng.integers(0, moments.n_rows, moments.n_rows)
    return np.concatenate([members[at] for at in rng.integers(0, len(members), len(members))])


def counts_of(rows: Sequence[NDArray[np.int64]], n: int) -> Floats:
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
        How often each row counts, beside what weight it has.
    """
    if moments.data is None:
        raise TypeError("these moments have no rows")
    design = moments.design
    if design is not None and design.weights is not None:
        weights = weights * design.weights
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
            replace(
                moments,
                n=round(float(size)) if design is None else float(size),
                cov=cov,
                mean=moments.mean + shift,
                data=None,
                design=None,
            )
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
        weights = moments.rows.weights
        data: Incomplete = incomplete(values, None if weights is None else weights[rows])
        return replace(moments, n=data.mass, rows=data, design=None)
    if moments.data is None:
        raise TypeError("these moments have no rows")
    design = None if moments.design is None else moments.design.take(rows)
    return moments_of(moments.data[rows], moments.names, unbiased=moments.unbiased, design=design)
