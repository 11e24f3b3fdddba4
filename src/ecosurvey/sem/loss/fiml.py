"""Full-information maximum likelihood: every answer counts, gaps and all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied
from ecosurvey.sem.loss.base import Slope
from ecosurvey.sem.loss.casewise import (
    Casewise,
    casewise,
    curvature_at_rows,
    expected_halves,
    gradient_moments,
    loglik_rows,
)
from ecosurvey.sem.observed.incomplete import Incomplete


class FullInformation:
    r"""Half the likelihood ratio against the saturated model, per row.

    .. math:: F = \frac1N\Big[\ell_1 - \sum_i \log\phi(x_{i,o};\ \mu_o, \Sigma_{oo})\Big]

    where each row counts with the variables ``o`` that it has, and :math:`\ell_1` is the same
    sum at the EM moments, so that :math:`2NF` is the likelihood-ratio statistic.

    References
    ----------
    Arbuckle (1996) in Marcoulides & Schumacker, eq. 1-3; Enders & Bandalos (2001), SEM 8, 430.
    """

    share = 1.0

    def __init__(self, rows: Incomplete, saturated_loglik: float) -> None:
        self._rows, self._saturated = rows, saturated_loglik

    def at(self, implied: Implied) -> FullInformationPoint:
        """Return the loss at the implied moments."""
        return FullInformationPoint(self._rows, self._saturated, implied)


@dataclass(frozen=True)
class FullInformationPoint:
    """The likelihood of the rows at given moments; each part computed when first asked for."""

    rows: Incomplete
    saturated: float
    implied: Implied

    @cached_property
    def parts(self) -> Casewise:
        """Inverse, deviations and factors that everything below shares."""
        return casewise(self.rows, self.implied.mu, self.implied.sigma)

    @cached_property
    def value(self) -> float:
        """Half the likelihood ratio per row; infinite where Sigma is not positive definite."""
        try:
            here = float(loglik_rows(self.rows, self.parts).sum())
        except np.linalg.LinAlgError:
            return float("inf")
        value = (self.saturated - here) / self.rows.mass
        return value if np.isfinite(value) else float("inf")

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        g_mu, g_sigma = gradient_moments(self.rows, self.parts)
        return Slope(-2.0 * g_sigma / self.rows.mass, -g_mu / self.rows.mass)

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return the expected information of one row, given which answers it has."""
        by_mean, by_sigma = expected_halves(self.rows, self.parts, moves)
        return (by_mean + by_sigma) / self.rows.mass

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments along the moves."""
        _, by_sigma = expected_halves(self.rows, self.parts, moves)
        return (curvature_at_rows(self.rows, self.parts, moves) - by_sigma) / self.rows.mass
