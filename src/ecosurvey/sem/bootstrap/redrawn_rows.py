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

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

from ecosurvey.sem.bootstrap.drawn_patterns import (
    EXACT,
    DrawnPatterns,
    Patterns,
    sorted_patterns,
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
    partial, seen : (n2, p + padding + 1)
        Rows with gaps, less ``mean``, and 1 where they have a value; zero elsewhere. The last
        column of the former is 1, so that products of rows hold their sums too.
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
        partial, seen = np.zeros((2, len(holed), data.width + 1))
        partial[:, -1] = 1.0
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

    def drawn(self, counts: Floats) -> RedrawnRows:
        """Return the rows of drawn samples.

        Parameters
        ----------
        counts : (b, n)
            How often each row of the data was drawn.
        """
        ordered = counts[:, self.order]
        whole, holed = ordered[:, : len(self.complete)], ordered[:, len(self.complete) :]
        here = holed > 0
        number = np.full(here.shape, -1)
        number[here] = np.arange(int(here.sum()))
        _, row = np.nonzero(here)
        blocks = [one.drawn(holed, number) for one in self.patterns]
        root = np.sqrt(holed[here])
        return RedrawnRows(
            self.mean, counts.sum(axis=1), whole.sum(axis=1), whole @ self.complete,
            np.array([self._squares(each) for each in whole]),
            self.partial[row] * root[:, None], self.seen[row] * root[:, None],
            np.concatenate([[0], np.cumsum(here.sum(axis=1))]),
            DrawnPatterns.of(blocks, len(counts), self.partial.shape[1]),
        )  # fmt: skip

    def _squares(self, counts: Floats) -> Floats:
        """Return the sum of the complete rows' outer products, (p, p)."""
        drawn = np.flatnonzero(counts)
        rows = self.complete[drawn] * np.sqrt(counts[drawn])[:, None]
        return rows.T @ rows

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
    partial, seen : (r, p + padding + 1)
        The rows with gaps that were drawn, and 1 where they have a value, both times the root
        of how often.
    bounds : (b + 1,)
        Where each sample's begin.
    patterns : DrawnPatterns
        Theirs.
    """

    mean: Floats
    n: Floats
    n_complete: Floats
    total: Floats
    squares: Floats
    partial: Floats
    seen: Floats
    bounds: Ints
    patterns: DrawnPatterns

    def take(self, samples: Flags) -> RedrawnRows:
        """Return some of the samples."""
        sizes = np.diff(self.bounds)
        rows = np.repeat(samples, sizes)
        return RedrawnRows(
            self.mean, self.n[samples], self.n_complete[samples], self.total[samples],
            self.squares[samples], self.partial[rows], self.seen[rows],
            np.concatenate([[0], np.cumsum(sizes[samples])]),
            self.patterns.take(samples, np.cumsum(rows) - 1),
        )  # fmt: skip

    def slopes(self, k: Floats, mu: Floats, error: float = EXACT) -> tuple[Floats, Floats]:
        """Return the derivatives of minus each sample's log-likelihood per row.

        Parameters
        ----------
        k : (b, p, p)
        mu : (b, p)
            The inverses of the samples' implied covariances, and the implied means.
        error : float
            That the inverses of the gaps' parts of ``k`` may have, relative.

        Returns
        -------
        by_sigma : (b, p, p)
            Twice the symmetric derivative by the covariances, as :class:`Slope` has it.
        by_mu : (b, p)

        Raises
        ------
        numpy.linalg.LinAlgError
            If a part of ``k`` is singular.
        """
        p = len(self.mean)
        shift = mu - self.mean
        sums = self.total - self.n_complete[:, None] * shift
        half = self.total - (0.5 * self.n_complete)[:, None] * shift
        cross = half[:, :, None] * shift[:, None, :]
        inner = self.squares - cross
        inner -= cross.transpose(0, 2, 1)
        padded = padded_inverses(k, self.partial.shape[1])
        self.patterns.update(padded, error)
        inner += self.patterns.total()[:, :p, :p]
        filled = self._filled(padded, shift)
        for at, rows in enumerate(self._samples()):
            products = filled[rows].T @ filled[rows]
            inner[at] += products[:p, :p]
            sums[at] += products[-1, :p]
        inner /= self.n[:, None, None]
        by_sigma = k - k @ inner @ k
        return by_sigma, -(k @ (sums / self.n[:, None])[:, :, None])[:, :, 0]

    def _samples(self) -> Iterator[slice]:
        """Yield where each sample's rows with gaps are."""
        for start, stop in pairwise(self.bounds.tolist()):
            yield slice(start, stop)

    def _filled(self, padded: Floats, shift: Floats) -> Floats:
        """Return the deviations of the rows with gaps, imputed, times ``root``, (r, width)."""
        p = shift.shape[1]
        filled, turned = self.partial.copy(), np.empty_like(self.partial)
        for at, rows in enumerate(self._samples()):
            own = filled[rows]
            own[:, :p] -= self.seen[rows, :p] * shift[at]
            np.matmul(own, padded[at], out=turned[rows])
        self.patterns.impute(filled, turned)
        return filled


def inverses(sigma: Floats) -> tuple[Floats, Flags]:
    """Return the inverses of covariance matrices, and which are positive definite."""
    found, valid = np.empty_like(sigma), np.ones(len(sigma), dtype=bool)
    for at, one in enumerate(sigma):
        root, failed = dpotrf(one.T, lower=1)  # clears what is above the diagonal
        valid[at] = not failed
        found[at] = np.eye(len(one)) if failed else dpotri(root, lower=1, overwrite_c=1)[0]
    found += found.transpose(0, 2, 1)
    found.reshape(len(found), -1)[:, :: sigma.shape[1] + 1] *= 0.5
    return found, valid
