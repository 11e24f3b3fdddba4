"""The way of the data, in order: each step takes the result before it."""

from ecosurvey.pipeline.reproduce import Reproduction, reproduce
from ecosurvey.pipeline.run import analyze
from ecosurvey.pipeline.stages import STEPS, Step, steps_of

__all__ = ["STEPS", "Reproduction", "Step", "analyze", "reproduce", "steps_of"]
