"""Comparative fit: how much of the baseline's noncentrality the model takes away."""

from __future__ import annotations

from math import isclose, isfinite, nan
from typing import TYPE_CHECKING

from ecosurvey.sem.measures.evidence import evidence
from ecosurvey.sem.measures.incremental import plain_and_scaled, robust

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def cfi(
    chisq: float,
    df: float,
    baseline_chisq: float,
    baseline_df: float,
    c: float = 1.0,
    baseline_c: float = 1.0,
) -> float:
    """Return the comparative fit index, 1 - max(T - c df, 0) / max(T - c df, T_B - c_B df_B, 0).

    Parameters
    ----------
    chisq, df, baseline_chisq, baseline_df : float
        Unscaled tests of the model and of the baseline.
    c, baseline_c : float
        Scaling factors, for the robust version; 1 for the plain one.

    Source: Bentler (1990), Psychological Bulletin 107, 238-246; with scaling factors
    Brosseau-Liard & Savalei (2014), Multivariate Behavioral Research 49, 460-470, eq. 15.

    Examples
    --------
    >>> round(cfi(85.306, 24, 918.852, 36), 3)
    0.931
    """
    lack = chisq - c * df
    most = max(lack, baseline_chisq - baseline_c * baseline_df, 0.0)
    if not isfinite(lack) or not isfinite(most):
        return nan
    if most < 1e-8:
        return 1.0
    return 1.0 - max(lack, 0.0) / most


def rni(
    chisq: float,
    df: float,
    baseline_chisq: float,
    baseline_df: float,
    c: float = 1.0,
    baseline_c: float = 1.0,
) -> float:
    """Relative noncentrality index: CFI not cut to [0, 1], 1 - (T - c df) / (T_B - c_B df_B).

    Source: McDonald & Marsh (1990), Psychological Bulletin 107, 247-255.
    """
    whole = baseline_chisq - baseline_c * baseline_df
    if isclose(whole, 0.0, abs_tol=1e-8) or not isfinite(whole):
        return nan
    return 1.0 - (chisq - c * df) / whole


def measures(fit: Fit) -> dict[str, float]:
    """Return cfi and rni: plain, from the scaled tests, and robust."""
    seen = evidence(fit)
    return (
        plain_and_scaled("cfi", cfi, seen)
        | robust("cfi", cfi, seen)
        | plain_and_scaled("rni", rni, seen)
        | robust("rni", rni, seen)
    )
