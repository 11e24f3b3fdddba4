"""Attention checks: instructed answers not given, impossible statements endorsed."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

_UNIT = Text("attention checks failed: {value:.0f}", "未通过{value:.0f}道注意力检测题")


def score_failed(sheet: Sheet, rules: Rules) -> Scored:
    """Exclude from the number of failed checks that the rules name; unanswered is not failed.

    One failure happens to attentive people; two or more rarely do (Meade & Craig 2012).
    """
    if not sheet.checks:
        return not_scored(len(sheet.failed))
    cut = rules.failed_checks_to_exclude
    return Scored(sheet.failed, sheet.failed >= cut, f"≥ {cut}")


def score_attention(sheet: Sheet, rules: Rules) -> Scored:
    """Flag one failed check or more."""
    if not sheet.checks:
        return not_scored(len(sheet.failed))
    return Scored(sheet.failed, sheet.failed >= 1, "≥ 1")


FAILED_CHECKS = Rule(
    "failed_checks",
    Text("Failed several attention checks", "多道注意力检测题未通过"),
    "attention",
    "exclude",
    _UNIT,
    score_failed,
)
ATTENTION = Rule(
    "attention",
    Text("Failed an attention check", "注意力检测题未通过"),
    "attention",
    "flag",
    _UNIT,
    score_attention,
)
