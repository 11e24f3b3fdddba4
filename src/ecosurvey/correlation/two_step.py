"""The two-step statistics of ordinal and continuous variables, with their sampling covariance.

Step one takes each variable alone (thresholds, or mean and variance; slopes on covariates);
step two takes each pair with the first step held fixed. The sampling covariance of all of them
together follows from the rows' scores (Muthén 1984, eq. 12-17):

    Gamma / N = A^-1 B A^-T,    A = [[A11, 0], [A21, A22]],   B = sum of outer products.

Weighted rows count by their weights in A and by the squares of these in B (Asparouhov 2005), as in
lavaan. Rows of a cluster are summed before their products are taken, times C / (C - 1); lavaan
0.6-14 takes clusters of ordinal data as if there were none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.margins import (
    Margin,
    OrderedMargin,
    numeric_margin,
    ordered_margin,
)
from ecosurvey.correlation.pairs import PairBlock, TableBlock, pair_blocks
from ecosurvey.correlation.places import Places, pairs_of, places_of
from ecosurvey.correlation.sampling import SamplingCovariance
from ecosurvey.correlation.singles import Singles, singles_of

_CHUNK = 8_192
_FEW = 4  # times as many rows as statistics: from here on the matrix is the smaller


@dataclass(frozen=True, slots=True)
class TwoStep:
    """Two-step statistics of p variables given q covariates.

    Attributes
    ----------
    n : float
        Rows, incomplete ones included; or the sum of their weights.
    margins : tuple of Margin
    correlations : (p, p) array
        Residual correlations, if there are covariates.
    places : Places
    sampling : SamplingCovariance or None
        Gamma, N times the sampling covariance of :meth:`values`.
    """

    n: float
    margins: tuple[Margin, ...]
    correlations: NDArray[np.float64]
    places: Places
    sampling: SamplingCovariance | None

    @property
    def scale(self) -> NDArray[np.float64]:
        """Standard deviations; 1 for ordinal variables."""
        return _scale(self.margins)

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Correlations times the scales."""
        return self.correlations * np.outer(self.scale, self.scale)

    @property
    def gamma(self) -> NDArray[np.float64] | None:
        """N times the sampling covariance of :meth:`values`, (k, k)."""
        return None if self.sampling is None else self.sampling.matrix

    def values(self) -> NDArray[np.float64]:
        """Return all statistics in the order of :class:`Places`."""
        found = np.zeros(self.places.size)
        for index, margin in enumerate(self.margins):
            found[self.places.slopes[index]] = margin.slopes
            if isinstance(margin, OrderedMargin):
                found[self.places.cuts[index]] = margin.thresholds
            else:
                found[self.places.cuts[index]] = margin.mean
                found[self.places.variance[index]] = margin.variance
        one, other = pairs_of(len(self.margins))
        found[self.places.pairs[one, other]] = self.covariances[one, other]
        return found


