"""The respondent's own word that the answers should not be used."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text


def score_self_report(sheet: Sheet, rules: Rules) -> Scored:
    """Exclude who says "do not use my answers" (Meade & Craig 2012)."""
    if not sheet.own_words:
        return not_scored(len(sheet.refused))
    return Scored(sheet.refused.astype(float), sheet.refused, "≥ 1")


SELF_REPORT = Rule(
    "self_report",
    Text("Says that the answers should not be used", "自报答卷不宜使用"),
    "attention",
    "exclude",
    Text("says that the answers should not be used", "自报答卷不宜使用"),
    score_self_report,
)
