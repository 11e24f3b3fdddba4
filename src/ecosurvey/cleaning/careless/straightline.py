"""Straight-lining: one and the same answer to statements and their opposites."""

from __future__ import annotations

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

MIN_ANSWERS = 5


def score_straightline(sheet: Sheet, rules: Rules) -> Scored:
    """Flag pages answered with SD zero although they hold forward and reverse items.

    Only pages on which at least 5 items, of both keyings, were answered count: where all
    statements agree in meaning, equal answers may be meant.
    """
    import numpy as np

    n = len(sheet.shown)
    pages = np.zeros(n)
    mixed = False
    for block in sheet.blocks:
        reverse = sheet.reverse[block]
        if reverse.all() or not reverse.any():
            continue
        mixed = True
        answers = sheet.shown[:, block]
        given = np.isfinite(answers)
        low = np.where(given, answers, np.inf).min(axis=1)
        high = np.where(given, answers, -np.inf).max(axis=1)
        both = given[:, reverse].any(axis=1) & given[:, ~reverse].any(axis=1)
        pages += (low == high) & both & (given.sum(axis=1) >= MIN_ANSWERS)
    return Scored(pages, pages >= 1, "≥ 1") if mixed else not_scored(n)


STRAIGHTLINE = Rule(
    "straightline",
    Text("Same answer to opposite statements", "正反向题作答完全相同"),
    "invariance",
    "flag",
    Text("pages with one answer throughout: {value:.0f}", "{value:.0f}页所有题目作答相同"),
    score_straightline,
)
