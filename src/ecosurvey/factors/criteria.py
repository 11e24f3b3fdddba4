"""What a rotation minimises: value and gradient of each criterion, for many loadings at once.

Every criterion takes loadings of shape (s, p, k), s rotations of p items on k factors, and
returns values (s,) and gradients (s, p, k). To add one, write it and name it in ``CRITERIA``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Criterion = Callable[["NDArray[np.float64]"], "tuple[NDArray[np.float64], NDArray[np.float64]]"]

GEOMIN_DELTA = 0.01  # GPArotation's default; Mplus takes 0.0001 to 0.01 by number of factors


def crawford_ferguson(loadings: NDArray[np.float64], kappa: float) -> _Value:
    """Crawford-Ferguson family: 0 quartimin/quartimax, 1/p varimax, k/(2p) equamax."""
    squared = loadings**2
    rows = squared.sum(axis=2, keepdims=True) - squared
    columns = squared.sum(axis=1, keepdims=True) - squared
    mixed = (1 - kappa) * rows + kappa * columns
    return (squared * mixed).sum(axis=(1, 2)) / 4, loadings * mixed


def geomin(loadings: NDArray[np.float64], delta: float = GEOMIN_DELTA) -> _Value:
    """Sum over items of the geometric mean of squared loadings plus delta."""
    k = loadings.shape[2]
    shifted = loadings**2 + delta
    mean = np.exp(np.log(shifted).sum(axis=2, keepdims=True) / k)
    return mean.sum(axis=(1, 2)), (2 / k) * loadings / shifted * mean


def bifactor(loadings: NDArray[np.float64]) -> _Value:
    """Quartimin on all factors but the first, which is left to be general."""
    value, rest = crawford_ferguson(loadings[:, :, 1:], 0.0)
    gradient = np.zeros_like(loadings)
    gradient[:, :, 1:] = rest
    return value, gradient


def towards(target: NDArray[np.float64]) -> Criterion:
    """Squared distance from the cells of a target that are given; NaN cells are free."""
    weight = ~np.isnan(target)
    aim = np.where(weight, target, 0.0)

    def distance(loadings: NDArray[np.float64]) -> _Value:
        off = weight * (loadings - aim)
        return (off**2).sum(axis=(1, 2)), 2 * off

    return distance


_Value = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one named rotation is done.

    Attributes
    ----------
    make : callable
        From the numbers of items and factors to the criterion.
    oblique : bool
        Whether the factors may correlate.
    normalize : bool
        Whether rows are scaled to unit length while rotating (Kaiser normalisation).
    """

    make: Callable[[int, int], Criterion]
    oblique: bool
    normalize: bool = False


def _family(kappa: Callable[[int, int], float]) -> Callable[[int, int], Criterion]:
    return lambda p, k: lambda loadings: crawford_ferguson(loadings, kappa(p, k))


CRITERIA: dict[str, Rule] = {
    "varimax": Rule(_family(lambda p, k: 1 / p), oblique=False, normalize=True),
    "quartimax": Rule(_family(lambda p, k: 0.0), oblique=False),
    "equamax": Rule(_family(lambda p, k: k / (2 * p)), oblique=False),
    "geomin_orthogonal": Rule(lambda p, k: geomin, oblique=False),
    "bifactor": Rule(lambda p, k: bifactor, oblique=False),
    "oblimin": Rule(_family(lambda p, k: 0.0), oblique=True),
    "quartimin": Rule(_family(lambda p, k: 0.0), oblique=True),
    "geomin": Rule(lambda p, k: geomin, oblique=True),
    "bifactor_oblique": Rule(lambda p, k: bifactor, oblique=True),
}
