"""What the measures of ordinal models are made of: residuals of two-step statistics."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import complete, matrices, statistics
from ecosurvey.sem.loss import ResponseSquares

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


@dataclass(frozen=True, slots=True)
class ResponseResiduals:
    """Observed and implied statistics of one group, laid out as matrices.

    Attributes
    ----------
    cov, sigma : (P, P) arrays
        Correlations of the responses (covariances where continuous), given the covariates.
    cuts : array
        Residuals of the thresholds.
    sd : (P,) array
        Standard deviations of the sample; 1 for ordinal variables.
    """

    cov: NDArray[np.float64]
    sigma: NDArray[np.float64]
    cuts: NDArray[np.float64]
    sd: NDArray[np.float64]


def response_residuals(fit: Fit, group: int) -> ResponseResiduals:
    """Return the residuals of one group (from 0)."""
    model = fit.model
    of, ordinal = model.responses[group], model.moments[group].ordinal
    if ordinal is None:
        raise TypeError("these moments are not those of ordinal variables")
    found = complete(matrices(model.layouts[group], fit.x), of)
    observed, implied, places = ordinal.values, statistics(found, of), of.places
    cov, sigma = (_square(values, of.ordered, places.pairs, places.variance)
                  for values in (observed, implied))  # fmt: skip
    ordinal_cuts = [cut for cut, chosen in zip(places.cuts, of.ordered, strict=True) if chosen]
    apart = np.concatenate([(observed - implied)[cut] for cut in ordinal_cuts])
    return ResponseResiduals(cov, sigma, apart, np.sqrt(np.diag(cov)))


def _square(
    values: NDArray[np.float64],
    ordered: NDArray[np.bool_],
    pairs: NDArray[np.intp],
    variance: NDArray[np.intp],
) -> NDArray[np.float64]:
    matrix = np.where(pairs >= 0, values[pairs], 0.0)
    matrix[np.diag_indices_from(matrix)] = np.where(ordered, 1.0, values[variance])
    return np.asarray(matrix)


def forms(fit: Fit, group: int) -> tuple[float, float]:
    """Return r'Wr of the residuals and s'Ws of the statistics themselves (halves of both)."""
    model = fit.model
    squares = ResponseSquares(model.moments[group], fit.method.loss)
    of = model.responses[group]
    implied = statistics(complete(matrices(model.layouts[group], fit.x), of), of)
    return squares.at_values(implied).value, squares.at_values(np.zeros_like(implied)).value


def wrmr(chisq: float, count: int) -> float:
    """Weighted root mean square residual, the root of T over the number of statistics.

    Source: Muthén & Muthén, Mplus Technical Appendix 5; Yu (2002), dissertation, UCLA.
    """
    return sqrt(chisq / count) if count and chisq >= 0 else nan


def measures(fit: Fit) -> dict[str, float]:
    """Return wrmr, for ordinal variables only."""
    if not fit.model.responses:
        return {}
    # lavaan counts the statistics of one group, also where there are several
    return {"wrmr": wrmr(fit.test.stat, fit.model.responses[0].places.size)}
