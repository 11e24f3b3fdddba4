"""Means of few answers drawn toward the mean of all, as far as chance makes them stray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST = 3  # with fewer units their variance cannot be told
_NODES = 160  # of the quadrature over the deviation between units
_GRID = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 81)])


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Units' means after shrinkage.

    Attributes
    ----------
    estimates, se, lower, upper : (k,) array
        Empirical best predictors, root of their expected squared error, interval.
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
    The error of an estimate allows for not knowing :math:`\tau^2`, which often comes out as 0
    where units do differ: it is the root of :math:`E\{(\theta_j-\hat\theta_j)^2\mid y\}` under a
    uniform prior of :math:`\tau^2` and :math:`\mu` (of :math:`\tau` with three units, where the
    other has no proper posterior), by quadrature. Over simulated sets of 3 to 40 units that
    differ much, little or hardly, the intervals held the truth at least as often as they say;
    with second-order corrections of REML (Prasad & Rao 1990) that fell to .92 where 40 units
    differ little.

    References
    ----------
    Fay & Herriot (1979), JASA 74, 269-277; Morris (1983), JASA 78, 47-55; Morris & Tang (2011),
    Statistical Science 26, 271-287; Gelman (2006), Bayesian Analysis 1, 515-534.

    Examples
    --------
    >>> found = shrink_means([60.0, 70.0, 80.0, 71.0], [1.0, 1.0, 100.0, 4.0])
    >>> found.estimates.round(1).tolist()
    [60.2, 69.9, 71.3, 70.7]
    """
    from scipy.special import ndtri

    y, psi = np.asarray(means, dtype=float), np.asarray(variances, dtype=float)
    if y.shape != psi.shape or y.ndim != 1 or not len(y):
        raise DataError(
            Text(
                "shrinkage needs one mean and one variance for each unit",
                "收缩估计需要每个单位各一个均值与方差",
            )
        )
    if not (np.isfinite(y).all() and np.isfinite(psi).all() and (psi >= 0).all()):
        raise DataError(
            Text(
                "means must be finite, and their variances not negative",
                "均值须为有限的数，方差不能为负",
            )
        )
    z = float(ndtri((1 + level) / 2))
    psi = np.maximum(psi, 1e-12 * max(1.0, float(y @ y) / len(y)))  # a mean known exactly
    if len(y) < FEWEST:
        se, own = np.sqrt(psi), np.ones(len(y))
        mean, mean_se = float(np.average(y, weights=1 / psi)), float((1 / psi).sum() ** -0.5)
        lower, upper = y - z * se, y + z * se
        return Shrunk(y, se, lower, upper, own, float("nan"), mean, mean_se)
    tau2 = float(_reml(y[None, :], psi[None, :])[0])
    w = 1 / (tau2 + psi)
    mean = float(w @ y / w.sum())
    own = tau2 * w
    estimates = own * y + (1 - own) * mean
    se = np.sqrt(_unsure(estimates, y, psi))
    return Shrunk(
        estimates, se, estimates - z * se, estimates + z * se, own, tau2, mean,
        float(1 / np.sqrt(w.sum())),
    )  # fmt: skip


def _unsure(
    estimates: NDArray[np.float64], y: NDArray[np.float64], psi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the expected squared errors of the estimates, the variance between units unknown."""
    nodes, shares = np.polynomial.legendre.leggauss(max(_NODES, int(8 * np.sqrt(len(y)))))
    inside = (1 + nodes) / 2  # of tau = scale * u / (1 - u)
    scale = np.sqrt(np.median(psi) + y.var())
    tau = scale * inside / (1 - inside)
    flat_in_tau = len(y) == FEWEST
    log = _restricted((tau**2)[None, :], y[None, :], psi[None, :])[0] - 2 * np.log1p(-inside)
    log += 0.0 if flat_in_tau else np.log(tau)
    chance = shares * np.exp(log - log.max())
    chance /= chance.sum()
    w = 1 / ((tau**2)[:, None] + psi)
    total = w.sum(axis=1, keepdims=True)
    mean = (w @ y)[:, None] / total
    own = (tau**2)[:, None] * w
    predicted = own * y + (1 - own) * mean
    variance = own * psi + (1 - own) ** 2 / total
    return np.asarray(chance @ (variance + (predicted - estimates) ** 2))


def shrunk_many(means: NDArray[np.float64], variances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the estimates alone of many sets of units, (sets, k), as :func:`shrink_means`."""
    if means.shape[1] < FEWEST:
        return means
    least = 1e-12 * np.maximum(1.0, (means**2).mean(axis=1, keepdims=True))
    psi = np.maximum(variances, least)
    tau2 = _reml(means, psi)[:, None]
    w = 1 / (tau2 + psi)
    mean = (w * means).sum(axis=1, keepdims=True) / w.sum(axis=1, keepdims=True)
    own = tau2 * w
    return np.asarray(own * means + (1 - own) * mean)


def _reml(y: NDArray[np.float64], psi: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each set's variance between units of highest restricted likelihood, at least 0."""
    scale = np.median(psi, axis=1) + y.var(axis=1)
    grid = _GRID * scale[:, None]
    best = np.argmax(_restricted(grid, y, psi), axis=1)
    sets = np.arange(len(y))
    low, high = (
        grid[sets, np.maximum(best - 1, 0)],
        grid[sets, np.minimum(best + 1, len(_GRID) - 1)],
    )
    tau2, done = grid[sets, best], np.zeros(len(y), dtype=bool)
    for _ in range(100):
        slope, information = _score(tau2, y, psi)
        step = tau2 + slope / information
        # outside of where the maximum is known to be: halve
        outside = (step < low) | (step > high)
        step = np.where(outside, (tau2 + np.where(slope > 0, high, low)) / 2, step)
        low, high = np.where(slope > 0, tau2, low), np.where(slope > 0, high, tau2)
        near = np.abs(step - tau2) <= 1e-13 * (scale + tau2)
        tau2 = np.where(done, tau2, np.maximum(step, 0.0))
        done |= near
        if done.all():
            break
    return np.asarray(tau2)


def _restricted(
    tau2: NDArray[np.float64], y: NDArray[np.float64], psi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the restricted log-likelihoods (sets, values) at many variances, but a constant."""
    v = tau2[:, :, None] + psi[:, None, :]
    w = 1 / v
    total = w.sum(axis=2)
    mean = (w * y[:, None, :]).sum(axis=2) / total
    squares = (w * (y[:, None, :] - mean[:, :, None]) ** 2).sum(axis=2)
    return np.asarray(-0.5 * (np.log(v).sum(axis=2) + np.log(total) + squares))


def _score(
    tau2: NDArray[np.float64], y: NDArray[np.float64], psi: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the slopes of the restricted log-likelihoods and their expected information."""
    w = 1 / (tau2[:, None] + psi)
    total, squared = w.sum(axis=1), (w**2).sum(axis=1)
    residual = y - ((w * y).sum(axis=1) / total)[:, None]
    slope = 0.5 * ((w**2 * residual**2).sum(axis=1) - total + squared / total)
    information = 0.5 * (squared - 2 * (w**3).sum(axis=1) / total + (squared / total) ** 2)
    return slope, np.maximum(information, 1e-300)
