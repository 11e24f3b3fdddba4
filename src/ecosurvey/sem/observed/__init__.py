"""What the data say: sample moments, a group at a time, and how they vary between samples."""

from ecosurvey.sem.observed.contributions import (
    Contributions,
    contributions,
    covariance_around,
    moment_covariance,
    moment_variances,
)
from ecosurvey.sem.observed.design import Design, summed, weighed
from ecosurvey.sem.observed.incomplete import Incomplete, incomplete
from ecosurvey.sem.observed.moments import Moments, OrdinalMoments, moments_of
from ecosurvey.sem.observed.ordinal import ordinal_moments_of, redrawn

__all__ = [
    "Contributions",
    "Design",
    "Incomplete",
    "Moments",
    "OrdinalMoments",
    "contributions",
    "covariance_around",
    "incomplete",
    "moment_covariance",
    "moment_variances",
    "moments_of",
    "ordinal_moments_of",
    "redrawn",
    "summed",
    "weighed",
]
