"""Answers with gaps: the rows of one group sorted by their pattern of missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEP = 4  # patterns are padded to multiples of this many gaps,
_FEW = 16  # or, of so few variables, all to the same number


@dataclass(frozen=True, slots=True)
class Batch:
    """All patterns that miss about as many variables, ``q`` or a few less, and their rows.

    Attributes
    ----------
    missing : (m, q)
        For each pattern, which variables are missing; then p, p + 1, ..., variables that nobody
        was asked, so that few batches serve all patterns.
    rows : (r,)
        Row numbers in the data, sorted by pattern.
    starts : (m + 1,)
        Where each pattern's rows begin in ``rows``.
    mass : (m,)
        What the rows of each pattern weigh together: their number, if nothing else is said.
    """

    missing: Ints
    rows: Ints
    starts: Ints
    mass: Floats

    @property
    def counts(self) -> Ints:
        """Number of rows of each pattern, shape (m,)."""
        return np.diff(self.starts)

    @property
    def which(self) -> Ints:
        """The pattern of each of ``rows``, shape (r,)."""
        return np.repeat(np.arange(len(self.missing)), self.counts)


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Rows with gaps, ready for batched algebra.

    Attributes
    ----------
    x : (n, p)
        The values, gaps set to zero; rows without any value are left out.
    observed : (n, p)
        Where a value was given.
    batches : tuple of Batch
        Patterns with at least one gap, by their number of gaps.
    n_patterns : int
        Number of different patterns, the complete one included.
    n_empty : int
        Rows left out because nothing was observed in them.
    kept : (n_given,)
        Which of the given rows are here.
    weights : (n,) or None
        How much each row counts.
    """

    x: Floats
    observed: NDArray[np.bool_]
    batches: tuple[Batch, ...]
    n_patterns: int
    n_empty: int
    kept: NDArray[np.bool_]
    weights: Floats | None = None

    @property
    def width(self) -> int:
        """Number of variables, with those that patterns are padded with."""
        p = self.x.shape[1]
        return int(max([p, *(batch.missing.max() + 1 for batch in self.batches)]))

    @property
    def mass(self) -> float:
        """What all rows weigh together: their number, if they have no weights."""
        return self.n if self.weights is None else float(self.weights.sum())

    def weighed(self, rows: Floats) -> Floats:
        """Return rows, or a number a row, times the weights."""
        if self.weights is None:
            return rows
        return rows * (self.weights if rows.ndim == 1 else self.weights[:, None])

    @property
    def n(self) -> int:
        """Rows with at least one value."""
        return len(self.x)

    @property
    def n_observed(self) -> int:
        """Values given, over all rows and variables."""
        return int(self.observed.sum())

    def coverage(self) -> Floats:
        """Return the share of rows in which both of two variables were answered, (p, p)."""
        seen = self.observed.astype(float)
        return np.asarray(seen.T @ seen / self.n)

    def available_moments(self) -> tuple[Floats, Floats]:
        """Return means of the answers there are, and covariances pair by pair (divided by N).

        Each covariance is taken over the rows that have both, less one, times (N - 1)/N.
        """
        seen = self.observed.astype(float)
        both = seen.T @ seen
        sums = self.x.T @ seen  # of each variable, over the rows that have the other
        cross = self.x.T @ self.x - sums * sums.T / both
        cov = cross / (both - 1) * ((self.n - 1) / self.n)
        return self.x.sum(axis=0) / seen.sum(axis=0), cov


def incomplete(values: Floats, weights: Floats | None = None) -> Incomplete:
    """Sort rows by their missing pattern.

    Parameters
    ----------
    values : (n, p)
        Rows of one group; NaN where there is no answer.
    weights : (n,), optional
        How much each row counts.

    Examples
    --------
    >>> data = incomplete(np.array([[1.0, 2.0], [np.nan, 3.0], [np.nan, np.nan], [4.0, 5.0]]))
    >>> data.n, data.n_patterns, data.n_empty, data.batches[0].missing.tolist()
    (3, 2, 1, [[0]])
    """
    seen = ~np.isnan(values)
    kept = seen.any(axis=1)
    x = np.where(seen, values, 0.0)[kept]
    observed = np.ascontiguousarray(seen[kept])
    gaps = ~observed
    patterns, pattern_of = np.unique(gaps, axis=0, return_inverse=True)
    pattern_of = pattern_of.reshape(-1)
    n_gaps = patterns.sum(axis=1)
    by_pattern = np.argsort(pattern_of, kind="stable")
    bounds = np.searchsorted(pattern_of[by_pattern], np.arange(len(patterns) + 1))
    of_kept = None if weights is None else weights[kept]
    batches = []
    p = values.shape[1]
    classes = np.where(n_gaps > 0, -(-n_gaps // _STEP) * _STEP, 0)
    if p <= _FEW:
        classes[n_gaps > 0] = n_gaps.max(initial=0)
    for size in np.unique(classes[n_gaps > 0]):
        members = np.flatnonzero(classes == size)
        q = int(n_gaps[members].max())
        pieces = [by_pattern[bounds[j] : bounds[j + 1]] for j in members]
        missing = _padded_gaps(patterns[members], q)
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
        sizes = [len(piece) if of_kept is None else of_kept[piece].sum() for piece in pieces]
        batches.append(
            Batch(
                missing,
                np.concatenate(pieces),
                starts.astype(np.int64),
                np.array(sizes, dtype=float),
            )
        )
    return Incomplete(
        x,
        observed,
        tuple(batches),
        len(patterns),
        int((~kept).sum()),
        np.asarray(kept),
        of_kept,
    )


def _padded_gaps(patterns: NDArray[np.bool_], q: int) -> Ints:
    """Return where each pattern (a row) has its gaps, filled up to ``q`` by p, p + 1, ..."""
    m, p = patterns.shape
    found = np.empty((m, q), dtype=np.int64)
    extra = np.arange(q) - patterns.sum(axis=1)[:, None]  # from 0 on beyond a pattern's own
    found[extra < 0] = np.nonzero(patterns)[1]
    found[extra >= 0] = p + extra[extra >= 0]
    return found
