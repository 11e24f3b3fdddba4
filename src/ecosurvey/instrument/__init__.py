"""The questionnaire: what was asked, on which scales, and what it is meant to measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosurvey.instrument.load import load_instrument
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.parts import (
    Check,
    Condition,
    Construct,
    Crosswalk,
    Form,
    HigherOrder,
    Hypothesis,
    Item,
    Mediation,
    Meta,
    MissingCode,
    Moderation,
    Option,
    Page,
    Qualitative,
    QualitativeCode,
    Quality,
    Scale,
    Screen,
    Source,
    Theory,
    Variable,
    Version,
    Wave,
)
from ecosurvey.instrument.ratings import ContentRatings

if TYPE_CHECKING:
    from ecosurvey.instrument.document import json_schema

__all__ = [
    "Check",
    "Condition",
    "Construct",
    "ContentRatings",
    "Crosswalk",
    "Form",
    "HigherOrder",
    "Hypothesis",
    "Instrument",
    "Item",
    "Mediation",
    "Meta",
    "MissingCode",
    "Moderation",
    "Option",
    "Page",
    "Qualitative",
    "QualitativeCode",
    "Quality",
    "Scale",
    "Screen",
    "Source",
    "Theory",
    "Variable",
    "Version",
    "Wave",
    "json_schema",
    "load_instrument",
]


def __getattr__(name: str) -> Any:
    if name == "json_schema":  # pydantic is loaded only by those who ask for the schema
        from ecosurvey.instrument.document import json_schema

        return json_schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
