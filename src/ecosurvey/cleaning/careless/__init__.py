"""Indices of response quality, one file each; computed on answers as given, in the order shown."""

from ecosurvey.cleaning.careless.attention import ATTENTION, FAILED_CHECKS
from ecosurvey.cleaning.careless.even_odd import EVEN_ODD, even_odd
from ecosurvey.cleaning.careless.guttman import GUTTMAN, guttman_errors
from ecosurvey.cleaning.careless.incomplete import INCOMPLETE
from ecosurvey.cleaning.careless.irv import IRV, variability
from ecosurvey.cleaning.careless.longstring import LONGSTRING, longest_run
from ecosurvey.cleaning.careless.mahalanobis import (
    MAHALANOBIS,
    MAHALANOBIS_ROBUST,
    distance,
    robust_distance,
)
from ecosurvey.cleaning.careless.near_duplicates import NEAR_DUPLICATE, nearest_sheet
from ecosurvey.cleaning.careless.person_total import PERSON_TOTAL, person_total
from ecosurvey.cleaning.careless.rule import Rule, Scored
from ecosurvey.cleaning.careless.same_address import SAME_ADDRESS, within_window
from ecosurvey.cleaning.careless.self_report import SELF_REPORT
from ecosurvey.cleaning.careless.speed import SPEED
from ecosurvey.cleaning.careless.straightline import STRAIGHTLINE
from ecosurvey.cleaning.careless.synonyms import ANTONYMS, SYNONYMS, agreement, item_pairs
from ecosurvey.cleaning.careless.total_time import TOTAL_TIME

REGISTRY: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        INCOMPLETE,
        FAILED_CHECKS,
        SELF_REPORT,
        ATTENTION,
        SPEED,
        TOTAL_TIME,
        LONGSTRING,
        STRAIGHTLINE,
        IRV,
        EVEN_ODD,
        PERSON_TOTAL,
        SYNONYMS,
        ANTONYMS,
        GUTTMAN,
        NEAR_DUPLICATE,
        SAME_ADDRESS,
        MAHALANOBIS,
        MAHALANOBIS_ROBUST,
    )
}

__all__ = [
    "REGISTRY",
    "Rule",
    "Scored",
    "agreement",
    "distance",
    "even_odd",
    "guttman_errors",
    "item_pairs",
    "longest_run",
    "nearest_sheet",
    "person_total",
    "robust_distance",
    "variability",
    "within_window",
]
