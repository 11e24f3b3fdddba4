"""Factor extraction: the uniquenesses that reproduce the correlations best, and the loadings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Extraction = Literal["minres", "ml", "principal_axis"]
EXTRACTIONS: tuple[Extraction, ...] = ("minres", "ml", "principal_axis")

LOWEST_UNIQUENESS = 0.005  # the bound of psych and of factanal
_ITERATIONS = 200


@dataclass(frozen=True, slots=True)
class Extracted:
    """Unrotated factors.

    Attributes
    ----------
    loadings : ndarray, shape (p, k)
        Columns by falling sum of squares, each with a positive sum.
    uniqueness : ndarray, shape (p,)
        The parameters that were estimated; at the bound for a Heywood case.
    objective : float
        Value of the discrepancy at the solution.
    converged : bool
        Whether a stationary point was reached.
    """

    loadings: NDArray[np.float64]
    uniqueness: NDArray[np.float64]
    objective: float
    converged: bool


Derivatives = tuple[float, "NDArray[np.float64]", "NDArray[np.float64]"]


def extract(
    corr: NDArray[np.float64],
    n_factors: int,
    method: Extraction = "minres",
    start: NDArray[np.float64] | None = None,
) -> Extracted:
    r"""Extract factors from a correlation matrix.

    ``minres`` minimises the squared off-diagonal residuals (equal to unweighted least
    squares), ``ml`` the normal-theory discrepancy :math:`\ln|\Sigma| + tr(R\Sigma^{-1})`,
    both over the uniquenesses with Newton steps on exact second derivatives;
    ``principal_axis`` iterates the communalities.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
    n_factors : int
        0 < n_factors < p.
    method : {"minres", "ml", "principal_axis"}
    start : ndarray, shape (p,), optional
        First uniquenesses; one minus squared multiple correlations by default.

    Returns
    -------
    Extracted

    References
    ----------
    Jöreskog, K. G. (1977). Factor analysis by least-squares and maximum-likelihood methods.
    """
    first = 1 - squared_multiple_correlations(corr) if start is None else start
    first = np.clip(first, LOWEST_UNIQUENESS, 1.0)
    if method == "principal_axis":
        return _principal_axis(corr, n_factors, 1 - first)
    if method == "ml":
        found, objective, converged = _minimise(
            lambda x: _ml(np.exp(x), corr, n_factors),
            np.log(first),
            float(np.log(LOWEST_UNIQUENESS)),
            0.0,
        )
        unique = np.exp(found)
        loadings = _loadings_ml(unique, corr, n_factors)
    else:
        unique, objective, converged = _minimise(
            lambda x: _uls(x, corr, n_factors), first, LOWEST_UNIQUENESS, 1.0
        )
        loadings = _loadings_uls(unique, corr, n_factors)
    return Extracted(_positive(loadings), unique, objective, converged)


def squared_multiple_correlations(corr: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each item's squared multiple correlation with the others.

    A singular matrix gives the largest absolute correlation of each item instead.
    """
    if np.linalg.eigvalsh(corr)[0] < 1e-10:
        off: NDArray[np.float64] = (np.abs(corr) - np.eye(len(corr))).max(axis=1)
        return np.clip(off, 0.0, 1.0)
    smc: NDArray[np.float64] = 1 - 1 / np.diag(np.linalg.inv(corr))
    return np.clip(smc, 0.0, 1.0)


def _spectrum(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1], vectors[:, ::-1]


def _uls(psi: NDArray[np.float64], corr: NDArray[np.float64], k: int) -> Derivatives:
    gamma, w = _spectrum(corr - np.diag(psi))
    rest, cross = gamma[k:], gamma[k:, None] - gamma[None, :k]
    value = 0.5 * float(rest @ rest)
    gradient = -(w[:, k:] ** 2) @ rest
    weight = 2 * rest[:, None] / np.minimum(cross, -1e-10)
    return value, gradient, _curvature(w, k, np.ones((len(rest), len(rest))), weight)


