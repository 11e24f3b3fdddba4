"""What every part may use: errors, findings, tables, words, seeds, frames, files."""

from ecosurvey.core.errors import (
    ConvergenceError,
    DataError,
    EcosurveyError,
    IdentificationError,
    InstrumentError,
    MissingExtraError,
    ModelSyntaxError,
    OptionError,
    check_choice,
    did_you_mean,
    there_are,
)
from ecosurvey.core.findings import Finding, Severity, by_severity, trusted
from ecosurvey.core.result import Result
from ecosurvey.core.table import Cell, Column, Table
from ecosurvey.core.text import (
    LANGUAGES,
    Lang,
    Text,
    counted,
    disarm,
    interval,
    number,
    p_relation,
    p_value,
    say,
)

__all__ = [
    "LANGUAGES",
    "Cell",
    "Column",
    "ConvergenceError",
    "DataError",
    "EcosurveyError",
    "Finding",
    "IdentificationError",
    "InstrumentError",
    "Lang",
    "MissingExtraError",
    "ModelSyntaxError",
    "OptionError",
    "Result",
    "Severity",
    "Table",
    "Text",
    "by_severity",
    "check_choice",
    "counted",
    "did_you_mean",
    "disarm",
    "interval",
    "number",
    "p_relation",
    "p_value",
    "say",
    "there_are",
    "trusted",
]
