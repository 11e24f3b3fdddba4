"""From cells as they stand to codes: labels, missing codes, choices, durations."""

from ecosurvey.responses.coding.cells import Codebook, Coded, codebook, normalise
from ecosurvey.responses.coding.columns import (
    CodedColumn,
    cell_findings,
    cells_of_text,
    code_column,
    refuse_text,
    too_much_text,
)
from ecosurvey.responses.coding.multi import code_joined, code_marked
from ecosurvey.responses.coding.ranked import code_order
from ecosurvey.responses.coding.technical import code_duration, code_number, code_time, code_words

__all__ = [
    "Codebook",
    "Coded",
    "CodedColumn",
    "cell_findings",
    "cells_of_text",
    "code_column",
    "code_duration",
    "code_joined",
    "code_marked",
    "code_number",
    "code_order",
    "code_time",
    "code_words",
    "codebook",
    "normalise",
    "refuse_text",
    "too_much_text",
]
