"""One factor, extracted from many correlation matrices at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.factors.extraction import LOWEST_UNIQUENESS, extract

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PATIENCE = 30  # full steps; a matrix that needs more is fitted by itself
_FLAT = 1e-11  # slope of a solution


def one_factor(corr: Floats, start: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Extract one factor by maximum likelihood from each of many correlation matrices.

    Newton's steps as in :func:`extract`, all matrices side by side. One that needs more than
    full steps inside the bounds, such as a Heywood case, is left to :func:`extract`.

    Parameters
    ----------
    corr : (b, p, p) array
        Positive definite.
    start : (p,) array
        First uniquenesses of all.

    Returns
    -------
    loadings, uniqueness : (b, p) arrays
    converged : (b,) array
    """
    count, p, _ = corr.shape
    first = np.clip(start, 2 * LOWEST_UNIQUENESS, 1.0)
    unique, arrived = np.tile(first, (count, 1)), np.zeros(count, dtype=bool)
    left, x = np.arange(count), np.log(unique)
    value, gradient, hessian = _derivatives(x, corr)
    for _ in range(_PATIENCE):
        done = np.abs(gradient).max(axis=1, initial=0.0) < _FLAT
        unique[left[done]], arrived[left[done]] = np.exp(x[done]), True
        roots, vectors = np.linalg.eigh(hessian)
        turned = (vectors.transpose(0, 2, 1) @ gradient[:, :, None])[:, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = -(vectors @ (turned / roots)[:, :, None])[:, :, 0]
            ahead = x + step
            inside = (ahead < 0).all(axis=1) & (ahead > np.log(LOWEST_UNIQUENESS)).all(axis=1)
        keep = ~done & (roots[:, 0] > 1e-6 * roots[:, -1]) & inside
        if not keep.any():
            break
        tried = _derivatives(ahead[keep], corr[left[keep]])
        better = tried[0] <= value[keep] + 1e-15
        left, x = left[keep][better], ahead[keep][better]
        value, gradient, hessian = (part[better] for part in tried)
    loadings = np.zeros((count, p))
    loadings[arrived] = _loadings(unique[arrived], corr[arrived])
    for at in np.flatnonzero(~arrived):
        alone = extract(corr[at], 1, "ml", first)
        loadings[at], unique[at], arrived[at] = (
            alone.loadings[:, 0], alone.uniqueness, alone.converged,
        )  # fmt: skip
    return loadings, unique, arrived


def _spectra(unique: Floats, corr: Floats) -> tuple[Floats, Floats]:
    """Return eigenvalues and vectors of the scaled matrices, the largest first."""
    scale = 1 / np.sqrt(unique)
    values, vectors = np.linalg.eigh(corr * scale[:, :, None] * scale[:, None, :])
    return values[:, ::-1], vectors[:, :, ::-1]


def _derivatives(x: Floats, corr: Floats) -> tuple[Floats, Floats, Floats]:
    """Return value, gradient and Hessian in the logarithm of the uniquenesses."""
    count, p = x.shape
    theta, w = _spectra(np.exp(x), corr)
    rest = np.maximum(theta[:, 1:], 1e-12)
    value = (rest - np.log(rest) - 1).sum(axis=1)
    gradient = (w[:, :, 1:] ** 2 @ (1 - rest)[:, :, None])[:, :, 0]
    largest = theta[:, :1]
    apart = np.minimum(rest - largest, -1e-10)
    across = -(1 - rest) * (rest + largest) / apart
    within = (rest[:, :, None] + rest[:, None, :]) / 2
    weight = np.concatenate([across[:, :, None], within], axis=2)
    pairs = (w[:, :, 1:, None] * w[:, :, None, :]).reshape(count, p, (p - 1) * p)
    hessian = (pairs * weight.reshape(count, 1, (p - 1) * p)) @ pairs.transpose(0, 2, 1)
    return value, gradient, hessian


def _loadings(unique: Floats, corr: Floats) -> Floats:
    theta, w = _spectra(unique, corr)
    found = w[:, :, 0] * np.sqrt(np.maximum(theta[:, :1] - 1, 0) * unique)
    return np.asarray(found * np.where(found.sum(axis=1) < 0, -1.0, 1.0)[:, None])
