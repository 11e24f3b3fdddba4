"""Which factors matter for the outcome, and how surely."""

from ecosurvey.keyfactors.hypotheses import Claim, HypothesisTable, Judged, holm, judge
from ecosurvey.keyfactors.ranking import KeyFactors, RankedFactor, key_factors

__all__ = [
    "Claim",
    "HypothesisTable",
    "Judged",
    "KeyFactors",
    "RankedFactor",
    "holm",
    "judge",
    "key_factors",
]
