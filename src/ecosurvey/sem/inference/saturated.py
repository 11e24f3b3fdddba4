"""The saturated model of rows with gaps: its information, and what the rows say about it.

For 60 items the saturated model has 1,890 parameters. Its information is made of the sums over
patterns of A_jk A_lm and A_jk w_l w_m, A the padded inverse of a pattern and w the rows'
weighted deviations: two products of slim matrices, then looked up cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.recent import Recent, content
from ecosurvey.sem.implied import Directions, symmetric_inverse
from ecosurvey.sem.loss.casewise import Casewise, casewise, scores
from ecosurvey.sem.observed import Incomplete, Moments, summed

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Saturated:
    """One group's saturated model about [mu; vech(Sigma)], fixed covariates' own left out.

    Attributes
    ----------
    complete : (s, s)
        Information of a row without gaps.
    root : (s, s)
        Upper Cholesky factor of the observed information of a row as it is, A.
    mean : float
        tr(``complete`` A^-1 B A^-1), B the scores' products; B = A for normal rows.
    trace : float
        tr(A^-1 B); NaN for normal rows.
    scores : (n, s) or None
        The rows' scores, or those of the clusters; None to take the rows as normal.
    """

    complete: Floats
    root: Floats
    mean: float
    trace: float = nan
    scores: Floats | None = None

    def solve(self, columns: Floats) -> Floats:
        """Return A^-1 times the columns."""
        return _solve(self.root, columns)


def _bytes(made: Saturated) -> int:
    scores_ = 0 if made.scores is None else made.scores.nbytes
    return made.complete.nbytes + made.root.nbytes + scores_


# the models of one questionnaire share it: what they say of the answers is no part of it
_RECENT: Recent[Saturated] = Recent(1 << 27, size=_bytes)


def saturated(moments: Moments, fixed: NDArray[np.intp], *, robust: bool) -> Saturated:
    """Return the saturated model of one group at its maximum-likelihood moments.

    Parameters
    ----------
    moments : Moments
    fixed : (q,) array
        Positions of fixed covariates, whose own moments are not parameters.
    robust : bool
        Whether rows may be non-normal: their scores are then kept.
    """
    if moments.rows is None:
        raise TypeError("these moments have no rows with gaps")
    rows = moments.rows
    if rows.weights is not None or moments.design is not None:
        return _saturated(moments, rows, fixed, robust=robust)
    key = (content(rows.x, rows.observed, moments.mean, moments.cov, fixed), robust)
    return _RECENT.get(key, lambda: _saturated(moments, rows, fixed, robust=robust))


def _saturated(
    moments: Moments, answers: Incomplete, fixed: NDArray[np.intp], *, robust: bool
) -> Saturated:
    cells = _Cells.of(len(moments.mean), fixed)
    complete = _sums(cells, symmetric_inverse(moments.cov)[None], np.ones(1)).expected(cells)
    parts = casewise(answers, moments.mean, moments.cov)
    root = np.asarray(np.linalg.cholesky(_observed(cells, answers, parts)).T, dtype=float)
    if not robust:
        return Saturated(complete, root, float(np.trace(_solve(root, complete))))
    rows = scores(answers, parts, cells.moves())
    if moments.design is not None and moments.design.clusters is not None:
        rows = summed([rows], moments.design)
    turned = _solve(root, rows.T).T
    mean = float(np.sum((turned @ complete) * turned)) / moments.n
    return Saturated(complete, root, mean, float(np.sum(rows * turned)) / moments.n, rows)


def _solve(root: Floats, columns: Floats) -> Floats:
    from scipy.linalg import cho_solve

    return np.asarray(cho_solve((root, False), columns))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Which means and covariances are parameters: ``free`` means, covariances (one, other)."""

    p: int
    free: NDArray[np.intp]
    one: NDArray[np.intp]
    other: NDArray[np.intp]

    @classmethod
    def of(cls, p: int, fixed: NDArray[np.intp]) -> _Cells:
        given = np.isin(np.arange(p), fixed)
        one, other = np.triu_indices(p)
        kept = ~(given[one] & given[other])
        return cls(p, np.flatnonzero(~given), one[kept], other[kept])

    @property
    def half(self) -> Floats:
        """1/2 for variances, 1 for covariances: dSigma = half (e e' + e e')."""
        return np.where(self.one == self.other, 0.5, 1.0)

    def moves(self) -> Directions:
        """Return one move of the moments for each parameter."""
        eye = np.eye(self.p)
        still = np.zeros((len(self.free), self.p))
        return Directions(
            np.concatenate([still, self.half[:, None] * eye[self.one]]),
            np.concatenate([still, eye[self.other]]),
            np.concatenate([eye[self.free], np.zeros((len(self.one), self.p))]),
        )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over patterns, covariances and pairs of them numbered by ``index`` (p, p).

    Attributes
    ----------
    index : (p, p) position of A_jk among the columns of ``flat``
    total : (p, p) sum of A over rows
    squares : (P, P) sum over rows of A_jk A_lm
    """

    index: NDArray[np.intp]
    total: Floats
    squares: Floats

    def by_sigma(self, cells: _Cells) -> Floats:
        """Return the sum over rows of tr(A dSigma_a A dSigma_b) / 2."""
        a, b = cells.one, cells.other
        ix = self.index
        found = self.squares[ix[np.ix_(a, a)], ix[np.ix_(b, b)]]
        found += self.squares[ix[np.ix_(a, b)], ix[np.ix_(b, a)]]
        return np.asarray(found * np.outer(cells.half, cells.half))

    def expected(self, cells: _Cells) -> Floats:
        """Return the expected information of the rows, means before covariances."""
        size = len(cells.free)
        found = np.zeros((size + len(cells.one),) * 2)
        found[:size, :size] = self.total[np.ix_(cells.free, cells.free)]
        found[size:, size:] = self.by_sigma(cells)
        return found


def _sums(cells: _Cells, inverses: Floats, counts: Floats) -> _Sums:
    rows, columns = np.triu_indices(cells.p)
    index = np.empty((cells.p, cells.p), dtype=np.intp)
    index[rows, columns] = index[columns, rows] = np.arange(len(rows))
    flat = inverses[:, rows, columns]
    squares = (flat * counts[:, None]).T @ flat
    return _Sums(index, np.einsum("m,mjk->jk", counts, inverses), squares)


def _observed(cells: _Cells, rows: Incomplete, parts: Casewise) -> Floats:
    """Return the observed information of one row."""
    inverses, counts, pattern = _patterns(rows, parts)
    sums = _sums(cells, inverses, counts)
    order = np.argsort(pattern, kind="stable")
    bounds = np.searchsorted(pattern[order], np.arange(len(counts)))
    one, other = np.triu_indices(cells.p)
    w, weighed = parts.w[order], rows.weighed(parts.w)[order]
    flat = inverses[:, one, other]
    with_pairs = flat.T @ np.add.reduceat(w[:, one] * weighed[:, other], bounds)
    with_rows = flat.T @ np.add.reduceat(weighed, bounds)

    a, b, ix = cells.one, cells.other, sums.index
    size = len(cells.free)
    found = sums.expected(cells)
    curvature = with_pairs[ix[np.ix_(a, a)], ix[np.ix_(b, b)]]
    curvature += with_pairs[ix[np.ix_(a, b)], ix[np.ix_(b, a)]]
    curvature += with_pairs[ix[np.ix_(b, a)], ix[np.ix_(a, b)]]
    curvature += with_pairs[ix[np.ix_(b, b)], ix[np.ix_(a, a)]]
    curvature *= np.outer(cells.half, cells.half)
    found[size:, size:] = curvature - found[size:, size:]
    cross = with_rows[ix[np.ix_(cells.free, a)], b] + with_rows[ix[np.ix_(cells.free, b)], a]
    found[:size, size:] = cross * cells.half
    found[size:, :size] = found[:size, size:].T
    return (found + found.T) / (2 * rows.mass)


def _patterns(rows: Incomplete, parts: Casewise) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the padded inverse and the mass of each pattern, and the pattern of each row."""
    inverses, counts = [parts.k[None]], [0.0]
    pattern = np.zeros(rows.n, dtype=np.intp)
    for batch, h in zip(rows.batches, parts.h, strict=True):
        pattern[batch.rows] = len(counts) + batch.which
        inverses.append(parts.k - np.einsum("mqj,mqk->mjk", h, h, optimize=True))
        counts += batch.mass.tolist()
    whole = rows.observed.all(axis=1)
    counts[0] = float(rows.weighed(whole.astype(float)).sum())
    kept = np.ones(len(counts), dtype=bool)
    kept[0] = whole.any()
    if not kept[0]:  # nobody answered everything
        pattern -= 1
    return np.concatenate(inverses)[kept], np.array(counts, dtype=float)[kept], pattern
