"""How well an exploratory solution reproduces the correlations, as R's psych reports it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EfaFit:
    """Fit of an exploratory factor solution; NaN where n or degrees of freedom do not allow it.

    Attributes
    ----------
    chisq, df, pvalue
        Normal-theory test with Bartlett's correction, whatever the extraction.
    objective
        ln|Sigma| - ln|R| + tr(R Sigma^-1) - p at the solution.
    null_chisq, null_df
        The same for no common factor.
    rmsr, rmsr_corrected
        Root mean square of the off-diagonal residuals; the second divided by df, not cells.
    rmsea, rmsea_ci_lower, rmsea_ci_upper
        With the 90% interval. psych's estimate: sqrt(max(chisq / (df n) - 1 / (n - 1), 0)).
    tli
        Tucker-Lewis index from chi-squares per degree of freedom.
    cfi
        Comparative fit index from the same two tests.
    bic
        chisq - df ln(n); the lower the better.
    fit_off
        Share of the squared off-diagonal correlations that is reproduced.
    """

    chisq: float
    df: int
    pvalue: float
    objective: float
    null_chisq: float
    null_df: int
    rmsr: float
    rmsr_corrected: float
    rmsea: float
    rmsea_ci_lower: float
    rmsea_ci_upper: float
    tli: float
    cfi: float
    bic: float
    fit_off: float


def degrees_of_freedom(p: int, k: int) -> int:
    """Return the correlations that k factors leave unexplained: ((p - k)^2 - p - k) / 2."""
    return ((p - k) ** 2 - p - k) // 2


def fit_indices(
    corr: NDArray[np.float64], implied: NDArray[np.float64], n_factors: int, n: int | None
) -> EfaFit:
    """Return the fit of the implied common part of the correlations.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
    implied : ndarray, shape (p, p)
        Loadings x factor correlations x loadings transposed.
    n_factors : int
    n : int or None
        Respondents; without it tests and indices built on them are NaN.

    Returns
    -------
    EfaFit
    """
    from scipy.special import chdtrc

    p, df = len(corr), degrees_of_freedom(len(corr), n_factors)
    residual = corr - implied
    np.fill_diagonal(residual, 0)
    off = float((residual**2).sum())
    total = float((corr**2).sum() - (np.diag(corr) ** 2).sum())
    rmsr = sqrt(off / (p * (p - 1)))
    corrected = sqrt(off / (2 * df)) if df > 0 else nan

    objective = discrepancy(corr, implied)
    log_det = float(np.linalg.slogdet(corr)[1]) if np.linalg.det(corr) > 0 else nan
    chisq = null_chisq = pvalue = rmsea = lower = upper = tli = cfi = bic = nan
    null_df = p * (p - 1) // 2
    if n is not None:
        factor = n - 1 - (2 * p + 5) / 6
        chisq = max(objective * (factor - 2 * n_factors / 3), 0.0)
        null_chisq = -log_det * factor
        if df > 0 and isfinite(chisq):
            pvalue = float(chdtrc(df, chisq))
            rmsea = sqrt(max(chisq / (df * n) - 1 / (n - 1), 0.0))
            lower, upper = _rmsea_interval(chisq, df, n)
            bic = chisq - df * log(n)
            null_ratio, ratio = -log_det / null_df, objective / df
            scale = 1 / (factor - 2 * n_factors / 3)
            tli = (null_ratio - ratio) / (null_ratio - scale)
            worst = max(null_chisq - null_df, chisq - df, 0.0)
            cfi = 1 - max(chisq - df, 0.0) / worst if worst > 0 else 1.0
    return EfaFit(
        chisq, df, pvalue, objective, null_chisq, null_df, rmsr, corrected, rmsea, lower, upper,
        tli, cfi, bic, 1 - off / total if total > 0 else nan,
    )  # fmt: skip


def discrepancy(corr: NDArray[np.float64], implied: NDArray[np.float64]) -> float:
    """Return the normal-theory discrepancy with the diagonal reproduced exactly."""
    sigma = implied.copy()
    np.fill_diagonal(sigma, np.diag(corr))
    sign, log_sigma = np.linalg.slogdet(sigma)
    sign_r, log_r = np.linalg.slogdet(corr)
    if sign <= 0 or sign_r <= 0:
        return nan
    return float(np.trace(np.linalg.solve(sigma, corr)) + log_sigma - log_r - len(corr))


def _rmsea_interval(chisq: float, df: int, n: int) -> tuple[float, float]:
    """Return the 90% interval: noncentralities that put the test at its 95% and 5% points."""
    from scipy.special import chndtrinc

    bounds = []
    for tail in (0.95, 0.05):
        noncentrality = float(chndtrinc(chisq, df, tail)) if chisq > 0 else 0.0
        noncentrality = noncentrality if isfinite(noncentrality) else 0.0
        bounds.append(sqrt(max(noncentrality, 0.0) / ((n - 1) * df)))
    return bounds[0], bounds[1]
