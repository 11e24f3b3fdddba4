"""Normed, relative, incremental and parsimonious fit: the baseline's chi-square taken away."""

from __future__ import annotations

from math import isclose, isfinite, nan
from typing import TYPE_CHECKING

from ecosurvey.sem.measures.evidence import evidence
from ecosurvey.sem.measures.incremental import plain_and_scaled

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def nfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Normed fit index, (T_B - T) / T_B; 1 for a saturated model.

    Source: Bentler & Bonett (1980), Psychological Bulletin 88, 588-606.

    Examples
    --------
    >>> round(nfi(85.306, 24, 918.852, 36), 3)
    0.907
    """
    if not _finite(chisq, df, baseline_chisq, baseline_df) or df > baseline_df:
        return nan
    if isclose(baseline_chisq, 0.0, abs_tol=1e-8):
        return nan
    return (baseline_chisq - chisq) / baseline_chisq if df > 0 else 1.0


def pnfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Parsimony-adjusted NFI, (df / df_B) NFI.

    Source: James, Mulaik & Brett (1982), Causal Analysis.
    """
    if not _finite(chisq, df, baseline_chisq, baseline_df):
        return nan
    if baseline_df <= 0 or baseline_chisq <= 0:
        return nan
    return df / baseline_df * (baseline_chisq - chisq) / baseline_chisq


def rfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Relative fit index, (T_B / df_B - T / df) / (T_B / df_B); 1 if the model fits worse.

    Source: Bollen (1986), Psychometrika 51, 375-377. The value 1 where the numerator is
    negative is lavaan's convention.
    """
    if not _finite(chisq, df, baseline_chisq, baseline_df) or df > baseline_df:
        return nan
    if df <= 0 or baseline_df <= 0:
        return 1.0
    whole = baseline_chisq / baseline_df
    part = whole - chisq / df
    return 1.0 if part < 0 or whole < 0 else part / whole


def ifi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Incremental fit index, (T_B - T) / (T_B - df); 1 where the denominator is negative.

    Source: Bollen (1989), Sociological Methods & Research 17, 303-316.
    """
    if not _finite(chisq, df, baseline_chisq, baseline_df):
        return nan
    whole = baseline_chisq - df
    if whole < 0:
        return 1.0
    return nan if isclose(whole, 0.0, abs_tol=1e-8) else (baseline_chisq - chisq) / whole


def measures(fit: Fit) -> dict[str, float]:
    """Return rfi, nfi, pnfi and ifi, plain and scaled."""
    seen = evidence(fit)
    return (
        plain_and_scaled("rfi", rfi, seen)
        | plain_and_scaled("nfi", nfi, seen)
        | plain_and_scaled("pnfi", pnfi, seen)
        | plain_and_scaled("ifi", ifi, seen)
    )


def _finite(*values: float) -> bool:
    return all(isfinite(value) for value in values)
