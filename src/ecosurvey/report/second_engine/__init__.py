"""Every headline number again, by somebody else's program."""

from ecosurvey.report.second_engine.check import recomputed, second_engine
from ecosurvey.report.second_engine.model import Recomputed, SecondEngine

__all__ = ["Recomputed", "SecondEngine", "recomputed", "second_engine"]
