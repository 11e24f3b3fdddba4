"""Measures of a fit beside its sample size: critical N, McDonald's index, cross-validation."""

from __future__ import annotations

from math import exp, isfinite, nan
from typing import TYPE_CHECKING

from scipy.special import chdtri

from ecosurvey.sem.measures.evidence import evidence

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def cn(chisq: float, df: float, n: float, alpha: float = 0.05) -> float:
    """Critical N: the size at which this misfit would just be rejected at ``alpha``.

    The upper ``alpha`` point of chi-square with ``df``, divided by T / n, plus 1; NaN for a
    saturated model.

    Source: Hoelter (1983), Sociological Methods & Research 11, 325-344.

    Examples
    --------
    >>> round(cn(85.306, 24, 301), 2)
    129.49
    """
    if df <= 0 or chisq <= 0 or not isfinite(chisq):
        return nan
    return float(chdtri(df, alpha)) / (chisq / n) + 1


def mfi(chisq: float, df: float, n: float) -> float:
    """McDonald's fit index, exp(-(T - df) / (2 n)).

    Source: McDonald (1989), Journal of Classification 6, 97-103.
    """
    return exp(-0.5 * (chisq - df) / n)


def ecvi(chisq: float, npar: float, n: float) -> float:
    """Return the expected cross-validation index, T / n + 2 npar / n.

    Source: Browne & Cudeck (1989), Multivariate Behavioral Research 24, 445-455.
    """
    return chisq / n + 2 * npar / n


def measures(fit: Fit) -> dict[str, float]:
    """Return cn_05, cn_01, mfi and ecvi, from the unscaled test."""
    seen = evidence(fit)
    return {
        "cn_05": cn(seen.chisq, seen.df, seen.n, 0.05),
        "cn_01": cn(seen.chisq, seen.df, seen.n, 0.01),
        "mfi": mfi(seen.chisq, seen.df, seen.n),
        "ecvi": ecvi(seen.chisq, fit.n_par, seen.n),
    }
