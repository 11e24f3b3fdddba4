"""Whether a questionnaire measures the same in several groups."""

from ecosurvey.sem.invariance.differences import (
    ItemDifference,
    MeanDifference,
    item_differences,
    mean_differences,
)
from ecosurvey.sem.invariance.invariance import invariance
from ecosurvey.sem.invariance.levels import LEVELS, Level, LevelName
from ecosurvey.sem.invariance.release import Release
from ecosurvey.sem.invariance.result import InvarianceResult, Step
from ecosurvey.sem.invariance.verdict import Change, CutOffs, Measures

__all__ = [
    "LEVELS",
    "Change",
    "CutOffs",
    "InvarianceResult",
    "ItemDifference",
    "Level",
    "LevelName",
    "MeanDifference",
    "Measures",
    "Release",
    "Step",
    "invariance",
    "item_differences",
    "mean_differences",
]
