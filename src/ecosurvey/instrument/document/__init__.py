"""The shape of a questionnaire file: strict models that refuse what they do not know."""

from ecosurvey.instrument.document.root import Document, json_schema

__all__ = ["Document", "json_schema"]
