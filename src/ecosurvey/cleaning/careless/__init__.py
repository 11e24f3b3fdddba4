"""Indices of response quality, one file each; computed on answers as given, in the order shown."""

from ecosurvey.cleaning.careless.attention import ATTENTION, FAILED_CHECKS
from ecosurvey.cleaning.careless.even_odd import EVEN_ODD, even_odd
from ecosurvey.cleaning.careless.incomplete import INCOMPLETE
from ecosurvey.cleaning.careless.irv import IRV, variability
from ecosurvey.cleaning.careless.longstring import LONGSTRING, longest_run
from ecosurvey.cleaning.careless.mahalanobis import MAHALANOBIS, distance
from ecosurvey.cleaning.careless.person_total import PERSON_TOTAL, person_total
from ecosurvey.cleaning.careless.rule import Rule, Scored
from ecosurvey.cleaning.careless.self_report import SELF_REPORT
from ecosurvey.cleaning.careless.speed import SPEED
from ecosurvey.cleaning.careless.straightline import STRAIGHTLINE

REGISTRY: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        INCOMPLETE,
        FAILED_CHECKS,
        SELF_REPORT,
        ATTENTION,
        SPEED,
        LONGSTRING,
        STRAIGHTLINE,
        IRV,
        EVEN_ODD,
        PERSON_TOTAL,
        MAHALANOBIS,
    )
}

__all__ = [
    "REGISTRY",
    "Rule",
    "Scored",
    "distance",
    "even_odd",
    "longest_run",
    "person_total",
    "variability",
]
