"""From draws to intervals: percentile, bias-corrected, accelerated, normal, basic."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text, check_choice

Floats = NDArray[np.float64]
IntervalKind = Literal["perc", "bca", "bc", "norm", "basic"]
KINDS: tuple[IntervalKind, ...] = get_args(IntervalKind)


def bootstrap_intervals(
    draws: Floats,
    estimate: Floats,
    kind: IntervalKind = "perc",
    level: float = 0.95,
    acceleration: Floats | None = None,
) -> tuple[Floats, Floats]:
    r"""Return lower and upper limits of every column.

    With :math:`z_0 = \Phi^{-1}(\text{share of draws below the estimate})` and a the
    acceleration, BCa takes the quantiles at
    :math:`\Phi(z_0 + (z_0+z)/(1-a(z_0+z)))`, BC those with a = 0, percentile those with
    both 0; basic reflects the percentiles at the estimate; normal is the estimate less the bias,
    plus and minus z standard deviations. Quantiles are interpolated on the normal scale between
    order statistics numbered (R + 1)p, as R's package boot does.

    Parameters
    ----------
    draws : (b, k) array
        NaN where a replicate has no value; a column is judged by those that it has.
    estimate : (k,) array
    kind : {"perc", "bca", "bc", "norm", "basic"}
    level : float
    acceleration : (k,) array
        Needed for BCa.

    Returns
    -------
    lower, upper : (k,) arrays
        NaN for a column with fewer than two draws; the estimate where nothing varies.

    References
    ----------
    Efron (1987), JASA 82, 171-185, eq. 2.3; Davison & Hinkley (1997), Bootstrap Methods and
    their Application, eqs. 5.6, 5.8, 5.18, 5.21.

    Examples
    --------
    >>> draws = np.linspace(-1, 1, 999)[:, None]
    >>> low, high = bootstrap_intervals(draws, np.zeros(1))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.952], [0.952])
    """
    from scipy.special import ndtr, ndtri

    check_choice("ci", kind, KINDS)
    if not 0 < level < 1:
        raise OptionError(
            Text(f"level={level!r} is not between 0 and 1", f"level={level!r} 不在0与1之间"),
            fix=Text("Use 0.95.", "请使用0.95。"),
        )
    tail = (1 - level) / 2
    z = np.array([ndtri(tail), ndtri(1 - tail)])
    lower, upper = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    for column, (centre, values) in enumerate(zip(estimate, draws.T, strict=True)):
        known = values[np.isfinite(values)]
        if len(known) < 2 or not np.isfinite(centre):
            continue
        if np.ptp(known) <= 1e-12 * max(1.0, abs(centre)):  # fixed, or equal by construction
            lower[column] = upper[column] = centre
            continue
        if kind == "norm":
            middle = 2 * centre - known.mean()
            lower[column], upper[column] = middle + z * known.std(ddof=1)
            continue
        shares = np.array([tail, 1 - tail])
        if kind in ("bc", "bca"):
            rate = 0.0 if kind == "bc" or acceleration is None else float(acceleration[column])
            # half of the ties, so that a discrete quantity is not called biased
            below = (np.sum(known < centre) + 0.5 * np.sum(known == centre)) / len(known)
            shift = ndtri(np.clip(below, 0.5 / len(known), 1 - 0.5 / len(known)))
            shares = ndtr(shift + (shift + z) / (1 - rate * (shift + z)))
        limits = normal_quantiles(np.sort(known), shares)
        if kind == "basic":
            limits = 2 * centre - limits[::-1]
        lower[column], upper[column] = limits
    return lower, upper


def normal_quantiles(ordered: Floats, shares: Floats) -> Floats:
    """Return quantiles of sorted draws, interpolated on the scale of normal quantiles.

    Davison & Hinkley (1997), eq. 5.8; beyond the order statistics, the extreme draw.
    """
    from scipy.special import ndtri

    size = len(ordered)
    rank = (size + 1) * shares
    low = np.clip(np.floor(rank), 1, size).astype(int)
    high = np.clip(low + 1, 1, size)
    inside = (rank > 1) & (rank < size) & (rank != np.floor(rank))
    at, one, other = (ndtri(np.clip(k / (size + 1), 1e-300, 1)) for k in (rank, low, high))
    with np.errstate(invalid="ignore", divide="ignore"):
        way = np.where(inside, (at - one) / (other - one), 0.0)
    return np.asarray(ordered[low - 1] + way * (ordered[high - 1] - ordered[low - 1]))
