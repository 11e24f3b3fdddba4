"""Generalized least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied, symmetric_inverse
from ecosurvey.sem.loss.base import Slope, normal_information
from ecosurvey.sem.observed import Moments


class GeneralizedLeastSquares:
    r"""Half the normal-theory weighted squares, weighted at the sample (Browne 1974).

    .. math:: F = \tfrac12\{\tfrac12 tr[(S^{-1}(S-\Sigma))^2] + (m-\mu)'S^{-1}(m-\mu)\}
    """

    def __init__(self, moments: Moments, *, meanstructure: bool, at: Implied | None = None) -> None:
        """Weigh at the sample, or ``at`` implied moments, as Browne's model-based test does."""
        self.share = (moments.n - 1) / moments.n
        self._moments = moments
        self._inverse = symmetric_inverse(moments.cov if at is None else at.sigma)

    def at(self, implied: Implied) -> GeneralizedLeastSquaresPoint:
        """Return the loss at the implied moments."""
        return GeneralizedLeastSquaresPoint(
            self._inverse,
            self._moments.cov - implied.sigma,
            self._moments.mean - implied.mu,
        )


@dataclass(frozen=True, slots=True)
class GeneralizedLeastSquaresPoint:
    """Weighted squares at given moments."""

    inverse: NDArray[np.float64]
    residual: NDArray[np.float64]
    gap: NDArray[np.float64]

    @property
    def value(self) -> float:
        """Half the discrepancy."""
        turned = self.inverse @ self.residual
        return float(np.sum(turned * turned.T) / 4 + self.gap @ self.inverse @ self.gap / 2)

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        return Slope(-self.inverse @ self.residual @ self.inverse, -self.inverse @ self.gap)

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return the information of one row along the moves, weighted at the sample."""
        return normal_information(self.inverse, moves)

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments: the weight is constant."""
        return normal_information(self.inverse, moves)
