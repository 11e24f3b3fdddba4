"""Time for the whole sheet."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text


def score_total_time(sheet: Sheet, rules: Rules) -> Scored:
    """Report the seconds taken; flag only below a limit that the study itself has set.

    What is too fast depends on the questionnaire's length: a study takes it from a pretest, as
    the time in which an attentive reader can finish at all (Leiner 2019, Survey Research
    Methods 13, 229-248, compares such measures).
    """
    import numpy as np

    if not np.isfinite(sheet.seconds).any():
        return not_scored(len(sheet.seconds))
    if rules.total_seconds is None:
        return Scored(sheet.seconds, np.zeros(len(sheet.seconds), dtype=bool), "")
    return Scored(
        sheet.seconds, sheet.seconds < rules.total_seconds, f"< {rules.total_seconds:g} s"
    )


TOTAL_TIME = Rule(
    "total_time",
    Text("Whole sheet too fast", "总用时过短"),
    "speed",
    "flag",
    Text("{value:.0f} s in all", "总用时{value:.0f}秒"),
    score_total_time,
)
