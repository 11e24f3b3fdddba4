"""Missing share: sheets with too few answers."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text


def score_incomplete(sheet: Sheet, rules: Rules) -> Scored:
    """Exclude sheets with this share of the items shown unanswered, and empty sheets.

    Items that the questionnaire's logic skipped, or that do not apply, were not asked.
    """
    import numpy as np

    answered = np.isfinite(sheet.answers).sum(axis=1)
    share = 1.0 - answered / np.maximum(sheet.asked, 1)
    flagged = ((share >= rules.missing_share) & (share > 0)) | (answered == 0)
    return Scored(share * 100, flagged, f"≥ {rules.missing_share:.0%}")


INCOMPLETE = Rule(
    "incomplete",
    Text("Too many items unanswered", "缺答过多"),
    "completeness",
    "exclude",
    Text("{value:.0f}% of the items unanswered", "{value:.0f}%的题项未作答"),
    score_incomplete,
)
