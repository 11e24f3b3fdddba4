"""Which of a model's fit measures are printed: the robust ones, where there are any."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FitLine:
    """The measures that a paper prints of one model; ``robust`` if they are scaled versions."""

    chisq: float
    df: float
    pvalue: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    srmr: float
    robust: bool

    @property
    def ratio(self) -> float:
        """χ² over its degrees of freedom."""
        return self.chisq / self.df if self.df > 0 else math.nan


def fit_line(measures: Mapping[str, float]) -> FitLine:
    """Return the measures to print, the scaled and robust ones where there are any.

    Examples
    --------
    >>> fit_line({"chisq": 85.3, "df": 24, "pvalue": 0.0, "cfi": 0.931, "cfi_robust": 0.93}).cfi
    0.93
    """

    def of(name: str, *others: str) -> float:
        known = (measures.get(key, math.nan) for key in (*others, name))
        return float(next((value for value in known if math.isfinite(value)), math.nan))

    return FitLine(
        chisq=of("chisq", "chisq_scaled"),
        df=of("df", "df_scaled"),
        pvalue=of("pvalue", "pvalue_scaled"),
        cfi=of("cfi", "cfi_robust", "cfi_scaled"),
        tli=of("tli", "tli_robust", "tli_scaled"),
        rmsea=of("rmsea", "rmsea_robust", "rmsea_scaled"),
        rmsea_lower=of("rmsea_ci_lower", "rmsea_ci_lower_robust", "rmsea_ci_lower_scaled"),
        rmsea_upper=of("rmsea_ci_upper", "rmsea_ci_upper_robust", "rmsea_ci_upper_scaled"),
        srmr=of("srmr"),
        robust=math.isfinite(measures.get("chisq_scaled", math.nan)),
    )
