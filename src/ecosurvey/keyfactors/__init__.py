"""Which factors matter for the outcome, and how surely."""

from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm
from ecosurvey.keyfactors.confounding import Confounding, confounding
from ecosurvey.keyfactors.distinguish import Distinguished, distinguish
from ecosurvey.keyfactors.dominance import dominance
from ecosurvey.keyfactors.effect_intervals import EffectIntervals, effect_intervals
from ecosurvey.keyfactors.equivalent import EquivalentModels, equivalent_models
from ecosurvey.keyfactors.group_factors import group_factors
from ecosurvey.keyfactors.group_result import GroupFactors
from ecosurvey.keyfactors.hypotheses import Claim, HypothesisTable, Judged, judge
from ecosurvey.keyfactors.importance_performance import (
    ImportancePerformance,
    importance_performance,
)
from ecosurvey.keyfactors.influence import Influence, influence
from ecosurvey.keyfactors.mediations import MediationClaim, Mediations, mediations
from ecosurvey.keyfactors.moderation import moderation
from ecosurvey.keyfactors.moderation_result import Moderation
from ecosurvey.keyfactors.moderations import ModerationClaim, Moderations, moderations
from ecosurvey.keyfactors.necessary import NecessaryConditions, necessary_conditions
from ecosurvey.keyfactors.ranking import KeyFactors, RankedFactor, key_factors
from ecosurvey.keyfactors.relative_importance import RelativeImportance, relative_importance
from ecosurvey.keyfactors.relative_weights import relative_weights
from ecosurvey.keyfactors.sensitivity import Sensitivity, compare_policies, sensitivity
from ecosurvey.keyfactors.specification_curve import specification_curve
from ecosurvey.keyfactors.steadiness import SpecificationCurve
from ecosurvey.keyfactors.study import FactorStudy, factor_study
from ecosurvey.keyfactors.verdict import Verdict, verdict

__all__ = [
    "Claim",
    "Confounding",
    "Distinguished",
    "EffectIntervals",
    "EquivalentModels",
    "FactorStudy",
    "GroupFactors",
    "HypothesisTable",
    "ImportancePerformance",
    "Influence",
    "Judged",
    "KeyFactors",
    "MediationClaim",
    "Mediations",
    "Moderation",
    "ModerationClaim",
    "Moderations",
    "NecessaryConditions",
    "RankedFactor",
    "RelativeImportance",
    "Sensitivity",
    "SpecificationCurve",
    "Verdict",
    "benjamini_hochberg",
    "compare_policies",
    "confounding",
    "distinguish",
    "dominance",
    "effect_intervals",
    "equivalent_models",
    "factor_study",
    "group_factors",
    "holm",
    "importance_performance",
    "influence",
    "judge",
    "key_factors",
    "mediations",
    "moderation",
    "moderations",
    "necessary_conditions",
    "relative_importance",
    "relative_weights",
    "sensitivity",
    "specification_curve",
    "verdict",
]
