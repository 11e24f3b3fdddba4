"""Control charts of latent means over three waves or more: jumps and creep, at a stated rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem import SemResult
from ecosurvey.sem.values import row_values
from ecosurvey.waves.rows import factor_rows

Floats = NDArray[np.float64]
FEWEST_WAVES = 3
MEMORY = 0.3  # weight of the newest wave in the moving average


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One wave of one construct against all waves before it.

    Attributes
    ----------
    construct, wave : str
    level, expected, se : float
        Latent mean, the mean of all earlier waves weighted by their size, and the error of their
        difference, in standard deviations of the first wave.
    z, average : float
        The difference in errors, and the exponentially weighted moving average of these, both
        standard normal if nothing ever changed.
    limit : float
        Beyond which either is a signal.
    jump, creep : bool
        Whether z, or the average, is beyond the limit.
    """

    construct: str
    wave: str
    level: float
    expected: float
    se: float
    z: float
    average: float
    limit: float
    jump: bool
    creep: bool


def chart_limit(constructs: int, waves: int, alpha: float) -> float:
    r"""Return the limit at which all charts together give a false signal with probability alpha.

    Half of alpha goes to jumps and half to creep, each over all constructs and waves after the
    first: :math:`L = \Phi^{-1}(1 - [1-(1-\alpha/2)^{1/(K(W-1))}]/2)`. The differences of one
    construct are independent, averages and constructs depend on each other, which by Šidák's
    inequality makes false signals rarer than that.

    References
    ----------
    Šidák (1967), Journal of the American Statistical Association 62, 626-633.

    Examples
    --------
    >>> round(chart_limit(15, 5, 0.05), 2)
    3.53
    """
    from scipy.stats import norm

    each = 1.0 - (1.0 - alpha / 2.0) ** (1.0 / (constructs * (waves - 1)))
    return float(norm.isf(each / 2.0))


def moving_average(z: Sequence[float]) -> Floats:
    r"""Return standardized exponentially weighted averages of independent standard normals.

    :math:`e_k = \lambda z_k + (1-\lambda)e_{k-1}`, divided by its own standard deviation.

    References
    ----------
    Roberts (1959), Technometrics 1, 239-250; Lucas & Saccucci (1990), Technometrics 32, 1-12.

    Examples
    --------
    >>> moving_average([2.0, 2.0]).round(2).tolist()
    [2.0, 2.79]
    """
    found, value, variance = [], 0.0, 0.0
    for one in z:
        value = MEMORY * one + (1 - MEMORY) * value
        variance = MEMORY**2 + (1 - MEMORY) ** 2 * variance
        found.append(value / np.sqrt(variance))
    return np.array(found)


def chart_points(
    fit: SemResult, construct: str, labels: Sequence[str], sizes: Sequence[int], limit: float
) -> tuple[ChartPoint, ...]:
    """Return the chart of one construct, from its scalar model over the waves."""
    model = fit.fit.model
    values, jacobian = row_values(model, fit.fit.x)
    at = [mean for mean, _ in factor_rows(fit.fit, construct, len(labels))]
    means, slopes = values[at], jacobian[at]
    spread = slopes @ fit.fit.vcov @ slopes.T
    weights = np.array(sizes, dtype=float)
    expected, errors = [], []
    for k in range(1, len(labels)):
        contrast = np.zeros(len(labels))
        contrast[k] = 1.0
        contrast[:k] = -weights[:k] / weights[:k].sum()
        expected.append(float(-contrast[:k] @ means[:k]))
        errors.append(float(np.sqrt(contrast @ spread @ contrast)))
    z = (means[1:] - np.array(expected)) / np.array(errors)
    average = moving_average(z.tolist())
    return tuple(
        ChartPoint(
            construct, labels[k + 1], float(means[k + 1]), expected[k], errors[k], float(z[k]),
            float(average[k]), limit, bool(abs(z[k]) > limit), bool(abs(average[k]) > limit),
        )
        for k in range(len(labels) - 1)
    )  # fmt: skip
