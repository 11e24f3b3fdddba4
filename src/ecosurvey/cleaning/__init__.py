"""Which answers are analysed: screening with evidence, exclusions with reasons, keying."""

from ecosurvey.cleaning.clean import clean
from ecosurvey.cleaning.complete import complete_answers
from ecosurvey.cleaning.design import SurveyDesign
from ecosurvey.cleaning.flow import FlowStep
from ecosurvey.cleaning.impute import Imputed, Pooled, impute, pool
from ecosurvey.cleaning.known_margins import read_margins, with_margins
from ecosurvey.cleaning.model import CleanData
from ecosurvey.cleaning.moments import AnswerMoments, read_moments
from ecosurvey.cleaning.policies import POLICY_NAMES, clean_by_policy, rows_by_policy
from ecosurvey.cleaning.rules import POLICIES, Policy, Rules
from ecosurvey.cleaning.weights import Weights, poststratify, rake

__all__ = [
    "POLICIES",
    "POLICY_NAMES",
    "AnswerMoments",
    "CleanData",
    "FlowStep",
    "Imputed",
    "Policy",
    "Pooled",
    "Rules",
    "SurveyDesign",
    "Weights",
    "clean",
    "clean_by_policy",
    "complete_answers",
    "impute",
    "pool",
    "poststratify",
    "rake",
    "read_margins",
    "read_moments",
    "rows_by_policy",
    "with_margins",
]
