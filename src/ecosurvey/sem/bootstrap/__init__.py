"""Intervals from samples drawn again, and from parameters drawn from their distribution."""

from ecosurvey.sem.bootstrap.bootstrap import bootstrap
from ecosurvey.sem.bootstrap.intervals import KINDS, IntervalKind, bootstrap_intervals
from ecosurvey.sem.bootstrap.result import BootstrapResult

__all__ = [
    "KINDS",
    "BootstrapResult",
    "IntervalKind",
    "bootstrap",
    "bootstrap_intervals",
]
