"""The normal likelihood of rows with gaps, at the cost of the gaps rather than of the rows.

For a row that misses the variables m, the inverse of the covariance of what it has is

    Sigma_oo^-1 (padded with zeros) = K - H H',   K = Sigma^-1,   H = K[:, m] chol(K[m, m])^-T,

and log|Sigma_oo| = log|Sigma| + log|K[m, m]|. One inverse serves all rows; each pattern then
needs only a factor of the size of its gaps. With a few gaps among many items this is some
hundred times less work than one inverse a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions
from ecosurvey.sem.observed.incomplete import Batch, Incomplete

Floats = NDArray[np.float64]

_CHUNK = 1 << 22  # numbers held at once when rows gather their pattern's factor
_CACHED = 1 << 17  # numbers that stay near the processor
_ALONE = np.sqrt(0.5)


@dataclass(frozen=True, slots=True)
class Casewise:
    """What the likelihood, its gradient and its Hessian all need, at one point (mu, Sigma).

    Attributes
    ----------
    k : (p, p)
        Inverse of Sigma.
    w : (n, p)
        Each row's Sigma_oo^-1 (x - mu)_o, zero where missing.
    h : tuple of (m, q, p)
        For each batch, the transposed factors H' of its patterns; zero rows where padded.
    logdet, quad : (n,)
        log|Sigma_oo| and (x - mu)_o' Sigma_oo^-1 (x - mu)_o of each row.
    """

    k: Floats
    w: Floats
    h: tuple[Floats, ...]
    logdet: Floats
    quad: Floats


def casewise(data: Incomplete, mu: Floats, sigma: Floats) -> Casewise:
    """Compute the pieces of the likelihood of every row at one point.

    Parameters
    ----------
    data : Incomplete
    mu : (p,)
    sigma : (p, p)

    Raises
    ------
    numpy.linalg.LinAlgError
        If ``sigma`` is not positive definite.
    """
    root = np.linalg.cholesky(sigma)
    inverse_root = np.linalg.solve(root, np.eye(len(sigma)))
    k = inverse_root.T @ inverse_root
    deviation = np.where(data.observed, data.x - mu, 0.0)
    p = len(mu)
    padded = padded_inverses(k[None], data.width)[0]
    wide = np.zeros((data.n, data.width))
    np.matmul(deviation, k, out=wide[:, :p])
    logdet = np.full(data.n, 2.0 * np.log(np.diag(root)).sum())
    factors: list[Floats] = []
    for batch in data.batches:
        c = np.linalg.cholesky(padded[batch.missing[:, :, None], batch.missing[:, None, :]])
        inverse = np.linalg.inv(c)  # of few gaps, and used twice
        h = inverse @ padded[batch.missing, :p]
        factors.append(h)
        logdet[batch.rows] += 2.0 * np.repeat(
            np.log(np.diagonal(c, axis1=1, axis2=2)).sum(axis=1), batch.counts
        )
        _take_off_gaps(wide, batch, inverse, h)
    w = np.ascontiguousarray(wide[:, :p])
    w[~data.observed] = 0.0  # exactly, not to rounding
    return Casewise(k, w, tuple(factors), logdet, np.einsum("ij,ij->i", deviation, w))


def padded_inverses(k: Floats, width: int) -> Floats:
    """Return each K of a stack with independent variables of variance 1 after its own.

    Of a pattern that is padded with them K[m, m] has the same determinant, and its inverse the
    same part, as of the pattern alone.
    """
    count, p, _ = k.shape
    found = np.zeros((count, width, width))
    found[:, :p, :p] = k
    after = np.arange(p, width)
    found[:, after, after] = 1.0
    return found


def _take_off_gaps(w: Floats, batch: Batch, inverse: Floats, h: Floats) -> None:
    """Subtract H H'(x - mu) from each row of the padded ``w``, in place.

    ``inverse`` is that of the factors of K[m, m].
    """
    m, q, p = h.shape
    if len(batch.rows) > 4 * m:  # few patterns, many rows: one product a pattern
        for j in range(m):
            rows = batch.rows[batch.starts[j] : batch.starts[j + 1]]
            z = w[np.ix_(rows, batch.missing[j])] @ inverse[j].T
            w[rows, :p] -= z @ h[j]
        return
    step = max(1, _CHUNK // (q * p))
    which = batch.which
    for start in range(0, len(batch.rows), step):
        rows, of = batch.rows[start : start + step], which[start : start + step]
        v = w[rows[:, None], batch.missing[of]]
        alone = len(of) == of[-1] - of[0] + 1  # every row has a pattern of its own
        own = slice(of[0], of[-1] + 1) if alone else of
        z = inverse[own] @ v[:, :, None]
        w[rows, :p] -= (z.transpose(0, 2, 1) @ h[own])[:, 0]


def loglik_rows(data: Incomplete, parts: Casewise) -> Floats:
    """Return the log-likelihood of each row times its weight, shape (n,)."""
    n_values = data.observed.sum(axis=1)
    return data.weighed(-0.5 * (n_values * np.log(2.0 * np.pi) + parts.logdet + parts.quad))


def sum_of_inverses(data: Incomplete, parts: Casewise) -> Floats:
    """Return the (weighted) sum over rows of the padded Sigma_oo^-1, shape (p, p)."""
    total = data.mass * parts.k
    for batch, h in zip(data.batches, parts.h, strict=True):
        flat = (h * np.sqrt(batch.mass)[:, None, None]).reshape(-1, h.shape[2])
        total = total - flat.T @ flat
    return total


def gradient_moments(data: Incomplete, parts: Casewise) -> tuple[Floats, Floats]:
    """Return the derivative of the log-likelihood by mu and, as a symmetric matrix, by Sigma.

    Returns
    -------
    g_mu : (p,)
    g_sigma : (p, p)
        ``d logl = g_mu' d mu + tr(g_sigma d Sigma)``.
    """
    w = data.weighed(parts.w)
    g_sigma = 0.5 * (w.T @ parts.w - sum_of_inverses(data, parts))
    return w.sum(axis=0), g_sigma


def scores(data: Incomplete, parts: Casewise, moves: Directions) -> Floats:
    """Return each row's derivative of its weighted log-likelihood by t parameters, (n, t).

    Parameters
    ----------
    moves : Directions
        How the moments move with the parameters: dSigma = u v' + v u', dmu.
    """
    out = parts.w @ moves.u.T
    out *= parts.w @ moves.v.T
    out += parts.w @ moves.mean.T
    out -= ((moves.u @ parts.k) * moves.v).sum(axis=1)
    for batch, h in zip(data.batches, parts.h, strict=True):
        traces = np.einsum("mqt,mqt->mt", _along(h, moves.u), _along(h, moves.v))
        out[batch.rows] += np.repeat(traces, batch.counts, axis=0)
    return data.weighed(np.asarray(out))


def _along(h: Floats, side: Floats) -> Floats:
    """Return each pattern's factors times the t vectors of a side, (m, q, t), by one product."""
    m, q, p = h.shape
    return np.asarray(h.reshape(-1, p) @ side.T).reshape(m, q, len(side))