def _ml(psi: NDArray[np.float64], corr: NDArray[np.float64], k: int) -> Derivatives:
    """Give value, gradient and Hessian with respect to the logarithm of the uniquenesses."""
    scale = 1 / np.sqrt(psi)
    theta, w = _spectrum(corr * scale[:, None] * scale)
    rest = np.maximum(theta[k:], 1e-12)
    value = float((rest - np.log(rest) - 1).sum())
    gradient = (w[:, k:] ** 2) @ (1 - rest)
    difference = np.minimum(rest[:, None] - theta[None, :k], -1e-10)
    weight = -(1 - rest)[:, None] * (rest[:, None] + theta[None, :k]) / difference
    return value, gradient, _curvature(w, k, (rest[:, None] + rest) / 2, weight)


def _curvature(
    w: NDArray[np.float64], k: int, within: NDArray[np.float64], across: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum weight[m, n] (w_im w_in)(w_jm w_jn) over residual m and residual or common n."""
    p = len(w)
    weight = np.hstack([across, within])  # (p - k, p), columns in the order of the vectors
    pairs = (w[:, k:, None] * w[:, None, :]).reshape(p, -1)
    return (pairs * weight.ravel()) @ pairs.T


def _minimise(
    derivatives: Callable[[NDArray[np.float64]], Derivatives],
    start: NDArray[np.float64],
    lower: float,
    upper: float,
) -> tuple[NDArray[np.float64], float, bool]:
    """Minimise within bounds by damped Newton steps on the parameters that are free to move."""
    x = start.copy()
    value, gradient, hessian = derivatives(x)
    damping = 0.0
    for _ in range(_ITERATIONS):
        stuck = ((x <= lower) & (gradient > 0)) | ((x >= upper) & (gradient < 0))
        free = ~stuck
        if not free.any() or np.abs(gradient[free]).max() < 1e-11:
            return x, value, True
        step = np.zeros_like(x)
        step[free] = _newton_step(hessian[np.ix_(free, free)], gradient[free], damping)
        trial = np.clip(x + step, lower, upper)
        new = derivatives(trial)
        if new[0] <= value + 1e-15:
            moved = float(np.abs(trial - x).max())
            x, (value, gradient, hessian) = trial, new
            damping = damping / 10 if damping > 1e-8 else 0.0
            if moved < 1e-12:
                return x, value, True
        elif damping > 1e10:
            break
        else:
            damping = max(10 * damping, 1e-4)
    stuck = ((x <= lower) & (gradient > 0)) | ((x >= upper) & (gradient < 0))
    return x, value, bool(np.abs(np.where(stuck, 0.0, gradient)).max() < 1e-6)


def _newton_step(
    hessian: NDArray[np.float64], gradient: NDArray[np.float64], damping: float
) -> NDArray[np.float64]:
    """Return the step to the minimum of the local quadratic, convex by force."""
    values, vectors = np.linalg.eigh(hessian)
    curved = np.maximum(np.abs(values), 1e-6 * max(float(np.abs(values).max()), 1e-6)) + damping
    step: NDArray[np.float64] = -vectors @ ((vectors.T @ gradient) / curved)
    return step


def _loadings_uls(
    psi: NDArray[np.float64], corr: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    gamma, w = _spectrum(corr - np.diag(psi))
    return w[:, :k] * np.sqrt(np.maximum(gamma[:k], 0))


def _loadings_ml(
    psi: NDArray[np.float64], corr: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    scale = 1 / np.sqrt(psi)
    theta, w = _spectrum(corr * scale[:, None] * scale)
    return w[:, :k] * np.sqrt(np.maximum(theta[:k] - 1, 0)) / scale[:, None]


def _principal_axis(
    corr: NDArray[np.float64], k: int, communality: NDArray[np.float64]
) -> Extracted:
    converged = False
    for _ in range(20_000):
        loadings = _loadings_uls(1 - communality, corr, k)
        new = np.minimum((loadings**2).sum(axis=1), 1 - LOWEST_UNIQUENESS)
        change = float(np.abs(new - communality).max())
        communality = new
        if change < 1e-10:
            converged = True
            break
    residual = corr - loadings @ loadings.T
    np.fill_diagonal(residual, 0)
    return Extracted(
        _positive(loadings), 1 - communality, 0.5 * float((residual**2).sum()), converged
    )


def _positive(loadings: NDArray[np.float64]) -> NDArray[np.float64]:
    return loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
