"""The answers of a wave: read from any file, coded against the questionnaire."""

from ecosurvey.responses.model import Responses
from ecosurvey.responses.read import read_responses

__all__ = ["Responses", "read_responses"]
