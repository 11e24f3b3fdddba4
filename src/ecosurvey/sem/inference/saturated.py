"""The saturated model of rows with gaps: its information, and what the rows say about it.

For 60 items the saturated model has 1,890 parameters. Its information is made of sums over
patterns of A_jk M_lm, A the padded inverse of a pattern and M the products of its rows' weighted
deviations less half of A: one product of slim matrices, then looked up cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.recent import Recent, content
from ecosurvey.sem.implied import Directions, symmetric_inverse
from ecosurvey.sem.loss.casewise import Casewise, casewise
from ecosurvey.sem.observed import Incomplete, Moments, summed

Floats = NDArray[np.float64]

_CHUNK = 64  # rows at once whose directions are spread out to matrices


@dataclass(frozen=True, slots=True)
class Saturated:
    """One group's saturated model about [mu; vech(Sigma)], fixed covariates' own left out.

    Attributes
    ----------
    k : (p, p)
        Inverse of Sigma: the information of a row without gaps is made of it.
    root : (s, s)
        Lower Cholesky factor of A, the observed information of a row as it is.
    mean : float
        tr(C A^-1 B A^-1), C the information of a row without gaps, B the scores' products; B = A
        for normal rows.
    trace : float
        tr(A^-1 B); NaN for normal rows.
    turned : (n, s) or None
        A^-1 times the rows' scores, or those of the clusters; None to take the rows as normal.
    """

    k: Floats
    root: Floats
    mean: float
    trace: float = nan
    turned: Floats | None = None

    def complete(self, moves: Directions, fixed: NDArray[np.intp]) -> Floats:
        """Return C times the directions of the moments, (s, t)."""
        cells = _Cells.of(len(self.k), fixed)
        u, v = moves.u @ self.k, moves.v @ self.k
        found = np.empty((cells.size, len(u)))
        found[: len(cells.free)] = (moves.mean @ self.k[:, cells.free]).T
        pairs = u[:, cells.one] * v[:, cells.other]
        pairs += v[:, cells.one] * u[:, cells.other]
        found[len(cells.free) :] = (pairs * cells.half).T
        return found

    def observed(self, moves: Directions, fixed: NDArray[np.intp]) -> Floats:
        """Return the observed information of a row along directions of the moments, (t, t)."""
        from scipy.linalg.blas import dtrmm

        cells = _Cells.of(len(self.k), fixed)
        delta = np.empty((len(moves.u), cells.size))
        delta[:, : len(cells.free)] = moves.mean[:, cells.free]
        pairs = moves.u[:, cells.one] * moves.v[:, cells.other]
        pairs += moves.v[:, cells.one] * moves.u[:, cells.other]
        delta[:, len(cells.free) :] = pairs
        turned = dtrmm(1.0, self.root, delta.T, lower=1, trans_a=1, overwrite_b=1).T
        return np.asarray(turned @ turned.T)


def _bytes(made: Saturated) -> int:
    return made.k.nbytes + made.root.nbytes + (0 if made.turned is None else made.turned.nbytes)


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
    from scipy.linalg import cholesky
    from scipy.linalg.blas import dtrsm

    cells = _Cells.of(len(moments.mean), fixed)
    k = symmetric_inverse(moments.cov)
    rows = _Rows.of(answers, casewise(answers, moments.mean, moments.cov))
    # the upper half of the information is the lower one of its transpose, which LAPACK works on
    root = cholesky(rows.information(cells).T, lower=True, overwrite_a=True, check_finite=False)
    if not robust:
        complete = cholesky(_complete(cells, k).T, lower=True, overwrite_a=True, check_finite=False)
        inside = dtrsm(1.0, root, complete, lower=1, overwrite_b=1)
        return Saturated(k, root, float(np.sum(inside**2)))
    scores = rows.scores(cells)
    if moments.design is not None and moments.design.clusters is not None:
        scores = summed([scores], moments.design)
    half = dtrsm(1.0, root, scores.T, lower=1, overwrite_b=1)
    trace = float(np.sum(half**2)) / moments.n
    turned = dtrsm(1.0, root, half, lower=1, trans_a=1, overwrite_b=1).T
    mean = float(np.sum(_squares(cells, k, turned))) / moments.n
    return Saturated(k, root, mean, trace, turned)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Which means and covariances are parameters: ``free`` means, covariances (one, other).

    ``kept`` tells which of all p (p + 1) / 2 covariances these are.
    """

    p: int
    free: NDArray[np.intp]
    one: NDArray[np.intp]
    other: NDArray[np.intp]
    kept: NDArray[np.bool_]

    @classmethod
    def of(cls, p: int, fixed: NDArray[np.intp]) -> _Cells:
        given = np.isin(np.arange(p), fixed)
        one, other = np.triu_indices(p)
        kept = ~(given[one] & given[other])
        return cls(p, np.flatnonzero(~given), one[kept], other[kept], kept)

    @property
    def half(self) -> Floats:
        """1/2 for variances, 1 for covariances: dSigma = half (e e' + e e')."""
        return np.where(self.one == self.other, 0.5, 1.0)

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.free) + len(self.one)


