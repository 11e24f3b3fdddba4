"""Root mean square residuals: raw, standardized in three ways, with and without means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import implied
from ecosurvey.sem.measures.responses import response_residuals

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


@dataclass(frozen=True, slots=True)
class RootMeanSquare:
    """One kind of residual over covariances alone, and over covariances and means."""

    nomean: float
    total: float


def rmr(
    cov: NDArray[np.float64],
    sigma: NDArray[np.float64],
    mean: NDArray[np.float64] | None = None,
    mu: NDArray[np.float64] | None = None,
) -> RootMeanSquare:
    """Root mean square residual: root of the mean of (s_ij - sigma_ij)^2, i >= j.

    Parameters
    ----------
    cov, sigma : (p, p)
        Sample and implied covariances.
    mean, mu : (p,) or None
        Sample and implied means; None without a mean structure. They add p squares.

    Source: Jöreskog & Sörbom (1981), LISREL V.
    """
    return _root(cov - sigma, None if mean is None or mu is None else mean - mu)


def srmr(
    cov: NDArray[np.float64],
    sigma: NDArray[np.float64],
    mean: NDArray[np.float64] | None = None,
    mu: NDArray[np.float64] | None = None,
) -> RootMeanSquare:
    """Standardized RMR: residuals divided by the sample standard deviations.

    The mean square of (s_ij - sigma_ij) / sqrt(s_ii s_jj), i >= j, and of
    (m_i - mu_i) / sqrt(s_ii).

    Source: Bentler (1995), EQS Structural Equations Program Manual.
    """
    sd = np.sqrt(np.diag(cov))
    shift = None if mean is None or mu is None else (mean - mu) / sd
    return _root((cov - sigma) / np.outer(sd, sd), shift)


def crmr(
    cov: NDArray[np.float64],
    sigma: NDArray[np.float64],
    mean: NDArray[np.float64] | None = None,
    mu: NDArray[np.float64] | None = None,
) -> RootMeanSquare:
    """Correlation RMR: sample correlations less implied correlations.

    The diagonal is zero by construction and is not counted; means are compared in sample
    standard deviations, as in SRMR.

    Source: Bollen (1989), Structural Equations with Latent Variables; Maydeu-Olivares
    (2017), Psychometrika 82, 533-558.
    """
    sd, implied_sd = np.sqrt(np.diag(cov)), np.sqrt(np.diag(sigma))
    apart = cov / np.outer(sd, sd) - sigma / np.outer(implied_sd, implied_sd)
    shift = None if mean is None or mu is None else (mean - mu) / sd
    return _root(apart, shift, uncounted=len(sd))


def srmr_mplus(
    cov: NDArray[np.float64],
    sigma: NDArray[np.float64],
    mean: NDArray[np.float64] | None = None,
    mu: NDArray[np.float64] | None = None,
) -> RootMeanSquare:
    """SRMR as Mplus has it: correlations compared, variances by (s_ii - sigma_ii) / s_ii.

    Source: Muthén & Muthén, Mplus Technical Appendix 5.
    """
    sd, implied_sd = np.sqrt(np.diag(cov)), np.sqrt(np.diag(sigma))
    apart = cov / np.outer(sd, sd) - sigma / np.outer(implied_sd, implied_sd)
    np.fill_diagonal(apart, (np.diag(cov) - np.diag(sigma)) / np.diag(cov))
    shift = None if mean is None or mu is None else mean / sd - mu / implied_sd
    return _root(apart, shift)


def measures(fit: Fit) -> dict[str, float]:
    """Return rmr, srmr, crmr and the Mplus variant, groups weighted by their rows.

    ``srmr`` is Bentler's, as lavaan has it for continuous indicators; for ordinal ones it is
    that of the correlations alone.
    """
    if fit.model.responses:
        return _of_responses(fit)
    kinds = {"rmr": rmr, "srmr_bentler": srmr, "crmr": crmr, "srmr_mplus": srmr_mplus}
    found = dict.fromkeys([*kinds, *(f"{name}_nomean" for name in kinds)], 0.0)
    for group, (moments, model) in enumerate(
        zip(fit.model.moments, implied(fit.model, fit.x), strict=True)
    ):
        weight = fit.model.weights[group]
        means = (moments.mean, model.mu) if fit.model.meanstructure else (None, None)
        for name, kind in kinds.items():
            value = kind(moments.cov, model.sigma, *means)
            found[name] += weight * value.total
            found[f"{name}_nomean"] += weight * value.nomean
    return {"srmr": found["srmr_bentler"]} | found


def _of_responses(fit: Fit) -> dict[str, float]:
    """Return the measures of an ordinal model.

    As in lavaan: thresholds stand in for the means, in their own unit; slopes, and means and
    variances of continuous variables, are left out.
    """
    names = ("rmr", "srmr_bentler", "crmr")
    found = dict.fromkeys([*names, *(f"{name}_nomean" for name in names)], 0.0)
    for group, weight in enumerate(fit.model.weights):
        left = response_residuals(fit, group)
        sd, implied_sd = left.sd, np.sqrt(np.diag(left.sigma))
        raw = left.cov - left.sigma
        np.fill_diagonal(raw, 0.0)
        apart = left.cov / np.outer(sd, sd) - left.sigma / np.outer(implied_sd, implied_sd)
        # lavaan counts the covariates among the variables, in the divisor alone
        fixed = -len(fit.model.responses[group].covariates)
        kinds = (
            _root(raw, left.cuts, uncounted=fixed),
            _root(raw / np.outer(sd, sd), left.cuts, uncounted=fixed),
            _root(apart, left.cuts, uncounted=len(sd)),
        )
        for name, value in zip(names, kinds, strict=True):
            found[name] += weight * value.total
            found[f"{name}_nomean"] += weight * value.nomean
    return {"srmr": found["srmr_bentler_nomean"]} | found


def _root(
    apart: NDArray[np.float64], shift: NDArray[np.float64] | None, uncounted: int = 0
) -> RootMeanSquare:
    lower = apart[np.tril_indices(len(apart))]
    squares, count = float(lower @ lower), len(lower) - uncounted
    nomean = np.sqrt(squares / count) if count else 0.0
    if shift is None:
        return RootMeanSquare(float(nomean), float(nomean))
    total = np.sqrt((squares + float(shift @ shift)) / (count + len(shift)))
    return RootMeanSquare(float(nomean), float(total))
