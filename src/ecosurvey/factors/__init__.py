"""Whether a set of items can be factored, into how many factors, and into which."""

from ecosurvey.factors.adequacy import Adequacy, Bartlett, Kmo, adequacy, bartlett, kmo
from ecosurvey.factors.congruence import procrustes, tucker_congruence
from ecosurvey.factors.efa import efa
from ecosurvey.factors.fit import EfaFit
from ecosurvey.factors.loading_intervals import LoadingIntervals, loading_intervals
from ecosurvey.factors.moments import Moments, read_moments
from ecosurvey.factors.results import EfaResult
from ecosurvey.factors.retention import (
    NumberOfFactors,
    ParallelAnalysis,
    number_of_factors,
    parallel_analysis,
)

__all__ = [
    "Adequacy",
    "Bartlett",
    "EfaFit",
    "EfaResult",
    "Kmo",
    "LoadingIntervals",
    "Moments",
    "NumberOfFactors",
    "ParallelAnalysis",
    "adequacy",
    "bartlett",
    "efa",
    "kmo",
    "loading_intervals",
    "number_of_factors",
    "parallel_analysis",
    "procrustes",
    "read_moments",
    "tucker_congruence",
]
