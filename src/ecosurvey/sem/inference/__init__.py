"""How sure the estimates are, and whether the model holds: standard errors and tests."""

from ecosurvey.sem.inference.baseline import baseline_solution, baseline_table
from ecosurvey.sem.inference.browne import BROWNE, browne_test
from ecosurvey.sem.inference.categorical import of_correlations
from ecosurvey.sem.inference.corrected import corrected, information_at_sample, saturated_groups
from ecosurvey.sem.inference.information import (
    first_order_groups,
    group_implied,
    information,
    sum_groups,
)
from ecosurvey.sem.inference.saturated import Saturated
from ecosurvey.sem.inference.scaled import SATORRA, SECOND_ORDER, scaled_test, ugamma_traces
from ecosurvey.sem.inference.scores import moment_scores, normal_scores, weighted_trace
from ecosurvey.sem.inference.statistic import (
    degrees_of_freedom,
    moments_count,
    standard_test,
    survival,
)
from ecosurvey.sem.inference.ugamma import GroupGamma, gamma_groups
from ecosurvey.sem.inference.vcov import (
    Inverse,
    covariance,
    divisor,
    free_basis,
    information_for_errors,
    information_for_tests,
    invert,
)
from ecosurvey.sem.inference.yuan_bentler import YUAN_BENTLER, yuan_bentler_test

__all__ = [
    "BROWNE",
    "SATORRA",
    "SECOND_ORDER",
    "YUAN_BENTLER",
    "GroupGamma",
    "Inverse",
    "Saturated",
    "baseline_solution",
    "baseline_table",
    "browne_test",
    "corrected",
    "covariance",
    "degrees_of_freedom",
    "divisor",
    "first_order_groups",
    "free_basis",
    "gamma_groups",
    "group_implied",
    "information",
    "information_at_sample",
    "information_for_errors",
    "information_for_tests",
    "invert",
    "moment_scores",
    "moments_count",
    "normal_scores",
    "of_correlations",
    "saturated_groups",
    "scaled_test",
    "standard_test",
    "sum_groups",
    "survival",
    "ugamma_traces",
    "weighted_trace",
    "yuan_bentler_test",
]
