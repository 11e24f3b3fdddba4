"""``analysis.py``: the library calls that give the results of a run, and their comparison."""

from ecosurvey.report.script.same_numbers import SameNumbers, same_numbers
from ecosurvey.report.script.script import analysis_script

__all__ = ["SameNumbers", "analysis_script", "same_numbers"]
