"""The way of the data, in order: each step takes the result before it."""

from ecosurvey.pipeline.run import analyze
from ecosurvey.pipeline.stages import STEPS, Step, steps_of

__all__ = ["STEPS", "Step", "analyze", "steps_of"]
