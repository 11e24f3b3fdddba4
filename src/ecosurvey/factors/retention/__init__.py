"""How many factors: the rules, one a file, and what they say together."""

from ecosurvey.factors.retention.parallel import ParallelAnalysis, parallel_analysis

__all__ = ["ParallelAnalysis", "parallel_analysis"]
