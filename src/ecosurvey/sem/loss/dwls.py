"""Diagonally weighted least squares on continuous data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Implied
from ecosurvey.sem.loss.uls import WeightedSquaresPoint, Weights
from ecosurvey.sem.observed import Moments, moment_variances


class DiagonallyWeightedLeastSquares:
    """Half the squared residuals, each over the sampling variance of its moment."""

    def __init__(self, moments: Moments, *, meanstructure: bool) -> None:
        self.share = (moments.n - 1) / moments.n
        self._moments = moments
        variances, means = moment_variances(moments)
        with np.errstate(divide="ignore"):
            cov = np.where(variances > 0, 1 / variances, 0.0)
            mean = np.where(means > 0, 1 / means, 0.0)
        self._weight = Weights(cov, mean, meanstructure)

    @property
    def moment_weight(self) -> NDArray[np.float64]:
        """The weight of each moment."""
        return self._weight.stacked()

    def at(self, implied: Implied) -> WeightedSquaresPoint:
        """Return the loss at the implied moments."""
        moments = self._moments
        return WeightedSquaresPoint(
            self._weight, moments.cov - implied.sigma, moments.mean - implied.mu
        )
