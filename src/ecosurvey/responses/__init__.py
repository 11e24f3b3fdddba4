"""The answers of a wave: read from any file, coded against the questionnaire."""

from ecosurvey.responses.mapping import ColumnMatching, MatchRow, match_report, read_mapping
from ecosurvey.responses.model import Responses
from ecosurvey.responses.read import read_responses

__all__ = [
    "ColumnMatching",
    "MatchRow",
    "Responses",
    "match_report",
    "read_mapping",
    "read_responses",
]
