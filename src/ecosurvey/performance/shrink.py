"""Means of few answers drawn toward the mean of all, as far as chance makes them stray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST = 3  # with fewer units their variance cannot be told
_GRID = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 81)])


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Units' means after shrinkage.

    Attributes
    ----------
    estimates, se, lower, upper : (k,) array
        Empirical best predictors, root of their mean squared error, interval.
    reliability : (k,) array
        Share of the unit's own mean in its estimate, 0 to 1; 1 without shrinkage.
    tau2 : float
        Variance of the units' true means (REML).
    mean, mean_se : float
        Of all units, weighted by precision.
    """

    estimates: NDArray[np.float64]
    se: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    reliability: NDArray[np.float64]
    tau2: float
    mean: float
    mean_se: float


def shrink_means(means: ArrayLike, variances: ArrayLike, level: float = 0.95) -> Shrunk:
    r"""Return empirical Bayes estimates of units' means, with intervals.

    One-way random effects, :math:`y_j=\mu+u_j+e_j`, :math:`u_j\sim N(0,\tau^2)`,
    :math:`e_j\sim N(0,\psi_j)` with known :math:`\psi_j`. :math:`\tau^2` by REML;
    :math:`B_j=\tau^2/(\tau^2+\psi_j)`; the estimate is :math:`B_jy_j+(1-B_j)\hat\mu`.

    Parameters
    ----------
    means, variances : (k,) array
        Of each unit: its mean, and the sampling variance of that, not negative.
    level : float
        Of the intervals.

    Returns
    -------
    Shrunk
        With fewer than three units nothing is shrunk.

    Raises
    ------
    DataError
        If lengths differ, or values are not finite, or a variance is negative.

    Notes
    -----
    Mean squared error :math:`g_1+g_2+2g_3` for REML (Prasad & Rao 1990; Datta & Lahiri 2000):
    :math:`g_1=B_j\psi_j`, :math:`g_2=(1-B_j)^2/\sum_i w_i`,
    :math:`g_3=\psi_j^2w_j^3\cdot 2/\sum_i w_i^2`, :math:`w_i=1/(\tau^2+\psi_i)`.
    :math:`g_1+g_2` is what ``metafor::blup`` gives; :math:`2g_3` is for not knowing
    :math:`\tau^2`. It is not let above :math:`\psi_j`, with which the own mean alone would do:
    where :math:`\hat\tau^2` is near 0 the formula gives units of many answers too much.

    References
    ----------
    Fay & Herriot (1979), JASA 74, 269-277; Prasad & Rao (1990), JASA 85, 163-171; Datta & Lahiri
    (2000), Statistica Sinica 10, 613-627.

    Examples
    --------
    >>> found = shrink_means([60.0, 70.0, 80.0, 71.0], [1.0, 1.0, 100.0, 4.0])
    >>> found.estimates.round(1).tolist()
    [60.2, 69.9, 71.3, 70.7]
    """
    from scipy.special import ndtri

    y, psi = np.asarray(means, dtype=float), np.asarray(variances, dtype=float)
    if y.shape != psi.shape or y.ndim != 1 or not len(y):
        raise DataError("shrinkage needs one mean and one variance for each unit")
    if not (np.isfinite(y).all() and np.isfinite(psi).all() and (psi >= 0).all()):
        raise DataError("means must be finite, and their variances not negative")
    z = float(ndtri((1 + level) / 2))
    psi = np.maximum(psi, 1e-12 * max(1.0, float(y @ y) / len(y)))  # a mean known exactly
    if len(y) < FEWEST:
        se, own = np.sqrt(psi), np.ones(len(y))
        mean, mean_se = float(np.average(y, weights=1 / psi)), float((1 / psi).sum() ** -0.5)
        lower, upper = y - z * se, y + z * se
        return Shrunk(y, se, lower, upper, own, float("nan"), mean, mean_se)
    tau2 = _reml(y, psi)
    w = 1 / (tau2 + psi)
    mean = float(w @ y / w.sum())
    own = tau2 * w
    estimates = own * y + (1 - own) * mean
    error = own * psi + (1 - own) ** 2 / w.sum() + 2 * psi**2 * w**3 * 2 / (w**2).sum()
    se = np.sqrt(np.minimum(error, psi))
    return Shrunk(
        estimates, se, estimates - z * se, estimates + z * se, own, tau2, mean,
        float(1 / np.sqrt(w.sum())),
    )  # fmt: skip


def _reml(y: NDArray[np.float64], psi: NDArray[np.float64]) -> float:
    """Return the variance between units with the highest restricted likelihood, at least 0."""
    scale = float(np.median(psi)) + float(y.var())
    grid = _GRID * scale
    best = int(np.argmax(_restricted(grid, y, psi)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    tau2 = float(grid[best])
    for _ in range(100):
        slope, information = _score(tau2, y, psi)
        step = tau2 + slope / information
        if not low <= step <= high:  # outside of where the maximum is known to be
            step = (tau2 + (high if slope > 0 else low)) / 2
        low, high = (tau2, high) if slope > 0 else (low, tau2)
        if abs(step - tau2) <= 1e-13 * (scale + tau2):
            return max(step, 0.0)
        tau2 = max(step, 0.0)
    return tau2


def _restricted(
    tau2: NDArray[np.float64], y: NDArray[np.float64], psi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the restricted log-likelihood at many variances, up to a constant."""
    v = tau2[:, None] + psi
    w = 1 / v
    total = w.sum(axis=1)
    mean = (w @ y) / total
    squares = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    return np.asarray(-0.5 * (np.log(v).sum(axis=1) + np.log(total) + squares))


def _score(tau2: float, y: NDArray[np.float64], psi: NDArray[np.float64]) -> tuple[float, float]:
    """Return the slope of the restricted log-likelihood and its expected information."""
    w = 1 / (tau2 + psi)
    total, squared = w.sum(), (w**2).sum()
    residual = y - w @ y / total
    slope = 0.5 * ((w**2 * residual**2).sum() - total + squared / total)
    information = 0.5 * (squared - 2 * (w**3).sum() / total + (squared / total) ** 2)
    return float(slope), float(max(information, 1e-300))
