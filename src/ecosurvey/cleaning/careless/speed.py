"""Seconds per item."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text


def score_speed(sheet: Sheet, rules: Rules) -> Scored:
    """Flag less time per answered item than it takes to read one.

    Total time over the answered Likert items: generous, as the time also covers the other
    questions. Two seconds an item is the limit of Huang et al. (2012, J. Business and
    Psychology 27, 99-114). Slow sheets are not flagged: people pause.
    """
    import numpy as np

    if not np.isfinite(sheet.seconds).any() or not sheet.shown.shape[1]:
        return not_scored(len(sheet.seconds))
    answered = sheet.answered.astype(float)
    pace = np.where(answered > 0, sheet.seconds / np.maximum(answered, 1), np.nan)
    return Scored(pace, pace < rules.seconds_per_item, f"< {rules.seconds_per_item:g} s")


SPEED = Rule(
    "speed",
    Text("Too fast", "作答过快"),
    "speed",
    "flag",
    Text("{value:.2f} s per item", "平均每题{value:.2f}秒"),
    score_speed,
)
