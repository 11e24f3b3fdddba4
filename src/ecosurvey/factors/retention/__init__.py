"""How many factors: the rules, and what they say together."""

from ecosurvey.factors.retention.average_partial import AveragePartial, average_partial
from ecosurvey.factors.retention.comparison_data import ComparisonData, comparison_data
from ecosurvey.factors.retention.hull import Hull, hull
from ecosurvey.factors.retention.parallel import ParallelAnalysis, parallel_analysis
from ecosurvey.factors.retention.recommend import NumberOfFactors, Verdict, number_of_factors
from ecosurvey.factors.retention.rules import acceleration_factor, empirical_kaiser, kaiser

__all__ = [
    "AveragePartial",
    "ComparisonData",
    "Hull",
    "NumberOfFactors",
    "ParallelAnalysis",
    "Verdict",
    "acceleration_factor",
    "average_partial",
    "comparison_data",
    "empirical_kaiser",
    "hull",
    "kaiser",
    "number_of_factors",
    "parallel_analysis",
]