def expected_halves(data: Incomplete, parts: Casewise, moves: Directions) -> tuple[Floats, Floats]:
    """Return the two halves of the expected information of all rows, each (t, t).

    Returns
    -------
    by_mean
        Sum over rows of dmu_a' A dmu_b, with A the padded Sigma_oo^-1.
    by_sigma
        Sum over rows of tr(A dSigma_a A dSigma_b) / 2.
    """
    total = sum_of_inverses(data, parts)
    by_mean = moves.mean @ total @ moves.mean.T
    # With A = K - HH', tr(A Sa A Sb) is tr(K Sa K Sb) - 2 tr(K Sa HH' Sb) + tr(HH' Sa HH' Sb);
    # summed over rows the first two are tr(K Sa X Sb) with X = n K - 2 sum HH'.
    x = 2.0 * total - data.mass * parts.k
    moving = np.flatnonzero(moves.u.any(axis=1))  # intercepts move no covariance
    u, v = moves.u[moving], moves.v[moving]
    found = _rank_two_traces(u, v, parts.k, x)
    for batch, h in zip(data.batches, parts.h, strict=True):
        found += _gap_information(h, batch.mass, u, v)
    by_sigma = np.zeros_like(by_mean)
    by_sigma[np.ix_(moving, moving)] = 0.5 * found
    return by_mean, by_sigma


