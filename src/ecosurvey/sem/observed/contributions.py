"""What each row contributes to the sampling covariance of the moments, Gamma.

Row i contributes e_i to the means and e_i h_i' + h_i e_i' - C to the covariances. Without
fixed covariates e is the centred row and h half of it, so that the product is d d'. With fixed
covariates e is the residual from the regression on them and h the fitted part plus half of e:
what the covariates alone account for does not vary from sample to sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError
from ecosurvey.sem.observed.moments import Moments

_CHUNK = 8_192
_NONE = np.array([], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Contributions:
    """The rows' contributions in factored form.

    Attributes
    ----------
    e, h : (n, p) arrays
    mean : (p, p)
        C, the mean of e h' + h e'.
    """

    e: NDArray[np.float64]
    h: NDArray[np.float64]
    mean: NDArray[np.float64]


def contributions(moments: Moments, exogenous: NDArray[np.intp] = _NONE) -> Contributions:
    """Return the contributions of the rows, given which variables are fixed covariates.

    Raises
    ------
    DataError
        If there are only moments and no rows.
    """
    if moments.data is None:
        raise DataError(
            "robust standard errors and tests need the rows, and only moments were given",
            fix="Give data=, or use estimator='ML'.",
        )
    centred = moments.data - moments.mean
    if not len(exogenous):
        return Contributions(centred, centred / 2, centred.T @ centred / moments.n)
    covariates = centred[:, exogenous]
    slopes = np.linalg.lstsq(covariates, centred, rcond=None)[0]
    fitted = covariates @ slopes
    fitted[:, exogenous] = covariates
    e = centred - fitted
    return Contributions(e, fitted + e / 2, e.T @ e / moments.n)


def moment_covariance(
    moments: Moments, exogenous: NDArray[np.intp] = _NONE, *, meanstructure: bool
) -> NDArray[np.float64]:
    """Return Gamma, N times the sampling covariance of [mean; vech(S)], of any distribution.

    Divided by N (Browne 1984, eq. 3.1 and following; lavaan's ``lavInspect(fit, "gamma")``).
    """
    parts = contributions(moments, exogenous)
    p = len(moments.mean)
    one, other = np.triu_indices(p)
    size = len(one) + (p if meanstructure else 0)
    gamma = np.zeros((size, size))
    offset = parts.mean[one, other]
    for start in range(0, moments.n, _CHUNK):
        e, h = parts.e[start : start + _CHUNK], parts.h[start : start + _CHUNK]
        rows = e[:, one] * h[:, other] + h[:, one] * e[:, other] - offset
        if meanstructure:
            rows = np.concatenate([e, rows], axis=1)
        gamma += rows.T @ rows
    return gamma / moments.n


def moment_variances(moments: Moments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the diagonal of Gamma alone: for the covariances (p, p) and the means (p,)."""
    parts = contributions(moments)
    squares = parts.e**2
    return squares.T @ squares / moments.n - parts.mean**2, np.diag(parts.mean).copy()
