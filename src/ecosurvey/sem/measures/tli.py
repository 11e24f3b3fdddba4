"""Tucker-Lewis: the baseline's misfit per degree of freedom against the model's."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from ecosurvey.sem.measures.evidence import evidence
from ecosurvey.sem.measures.incremental import plain_and_scaled, robust

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def tli(
    chisq: float,
    df: float,
    baseline_chisq: float,
    baseline_df: float,
    c: float = 1.0,
    baseline_c: float = 1.0,
) -> float:
    """Tucker-Lewis index, 1 - [(T - c df) df_B] / [(T_B - c_B df_B) df].

    For c = 1 it is (T_B / df_B - T / df) / (T_B / df_B - 1), also called the non-normed fit
    index. It is 1 for a saturated model.

    Source: Tucker & Lewis (1973), Psychometrika 38, 1-10; Bentler & Bonett (1980),
    Psychological Bulletin 88, 588-606; with scaling factors Brosseau-Liard & Savalei
    (2014), Multivariate Behavioral Research 49, 460-470.

    Examples
    --------
    >>> round(tli(85.306, 24, 918.852, 36), 3)
    0.896
    """
    lack = (chisq - c * df) * baseline_df
    whole = (baseline_chisq - baseline_c * baseline_df) * df
    if not isfinite(lack) or not isfinite(whole):
        return nan
    return 1.0 - lack / whole if df > 0 and whole != 0 else 1.0


def measures(fit: Fit) -> dict[str, float]:
    """Return tli and its other name, nnfi: plain, scaled and robust."""
    seen = evidence(fit)
    found = plain_and_scaled("tli", tli, seen) | robust("tli", tli, seen)
    return found | {name.replace("tli", "nnfi"): value for name, value in found.items()}
