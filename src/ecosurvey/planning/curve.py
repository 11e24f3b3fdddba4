"""Shares with intervals, the power curve through them, and the size at which it is high enough."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, nan, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class NeededSize:
    """The sample size at which a curve reaches a power, and how far the simulation leaves it open.

    Attributes
    ----------
    n : float
        A whole number; NaN where the curve does not tell.
    lower, upper : float
        95% interval, by the delta method on the scale of the root of n.
    """

    n: float
    lower: float
    upper: float


NOWHERE = NeededSize(nan, nan, nan)


@dataclass(frozen=True, slots=True)
class PowerCurve:
    r"""Power as :math:`\Phi(a+b\sqrt n)`: the shape that the power of a Wald test has.

    Attributes
    ----------
    a, b : float
    cov : (2, 2) array
        Of a and b.
    """

    a: float
    b: float
    cov: Floats

    def at(self, n: Floats) -> Floats:
        """Return the power at some sizes."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self.a + self.b * np.sqrt(n)), dtype=np.float64)

    def reaches(self, power: float) -> NeededSize:
        """Return the size at which the curve reaches a power."""
        from scipy.special import ndtri

        aim = float(ndtri(power))
        if not self.b > 0 or aim <= self.a:
            return NOWHERE
        root = (aim - self.a) / self.b
        slope = np.array([-1.0, -root]) / self.b
        half = _Z * sqrt(max(float(slope @ self.cov @ slope), 0.0))
        upper = ceil((root + half) ** 2) if isinstance(half, float) and half < inf else inf
        return NeededSize(ceil(root**2), floor(max(root - half, 0.0) ** 2), upper)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's (1927) 95% interval of a share.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if n == 0:
        return nan, nan
    share = successes / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def power_curve(n: Floats, power: Floats, used: Floats) -> PowerCurve:
    r"""Return the curve :math:`\Phi(a+b\sqrt n)` by maximum likelihood.

    Half a success and half a failure are added at each size, so that a power of 0 or 1 has a
    finite curve.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> n = np.array([100.0, 200.0, 400.0])
    >>> found = power_curve(n, ndtr(-1.96 + 0.15 * np.sqrt(n)), np.full(3, 1e9))
    >>> round(found.a, 3), round(found.b, 3), found.reaches(0.80).n
    (-1.96, 0.15, 349)
    """
    from scipy.optimize import minimize
    from scipy.special import log_ndtr

    total = used + 1.0
    hits = power * used + 0.5
    root = np.sqrt(n)
    centre, spread = float(root.mean()), float(np.ptp(root)) or 1.0
    x = (root - centre) / spread

    def lack(beta: Floats) -> float:
        eta = beta[0] + beta[1] * x
        fit = hits * log_ndtr(eta) + (total - hits) * log_ndtr(-eta)
        return -float(fit.sum() / total.sum())

    beta = minimize(lack, np.array([0.0, 1.0]), method="BFGS", options={"gtol": 1e-9}).x
    back = np.array([[1.0, -centre / spread], [0.0, 1.0 / spread]])
    a, b = back @ beta
    return PowerCurve(float(a), float(b), back @ _covariance(beta, x, total) @ back.T)


def _covariance(beta: Floats, x: Floats, total: Floats) -> Floats:
    """Return the inverse of the expected information of a probit regression."""
    from scipy.special import log_ndtr

    eta = beta[0] + beta[1] * x
    log_density = -0.5 * eta**2 - 0.5 * np.log(2 * np.pi)
    weight = total * np.exp(2 * log_density - log_ndtr(eta) - log_ndtr(-eta))
    design = np.column_stack([np.ones_like(x), x])
    found = np.linalg.pinv(design.T @ (weight[:, None] * design))
    return np.asarray(found, dtype=np.float64)
