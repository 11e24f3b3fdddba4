"""Step two: every pair fitted, those alike together, with the parts of the sampling covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.by_row import (
    Pull,
    RowPair,
    pearson_pair,
    polychoric_pair,
    polyserial_pair,
)
from ecosurvey.correlation.by_table import TablePairs, fit_tables, starting_values
from ecosurvey.correlation.margins import Margin, OrderedMargin
from ecosurvey.correlation.places import Places
from ecosurvey.correlation.tables import cross_tables, fill_empty_cells


class PairBlock(Protocol):
    """Some fitted pairs.

    ``first`` and ``second`` number the variables, ``first < second``; ``information`` is the
    (weighted) sum of squared scores, (m,); ``crossed`` the sums of scores times the first
    step's, (m, k).
    """

    @property
    def first(self) -> NDArray[np.intp]: ...  # noqa: D102
    @property
    def second(self) -> NDArray[np.intp]: ...  # noqa: D102
    @property
    def rho(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def information(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def crossed(self) -> NDArray[np.float64]: ...  # noqa: D102

    def rows(self, some: slice) -> NDArray[np.float64]:
        """Return the scores of some rows, (rows, m)."""
        ...


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Ordinal pairs with tables of one shape; a row's score is looked up in its cell.

    Attributes
    ----------
    codes : (n, p) int array
        Of all variables; -1 where missing or not ordinal.
    lookup : (m, a, b) array
    counts : (m, a, b) array
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    rho: NDArray[np.float64]
    information: NDArray[np.float64]
    crossed: NDArray[np.float64]
    codes: NDArray[np.intp]
    lookup: NDArray[np.float64]
    counts: NDArray[np.float64]

    def rows(self, some: slice) -> NDArray[np.float64]:
        """Return the scores of some rows, (rows, m)."""
        m, a, b = self.lookup.shape
        # one more row and column of zeros, which the code -1 of a missing answer points to
        padded = np.pad(self.lookup, ((0, 0), (0, 1), (0, 1))).ravel()
        start = np.arange(m) * ((a + 1) * (b + 1))
        one, other = self.codes[some][:, self.first], self.codes[some][:, self.second]
        one, other = np.where(one < 0, a, one), np.where(other < 0, b, other)
        return np.asarray(padded[start + one * (b + 1) + other])


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Pairs fitted row by row."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    rho: NDArray[np.float64]
    information: NDArray[np.float64]
    crossed: NDArray[np.float64]
    scores: NDArray[np.float64]

    def rows(self, some: slice) -> NDArray[np.float64]:
        """Return the scores of some rows, (rows, m)."""
        return self.scores[some]


def pair_blocks(
    margins: Sequence[Margin],
    covariates: NDArray[np.float64],
    places: Places,
    zero_add: tuple[float, float],
    zero_keep_margins: bool,
    weights: NDArray[np.float64] | None = None,
) -> list[PairBlock]:
    """Fit every pair: by tables where two ordinal variables have no covariates, else by rows."""
    one, other = np.triu_indices(len(margins), 1)
    ordered = np.array([isinstance(m, OrderedMargin) for m in margins])
    by_table = ordered[one] & ordered[other] & (covariates.shape[1] == 0)
    blocks: list[PairBlock] = []
    if by_table.any():
        blocks += _by_tables(
            margins, one[by_table], other[by_table], places, zero_add, zero_keep_margins, weights
        )
    if not by_table.all():
        blocks.append(
            _by_rows(margins, covariates, one[~by_table], other[~by_table], places, weights)
        )
    return blocks


def _by_tables(
    margins: Sequence[Margin],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    places: Places,
    zero_add: tuple[float, float],
    keep_margins: bool,
    weights: NDArray[np.float64] | None,
) -> list[PairBlock]:
    n = len(next(m.codes for m in margins if isinstance(m, OrderedMargin)))
    codes = np.full((n, len(margins)), -1, dtype=np.intp)
    sizes = np.ones(len(margins), dtype=np.intp)
    for index, margin in enumerate(margins):
        if isinstance(margin, OrderedMargin):
            codes[:, index], sizes[index] = margin.codes, margin.n_categories
    tables = cross_tables(list(codes.T), [int(s) for s in sizes], weights)
    begins = np.cumsum(sizes) - sizes
    blocks: list[PairBlock] = []
    for a, b in sorted({(int(sizes[i]), int(sizes[j])) for i, j in zip(one, other, strict=True)}):
        alike = (sizes[one] == a) & (sizes[other] == b)
        i, j = one[alike], other[alike]
        rows = begins[i][:, None, None] + np.arange(a)[:, None]
        columns = begins[j][:, None, None] + np.arange(b)
        counts = tables[rows, columns]
        pairs = fit_tables(
            counts,
            fill_empty_cells(counts, zero_add, keep_margins),
            np.array([_cuts(margins[v]) for v in i]),
            np.array([_cuts(margins[v]) for v in j]),
            starting_values(counts),
        )
        blocks.append(_table_block(pairs, i, j, codes, places))
    return blocks


def _cuts(margin: Margin) -> NDArray[np.float64]:
    return margin.thresholds if isinstance(margin, OrderedMargin) else np.zeros(1)


def _table_block(
    pairs: TablePairs,
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    codes: NDArray[np.intp],
    places: Places,
) -> TableBlock:
    scores = pairs.scores()
    crossed = np.zeros((len(one), places.first_step))
    for side, sums in zip((one, other), pairs.crossed(scores), strict=True):
        starts = np.array([places.cuts[v].start for v in side])
        columns = starts[:, None] + np.arange(sums.shape[1])
        crossed[np.arange(len(one))[:, None], columns] = sums
    information = (pairs.counts * scores**2).sum(axis=(1, 2))
    return TableBlock(one, other, pairs.rho, information, crossed, codes, scores, pairs.counts)


def _by_rows(
    margins: Sequence[Margin],
    covariates: NDArray[np.float64],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    places: Places,
    weights: NDArray[np.float64] | None,
) -> RowBlock:
    scores = np.zeros((len(covariates), len(one)))
    crossed = np.zeros((len(one), places.first_step))
    rho = np.zeros(len(one))
    for pair, (i, j) in enumerate(zip(one, other, strict=True)):
        fitted = _fit_pair(margins[i], margins[j], weights)
        rho[pair], scores[:, pair] = fitted.rho, fitted.score
        score = fitted.score if weights is None else fitted.score * weights
        for v, pull in ((i, fitted.first), (j, fitted.second)):
            _add_crossed(crossed[pair], score, pull, margins[v], covariates, places, int(v))
    squares = scores**2
    information = squares.sum(axis=0) if weights is None else weights @ squares
    return RowBlock(one, other, rho, information, crossed, scores)


def _fit_pair(one: Margin, other: Margin, weights: NDArray[np.float64] | None) -> RowPair:
    if isinstance(one, OrderedMargin):
        if isinstance(other, OrderedMargin):
            return polychoric_pair(one, other, weights)
        fitted = polyserial_pair(other, one, weights)
        return RowPair(fitted.rho, fitted.score, fitted.second, fitted.first)
    if isinstance(other, OrderedMargin):
        return polyserial_pair(one, other, weights)
    return pearson_pair(one, other, weights)


def _add_crossed(
    row: NDArray[np.float64],
    score: NDArray[np.float64],
    pull: Pull,
    margin: Margin,
    covariates: NDArray[np.float64],
    places: Places,
    variable: int,
) -> None:
    """Add the sums of score times what one variable of the pair pulls."""
    cut, slopes = places.cuts[variable], places.slopes[variable]
    if isinstance(margin, OrderedMargin):
        seen = np.flatnonzero(margin.seen)
        size, codes = margin.n_categories, margin.codes[seen]
        upper = np.bincount(codes, score[seen] * pull.upper[seen], minlength=size)
        lower = np.bincount(codes, score[seen] * pull.lower[seen], minlength=size)
        row[cut] += upper[:-1] + lower[1:]
        row[slopes] -= (score * (pull.upper + pull.lower)) @ covariates
    else:
        row[cut] += score @ pull.upper
        row[slopes] += (score * pull.upper) @ covariates
        row[places.variance[variable]] += score @ pull.lower
