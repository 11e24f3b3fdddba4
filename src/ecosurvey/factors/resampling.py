"""Correlation matrices of bootstrap samples, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError
from ecosurvey.factors.association import Correlation, correlations_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 200  # samples in one block


def bootstrap_correlations(
    rows: NDArray[np.float64],
    n_boot: int,
    generator: np.random.Generator,
    correlation: Correlation = "pearson",
) -> Iterator[NDArray[np.float64]]:
    """Yield blocks of correlation matrices of rows drawn with replacement.

    A bootstrap sample is a set of row weights, so the sums of all samples are one matrix
    product of weights with the products of items. Gaps are treated pairwise, each pair with
    its own means and standard deviations. A pair that does not vary in a sample gives NaN.

    Parameters
    ----------
    rows : ndarray, shape (n, p)
        Answers, gaps as NaN.
    n_boot : int
        Samples.
    generator : Generator
    correlation : {"pearson", "spearman", "polychoric"}
        The latter two are computed sample by sample.

    Yields
    ------
    ndarray, shape (block, p, p)
    """
    n, p = rows.shape
    if correlation != "pearson":
        yield from _one_by_one(rows, n_boot, generator, correlation)
        return
    seen = ~np.isnan(rows)
    # standardised first, so that the differences below do not cancel
    spread = np.nanstd(rows, axis=0)
    x = np.where(seen, (rows - np.nanmean(rows, axis=0)) / np.where(spread > 0, spread, 1), 0.0)
    i, j = np.triu_indices(p, 1)
    complete = bool(seen.all())
    both = x[:, i] * x[:, j]
    sums = np.concatenate([x, x**2], axis=1)
    gaps = [] if complete else [np.flatnonzero(~column) for column in seen.T]
    for first in range(0, n_boot, _CHUNK):
        m = min(_CHUNK, n_boot - first)
        weight = generator.multinomial(n, np.full(n, 1 / n), size=m).astype(float)
        product, own = weight @ both, weight @ sums
        if complete:
            mean, square = own[:, :p] / n, own[:, p:] / n
            variance = square - mean**2
            cov = product / n - mean[:, i] * mean[:, j]
            scale = variance[:, i] * variance[:, j]
        else:
            # over the rows that have the other answer too: all, less those with a gap there
            lost = _in_gaps(weight, np.concatenate([sums, ~seen], axis=1), gaps)
            count = n - lost[:, i, 2 * p + i] - lost[:, j, 2 * p + j] + lost[:, i, 2 * p + j]
            count[count < 2.5] = np.nan
            mean_i = (own[:, i] - lost[:, j, i]) / count
            mean_j = (own[:, j] - lost[:, i, j]) / count
            cov = product / count - mean_i * mean_j
            scale = (own[:, p + i] - lost[:, j, p + i]) / count - mean_i**2
            scale *= (own[:, p + j] - lost[:, i, p + j]) / count - mean_j**2
        scale[~(scale > 1e-14)] = np.nan
        corr = np.broadcast_to(np.eye(p), (m, p, p)).copy()
        corr[:, i, j] = cov / np.sqrt(scale)
        corr[:, j, i] = corr[:, i, j]
        yield corr


def _in_gaps(
    weight: NDArray[np.float64], values: NDArray[np.float64], gaps: list[NDArray[np.intp]]
) -> NDArray[np.float64]:
    """Return the weighted sums of values over the rows with a gap in each item, (m, p, k)."""
    found = np.empty((len(weight), len(gaps), values.shape[1]))
    for item, rows in enumerate(gaps):
        np.matmul(weight[:, rows], values[rows], out=found[:, item])
    return found


def _one_by_one(
    rows: NDArray[np.float64], n_boot: int, generator: np.random.Generator, kind: Correlation
) -> Iterator[NDArray[np.float64]]:
    n, p = rows.shape
    names = tuple(str(j) for j in range(p))
    for _ in range(n_boot):
        drawn = rows[generator.integers(0, n, n)]
        try:
            yield correlations_of(drawn, names, kind)[None]
        except DataError:  # an item that does not vary in this sample
            yield np.full((1, p, p), np.nan)
