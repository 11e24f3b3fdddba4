"""The chi-square tests of the model and of its baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.sem.measures.evidence import scaled_test

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def measures(fit: Fit) -> dict[str, float]:
    """Return npar, ntotal, fmin, and the tests of the model and of the baseline.

    The baseline is lavaan's independence model: variances (and means) free, covariances zero,
    those among fixed exogenous covariates kept.
    """
    found = {"npar": float(fit.n_par), "ntotal": float(fit.model.n), "fmin": fit.objective}
    found |= _tests(fit, "")
    if fit.baseline is not None:
        found |= _tests(fit.baseline, "baseline_")
    return found


def _tests(fit: Fit, prefix: str) -> dict[str, float]:
    plain, scaled = fit.test, scaled_test(fit)
    found = {"chisq": plain.stat, "df": plain.df, "pvalue": plain.pvalue}
    if scaled is not None:
        found |= {
            "chisq_scaled": scaled.stat,
            "df_scaled": scaled.df,
            "pvalue_scaled": scaled.pvalue,
            "chisq_scaling_factor": scaled.scaling_factor,
        }
    return {prefix + name: float(value) for name, value in found.items()}
