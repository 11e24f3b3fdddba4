"""Step two: every pair fitted, those alike together, with the parts of the sampling covariance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.by_level import fit_levels
from ecosurvey.correlation.by_row import (
    Pull,
    RowPair,
    pearson_pair,
    polychoric_pair,
    polyserial_pair,
)
from ecosurvey.correlation.by_table import fit_tables, starting_values
from ecosurvey.correlation.margins import Margin, OrderedMargin, categories_of
from ecosurvey.correlation.places import Places, pairs_of
from ecosurvey.correlation.singles import Singles
from ecosurvey.correlation.tables import cross_tables, fill_empty_cells

_MANY = 256  # values of a continuous variable beyond which a table is no longer small


class PairBlock(Protocol):
    """Some fitted pairs.

    ``first`` and ``second`` number the variables, ``first < second``; ``information`` is the
    (weighted) sum of squared scores, (m,).
    """

    @property
    def first(self) -> NDArray[np.intp]: ...  # noqa: D102
    @property
    def second(self) -> NDArray[np.intp]: ...  # noqa: D102
    @property
    def rho(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def information(self) -> NDArray[np.float64]: ...  # noqa: D102

    def influences(
        self, scale: NDArray[np.float64], singles: Singles, some: slice
    ) -> NDArray[np.float64]:
        """Return what some rows add to the correlations, (m, rows).

        It is the row's score, less what the first step's errors take from it, times ``scale``,
        the inverse information.
        """
        ...


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Pairs with tables of one shape; what a row adds is looked up in its cell.

    The second variable is ordinal, the first may be a continuous one of few values.

    Attributes
    ----------
    crossed : (m, a - 1) and (m, b - 1) arrays
        Sums of scores times those of either variable's thresholds, or mean and variance.
    codes : (p, n) int array
        Of all variables; the number of its categories or values where one is missing.
    lookup : (m, a, b) array
        Scores.
    counts : (m, a, b) array
        Rows of each cell, or their weight.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    rho: NDArray[np.float64]
    information: NDArray[np.float64]
    crossed: tuple[NDArray[np.float64], NDArray[np.float64]]
    codes: NDArray[np.intp]
    lookup: NDArray[np.float64]
    counts: NDArray[np.float64]

    def influences(
        self, scale: NDArray[np.float64], singles: Singles, some: slice
    ) -> NDArray[np.float64]:
        """Return what some rows add to the correlations, (m, rows)."""
        cells = self._cells(scale, singles)
        m, a, b = self.lookup.shape
        codes = self.codes[:, some]
        found = np.empty((m, codes.shape[1]))
        # pair by pair of one first variable, so that its codes are multiplied once
        starts = [*np.flatnonzero(np.diff(self.first, prepend=-1)), m]
        for begin, end in pairwise(starts):
            at = codes[self.first[begin]] * (b + 1) + codes[self.second[begin:end]]
            at += (np.arange(end - begin) * ((a + 1) * (b + 1)))[:, None]
            found[begin:end] = cells[begin:end].ravel()[at]
        return found

    def squares(self, scale: NDArray[np.float64], singles: Singles) -> NDArray[np.float64]:
        """Return the sums over all rows, of equal weight, of their squared influences, (m,)."""
        m, a, b = self.lookup.shape
        counts = np.zeros((m, a + 1, b + 1))
        counts[:, :a, :b] = self.counts
        seen = [np.bincount(codes, minlength=max(a, b) + 1) for codes in self.codes]  # and missing
        one, other = (np.array([seen[v] for v in side]) for side in (self.first, self.second))
        counts[:, :a, b] = one[:, :a] - self.counts.sum(axis=2)
        counts[:, a, :b] = other[:, :b] - self.counts.sum(axis=1)
        return np.asarray((counts * self._cells(scale, singles) ** 2).sum(axis=(1, 2)))

    def _cells(self, scale: NDArray[np.float64], singles: Singles) -> NDArray[np.float64]:
        """Return the influence of a row in each cell; one more row and column: of missing."""
        m, a, b = self.lookup.shape
        cells = np.zeros((m, a + 1, b + 1))
        cells[:, :a, :b] = self.lookup
        one, other = singles.by_category(self.first), singles.by_category(self.second)
        cells -= np.einsum("mt,mct->mc", self.crossed[0], one)[:, :, None]
        cells -= np.einsum("mt,mct->mc", self.crossed[1], other)[:, None, :]
        return np.asarray(cells * scale[:, None, None])


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Pairs fitted row by row.

    Attributes
    ----------
    crossed : (m, k) array
        Sums of scores times the first step's.
    scores : (m, n) array
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    rho: NDArray[np.float64]
    information: NDArray[np.float64]
    crossed: NDArray[np.float64]
    scores: NDArray[np.float64]

    def influences(
        self, scale: NDArray[np.float64], singles: Singles, some: slice
    ) -> NDArray[np.float64]:
        """Return what some rows add to the correlations, (m, rows)."""
        left = self.scores[:, some] - self.crossed @ singles.rows[:, some]
        return np.asarray(scale[:, None] * left)


def pair_blocks(
    margins: Sequence[Margin],
    covariates: NDArray[np.float64],
    places: Places,
    zero_add: tuple[float, float],
    zero_keep_margins: bool,
    weights: NDArray[np.float64] | None = None,
) -> list[PairBlock]:
    """Fit every pair: by tables where rows are alike, else by rows.

    Without covariates rows of the same categories are; a continuous variable goes with ordinal ones
    in tables if these have no more cells than there are rows.
    """
    one, other = pairs_of(len(margins))
    by_table = np.zeros(len(one), dtype=bool)
    if not covariates.shape[1]:
        ordered = np.array([isinstance(m, OrderedMargin) for m in margins])
        levels = _levels(margins)
        small = levels * _most_categories(margins) <= len(covariates)
        few = ordered | (small & (levels <= _MANY))
        by_table = (ordered[one] & few[other]) | (few[one] & ordered[other])
    blocks: list[PairBlock] = []
    if by_table.any():
        blocks += _by_tables(
            margins, one[by_table], other[by_table], zero_add, zero_keep_margins, weights
        )
    if not by_table.all():
        blocks.append(
            _by_rows(margins, covariates, one[~by_table], other[~by_table], places, weights)
        )
    return blocks


def _levels(margins: Sequence[Margin]) -> NDArray[np.intp]:
    return np.array([categories_of(margin)[1] for margin in margins], dtype=np.intp)


def _most_categories(margins: Sequence[Margin]) -> int:
    return max((m.n_categories for m in margins if isinstance(m, OrderedMargin)), default=0)


def _by_tables(
    margins: Sequence[Margin],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    zero_add: tuple[float, float],
    keep_margins: bool,
    weights: NDArray[np.float64] | None,
) -> list[PairBlock]:
    used = np.union1d(one, other)
    sizes = np.zeros(len(margins), dtype=np.intp)
    sizes[used] = _levels([margins[v] for v in used])
    codes = np.full((len(margins), len(categories_of(margins[0])[0])), -1, dtype=np.intp)
    for index in used:
        codes[index] = categories_of(margins[index])[0]
    tables = cross_tables(list(codes), [int(s) for s in sizes], weights)
    known = np.where(codes < 0, sizes[:, None], codes)
    begins = np.cumsum(sizes) - sizes

    def counts_of(i: NDArray[np.intp], j: NDArray[np.intp]) -> NDArray[np.float64]:
        rows = begins[i][:, None, None] + np.arange(sizes[i[0]])[:, None]
        return np.asarray(tables[rows, begins[j][:, None, None] + np.arange(sizes[j[0]])])

    blocks: list[PairBlock] = []
    for i, j in _alike(margins, one, other, sizes):
        counts = counts_of(i, j)
        numeric = margins[i[0]]
        if isinstance(numeric, OrderedMargin):
            first, second = _cuts(margins, i), _cuts(margins, j)
            filled = fill_empty_cells(counts, zero_add, keep_margins)
            begin = starting_values(counts, first, second)
            pairs = fit_tables(counts, filled, first, second, begin)
            scores = pairs.scores()
            rho, crossed = pairs.rho, pairs.crossed(scores)
        else:
            found = fit_levels(numeric.values, numeric.variance, counts, _cuts(margins, j))
            rho, scores, crossed = found.rho, found.scores, found.crossed
        information = (counts * scores**2).sum(axis=(1, 2))
        blocks.append(TableBlock(i, j, rho, information, crossed, known, scores, counts))
    return blocks


def _alike(
    margins: Sequence[Margin],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    sizes: NDArray[np.intp],
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield pairs to be fitted together: ordinal ones of one shape; else those of one variable.

    A continuous variable comes first.
    """
    numeric = np.array([not isinstance(margin, OrderedMargin) for margin in margins])
    turn = numeric[other]
    one, other = np.where(turn, other, one), np.where(turn, one, other)
    keys = np.stack([np.where(numeric[one], one, -1), sizes[one], sizes[other]], axis=1)
    for key in np.unique(keys, axis=0):
        same = (keys == key).all(axis=1)
        yield one[same], other[same]


def _cuts(margins: Sequence[Margin], which: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the thresholds of ordinal variables of as many categories each."""
    return np.array(
        [m.thresholds for m in (margins[v] for v in which) if isinstance(m, OrderedMargin)]
    )


def _by_rows(
    margins: Sequence[Margin],
    covariates: NDArray[np.float64],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    places: Places,
    weights: NDArray[np.float64] | None,
) -> RowBlock:
    scores = np.zeros((len(one), len(covariates)))
    crossed = np.zeros((len(one), places.first_step))
    rho = np.zeros(len(one))
    for pair, (i, j) in enumerate(zip(one, other, strict=True)):
        fitted = _fit_pair(margins[i], margins[j], weights)
        rho[pair], scores[pair] = fitted.rho, fitted.score
        score = fitted.score if weights is None else fitted.score * weights
        for v, pull in ((i, fitted.first), (j, fitted.second)):
            _add_crossed(crossed[pair], score, pull, margins[v], covariates, places, int(v))
    squares = scores**2
    information = squares.sum(axis=1) if weights is None else squares @ weights
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
