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
    mean : float
        tr(C A^-1 B A^-1): C the information of a row without gaps, A the observed information of
        a row as it is, B the scores' products; B = A for normal rows.
    trace : float
        tr(A^-1 B); NaN for normal rows.
    turned : (n, s) or None
        A^-1 times the rows' scores, or those of the clusters; None to take the rows as normal.
    """

    k: Floats
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


def _bytes(made: Saturated) -> int:
    return made.k.nbytes + (0 if made.turned is None else made.turned.nbytes)


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
    from scipy.linalg import cho_solve, cholesky
    from scipy.linalg.lapack import dpotri

    cells = _Cells.of(len(moments.mean), fixed)
    k = symmetric_inverse(moments.cov)
    sums = _Sums.of(cells, answers, casewise(answers, moments.mean, moments.cov))
    # the upper half of the information is the lower one of its transpose, which LAPACK works on
    root = cholesky(sums.information(cells).T, lower=True, overwrite_a=True, check_finite=False)
    if not robust:
        complete = _complete(cells, k).T  # symmetric; laid out as its fellow
        inverse, _ = dpotri(root, lower=1, overwrite_c=1)
        own = float(np.diag(inverse) @ np.diag(complete))
        return Saturated(k, 2 * float(np.sum(np.tril(inverse) * complete)) - own)
    rows = sums.scores(cells)
    if moments.design is not None and moments.design.clusters is not None:
        rows = summed([rows], moments.design)
    turned = np.asarray(cho_solve((root, True), rows.T, check_finite=False)).T
    mean = float(np.sum(_squares(cells, k, turned))) / moments.n
    return Saturated(k, mean, float(np.sum(rows * turned)) / moments.n, turned)


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
    """Return the information of a row without gaps, means before covariances, (s, s)."""
    size, a, b = len(cells.free), cells.one, cells.other
    found = np.zeros((cells.size, cells.size))
    found[:size, :size] = k[np.ix_(cells.free, cells.free)]
    block = k[np.ix_(a, a)] * k[np.ix_(b, b)]
    block += k[np.ix_(a, b)] * k[np.ix_(b, a)]
    block *= np.outer(cells.half, cells.half)
    found[size:, size:] = block
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
class _Sums:
    """What the rows add to the information and the scores, by pattern and by pair of variables.

    Attributes
    ----------
    rows : Incomplete
    w : (n, p)
        The rows' weighted deviations.
    pattern : (n,)
        The pattern of each row.
    counts : (m,)
        What the rows of each pattern weigh together.
    inverses : (m, P)
        Each pattern's A, upper triangle.
    products : (n, P)
        The rows' w w', upper triangle, times their weights.
    """

    rows: Incomplete
    w: Floats
    pattern: NDArray[np.intp]
    counts: Floats
    inverses: Floats
    products: Floats

    @classmethod
    def of(cls, cells: _Cells, rows: Incomplete, parts: Casewise) -> _Sums:
        inverses, counts, pattern = _patterns(rows, parts)
        one, other = np.triu_indices(cells.p)
        flat = np.take(inverses.reshape(len(counts), -1), one * cells.p + other, axis=1)
        products = np.take(rows.weighed(parts.w), one, axis=1)
        products *= np.take(parts.w, other, axis=1)
        return cls(rows, parts.w, pattern, counts, flat, products)

    def scores(self, cells: _Cells) -> Floats:
        """Return each row's derivative of its weighted log-likelihood, (n, s)."""
        covariances = self.products - self.rows.weighed(self.inverses[self.pattern])
        if not cells.kept.all():
            covariances = covariances[:, cells.kept]
        covariances *= cells.half
        return np.concatenate([self.rows.weighed(self.w)[:, cells.free], covariances], axis=1)

    def information(self, cells: _Cells) -> Floats:
        """Return the observed information of one row, its upper half; what is below is not set."""
        order = np.argsort(self.pattern, kind="stable")
        bounds = np.searchsorted(self.pattern[order], np.arange(len(self.counts)))
        middle = np.add.reduceat(self.products[order], bounds)
        middle -= (0.5 * self.counts)[:, None] * self.inverses
        across = self.inverses.T @ middle
        index, size = _numbered(cells.p), len(cells.free)
        found = np.empty((cells.size, cells.size))
        total = (self.counts @ self.inverses)[index]
        found[:size, :size] = total[np.ix_(cells.free, cells.free)]
        with_rows = self.inverses.T @ np.add.reduceat(self.rows.weighed(self.w)[order], bounds)
        a, b = cells.one, cells.other
        cross = with_rows[index[np.ix_(cells.free, a)], b]
        cross += with_rows[index[np.ix_(cells.free, b)], a]
        found[:size, size:] = cross * cells.half
        if cells.kept.all():
            _crossed(across + across.T, index, found[size:, size:])
        else:
            whole = np.empty_like(across)
            _crossed(across + across.T, index, whole)
            found[size:, size:] = whole[np.ix_(cells.kept, cells.kept)]
        found[size:, size:] *= np.outer(cells.half, cells.half)
        found /= self.rows.mass
        return found


def _crossed(sums: Floats, index: NDArray[np.intp], out: Floats) -> None:
    """Write ``sums``[ac, bd] + ``sums``[ad, bc] into [ab, cd] of the upper half of ``out``.

    ``index`` numbers the pairs. Those with the first variable a stand together, and only pairs
    with none before a come after them: one block of ``out`` for each a.
    """
    p = len(index)
    for a in range(p):
        first, count = index[a, a], p - a
        inner = sums[index[a, a:]][:, index[a:, a:].reshape(-1)].reshape(count, count, count)
        one, other = np.triu_indices(count)
        block = inner.transpose(1, 0, 2) + inner.transpose(1, 2, 0)
        flat = block.reshape(count, -1)
        out[first : first + count, first:] = flat[:, one * count + other]


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
