"""Unweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied, moment_jacobian
from ecosurvey.sem.loss.base import Slope
from ecosurvey.sem.observed import Moments


class UnweightedLeastSquares:
    r"""Half the squared residuals, each covariance counted once, as lavaan does.

    .. math:: F = \tfrac12[\sum_{i \ge j} (s_{ij}-\sigma_{ij})^2 + \sum_i (m_i-\mu_i)^2]
    """

    def __init__(self, moments: Moments, *, meanstructure: bool) -> None:
        self.share = (moments.n - 1) / moments.n
        self._moments = moments
        p = len(moments.mean)
        weight = np.ones((p, p))
        self.unit = float((moments.cov**2).sum()) / 2
        self._weight = Weights(weight, np.ones(p), meanstructure)

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


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight a moment.

    Attributes
    ----------
    cov : (p, p) symmetric array
    mean : (p,) array
    meanstructure : bool
    """

    cov: NDArray[np.float64]
    mean: NDArray[np.float64]
    meanstructure: bool

    def stacked(self) -> NDArray[np.float64]:
        """Return the weights in the order of the moments."""
        covariances = self.cov[np.triu_indices(len(self.cov))]
        return np.concatenate([self.mean, covariances]) if self.meanstructure else covariances


@dataclass(frozen=True, slots=True)
class WeightedSquaresPoint:
    """Squares with one weight a moment, at given moments; DWLS uses it too."""

    weight: Weights
    residual: NDArray[np.float64]
    gap: NDArray[np.float64]

    @property
    def value(self) -> float:
        """Half the discrepancy."""
        squares = self.weight.cov * self.residual**2
        covariances = (np.sum(squares) + np.trace(squares)) / 2
        return float(covariances + np.sum(self.weight.mean * self.gap**2)) / 2

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        turned = -self.weight.cov * self.residual
        turned[np.diag_indices_from(turned)] *= 2  # tr(Q dSigma)/2 halves the diagonal
        return Slope(turned, -self.weight.mean * self.gap)

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return J'VJ along the moves."""
        jacobian = moment_jacobian(moves, meanstructure=self.weight.meanstructure)
        return jacobian.T @ (self.weight.stacked()[:, None] * jacobian)

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments: the weight is constant."""
        return self.expected(moves)
