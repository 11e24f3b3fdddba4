"""Root mean square error of approximation: misfit per degree of freedom in the population."""

from __future__ import annotations

from math import isfinite, nan, sqrt
from typing import TYPE_CHECKING

from ecosurvey.sem.measures.evidence import Evidence, evidence, mean_scaling
from ecosurvey.sem.measures.noncentral import noncentral_cdf, noncentral_sf, noncentrality

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit, TestStatistic

LEVEL = 0.90
CLOSE = 0.05
NOT_CLOSE = 0.08


def rmsea(chisq: float, df: float, n: float, groups: int = 1, c: float = 1.0) -> float:
    """Return sqrt(max(T - c df, 0) / (n df)) sqrt(groups); 0 for a saturated model.

    Parameters
    ----------
    chisq, df : float
        Unscaled test.
    n : int
        Rows, or rows less groups: as the discrepancy was multiplied to give ``chisq``.
    groups : int
        The correction for several groups is Steiger's (1998).
    c : float
        Scaling factor, for the robust version.

    Source: Steiger & Lind (1980); Browne & Cudeck (1993), in Testing Structural Equation Models;
    Steiger (1998), Structural Equation Modeling 5, 411-419; with c Brosseau-Liard, Savalei & Li
    (2012), Multivariate Behavioral Research 47, 904-930.

    Examples
    --------
    >>> round(rmsea(85.306, 24, 301), 3)
    0.092
    """
    if not (isfinite(chisq) and isfinite(df)):
        return nan
    if df <= 0:
        return 0.0
    return sqrt(max((chisq - c * df) / (n * df), 0.0) * groups)


def rmsea_ci(
    chisq: float, df: float, n: float, groups: int = 1, c: float = 1.0, level: float = LEVEL
) -> tuple[float, float]:
    """Return the confidence limits of RMSEA.

    The limits of the noncentrality are the values at which ``chisq`` is the upper and the lower
    (1 - level) / 2 point of the noncentral chi-square; then sqrt(c ncp groups / (n df)). lavaan
    looks for the root to 1e-4 only, and gives an upper limit of 0 if the noncentrality would
    exceed max(n, 4 chisq); both differ from here in digits no one prints.

    Source: Browne & Cudeck (1993); with c Li & Bentler (2006).

    Examples
    --------
    >>> lower, upper = rmsea_ci(85.306, 24, 301)
    >>> round(lower, 3), round(upper, 3)
    (0.071, 0.114)
    """
    if not (isfinite(chisq) and isfinite(df)):
        return nan, nan
    if df < 1:
        return 0.0, 0.0
    tail = (1 - level) / 2
    scale = c * groups / (n * df)
    lower, upper = (noncentrality(chisq, df, p) for p in (1 - tail, tail))
    return sqrt(scale * lower), sqrt(scale * upper)


def close_fit_pvalue(
    chisq: float, df: float, n: float, groups: int = 1, c: float = 1.0, at: float = CLOSE
) -> float:
    """Return the p-value of the hypothesis RMSEA <= ``at``.

    Source: Browne & Cudeck (1993); MacCallum, Browne & Sugawara (1996), Psychological
    Methods 1, 130-149.
    """
    if not (isfinite(chisq) and isfinite(df)) or df <= 0:
        return nan
    return noncentral_sf(chisq, df, n * df * at**2 / (c * groups))


def not_close_fit_pvalue(
    chisq: float, df: float, n: float, groups: int = 1, c: float = 1.0, at: float = NOT_CLOSE
) -> float:
    """Return the p-value of the hypothesis RMSEA >= ``at`` (MacCallum et al. 1996)."""
    if not (isfinite(chisq) and isfinite(df)) or df <= 0:
        return nan
    return noncentral_cdf(chisq, df, n * df * at**2 / (c * groups))


def measures(fit: Fit) -> dict[str, float]:
    """Return rmsea with its interval and two p-values: plain, scaled and robust."""
    seen = evidence(fit)
    fixed = {
        "rmsea_ci_level": LEVEL, "rmsea_close_h0": CLOSE, "rmsea_notclose_h0": NOT_CLOSE,
    }  # fmt: skip
    found = estimates(fit) | fixed
    found |= _interval_and_pvalues("", seen.chisq, seen.df, seen.n, seen.groups)
    whole = seen.corrected if seen.can_correct else None
    if whole is not None:
        c = whole.scaling_factor
        stat = whole.stat / c
        found |= _interval_and_pvalues("_robust", stat, whole.df, seen.n, seen.groups, c)
    test = seen.scaled
    if test is None:
        return found
    found |= _interval_and_pvalues("_scaled", *_scaled(seen, test), seen.n, seen.groups)
    if seen.has_robust and whole is None and not seen.ordinal:
        found |= _interval_and_pvalues(
            "_robust", test.stat, seen.df, seen.n, seen.groups, test.scaling_factor
        )
    return found


def estimates(fit: Fit) -> dict[str, float]:
    """Return rmsea alone, plain, scaled and robust: its intervals are searched for."""
    seen = evidence(fit)
    found = {"rmsea": rmsea(seen.chisq, seen.df, seen.n, seen.groups)}
    whole = seen.corrected if seen.can_correct else None
    if whole is not None:
        c = whole.scaling_factor
        found["rmsea_robust"] = rmsea(whole.stat, whole.df, seen.n, seen.groups, c)
    test = seen.scaled
    if test is None:
        return found
    found["rmsea_scaled"] = rmsea(*_scaled(seen, test), seen.n, seen.groups)
    if seen.has_robust and whole is None and not seen.ordinal:
        mean = mean_scaling(test, seen.df)
        found["rmsea_robust"] = rmsea(seen.chisq, seen.df, seen.n, seen.groups, mean)
    return found


def _scaled(seen: Evidence, test: TestStatistic) -> tuple[float, float]:
    """Return the scaled test where its df are the model's; else T against tr(U Gamma)."""
    if test.name == "scaled.shifted":
        return test.stat, seen.df
    return seen.chisq, test.trace_ugamma or nan


def _interval_and_pvalues(
    suffix: str, chisq: float, df: float, n: float, groups: int, c: float = 1.0
) -> dict[str, float]:
    lower, upper = rmsea_ci(chisq, df, n, groups, c)
    return {
        f"rmsea_ci_lower{suffix}": lower,
        f"rmsea_ci_upper{suffix}": upper,
        f"rmsea_pvalue{suffix}": close_fit_pvalue(chisq, df, n, groups, c),
        f"rmsea_notclose_pvalue{suffix}": not_close_fit_pvalue(chisq, df, n, groups, c),
    }
