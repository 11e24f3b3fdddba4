"""The way of the data, in order: each step takes the result before it."""

from ecosurvey.pipeline.reproduce import Reproduction, reproduce
from ecosurvey.pipeline.run import analyze
from ecosurvey.pipeline.stages import STEPS, Step, steps_of
from ecosurvey.pipeline.study_run import WaveRun, analyze_wave

__all__ = [
    "STEPS",
    "Reproduction",
    "Step",
    "WaveRun",
    "analyze",
    "analyze_wave",
    "reproduce",
    "steps_of",
]
