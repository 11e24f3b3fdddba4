"""What is missing, whether it is missing at random, and what to do about it."""

from ecosurvey.sem.missing_data.little import LittleMcar, little_mcar
from ecosurvey.sem.missing_data.patterns import Pattern, missing_patterns
from ecosurvey.sem.missing_data.related import RelatedGap, related_gaps
from ecosurvey.sem.missing_data.report import MissingData, missing_data

__all__ = [
    "LittleMcar",
    "MissingData",
    "Pattern",
    "RelatedGap",
    "little_mcar",
    "missing_data",
    "missing_patterns",
    "related_gaps",
]