def expected_form(data: Incomplete, parts: Casewise, cov: Floats, mean: Floats) -> float:
    """Return the expected information of all rows along one move of the moments.

    The sum over rows of m'Am + tr(ADAD) / 2 for a mean m and a symmetric D.
    """
    total = sum_of_inverses(data, parts)
    x = 2.0 * total - data.mass * parts.k
    found = float(np.sum((parts.k @ cov) * (x @ cov).T))
    for batch, h in zip(data.batches, parts.h, strict=True):
        inner = _along(h, cov) @ h.transpose(0, 2, 1)
        found += float(batch.mass @ (inner**2).sum(axis=(1, 2)))
    return float(mean @ total @ mean) + 0.5 * found


def _rank_two_traces(u: Floats, v: Floats, a: Floats, b: Floats) -> Floats:
    """Return tr(a S_s b S_t), made symmetric, for all pairs of S = u v' + v u'."""
    au, av = u @ a, v @ a
    bu, bv = u @ b, v @ b
    found = (
        (bu @ u.T) * (av @ v.T)
        + (bu @ v.T) * (av @ u.T)
        + (bv @ u.T) * (au @ v.T)
        + (bv @ v.T) * (au @ u.T)
    )
    return np.asarray(0.5 * (found + found.T))


def _gap_information(h: Floats, counts: Floats, u: Floats, v: Floats) -> Floats:
    """Return the sum over a batch's rows of tr(HH' S_s HH' S_t), shape (t, t)."""
    m, q, _ = h.shape
    t, many = len(u), q * (q + 1) // 2
    found = np.zeros((t, t))
    weighed = h * np.sqrt(np.sqrt(2.0 * counts))[:, None, None]
    step = max(1, _CACHED // (many * t))
    pairs = np.empty((min(step, m), many, t))
    for start in range(0, m, step):
        block = weighed[start : start + step]
        hu, hv = _along(block, u), _along(block, v)
        own = pairs[: len(block)]
        at = 0
        for i in range(q):  # each unlike pair stands for two, by the root of 2 in the weights
            out = own[:, at : at + q - i]
            np.multiply(hu[:, i, None], hv[:, i:], out=out)
            out += hv[:, i, None] * hu[:, i:]
            out[:, 0] *= _ALONE
            at += q - i
        flat = own.reshape(-1, t)
        found += flat.T @ flat
    return found


def curvature_at_rows(data: Incomplete, parts: Casewise, moves: Directions) -> Floats:
    """Return the sum over rows of r_s' A r_t with r = dSigma w + dmu, shape (t, t).

    This, less the ``by_sigma`` half of the expected information and the gradient's part
    through the second derivatives of the implied moments, is the observed information.
    """
    found = _curvature_without_gaps(data, parts, moves)
    for batch, h in zip(data.batches, parts.h, strict=True):
        q, t = h.shape[1], len(moves.u)
        which = batch.which
        step = max(1, _CACHED // (q * t))
        for start in range(0, len(batch.rows), step):
            of = which[start : start + step]
            rows = batch.rows[start : start + step]
            w = parts.w[rows]
            wu, wv = (w @ moves.u.T)[:, None, :], (w @ moves.v.T)[:, None, :]
            few = h[of[0] : of[-1] + 1]
            hu, hv, hm = (_along(few, side) for side in (moves.u, moves.v, moves.mean))
            if len(few) < len(rows):
                hu, hv, hm = (side[of - of[0]] for side in (hu, hv, hm))
            gaps = hu * wv
            gaps += hv * wu
            gaps += hm
            if data.weights is not None:
                gaps *= np.sqrt(data.weights[rows])[:, None, None]
            flat = gaps.reshape(-1, t)
            found -= flat.T @ flat
    return found


def _curvature_without_gaps(data: Incomplete, parts: Casewise, moves: Directions) -> Floats:
    u, v, mean, k = moves.u, moves.v, moves.mean, parts.k
    w = data.weighed(parts.w)
    cross = w.T @ parts.w
    wu, wv = u @ cross, v @ cross
    mixed = (wv @ u.T) * (u @ k @ v.T)
    found = (wv @ v.T) * (u @ k @ u.T) + (wu @ u.T) * (v @ k @ v.T) + mixed + mixed.T
    total = w.sum(axis=0)
    by_mean = (v @ total)[:, None] * (u @ k @ mean.T) + (u @ total)[:, None] * (v @ k @ mean.T)
    return np.asarray(found + by_mean + by_mean.T + data.mass * (mean @ k @ mean.T))
