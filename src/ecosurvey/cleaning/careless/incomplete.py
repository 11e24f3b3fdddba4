"""Missing share: sheets with too few answers."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text


def score_incomplete(sheet: Sheet, rules: Rules) -> Scored:
    """Exclude sheets with this share of items unanswered, and those without any answer."""
    import numpy as np

    share = 1.0 - np.isfinite(sheet.answers).mean(axis=1)
    flagged = (share >= rules.missing_share) | (share >= 1.0)
    return Scored(share * 100, flagged & (share > 0), f"≥ {rules.missing_share:.0%}")


INCOMPLETE = Rule(
    "incomplete",
    Text("Too many items unanswered", "缺答过多"),
    "completeness",
    "exclude",
    Text("{value:.0f}% of the items unanswered", "{value:.0f}%的题项未作答"),
    score_incomplete,
)
