"""Other engines beside our own: what they find for the same model, and how far it is from ours."""

from ecosurvey.sem.engines.cross_check import CrossCheck, cross_check
from ecosurvey.sem.engines.semopy import semopy_search

__all__ = ["CrossCheck", "cross_check", "semopy_search"]
