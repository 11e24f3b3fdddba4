"""The likelihood of a continuous with an ordinal variable at one correlation, and its slopes.

Olsson, Drasgow and Dorans (1982): z is the standardized continuous variable, and the latent
residual of the ordinal one lies between ``lower`` and ``upper``. Whether the elements are rows, or
the cells of a table of the values that occur, is the caller's: all shapes broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.bivariate import normal_density

Floats = NDArray[np.float64]
_TINY = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class SerialSlopes:
    """Slopes of the log-likelihood of one answer.

    Attributes
    ----------
    score : array
        In the correlation.
    mean, variance : arrays
        In mean and variance of the standardized continuous variable.
    upper, lower : arrays
        In the bounds of the ordinal variable's latent residual.
    """

    score: Floats
    mean: Floats
    variance: Floats
    upper: Floats
    lower: Floats


def serial_derivatives(
    z: Floats, upper: Floats, lower: Floats, rho: Floats | float
) -> tuple[Floats, Floats]:
    """Return the first and the second derivative in the correlation, of each answer."""
    square = 1 - rho * rho
    inverse, at_upper, at_lower, d_upper, d_lower = _parts(z, upper, lower, rho)
    moved_upper, moved_lower = (upper * rho - z) / square**1.5, (lower * rho - z) / square**1.5
    score = inverse * (d_upper * moved_upper - d_lower * moved_lower)
    bend_upper = upper / square**1.5 + 3 * rho * moved_upper / square
    bend_lower = lower / square**1.5 + 3 * rho * moved_lower / square
    second = d_upper * (bend_upper - at_upper * moved_upper**2)
    second -= d_lower * (bend_lower - at_lower * moved_lower**2)
    return score, inverse * second - score**2


def serial_slopes(z: Floats, upper: Floats, lower: Floats, rho: Floats | float) -> SerialSlopes:
    """Return the slopes in everything that the log-likelihood hangs on."""
    inverse, _, _, d_upper, d_lower = _parts(z, upper, lower, rho)
    rest = np.sqrt(1 - rho * rho)
    score = inverse * (d_upper * (upper * rho - z) - d_lower * (lower * rho - z)) / rest**3
    pull = inverse * (d_upper - d_lower)
    return SerialSlopes(
        score,
        z + pull * rho / rest,
        (z * z - 1 + pull * rho * z / rest) / 2,
        inverse * d_upper / rest,
        -inverse * d_lower / rest,
    )


def serial_start(correlation: Floats, sd: Floats, density: Floats) -> Floats:
    """Return a correlation to begin with: that of the codes, mended for their being codes.

    Parameters
    ----------
    correlation : array
        Pearson's, of values and category numbers.
    sd : array
        Of the category numbers.
    density : array
        Sum of the normal densities at the thresholds.
    """
    begin = np.nan_to_num(correlation * sd / density)
    return np.where(np.abs(begin) > 0.9, begin / 2, begin)


def _parts(
    z: Floats, upper: Floats, lower: Floats, rho: Floats | float
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the inverse of the probability, the bounds given z, and the densities there."""
    from scipy.special import ndtr

    rest = np.sqrt(1 - rho * rho)
    at_upper, at_lower = (upper - rho * z) / rest, (lower - rho * z) / rest
    flip = at_upper + at_lower > 0  # in the lower tail differences keep their digits
    probability = ndtr(np.where(flip, -at_lower, at_upper))
    probability -= ndtr(np.where(flip, -at_upper, at_lower))
    inverse = 1 / np.maximum(probability, _TINY)
    return inverse, at_upper, at_lower, normal_density(at_upper), normal_density(at_lower)
