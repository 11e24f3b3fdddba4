"""Correlations of a continuous variable that takes few values with ordinal ones, from their tables.

Years of cooperation or numbers of partners take a dozen values: all rows of one value and one
category say the same, so the likelihood is summed over the cells of a table instead of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.bivariate import FAR, normal_density
from ecosurvey.correlation.root import maximize
from ecosurvey.correlation.serial import serial_derivatives, serial_slopes, serial_start

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelPairs:
    """One continuous with m ordinal variables.

    Attributes
    ----------
    rho : (m,) array
        Polyserial correlations.
    scores : (m, u, b) array
        d log-likelihood / d rho of an answer in each cell.
    crossed : (m, 2) and (m, b - 1) arrays
        Sums of scores times the slopes in mean and variance, and in the thresholds.
    """

    rho: Floats
    scores: Floats
    crossed: tuple[Floats, Floats]


def fit_levels(values: Floats, variance: float, counts: Floats, thresholds: Floats) -> LevelPairs:
    """Return polyserial correlations by maximum likelihood, the first step held fixed.

    Parameters
    ----------
    values : (u,) array
        Of the continuous variable, standardized.
    variance : float
        Of that variable.
    counts : (m, u, b) array
        How often each value goes with each category, or what such rows weigh.
    thresholds : (m, b - 1) array
    """
    z = values[None, :, None]
    edges = np.pad(thresholds, ((0, 0), (1, 1)), constant_values=((0, 0), (-FAR, FAR)))
    lower, upper = edges[:, None, :-1], edges[:, None, 1:]

    def derivatives(rho: Floats, some: NDArray[np.intp]) -> tuple[Floats, Floats]:
        score, bend = serial_derivatives(z, upper[some], lower[some], rho[:, None, None])
        table = counts[some]
        return (table * score).sum(axis=(1, 2)), (table * bend).sum(axis=(1, 2))

    rho = maximize(derivatives, _start(values, counts, thresholds))
    slopes = serial_slopes(z, upper, lower, rho[:, None, None])
    load = counts * slopes.score
    mean = (load * slopes.mean).sum(axis=(1, 2)) / np.sqrt(variance)
    spread = (load * slopes.variance).sum(axis=(1, 2)) / variance
    above, below = (load * slopes.upper).sum(axis=1), (load * slopes.lower).sum(axis=1)
    crossed = np.stack([mean, spread], axis=1), above[:, :-1] + below[:, 1:]
    return LevelPairs(rho, slopes.score, crossed)


def _start(values: Floats, counts: Floats, thresholds: Floats) -> Floats:
    total = counts.sum(axis=(1, 2))
    by_value, by_code = counts.sum(axis=2), counts.sum(axis=1)
    codes = np.arange(counts.shape[2], dtype=float)
    mean, code = by_value @ values / total, by_code @ codes / total
    spread = by_value @ values**2 / total - mean**2
    sd = np.sqrt(np.maximum(by_code @ codes**2 / total - code**2, 0.0))
    product = np.einsum("mub,u,b->m", counts, values, codes) / total - mean * code
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = product / (np.sqrt(np.maximum(spread, 0.0)) * sd)
    return serial_start(correlation, sd, normal_density(thresholds).sum(axis=1))