def two_step(
    data: NDArray[np.float64],
    n_categories: Sequence[int],
    covariates: NDArray[np.float64] | None = None,
    *,
    gamma: bool = True,
    zero_add: tuple[float, float] = (0.5, 0.0),
    zero_keep_margins: bool = True,
    weights: NDArray[np.float64] | None = None,
    clusters: NDArray[np.intp] | None = None,
) -> TwoStep:
    """Return thresholds, means, variances, slopes and correlations of mixed variables.

    Parameters
    ----------
    data : (n, p) array
        Ordinal variables as category numbers from 0; NaN where missing.
    n_categories : sequence of int
        For each variable; 0 if it is continuous.
    covariates : (n, q) array, optional
        Without gaps. Every variable is then regressed on them (linear or probit), and
        correlations are those of the residuals.
    gamma : bool
        Whether to compute the sampling covariance.
    zero_add, zero_keep_margins
        Treatment of empty cells, see :func:`fill_empty_cells`.
    weights : (n,) array, optional
        How much each row counts.
    clusters : (n,) int array, optional
        Numbers from 0, without gaps, of what rows were drawn together in; for gamma only.
    """
    n, p = data.shape
    drawn = _Drawn(float(n) if weights is None else float(weights.sum()), weights, clusters)
    x = np.zeros((n, 0)) if covariates is None else covariates
    margins = tuple(_margin(data[:, i], n_categories[i], x, weights) for i in range(p))
    places = places_of(n_categories, x.shape[1])
    blocks = pair_blocks(margins, x, places, zero_add, zero_keep_margins, weights)
    correlations = np.eye(p)
    for block in blocks:
        correlations[block.first, block.second] = block.rho
        correlations[block.second, block.first] = block.rho
    found = _sampling(margins, x, places, blocks, correlations, drawn) if gamma else None
    return TwoStep(n if weights is None else drawn.n, margins, correlations, places, found)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How rows were drawn: what they weigh, the sum of that, and their clusters."""

    n: float
    weights: NDArray[np.float64] | None
    clusters: NDArray[np.intp] | None

    @property
    def n_clusters(self) -> int:
        return 0 if self.clusters is None else int(self.clusters.max()) + 1

    def weighed(self, rows: NDArray[np.float64], some: slice = slice(None)) -> NDArray[np.float64]:
        return rows if self.weights is None else np.asarray(rows * self.weights[some, None])


def _margin(
    values: NDArray[np.float64],
    n_categories: int,
    covariates: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
) -> Margin:
    if not n_categories:
        return numeric_margin(values, covariates, weights)
    codes = np.where(np.isnan(values), -1.0, values).astype(np.intp)
    return ordered_margin(codes, n_categories, covariates, weights)


def _scale(margins: Sequence[Margin]) -> NDArray[np.float64]:
    return np.array([1.0 if isinstance(m, OrderedMargin) else m.variance**0.5 for m in margins])


def _sampling(
    margins: Sequence[Margin],
    covariates: NDArray[np.float64],
    places: Places,
    blocks: Sequence[PairBlock],
    correlations: NDArray[np.float64],
    drawn: _Drawn,
) -> SamplingCovariance:
    """Return N A^-1 B A^-T as the sum of outer products of the rows' influences."""
    n, k = len(covariates), places.first_step
    singles = singles_of(margins, covariates, places, drawn.weights)
    stretch, shift = _to_covariances(margins, places, correlations)

    scaled = [_scaled(block, places, stretch) for block in blocks]

    def influences(rows: slice) -> NDArray[np.float64]:
        found = np.empty((places.size, rows.stop - rows.start))
        found[:k] = singles.rows[:, rows]
        for block, (at, scale) in zip(blocks, scaled, strict=True):
            found[at] = block.influences(scale, singles, rows)
        for at, variance, move in shift:
            found[at] += move[:, None] * found[variance]
        return found if drawn.weights is None else np.asarray(found * drawn.weights[rows])

    if drawn.clusters is None and n <= min(_CHUNK, _FEW * places.size):
        root, diagonal = drawn.n**0.5, None
        if drawn.weights is None and not shift:
            diagonal = _diagonal(blocks, scaled, singles, places)
        if diagonal is None:
            return SamplingCovariance(influences(slice(0, n)) * root)
        return SamplingCovariance(
            lambda: influences(slice(0, n)) * root, diagonal=diagonal * drawn.n
        )
    total = np.zeros((places.size, places.size))
    sums = np.zeros((drawn.n_clusters, places.size))
    for begin in range(0, n, _CHUNK):
        rows = slice(begin, min(begin + _CHUNK, n))
        influence = influences(rows)
        if drawn.clusters is None:
            total += influence @ influence.T
        else:
            np.add.at(sums, drawn.clusters[rows], influence.T)
    if drawn.clusters is not None:
        total = sums.T @ sums * (len(sums) / (len(sums) - 1))
    return SamplingCovariance(matrix=total * drawn.n)


def _scaled(
    block: PairBlock, places: Places, stretch: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the places of a block's pairs, and the inverse information of their covariances."""
    at = places.pairs[block.first, block.second]
    known = block.information > 0
    inverse = np.where(known, 1 / np.where(known, block.information, 1.0), 0.0)
    return at, inverse * stretch[at - places.first_step]


def _diagonal(
    blocks: Sequence[PairBlock],
    scaled: Sequence[tuple[NDArray[np.intp], NDArray[np.float64]]],
    singles: Singles,
    places: Places,
) -> NDArray[np.float64] | None:
    """Return the sums of squared influences from tables alone; None if there are other pairs.

    Point estimates need no more, in thousands of drawn samples.
    """
    found = np.empty(places.size)
    found[: places.first_step] = np.einsum("kn,kn->k", singles.rows, singles.rows)
    for block, (at, scale) in zip(blocks, scaled, strict=True):
        if not isinstance(block, TableBlock):
            return None
        found[at] = block.squares(scale, singles)
    return found


_Shift = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


def _to_covariances(
    margins: Sequence[Margin], places: Places, correlations: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[_Shift]]:
    """Return how covariances follow from correlations and variances (delta method).

    The first is d covariance / d correlation of each pair; then for either variable of the pairs
    that have a continuous one there: the places of pairs, of variances, d covariance / d variance.
    """
    scale = _scale(margins)
    one, other = pairs_of(len(margins))
    stretch = scale[one] * scale[other]
    covariances = correlations[one, other] * stretch
    shift: list[_Shift] = []
    for side in (one, other):
        numeric = np.flatnonzero(places.variance[side] >= 0)
        if len(numeric):
            move = covariances[numeric] / (2 * scale[side[numeric]] ** 2)
            at = places.pairs[one[numeric], other[numeric]]
            shift.append((at, places.variance[side[numeric]], move))
    return stretch, shift
