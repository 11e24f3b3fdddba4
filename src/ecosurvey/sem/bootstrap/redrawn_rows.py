"""The slopes of the likelihood of many drawn samples with gaps, at the cost of the drawn gaps.

A drawn sample is the original one with counts. Complete rows enter by their weighted moments.
Of a row that misses the variables m only the imputed one is needed: with K = Sigma^-1,
G = K[m, m]^-1 and its deviation d (zero where missing),

    d* = d - G (K d)[m] in the gaps,    Sigma_oo^-1 (x - mu)_o = K d*,
    sum of the padded Sigma_oo^-1 = n K - K M K,   M = sum of G in its place,

so that the gradient by Sigma is K (sum d* d*' + M - n Sigma) K / 2: the E-step of EM (Dempster,
Laird & Rubin 1977). Patterns are padded with variables of their own to a few common sizes, and
those of several samples stand together, so that a handful of batched products serve all; and
each G is found from the last one by Newton's iteration, G (2I - K[m, m] G), which from nearby
is quicker than an inverse and as exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

from ecosurvey.sem.bootstrap.drawn_patterns import (
    EXACT,
    DrawnPatterns,
    Patterns,
    invert,
    sorted_patterns,
    times,
)
from ecosurvey.sem.implied import Directions, Implied
from ecosurvey.sem.loss.casewise import casewise, padded_inverses, scores
from ecosurvey.sem.observed import Incomplete

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MANY = 1 << 24  # numbers above which the rows' slopes are not kept


@dataclass(frozen=True, slots=True)
class RowSource:
    """The original rows of one group, sorted once for all replicates.

    Attributes
    ----------
    mean : (p,)
        What all rows are taken from, for accuracy.
    complete : (n1, p)
        Rows without gaps, less ``mean``.
    partial, seen : (n2, p + padding)
        Rows with gaps, less ``mean``, and 1 where they have a value; zero elsewhere.
    order : (n,)
        The rows of the data in the order complete, partial.
    patterns : tuple of Patterns
    slopes : (n, k)
        What each row adds to the derivative of minus the log-likelihood by the group's k free
        cells, at the estimates; without columns where it would take too much memory.
    """

    mean: Floats
    complete: Floats
    partial: Floats
    seen: Floats
    order: Ints
    patterns: tuple[Patterns, ...]
    slopes: Floats

    @classmethod
    def of(cls, data: Incomplete, implied: Implied, moves: Directions) -> RowSource:
        """Sort the rows of a group whose estimated moments, and how they move, are given."""
        whole = np.flatnonzero(data.observed.all(axis=1))
        patterns, holed = sorted_patterns(data, np.asarray(np.linalg.inv(implied.sigma)))
        mean = data.x.sum(axis=0) / np.maximum(data.observed.sum(axis=0), 1)
        p = len(mean)
        partial, seen = np.zeros((2, len(holed), data.width))
        seen[:, :p] = data.observed[holed]
        partial[:, :p] = np.where(data.observed[holed], data.x[holed] - mean, 0.0)
        slopes = np.empty((data.n, 0))
        if data.n * len(moves.u) <= _MANY:
            slopes = -scores(data, casewise(data, implied.mu, implied.sigma), moves)
            slopes = slopes if data.weights is None else slopes / data.weights[:, None]
        return cls(
            mean, data.x[whole] - mean, partial, seen, np.concatenate([whole, holed]), patterns,
            slopes,
        )  # fmt: skip

    def answered(self, counts: Floats) -> Flags:
        """Return whether in each sample, of counts (b, n), every variable has an answer."""
        ordered = counts[:, self.order]
        n = len(self.complete)
        answers = ordered[:, n:] @ self.seen[:, : len(self.mean)]
        answers += ordered[:, :n].sum(axis=1, keepdims=True)
        return np.asarray((answers > 0).all(axis=1))

    def drawn(self, counts: Floats, *, error: float = EXACT) -> RedrawnRows:
        """Return the rows of drawn samples.

        Parameters
        ----------
        counts : (b, n)
            How often each row of the data was drawn.
        error : float
            Of the inverses, relative; a larger one saves steps.
        """
        ordered = counts[:, self.order]
        whole, holed = ordered[:, : len(self.complete)], ordered[:, len(self.complete) :]
        here = holed > 0
        number = np.full(here.shape, -1)
        number[here] = np.arange(int(here.sum()))
        _, row = np.nonzero(here)
        squares = [(self.complete * each[:, None]).T @ self.complete for each in whole]
        width = self.partial.shape[1]
        patterns = tuple(one.drawn(holed, number, width) for one in self.patterns)
        return RedrawnRows(
            self.mean, counts.sum(axis=1), whole.sum(axis=1), whole @ self.complete,
            np.array(squares), self.partial[row], self.seen[row], holed[here],
            np.concatenate([[0], np.cumsum(here.sum(axis=1))]), patterns, error,
        )  # fmt: skip

    def first_slopes(self, counts: Floats) -> Floats | None:
        """Return the derivatives of drawn samples' losses at the estimates, (b, k), if known."""
        if not self.slopes.shape[1]:
            return None
        return np.asarray(counts @ self.slopes / counts.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class RedrawnRows:
    """Drawn samples of one group; their rows with gaps stand sample after sample.

    Attributes
    ----------
    mean : (p,)
        What all rows were taken from.
    n, n_complete : (b,)
        Rows drawn, and those without gaps.
    total : (b, p)
        Sum of the rows without gaps.
    squares : (b, p, p)
        Sum of their outer products.
    partial, seen, counts : (r, p + padding), (r, p + padding), (r,)
        The rows with gaps that were drawn, where they have a value, and how often.
    bounds : (b + 1,)
        Where each sample's begin.
    patterns : tuple of DrawnPatterns
        Theirs.
    error : float
        That the inverses may have.
    """

    mean: Floats
    n: Floats
    n_complete: Floats
    total: Floats
    squares: Floats
    partial: Floats
    seen: Floats
    counts: Floats
    bounds: Ints
    patterns: tuple[DrawnPatterns, ...]
    error: float

    def take(self, samples: Flags) -> RedrawnRows:
        """Return some of the samples."""
        sizes = np.diff(self.bounds)
        rows = np.repeat(samples, sizes)
        sample, number = np.cumsum(samples) - 1, np.cumsum(rows) - 1
        return RedrawnRows(
            self.mean, self.n[samples], self.n_complete[samples], self.total[samples],
            self.squares[samples], self.partial[rows], self.seen[rows], self.counts[rows],
            np.concatenate([[0], np.cumsum(sizes[samples])]),
            tuple(one.take(samples[one.sample], sample, number) for one in self.patterns),
            self.error,
        )  # fmt: skip

    def slopes(self, sigma: Floats, mu: Floats) -> tuple[Floats, Floats, Flags]:
        """Return the derivatives of minus each sample's log-likelihood per row.

        Parameters
        ----------
        sigma : (b, p, p)
        mu : (b, p)
            The samples' implied moments.

        Returns
        -------
        by_sigma : (b, p, p)
            Twice the symmetric derivative by the covariances, as :class:`Slope` has it.
        by_mu : (b, p)
        valid : (b,)
            Whether there is a likelihood; where not, the numbers mean nothing.
        """
        k, valid = inverses(sigma)
        p = len(self.mean)
        shift = mu - self.mean
        cross = self.total[:, :, None] * shift[:, None, :]
        inner = self.squares - cross - cross.transpose(0, 2, 1)
        inner += self.n_complete[:, None, None] * shift[:, :, None] * shift[:, None, :]
        sums = self.total - self.n_complete[:, None] * shift
        padded = padded_inverses(k, self.partial.shape[1])
        filled = self._filled(padded, shift)
        inner += self._spread(padded)[:, :p, :p]
        weighted = filled * self.counts[:, None]
        for at, (start, stop) in enumerate(zip(self.bounds[:-1], self.bounds[1:], strict=True)):
            inner[at] += weighted[start:stop].T @ filled[start:stop]
            sums[at] += weighted[start:stop].sum(axis=0)
        n = self.n[:, None]
        by_sigma = k - k @ (inner / n[:, None]) @ k
        return by_sigma, -(k @ (sums / n)[:, :, None])[:, :, 0], valid

    def _filled(self, padded: Floats, shift: Floats) -> Floats:
        """Return the deviations of the rows with gaps, imputed, (r, p).

        The inverses are brought up to ``padded`` on the way.
        """
        width = padded.shape[1]
        p = shift.shape[1]
        by_row = np.zeros((len(self.partial), width))
        by_row[:, :p] = np.repeat(shift, np.diff(self.bounds), axis=0)
        filled = self.partial - self.seen * by_row
        turned = by_row  # its memory serves again
        for at, (start, stop) in enumerate(zip(self.bounds[:-1], self.bounds[1:], strict=True)):
            np.matmul(filled[start:stop], padded[at], out=turned[start:stop])
        flat, out = turned.reshape(-1), filled.reshape(-1)
        for one in self.patterns:
            invert(padded.reshape(-1)[one.cells], one.inverses, self.error)
            out[one.places] = -times(one.inverses, one.which, flat[one.places])
        return filled[:, :p]

    def _spread(self, padded: Floats) -> Floats:
        """Return the sum of the patterns' inverses in their places, like ``padded``."""
        found = np.zeros(padded.size)
        for one in self.patterns:
            weighted = one.inverses * one.weight[:, None, None]
            found += np.bincount(one.cells.reshape(-1), weighted.reshape(-1), padded.size)
        return found.reshape(padded.shape)


def inverses(sigma: Floats) -> tuple[Floats, Flags]:
    """Return the inverses of covariance matrices, and which are positive definite."""
    found, valid = np.empty_like(sigma), np.ones(len(sigma), dtype=bool)
    for at, one in enumerate(sigma):
        root, failed = dpotrf(one, lower=1)
        valid[at] = not failed
        found[at] = np.eye(len(one)) if failed else dpotri(root, lower=1)[0]
    one, other = np.tril_indices(sigma.shape[1], -1)
    found[:, other, one] = found[:, one, other]
    return found, valid