def _numbered(p: int) -> NDArray[np.intp]:
    """Return the number of each covariance among those of the upper triangle, (p, p)."""
    rows, columns = np.triu_indices(p)
    index = np.empty((p, p), dtype=np.intp)
    index[rows, columns] = index[columns, rows] = np.arange(len(rows))
    return index


def _complete(cells: _Cells, k: Floats) -> Floats:
    """Return the information of a row without gaps, its upper half, means before covariances."""
    size, flat = len(cells.free), _upper(k[None])[0]
    found = np.zeros((cells.size, cells.size))
    found[:size, :size] = k[np.ix_(cells.free, cells.free)]
    pairs = np.outer(flat, flat)
    _crossed(pairs, _numbered(cells.p), cells.kept, cells.half, found[size:, size:])
    return found


def _squares(cells: _Cells, k: Floats, rows: Floats) -> Floats:
    """Return r'Cr of each row, C the information of a row without gaps.

    r is a direction [m; V] of the moments, so that it is m'Km + tr(KVKV) / 2.
    """
    p, size = cells.p, len(cells.free)
    means = rows[:, :size]
    found = np.einsum("ij,ij->i", means @ k[np.ix_(cells.free, cells.free)], means)
    spread = np.zeros((_CHUNK, p * p))
    for start in range(0, len(rows), _CHUNK):
        block = rows[start : start + _CHUNK, size:]
        here = spread[: len(block)]
        here[:, cells.one * p + cells.other] = block
        here[:, cells.other * p + cells.one] = block
        turned = (here.reshape(-1, p) @ k).reshape(-1, p, p)
        crossed = turned * turned.transpose(0, 2, 1)
        found[start : start + _CHUNK] += crossed.reshape(len(block), -1).sum(axis=1) / 2
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows' deviations and the inverses of their patterns, pairs of variables in one line.

    Attributes
    ----------
    rows : Incomplete
    w, weighed : (n, p)
        Their weighted deviations; these times the rows' weights.
    pattern : (n,)
        The pattern of each row.
    counts : (m,)
        What the rows of each pattern weigh together.
    inverses : (m, P)
        Each pattern's A, upper triangle.
    """

    rows: Incomplete
    w: Floats
    weighed: Floats
    pattern: NDArray[np.intp]
    counts: Floats
    inverses: Floats

    @classmethod
    def of(cls, rows: Incomplete, parts: Casewise) -> _Rows:
        inverses, counts, pattern = _patterns(rows, parts)
        return cls(rows, parts.w, rows.weighed(parts.w), pattern, counts, inverses)

    def scores(self, cells: _Cells) -> Floats:
        """Return each row's derivative of its weighted log-likelihood, (n, s)."""
        size, known = len(cells.free), self.inverses[:, cells.kept]
        found = np.empty((len(self.w), cells.size))
        found[:, :size] = self.weighed[:, cells.free]
        for start in range(0, len(found), _CHUNK):
            here = slice(start, start + _CHUNK)
            pairs = found[here, size:]
            np.multiply(self.weighed[here, cells.one], self.w[here, cells.other], out=pairs)
            expected = known[self.pattern[here]]
            if self.rows.weights is not None:
                expected *= self.rows.weights[here, None]
            pairs -= expected
            pairs *= cells.half
        return found

    def information(self, cells: _Cells) -> Floats:
        """Return the observed information of one row, its upper half; what is below is not set."""
        from scipy.linalg.blas import dsyr2k

        order = np.argsort(self.pattern, kind="stable")
        bounds = np.searchsorted(self.pattern[order], np.arange(len(self.counts) + 1))
        one, other = np.triu_indices(cells.p)
        upper = one * cells.p + other
        middle = (-0.5 * self.counts)[:, None] * self.inverses
        for j, out in enumerate(middle):
            own = order[bounds[j] : bounds[j + 1]]
            out += (self.w[own].T @ self.weighed[own]).reshape(-1)[upper]
        across = dsyr2k(1.0, self.inverses.T, middle.T, lower=1).T
        index, size = _numbered(cells.p), len(cells.free)
        scale = cells.half / np.sqrt(self.rows.mass)
        found = np.empty((cells.size, cells.size))
        total = (self.counts @ self.inverses)[index] / self.rows.mass
        found[:size, :size] = total[np.ix_(cells.free, cells.free)]
        with_rows = self.inverses.T @ np.add.reduceat(self.weighed[order], bounds[:-1])
        a, b = cells.one, cells.other
        cross = with_rows[index[np.ix_(cells.free, a)], b]
        cross += with_rows[index[np.ix_(cells.free, b)], a]
        found[:size, size:] = cross * (cells.half / self.rows.mass)
        _crossed(across, index, cells.kept, scale, found[size:, size:])
        return found


