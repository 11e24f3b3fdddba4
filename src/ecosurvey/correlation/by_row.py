"""Correlations of pairs without a table: given covariates, or continuous with many values.

A pair is fitted over its rows, and keeps each row's score in the correlation, and what the
row says about the two margins: the parts of Muthén's (1984) asymptotic covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.bivariate import (
    bivariate_cdf,
    bivariate_density,
    density_slope,
    normal_density,
)
from ecosurvey.correlation.margins import NumericMargin, OrderedMargin
from ecosurvey.correlation.root import BOUND, maximize
from ecosurvey.correlation.serial import serial_derivatives, serial_slopes, serial_start

_SMALLEST = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True)
class Pull:
    """How each row's log-likelihood moves with one variable of a pair; zero where missing.

    Attributes
    ----------
    upper, lower : (n,) arrays
        Slopes in the bounds of an ordinal variable's latent residual; of a continuous one, in
        its mean and in its variance.
    """

    upper: NDArray[np.float64]
    lower: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RowPair:
    """A fitted pair.

    Attributes
    ----------
    rho : float
    score : (n,) array
        d log-likelihood / d rho of each row; zero where either variable is missing.
    first, second : Pull
    """

    rho: float
    score: NDArray[np.float64]
    first: Pull
    second: Pull


def polychoric_pair(
    one: OrderedMargin, other: OrderedMargin, weights: NDArray[np.float64] | None = None
) -> RowPair:
    """Fit two ordinal variables whose thresholds differ from row to row, given covariates."""
    rows = np.flatnonzero(one.seen & other.seen)
    mass = _mass(weights, rows)
    h1, h0, k1, k0 = one.upper[rows], one.lower[rows], other.upper[rows], other.lower[rows]
    corners = ((h1, k1, 1.0), (h0, k1, -1.0), (h1, k0, -1.0), (h0, k0, 1.0))

    def parts(
        rho: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        probability = sum((sign * bivariate_cdf(h, k, rho) for h, k, sign in corners), _ZERO)
        densities = [bivariate_density(h, k, rho) for h, k, _ in corners]
        slope = sum((c[2] * d for c, d in zip(corners, densities, strict=True)), _ZERO)
        bend = sum(
            (
                sign * density_slope(h, k, rho, density)
                for (h, k, sign), density in zip(corners, densities, strict=True)
            ),
            _ZERO,
        )
        usable = probability > _SMALLEST
        safe = np.where(usable, probability, 1.0)
        return np.where(usable, 1 / safe, 0.0), slope, bend

    def derivatives(
        rho: NDArray[np.float64], _: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        inverse, slope, bend = parts(rho)
        score = slope * inverse
        return np.array([mass @ score]), np.array([mass @ (bend * inverse - score**2)])

    begin = np.clip(np.corrcoef(one.codes[rows], other.codes[rows])[0, 1], -BOUND, BOUND)
    rho = float(maximize(derivatives, np.array([np.nan_to_num(begin)]))[0])
    inverse, slope, _ = parts(np.array([rho]))
    return RowPair(
        rho,
        _spread(slope * inverse, rows, len(one.codes)),
        _bound_pull(h1, h0, k1, k0, rho, inverse, rows, len(one.codes)),
        _bound_pull(k1, k0, h1, h0, rho, inverse, rows, len(one.codes)),
    )


def polyserial_pair(
    numeric: NumericMargin, ordered: OrderedMargin, weights: NDArray[np.float64] | None = None
) -> RowPair:
    """Fit a continuous with an ordinal variable (Olsson, Drasgow and Dorans 1982)."""
    rows = np.flatnonzero(numeric.seen & ordered.seen)
    mass = _mass(weights, rows)
    z, upper, lower = numeric.residual[rows], ordered.upper[rows], ordered.lower[rows]

    def derivatives(
        rho: NDArray[np.float64], _: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        score, bend = serial_derivatives(z, upper, lower, float(rho[0]))
        return np.array([mass @ score]), np.array([mass @ bend])

    codes, n = ordered.codes[rows], len(ordered.codes)
    density = normal_density(ordered.thresholds).sum()
    begin = serial_start(np.corrcoef(z, codes)[0, 1], codes.std(), density)
    rho = float(maximize(derivatives, np.array([float(begin)]))[0])
    slopes = serial_slopes(z, upper, lower, rho)
    return RowPair(
        rho,
        _spread(slopes.score, rows, n),
        Pull(
            _spread(slopes.mean / np.sqrt(numeric.variance), rows, n),
            _spread(slopes.variance / numeric.variance, rows, n),
        ),
        Pull(_spread(slopes.upper, rows, n), _spread(slopes.lower, rows, n)),
    )


def pearson_pair(
    one: NumericMargin, other: NumericMargin, weights: NDArray[np.float64] | None = None
) -> RowPair:
    """Fit two continuous variables, their means and variances held fixed."""
    rows = np.flatnonzero(one.seen & other.seen)
    a, b, n = one.residual[rows], other.residual[rows], len(one.residual)
    mass = _mass(weights, rows)
    size = float(mass.sum())
    products = float(mass @ (a * b))
    squares = float(mass @ (a * a + b * b))

    def derivatives(
        rho: NDArray[np.float64], _: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rest = 1 - rho**2
        slope = size * rho / rest + products / rest
        slope -= rho * (squares - 2 * rho * products) / rest**2
        bend = size * (1 + rho**2) / rest**2 + 2 * rho * products / rest**2
        bend -= (squares - 4 * rho * products) / rest**2
        bend -= 4 * rho**2 * (squares - 2 * rho * products) / rest**3
        return slope, bend

    start = products / size
    rho = start if len(a) == n else float(maximize(derivatives, np.array([start]))[0])
    rest = 1 - rho * rho
    distance = a * a - 2 * rho * a * b + b * b
    score = (rho + a * b) / rest - distance * rho / rest**2
    pulls = []
    for own, far, margin in ((a, b, one), (b, a, other)):
        lean = (own - rho * far) / rest
        mean, variance = lean / np.sqrt(margin.variance), (own * lean - 1) / (2 * margin.variance)
        pulls.append(Pull(_spread(mean, rows, n), _spread(variance, rows, n)))
    return RowPair(rho, _spread(score, rows, n), pulls[0], pulls[1])


_ZERO = np.zeros(1)


def _mass(weights: NDArray[np.float64] | None, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.ones(len(rows)) if weights is None else weights[rows]


def _bound_pull(
    upper: NDArray[np.float64],
    lower: NDArray[np.float64],
    far_upper: NDArray[np.float64],
    far_lower: NDArray[np.float64],
    rho: float,
    inverse: NDArray[np.float64],
    rows: NDArray[np.intp],
    n: int,
) -> Pull:
    """Return d log P(rectangle) / d upper and / d lower bound of one of the two variables."""
    from scipy.special import ndtr

    rest = np.sqrt(1 - rho * rho)

    def edge(at: NDArray[np.float64]) -> NDArray[np.float64]:
        between = ndtr((far_upper - rho * at) / rest) - ndtr((far_lower - rho * at) / rest)
        return np.asarray(normal_density(at) * between * inverse)

    return Pull(_spread(edge(upper), rows, n), _spread(-edge(lower), rows, n))


def _spread(values: NDArray[np.float64], rows: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """Return the values in a vector of all rows, zero elsewhere."""
    if len(rows) == n:
        return values
    full = np.zeros(n)
    full[rows] = values
    return full
