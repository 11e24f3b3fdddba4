"""Polychoric correlations of ordinal pairs from their cross tables, all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.bivariate import (
    bivariate_cdf,
    bivariate_density,
    density_slope,
    normal_density,
)
from ecosurvey.correlation.root import BOUND, maximize

SMALLEST = float(np.sqrt(np.finfo(float).eps))  # lavaan's floor for the probability of a cell
_HIGH = 0.9


@dataclass(frozen=True, slots=True)
class TablePairs:
    """Pairs of ordinal variables with tables of the same shape.

    Attributes
    ----------
    counts : (m, a, b) array
        As observed.
    first, second : (m, a - 1) and (m, b - 1) arrays
        Thresholds of the row and of the column variable.
    rho : (m,) array
        Polychoric correlations.
    probabilities : (m, a, b) array
        Of the cells, as fitted.
    """

    counts: NDArray[np.float64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    rho: NDArray[np.float64]
    probabilities: NDArray[np.float64]

    def scores(self) -> NDArray[np.float64]:
        """Return d log P(cell) / d rho, (m, a, b); zero where a cell's probability vanishes."""
        inside = np.where(np.abs(self.rho) < 1, self.rho, 0.0)
        slope = _rectangles(
            bivariate_density(
                self.first[:, :, None], self.second[:, None, :], inside[:, None, None]
            )
        )
        usable = (self.probabilities > SMALLEST) & (np.abs(self.rho) < 1)[:, None, None]
        return np.where(usable, slope / np.where(usable, self.probabilities, 1.0), 0.0)

    def crossed(
        self, scores: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the sums over rows of score times d log P / d thresholds of either variable.

        Parameters
        ----------
        scores : (m, a, b) array
            From :meth:`scores`.

        Returns
        -------
        (m, a - 1) and (m, b - 1) arrays
        """
        usable = self.probabilities > SMALLEST
        safe = np.where(usable, self.probabilities, 1.0)
        load = np.where(usable, self.counts * scores / safe, 0.0)
        return (
            _threshold_sums(load, self.first, self.second, self.rho),
            _threshold_sums(load.transpose(0, 2, 1), self.second, self.first, self.rho),
        )


def fit_tables(
    counts: NDArray[np.float64],
    filled: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    start: NDArray[np.float64],
) -> TablePairs:
    """Return the polychoric correlations by maximum likelihood, thresholds held fixed.

    The two-step estimator of Olsson (1979), as lavaan computes it: correlations stay within
    ±0.999, save for a two-by-two table with an empty diagonal, which is ±1.

    Parameters
    ----------
    counts, filled : (m, a, b) arrays
        Tables as observed, and as they enter the likelihood.
    first, second : (m, a - 1) and (m, b - 1) arrays
        Thresholds.
    start : (m,) array
        Correlations to begin with.
    """

    def derivatives(
        rho: NDArray[np.float64], some: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        table, at = filled[some], rho[:, None, None]
        h, k = first[some][:, :, None], second[some][:, None, :]
        density = bivariate_density(h, k, at)
        share = np.maximum(cell_probabilities(first[some], second[some], rho), SMALLEST)
        ratio = _rectangles(density) / share
        bend = _rectangles(density_slope(h, k, at, density)) / share
        slope = (table * ratio).sum(axis=(1, 2))
        return slope, (table * (bend - ratio**2)).sum(axis=(1, 2))

    rho = maximize(derivatives, start)
    if counts.shape[1:] == (2, 2):
        empty = counts == 0
        rho[empty[:, 0, 1] & empty[:, 1, 0]] = 1.0
        rho[empty[:, 0, 0] & empty[:, 1, 1]] = -1.0
    return TablePairs(counts, first, second, rho, cell_probabilities(first, second, rho))


def cell_probabilities(
    first: NDArray[np.float64], second: NDArray[np.float64], rho: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the probability of every cell of m tables, (m, a, b)."""
    from scipy.special import ndtr

    m, a, b = len(first), first.shape[1] + 1, second.shape[1] + 1
    grid = np.zeros((m, a + 1, b + 1))
    grid[:, 1:a, 1:b] = bivariate_cdf(first[:, :, None], second[:, None, :], rho[:, None, None])
    grid[:, 1:a, b] = ndtr(first)
    grid[:, a, 1:b] = ndtr(second)
    grid[:, a, b] = 1.0
    return np.asarray(np.diff(np.diff(grid, axis=1), axis=2))


def starting_values(
    counts: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return correlations to begin with, (m,).

    The covariance of the category numbers is near rho times the sums of the normal density over
    either variable's thresholds; where that would give a correlation near one, Pearson's serves.
    """
    total = counts.sum(axis=(1, 2))
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    a = np.arange(counts.shape[1], dtype=float)
    b = np.arange(counts.shape[2], dtype=float)
    product = np.einsum("mab,a,b->m", counts, a, b)
    mean_a, mean_b = rows @ a / total, columns @ b / total
    spread_a = rows @ a**2 / total - mean_a**2
    spread_b = columns @ b**2 / total - mean_b**2
    covariance = product / total - mean_a * mean_b
    density = normal_density(first).sum(axis=1) * normal_density(second).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson, mended = covariance / np.sqrt(spread_a * spread_b), covariance / density
    found = np.where(np.abs(mended) < _HIGH, mended, pearson)
    return np.where(np.isfinite(found), np.clip(found, -BOUND, BOUND), 0.0)


def _rectangles(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the differences over every cell of what is zero outside the thresholds."""
    padded = np.pad(corners, ((0, 0), (1, 1), (1, 1)))
    return np.asarray(np.diff(np.diff(padded, axis=1), axis=2))


def _threshold_sums(
    load: NDArray[np.float64],
    own: NDArray[np.float64],
    other: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return sum over cells of load times dP(cell) / d each threshold of the row variable."""
    from scipy.special import ndtr

    rest = np.sqrt(np.maximum(1 - rho**2, np.finfo(float).tiny))[:, None, None]
    conditional = ndtr((other[:, None, :] - rho[:, None, None] * own[:, :, None]) / rest)
    edges = np.pad(conditional, ((0, 0), (0, 0), (1, 1)), constant_values=((0, 0), (0, 0), (0, 1)))
    moved = (np.exp(-(own**2) / 2) / np.sqrt(2 * np.pi))[:, :, None] * np.diff(edges, axis=2)
    return np.asarray(((load[:, :-1] - load[:, 1:]) * moved).sum(axis=2))