def _upper(matrices: Floats) -> Floats:
    """Return the upper triangles of a stack of matrices, (m, P)."""
    count, p, _ = matrices.shape
    one, other = np.triu_indices(p)
    return np.asarray(np.take(matrices.reshape(count, -1), one * p + other, axis=1))


def _crossed(
    sums: Floats, index: NDArray[np.intp], kept: NDArray[np.bool_], scale: Floats, out: Floats
) -> None:
    """Write ``sums``[ac, bd] + ``sums``[ad, bc], scaled, into [ab, cd] of ``out``, upper half.

    ``index`` numbers the pairs; only those ``kept`` are in ``out``. Those with the first variable
    a stand together, and only pairs with none before a come after them: one block for each a.
    Of ``sums`` too the upper half is known; its blocks on the diagonal are completed here.
    """
    at = 0
    for a in range(len(index)):
        first, count = index[a, a], len(index) - a
        here = slice(first, first + count)
        square, below = sums[here, here], np.tril_indices(count, -1)
        square[below] = square.T[below]
        inner = np.take(sums[here], index[a:, a:].reshape(-1), axis=1).reshape((count,) * 3)
        one, other = np.triu_indices(count)
        block = inner.transpose(1, 0, 2) + inner.transpose(1, 2, 0)
        pairs = (one * count + other)[kept[first:]]
        flat = np.take(block.reshape(count, -1)[kept[here]], pairs, axis=1)
        flat *= scale[at:]
        flat *= scale[at : at + len(flat), None]
        out[at : at + len(flat), at:] = flat
        at += len(flat)


def _patterns(rows: Incomplete, parts: Casewise) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the padded inverse and the mass of each pattern, and the pattern of each row.

    Of the inverses the upper triangles, those of a few patterns at once in full.
    """
    inverses, counts = [_upper(parts.k[None])], [0.0]
    pattern = np.zeros(rows.n, dtype=np.intp)
    for batch, h in zip(rows.batches, parts.h, strict=True):
        pattern[batch.rows] = len(counts) + batch.which
        for start in range(0, len(h), _CHUNK):
            own = h[start : start + _CHUNK]
            inverses.append(_upper(parts.k - own.transpose(0, 2, 1) @ own))
        counts += batch.mass.tolist()
    whole = rows.observed.all(axis=1)
    counts[0] = float(rows.weighed(whole.astype(float)).sum())
    kept = slice(0 if whole.any() else 1, None)
    if not whole.any():  # nobody answered everything
        pattern -= 1
    return np.concatenate(inverses[kept]), np.array(counts[kept], dtype=float), pattern
