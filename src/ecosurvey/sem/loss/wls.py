"""Weighted least squares with the full weight: asymptotically distribution-free (ADF)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.sem.implied import Directions, Implied, moment_jacobian, vech
from ecosurvey.sem.loss.base import Slope
from ecosurvey.sem.observed import Moments, covariance_around, moment_covariance


class WeightedLeastSquares:
    """Half r'Gamma^-1 r, Gamma the sampling covariance of the moments (Browne 1984, eq. 2.2)."""

    def __init__(self, moments: Moments, *, meanstructure: bool, at: Implied | None = None) -> None:
        """Take Gamma around the sample's moments, or around those ``at`` the model."""
        self.share = (moments.n - 1) / moments.n
        self._moments, self._meanstructure = moments, meanstructure
        if at is None:
            gamma = moment_covariance(moments, meanstructure=meanstructure)
        else:
            gamma = covariance_around(moments, at.mu, at.sigma, meanstructure=meanstructure)
        size = int(np.count_nonzero(np.diag(gamma) > 0))
        if moments.n <= size:
            raise DataError(
                Text(
                    f"WLS weighs {size} moments and needs more rows "
                    f"than that; there are {moments.n}",
                    f"WLS要加权{size}个矩，需要更多的数据行；现有{moments.n}行",
                ),
                fix=Text(
                    "Use ML, MLR or DWLS, or fewer variables.", "请使用ML、MLR或DWLS，或减少变量。"
                ),
            )
        scale = np.sqrt(np.diag(gamma))
        scale = np.where(scale > 0, scale, 1.0)  # the units of the variables decide nothing
        outer = np.outer(scale, scale)
        inverse = np.linalg.pinv(gamma / outer, hermitian=True, rcond=1e-12)
        self._weight = np.asarray(inverse / outer, dtype=float)

    @property
    def moment_weight(self) -> NDArray[np.float64]:
        """The inverse of Gamma."""
        return self._weight

    def at(self, implied: Implied) -> WeightedLeastSquaresPoint:
        """Return the loss at the implied moments."""
        residual = vech(self._moments.cov - implied.sigma)
        if self._meanstructure:
            residual = np.concatenate([self._moments.mean - implied.mu, residual])
        return WeightedLeastSquaresPoint(
            self._weight, residual, len(implied.mu), self._meanstructure
        )


@dataclass(frozen=True, slots=True)
class WeightedLeastSquaresPoint:
    """Fully weighted squares at given moments."""

    weight: NDArray[np.float64]
    residual: NDArray[np.float64]
    size: int
    meanstructure: bool

    @property
    def value(self) -> float:
        """Half the discrepancy."""
        return float(self.residual @ self.weight @ self.residual) / 2

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        pull = -self.weight @ self.residual
        means = pull[: self.size] if self.meanstructure else np.zeros(self.size)
        turned = np.zeros((self.size, self.size))
        turned[np.triu_indices(self.size)] = pull[self.size :] if self.meanstructure else pull
        turned = turned + turned.T  # doubles the diagonal, which tr(Q dSigma)/2 halves
        return Slope(turned, means)

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return J'VJ along the moves."""
        jacobian = moment_jacobian(moves, meanstructure=self.meanstructure)
        return jacobian.T @ self.weight @ jacobian

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments: the weight is constant."""
        return self.expected(moves)
