"""The noncentral chi-square distribution, both tails to full relative precision."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtr, chdtrc, gammaln


def noncentral_cdf(x: float, df: float, ncp: float) -> float:
    """Return P(X <= x) for X noncentral chi-square.

    A Poisson(ncp / 2) mixture of central chi-squares with df + 2j degrees of freedom (Johnson,
    Kotz & Balakrishnan 1995, Continuous Univariate Distributions 2). All terms are
    positive, so nothing cancels, in either tail.

    Examples
    --------
    >>> round(noncentral_cdf(10.0, 4, 3.0), 10)
    0.7837631817
    """
    weight, j = _mixture(x, ncp)
    return float(weight @ chdtr(df + 2 * j, x))


def noncentral_sf(x: float, df: float, ncp: float) -> float:
    """Return P(X > x) for X noncentral chi-square; see :func:`noncentral_cdf`."""
    weight, j = _mixture(x, ncp)
    return float(weight @ chdtrc(df + 2 * j, x))


def noncentrality(x: float, df: float, probability: float) -> float:
    """Return the noncentrality at which P(X <= x) equals ``probability``; 0 if none is.

    The cdf falls as the noncentrality grows, so there is at most one root.
    """
    from scipy.optimize import brentq

    def excess(ncp: float) -> float:
        # the far terms, which a tail is made of, are nothing beside the probability
        half = ncp / 2
        spread = 12 * np.sqrt(half) + 30
        j = np.arange(max(0.0, np.floor(half - spread)), half + spread)
        return float(_poisson(half, j) @ chdtr(df + 2 * j, x)) - probability

    if x <= 0 or excess(0.0) <= 0:
        return 0.0
    upper = max(x, 1.0)
    while excess(upper) > 0:
        upper *= 2
    return float(brentq(excess, 0.0, upper, xtol=1e-12, rtol=1e-14))


def _mixture(x: float, ncp: float) -> tuple[np.ndarray, np.ndarray]:
    """Poisson weights over every j that can matter for either tail at ``x``."""
    half = ncp / 2
    spread = 40 * np.sqrt(half) + 60
    j = np.arange(max(0.0, np.floor(min(half, x / 2) - spread)), max(half, x / 2) + spread)
    return _poisson(half, j), j


def _poisson(half: float, j: np.ndarray) -> np.ndarray:
    if half == 0:
        return np.asarray(j == 0, dtype=float)
    weight = np.exp(j * np.log(half) - half - gammaln(j + 1))
    return np.asarray(weight / weight.sum())  # 1 but for what rounding the logarithms costs
