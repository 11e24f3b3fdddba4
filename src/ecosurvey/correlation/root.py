"""The maximum of many likelihoods of one correlation each, by guarded Newton steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_NEWTON = 1e-8
BOUND = 0.999  # correlations are sought within this, as lavaan does

Derivatives = Callable[
    [NDArray[np.float64], NDArray[np.intp]], tuple[NDArray[np.float64], NDArray[np.float64]]
]


def maximize(
    derivatives: Derivatives, start: NDArray[np.float64], *, tolerance: float = 1e-12
) -> NDArray[np.float64]:
    """Return the correlations where the first derivatives vanish, or the bound.

    The sign of the derivative narrows an interval around each maximum; a Newton step that
    leaves the interval is replaced by halving it, so that every search ends.

    Parameters
    ----------
    derivatives : callable
        Given correlations and which of the m pairs they belong to, their first and second
        derivatives of the log-likelihood.
    start : (m,) array
    """
    rho = np.clip(start, -BOUND, BOUND)
    low, high = np.full(len(rho), -BOUND), np.full(len(rho), BOUND)
    active = np.arange(len(rho))
    for _ in range(100):
        if not len(active):
            break
        at = rho[active]
        slope, bend = derivatives(at, active)
        low[active] = np.where(slope > 0, at, low[active])
        high[active] = np.where(slope < 0, at, high[active])
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = at - slope / bend
        newton = (bend < 0) & (moved >= low[active]) & (moved <= high[active])
        moved = np.where(newton, moved, (low[active] + high[active]) / 2)
        moved = np.where(slope == 0, at, moved)
        rho[active] = moved
        # a Newton step of 1e-8 leaves an error of its square: another one would find nothing
        active = active[np.abs(moved - at) > np.where(newton, _NEWTON, tolerance)]
    return rho
