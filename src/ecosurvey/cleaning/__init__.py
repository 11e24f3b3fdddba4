"""Which answers are analysed: screening with evidence, exclusions with reasons, keying."""

from ecosurvey.cleaning.clean import clean
from ecosurvey.cleaning.flow import FlowStep
from ecosurvey.cleaning.model import CleanData
from ecosurvey.cleaning.rules import Rules

__all__ = ["CleanData", "FlowStep", "Rules", "clean"]
