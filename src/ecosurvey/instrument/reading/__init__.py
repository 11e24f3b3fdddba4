"""From the bytes of a questionnaire file to its document, every problem with its place."""

from ecosurvey.instrument.reading.problems import Problem, instrument_error
from ecosurvey.instrument.reading.shape import validate
from ecosurvey.instrument.reading.source import read_source
from ecosurvey.instrument.reading.tree import Place, Tree, parse_tree

__all__ = [
    "Place",
    "Problem",
    "Tree",
    "instrument_error",
    "parse_tree",
    "read_source",
    "validate",
]
