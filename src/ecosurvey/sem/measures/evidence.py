"""The few numbers of a fit that most measures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Corrected, Fit, TestStatistic

SCALED_TESTS = (
    "satorra.bentler",
    "yuan.bentler",
    "yuan.bentler.mplus",
    "mean.var.adjusted",
    "scaled.shifted",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The tests of a model and of its baseline, and the sizes they are judged by.

    Attributes
    ----------
    chisq, df : float
        Of the unscaled test.
    baseline_chisq, baseline_df : float
        Of the baseline's unscaled test; NaN without a baseline.
    scaled, baseline_scaled : TestStatistic or None
        The first scaled test, of the model and of its baseline.
    n : int
        What chi-squares are divided by: rows for the normal likelihood, rows less groups for
        all other discrepancies.
    groups : int
    corrected, baseline_corrected : Corrected or None
        For data with gaps: the tests as if there were none. For ordinal data: those of the
        correlations' likelihood.
    ordinal : bool
        Whether variables are ordinal.
    """

    chisq: float
    df: float
    baseline_chisq: float
    baseline_df: float
    scaled: TestStatistic | None
    baseline_scaled: TestStatistic | None
    n: float
    groups: int
    corrected: Corrected | None = None
    baseline_corrected: Corrected | None = None
    ordinal: bool = False

    @property
    def can_correct(self) -> bool:
        """Whether the corrected tests serve: with gaps always, with ordinal data if scaled."""
        return not self.ordinal or self.has_robust

    @property
    def has_robust(self) -> bool:
        """Whether population-consistent ("robust") versions exist for the scaled test.

        The mean-and-variance adjusted test has none: its degrees of freedom change too.
        """
        return self.scaled is not None and self.scaled.name != "mean.var.adjusted"


def evidence(fit: Fit) -> Evidence:
    """Gather the evidence from a fit."""
    base = fit.baseline
    plain_n = fit.method.loss == "ML" and fit.method.likelihood == "normal"
    groups = len(fit.model.moments)
    return Evidence(
        chisq=fit.test.stat,
        df=fit.test.df,
        baseline_chisq=nan if base is None else base.test.stat,
        baseline_df=nan if base is None else base.test.df,
        scaled=scaled_test(fit),
        baseline_scaled=None if base is None else scaled_test(base),
        n=fit.model.n if plain_n else fit.model.n - groups,
        groups=groups,
        corrected=fit.corrected,
        baseline_corrected=None if base is None else base.corrected,
        ordinal=bool(fit.model.responses),
    )


def scaled_test(fit: Fit) -> TestStatistic | None:
    """Return the first scaled test of a fit, if it has one."""
    return next((test for test in fit.tests if test.name in SCALED_TESTS), None)


def mean_scaling(test: TestStatistic, df: float) -> float:
    """Return c, the expected value of the unscaled statistic divided by ``df`` under the model.

    It is the scaling factor itself, except for the scaled-and-shifted test T / a + b, where
    c = a (df - b) / df is the factor that gives the same mean.

    Source: Savalei (2018), Multivariate Behavioral Research 53, 419-429.
    """
    if test.name == "scaled.shifted":
        return test.scaling_factor * (df - test.shift) / df if df > 0 else nan
    return test.scaling_factor
