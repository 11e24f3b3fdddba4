"""Polychoric, polyserial and Pearson correlations, with their asymptotic covariance."""

from ecosurvey.correlation.categories import Coded, code_categories
from ecosurvey.correlation.doubts import doubts_of
from ecosurvey.correlation.margins import Margin, NumericMargin, OrderedMargin
from ecosurvey.correlation.places import Places, pairs_of, places_of
from ecosurvey.correlation.polychoric import polychoric
from ecosurvey.correlation.result import PolychoricResult
from ecosurvey.correlation.sampling import SamplingCovariance
from ecosurvey.correlation.smoothing import smooth_correlations
from ecosurvey.correlation.two_step import TwoStep, two_step

__all__ = [
    "Coded",
    "Margin",
    "NumericMargin",
    "OrderedMargin",
    "Places",
    "PolychoricResult",
    "SamplingCovariance",
    "TwoStep",
    "code_categories",
    "doubts_of",
    "pairs_of",
    "places_of",
    "polychoric",
    "smooth_correlations",
    "two_step",
]
