"""Normal-theory maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied, symmetric_inverse
from ecosurvey.sem.loss.base import Slope, normal_information
from ecosurvey.sem.observed import Moments


class MaximumLikelihood:
    r"""Half the normal-theory discrepancy (Bollen 1989, eq. 4.67, with the mean part).

    .. math:: F = \tfrac12[\log|\Sigma| + tr(S\Sigma^{-1}) - \log|S| - p
              + (m-\mu)'\Sigma^{-1}(m-\mu)]

    Its expected Hessian is the information of one row. With ``likelihood="wishart"`` S is the
    unbiased covariance matrix; the formula is the same.
    """

    share = 1.0

    def __init__(self, moments: Moments, *, meanstructure: bool) -> None:
        self._cov, self._mean = moments.cov, moments.mean
        sign, self._log_det = np.linalg.slogdet(moments.cov)
        if sign <= 0:
            self._log_det = np.nan

    def at(self, implied: Implied) -> MaximumLikelihoodPoint:
        """Return the loss at the implied moments."""
        return MaximumLikelihoodPoint(self._cov, self._mean, float(self._log_det), implied)


@dataclass(frozen=True)
class MaximumLikelihoodPoint:
    """The likelihood at given moments; each part computed when first asked for."""

    cov: NDArray[np.float64]
    mean: NDArray[np.float64]
    log_det: float
    implied: Implied

    @cached_property
    def value(self) -> float:
        """Half the discrepancy; infinite where Sigma is not positive definite."""
        try:
            root = np.linalg.cholesky(self.implied.sigma)
        except np.linalg.LinAlgError:
            return float("inf")
        pivots = np.diag(root)
        if (pivots <= 1e-8 * np.sqrt(np.diag(self.implied.sigma))).any():
            return float("inf")
        gap = self.mean - self.implied.mu
        fitted = np.sum(self._inverse * self.cov) + gap @ self._inverse @ gap
        difference = 2 * np.log(pivots).sum() - self.log_det
        return float(difference + fitted - len(self.mean)) / 2

    @cached_property
    def _inverse(self) -> NDArray[np.float64]:
        return symmetric_inverse(self.implied.sigma)

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        pull = self._inverse @ (self.mean - self.implied.mu)
        data = self._inverse @ self.cov @ self._inverse
        return Slope(self._inverse - data - np.outer(pull, pull), -pull)

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return the expected information of one row along the moves."""
        return normal_information(self._inverse, moves)

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments along the moves."""
        inverse = self._inverse
        gap = self.mean - self.implied.mu
        pull = inverse @ gap
        data = inverse @ self.cov @ inverse + np.outer(pull, pull)
        total = 2 * normal_information(inverse, moves, data) - normal_information(inverse, moves)
        if not moves.moves_mean:
            return total
        total += 2 * moves.mean @ inverse @ moves.mean.T
        u, v = moves.u, moves.v
        turned = ((v @ pull)[:, None] * u + (u @ pull)[:, None] * v) @ inverse @ moves.mean.T
        return total + turned + turned.T
