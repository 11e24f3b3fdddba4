"""Full-information likelihood of drawn rows with gaps, at the cost of the drawn gaps.

A drawn sample is the original one with counts. Complete rows enter by their weighted moments.
Of a row that misses the variables m only the imputed one is needed: with K = Sigma^-1,
G = K[m, m]^-1 and its deviation d (zero where missing),

    d* = d - G (K d)[m] in the gaps,    Sigma_oo^-1 (x - mu)_o = K d*,
    sum of the padded Sigma_oo^-1 = n K - K M K,   M = sum of G in its place,

so that the gradient by Sigma is K (sum d* d*' + M - n Sigma) K / 2: the E-step of EM (Dempster,
Laird & Rubin 1977). Patterns are padded with variables of their own to a few common sizes, so
that a handful of batched products serve all; and each G is found from the last one by Newton's
iteration, G (2I - K[m, m] G), which from nearby is quicker than an inverse and as exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied
from ecosurvey.sem.loss import Slope
from ecosurvey.sem.observed import Incomplete

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_STEP = 4  # patterns are padded to multiples of this many gaps
_NEAR, _EXACT, _ITERATIONS = 0.5, 1e-13, 8  # of Newton's iteration: where to begin, where to end


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of about as many gaps, and their rows.

    Attributes
    ----------
    cells : (m, q * q)
        Where each pattern's part of K lies in the padded K, flat.
    rows : (r,)
        Row numbers among the rows with gaps, sorted by pattern.
    which : (r,)
        The pattern of each row.
    places : (r, q)
        Where each row's gaps lie in the padded rows with gaps, flat.
    start : (m, q, q)
        The inverses at the estimates of the original sample.
    """

    cells: Ints
    rows: Ints
    which: Ints
    places: Ints
    start: Floats

    def drawn(self, counts: Floats) -> Patterns:
        """Return the patterns and rows that were drawn at least once."""
        here = counts[self.rows] > 0
        used, which = np.unique(self.which[here], return_inverse=True)
        return Patterns(
            self.cells[used], self.rows[here], which.reshape(-1), self.places[here],
            self.start[used],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowSource:
    """The original rows of one group, sorted once for all replicates.

    Attributes
    ----------
    mean : (p,)
        What all rows are taken from, for accuracy.
    complete, partial : (n, p)
        Rows without and with gaps, less ``mean``; zero in the gaps.
    seen : (n, p)
        Where the rows with gaps have a value.
    order : (n,)
        The rows of the data in the order complete, partial.
    patterns : tuple of Patterns
    values : (n,)
        Minus the log-likelihood of each row at the estimates, constants left out.
    """

    mean: Floats
    complete: Floats
    partial: Floats
    seen: NDArray[np.bool_]
    order: Ints
    patterns: tuple[Patterns, ...]
    values: Floats

    @classmethod
    def of(cls, data: Incomplete, implied: Implied) -> RowSource:
        """Sort the rows of a group whose estimated moments are given."""
        gaps = ~data.observed.all(axis=1)
        whole, holed = np.flatnonzero(~gaps), np.flatnonzero(gaps)
        place = np.full(data.n, -1, dtype=np.int64)
        place[holed] = np.arange(len(holed))
        seen = data.observed[holed]
        mean = data.x.sum(axis=0) / np.maximum(data.observed.sum(axis=0), 1)
        partial = np.where(seen, data.x[holed] - mean, 0.0)
        made = cls(
            mean, data.x[whole] - mean, partial, seen, np.concatenate([whole, holed]),
            _patterns(data, place, np.asarray(np.linalg.inv(implied.sigma))), np.empty(0),
        )  # fmt: skip
        every = made.drawn(np.ones(data.n))
        if every is None:
            raise ValueError("a variable without any answer")
        values = np.empty(data.n)
        values[made.order] = every.at(implied).row_values()
        return replace(made, values=values)

    def drawn(self, counts: Floats) -> RedrawnLikelihood | None:
        """Return the loss of a drawn sample; None if nobody drawn answered some variable.

        Parameters
        ----------
        counts : (n,)
            How often each row of the data was drawn.
        """
        ordered = counts[self.order]
        whole, holed = ordered[: len(self.complete)], ordered[len(self.complete) :]
        if not ((holed @ self.seen + whole.sum()) > 0).all():
            return None
        drawn = [one.drawn(holed) for one in self.patterns]
        weighted = self.complete * whole[:, None]
        patterns = tuple(one for one in drawn if len(one.rows))
        return RedrawnLikelihood(
            self, float(whole.sum()), float(holed.sum()), weighted.sum(axis=0),
            weighted.T @ self.complete, holed, patterns, [one.start for one in patterns],
        )  # fmt: skip


def _patterns(data: Incomplete, place: Ints, k: Floats) -> tuple[Patterns, ...]:
    """Pad the patterns to multiples of a few gaps and join those of the same size."""
    p = data.x.shape[1]
    padded = _padded(k)
    by_size: dict[int, list[tuple[Ints, Ints, Ints]]] = {}
    for batch in data.batches:
        q = batch.missing.shape[1]
        size = -(-q // _STEP) * _STEP
        missing = np.empty((len(batch.missing), size), dtype=np.int64)
        missing[:, :q] = batch.missing
        missing[:, q:] = p + np.arange(size - q)
        by_size.setdefault(size, []).append((missing, place[batch.rows], batch.which))
    found = []
    for parts in by_size.values():
        before = np.cumsum([0, *(len(missing) for missing, _, _ in parts[:-1])])
        missing = np.concatenate([one for one, _, _ in parts])
        rows = np.concatenate([one for _, one, _ in parts])
        which = np.concatenate([w + s for (_, _, w), s in zip(parts, before, strict=True)])
        cells = missing[:, :, None] * len(padded) + missing[:, None, :]
        start = np.linalg.inv(padded.reshape(-1)[cells])
        places = rows[:, None] * len(padded) + missing[which]
        found.append(Patterns(cells.reshape(len(cells), -1), rows, which, places, start))
    return tuple(found)


def _padded(k: Floats) -> Floats:
    """Return K with a few independent variables after its own."""
    p = len(k)
    found = np.eye(p + _STEP - 1)
    found[:p, :p] = k
    return found


@dataclass(frozen=True, slots=True)
class RedrawnLikelihood:
    """A loss: minus the log-likelihood of a drawn sample per row, but for a constant.

    Attributes
    ----------
    source : RowSource
    n_complete, n_partial : float
        Rows drawn without and with gaps.
    total : (p,)
        Sum of the complete rows.
    squares : (p, p)
        Sum of their outer products.
    counts : (n,)
        How often each row with gaps was drawn.
    patterns : tuple of Patterns
        Those drawn.
    inverses : list of (m, q, q)
        The last ones found, from which the next are; one entry a tuple of patterns.
    """

    source: RowSource
    n_complete: float
    n_partial: float
    total: Floats
    squares: Floats
    counts: Floats
    patterns: tuple[Patterns, ...]
    inverses: list[Floats]

    @property
    def share(self) -> float:
        """What the group's weight is multiplied by."""
        return 1.0

    @property
    def n(self) -> float:
        """Rows drawn."""
        return self.n_complete + self.n_partial

    def at(self, implied: Implied) -> RedrawnPoint:
        """Return the loss at the implied moments."""
        return RedrawnPoint(self, implied)


@dataclass(frozen=True)
class RedrawnPoint:
    """The loss of a drawn sample at given moments."""

    of: RedrawnLikelihood
    implied: Implied

    @cached_property
    def _inverse(self) -> tuple[Floats, float]:
        root = np.linalg.cholesky(self.implied.sigma)
        half = np.linalg.solve(root, np.eye(len(root)))
        return half.T @ half, 2.0 * float(np.log(np.diag(root)).sum())

    @cached_property
    def _shift(self) -> Floats:
        return np.asarray(self.implied.mu - self.of.source.mean)

    def _gaps(self) -> tuple[Floats, Floats]:
        """Return the deviations of the rows with gaps, and times K, both padded."""
        k, _ = self._inverse
        n, p = self.of.source.partial.shape
        deviation, turned = np.zeros((2, n, p + _STEP - 1))
        np.subtract(
            self.of.source.partial, self._shift, out=deviation[:, :p], where=self.of.source.seen
        )
        turned[:, :p] = deviation[:, :p] @ k
        return deviation, turned

    def _inner(self, padded: Floats, at: int) -> tuple[Floats, Floats]:
        """Return K[m, m] of each pattern of a size, and its inverse."""
        one = self.of.patterns[at]
        inner = padded.reshape(-1)[one.cells].reshape(one.start.shape)
        found = _inverted(inner, self.of.inverses[at])
        self.of.inverses[at] = found
        return inner, found

    @property
    def value(self) -> float:
        """Minus the log-likelihood per row, constants left out; infinite where there is none."""
        try:
            k, logdet = self._inverse
            quad, inner = self._partial_values(k)
        except np.linalg.LinAlgError:
            return float("inf")
        of = self.of
        _, squares = self._complete
        total = of.n * logdet + float((k * squares).sum()) + float(of.counts @ (quad + inner))
        return 0.5 * total / of.n

    def row_values(self) -> Floats:
        """Return minus the log-likelihood of each row, complete ones first."""
        k, logdet = self._inverse
        quad, inner = self._partial_values(k)
        d = self.of.source.complete - self._shift
        whole = np.einsum("ij,ij->i", d, d @ k)
        return 0.5 * (np.concatenate([whole, quad + inner]) + logdet)

    def _partial_values(self, k: Floats) -> tuple[Floats, Floats]:
        """Return quadratic form and log|K[m, m]| of the rows with gaps; zero where not drawn."""
        deviation, turned = self._gaps()
        quad = np.einsum("ij,ij->i", deviation, turned)
        logdet = np.zeros(len(quad))
        padded, flat = _padded(k), turned.reshape(-1)
        for at, one in enumerate(self.of.patterns):
            inner, inverse = self._inner(padded, at)
            missing = flat[one.places]
            quad[one.rows] -= (_times(inverse, one.which, missing) * missing).sum(axis=1)
            logdet[one.rows] = np.linalg.slogdet(inner)[1][one.which]
        return quad, logdet

    @cached_property
    def _complete(self) -> tuple[Floats, Floats]:
        """Sum and sum of squares of the complete rows' deviations."""
        of, shift = self.of, self._shift
        cross = np.outer(of.total, shift)
        squares = of.squares - cross - cross.T + of.n_complete * np.outer(shift, shift)
        return of.total - of.n_complete * shift, squares

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        k, _ = self._inverse
        of, p = self.of, len(k)
        sums, squares = self._complete
        filled, turned = self._gaps()
        padded, flat, out = _padded(k), turned.reshape(-1), filled.reshape(-1)
        spread = np.zeros(padded.size)
        for at, one in enumerate(of.patterns):
            _, inverse = self._inner(padded, at)
            out[one.places] = -_times(inverse, one.which, flat[one.places])
            weights = np.bincount(one.which, of.counts[one.rows], len(inverse))
            parts = inverse.reshape(len(inverse), -1) * weights[:, None]
            spread += np.bincount(one.cells.reshape(-1), parts.reshape(-1), len(spread))
        filled = filled[:, :p]
        weighted = filled * of.counts[:, None]
        inner = squares + weighted.T @ filled + spread.reshape(padded.shape)[:p, :p]
        sigma = (k @ inner @ k - of.n * k) / of.n
        mean = k @ (sums + weighted.sum(axis=0)) / of.n
        return Slope(-sigma, -mean)

    def expected(self, moves: Directions) -> Floats:
        """Refuse: replicates are found by slopes alone."""
        raise NotImplementedError

    def observed(self, moves: Directions) -> Floats:
        """Refuse: replicates are found by slopes alone."""
        raise NotImplementedError


def _inverted(matrices: Floats, near: Floats) -> Floats:
    """Return the inverses of symmetric matrices, given ones that are near.

    Raises
    ------
    numpy.linalg.LinAlgError
        If one is singular.
    """
    found = near
    for _ in range(_ITERATIONS):
        off = -(matrices @ found)
        off[:, range(off.shape[1]), range(off.shape[1])] += 1.0
        size = float(np.abs(off).max())
        if not size < _NEAR:
            break
        found = found + found @ off
        if size < _EXACT**0.5:  # the error is squared by the step just made
            return np.asarray(0.5 * (found + found.transpose(0, 2, 1)))
    return np.asarray(np.linalg.inv(matrices))


def _times(inverse: Floats, which: Ints, values: Floats) -> Floats:
    """Return each row's values times the inverse of its pattern."""
    if len(which) <= 2 * len(inverse):
        return np.asarray((inverse[which] @ values[:, :, None])[:, :, 0])
    found = np.empty_like(values)  # few patterns, many rows: one product a pattern
    starts = np.searchsorted(which, np.arange(len(inverse) + 1))
    for j, one in enumerate(inverse):
        rows = slice(starts[j], starts[j + 1])
        found[rows] = values[rows] @ one
    return found
