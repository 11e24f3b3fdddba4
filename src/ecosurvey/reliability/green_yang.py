"""What categorical omega is made of: one factor behind ordinal answers, and sums of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.correlation.bivariate import bivariate_cdf
from ecosurvey.factors.extraction import extract

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 200


def one_factor_weighted(
    corr: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], bool]:
    r"""Return the loadings of one factor by diagonally weighted least squares.

    Minimizes :math:`\sum_{i<j} w_{ij} (r_{ij} - \lambda_i \lambda_j)^2`: with the thresholds
    reproduced exactly this is what lavaan's DWLS (and WLSMV) minimizes. Nothing keeps a loading
    below one.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
        Polychoric correlations of three or more items.
    weight : ndarray, shape (p, p)
        One over the sampling variance of each; the diagonal does not count.

    Returns
    -------
    loadings : ndarray, shape (p,)
    converged : bool
    """
    p = len(corr)
    w = weight / weight[np.triu_indices(p, 1)].mean()
    np.fill_diagonal(w, 0.0)
    x = extract(corr, 1, "minres").loadings[:, 0]
    value, damping = np.inf, 0.0
    for _ in range(_STEPS):
        error = w * (corr - np.outer(x, x))
        gradient = -error @ x
        if np.abs(gradient).max() < 1e-12:
            return x, True
        hessian = w * np.outer(x, x) - error
        np.fill_diagonal(hessian, w @ x**2)
        values, vectors = np.linalg.eigh(hessian)
        curved = np.maximum(np.abs(values), 1e-8) + damping
        trial = x - vectors @ ((vectors.T @ gradient) / curved)
        value = float((error * (corr - np.outer(x, x))).sum())
        new = float((w * (corr - np.outer(trial, trial)) ** 2).sum())
        if new <= value * (1 + 1e-12):
            if np.abs(trial - x).max() < 1e-12:
                return trial, True
            x, damping = trial, damping / 10 if damping > 1e-8 else 0.0
        else:
            damping = max(10 * damping, 1e-3)
    return x, bool(np.abs(gradient).max() < 1e-6)


def category_covariances(
    thresholds: Sequence[NDArray[np.float64]],
    steps: Sequence[NDArray[np.float64]],
    common: NDArray[np.float64],
) -> NDArray[np.float64]:
    r"""Return the covariances of ordinal answers whose latent responses correlate as given.

    An answer is its lowest value plus a step at each threshold passed, so that

    .. math:: \operatorname{cov}(y_i, y_j) = \sum_{ab} s_{ia} s_{jb}
              \{\Phi_2(\tau_{ia}, \tau_{jb}; \rho_{ij}) - \Phi(\tau_{ia}) \Phi(\tau_{jb})\}

    Parameters
    ----------
    thresholds : sequence of ndarray
        Of each item.
    steps : sequence of ndarray
        How far the answer rises at each threshold; one for answers 1, 2, 3, ...
    common : ndarray, shape (p, p)
        Correlations of the latent responses, on the diagonal too: less than one there gives
        the covariance of an item with a parallel one.

    Returns
    -------
    ndarray, shape (p, p)
    """
    from scipy.special import ndtr

    owner = np.repeat(np.arange(len(thresholds)), [len(t) for t in thresholds])
    tau, step = np.concatenate(list(thresholds)), np.concatenate(list(steps))
    rho = common[np.ix_(owner, owner)]
    joint = bivariate_cdf(tau[:, None], tau[None, :], np.clip(rho, -1.0, 1.0))
    below = ndtr(tau)
    terms = (joint - np.outer(below, below)) * np.outer(step, step)
    member = np.zeros((len(tau), len(thresholds)))
    member[np.arange(len(tau)), owner] = 1.0
    return np.asarray(member.T @ terms @ member, dtype=np.float64)


def categorical_omega(
    loadings: NDArray[np.float64],
    corr: NDArray[np.float64],
    thresholds: Sequence[NDArray[np.float64]],
    steps: Sequence[NDArray[np.float64]],
) -> tuple[float, float]:
    """Return Green and Yang's omega over the observed and over the implied variance of the sum.

    NaN where a loading passes one, or the sum does not vary.
    """
    implied = np.outer(loadings, loadings)
    if np.diag(implied).max() > 1:
        return nan, nan
    true = float(category_covariances(thresholds, steps, implied).sum())
    found = []
    for whole in (corr.copy(), implied.copy()):
        np.fill_diagonal(whole, 1.0)
        total = float(category_covariances(thresholds, steps, whole).sum())
        found.append(true / total if total > 0 else nan)
    return found[0], found[1]
