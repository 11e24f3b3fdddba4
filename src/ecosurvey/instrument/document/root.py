"""The whole file, and its JSON Schema for editors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Headers, Id, Label, Notes, Part
from ecosurvey.instrument.document.content import ContentValidityPart
from ecosurvey.instrument.document.history import CrosswalkPart, VersionPart, WavePart
from ecosurvey.instrument.document.measures import (
    ConstructPart,
    DefaultsPart,
    HigherOrderPart,
    MissingPart,
    ScalePart,
)
from ecosurvey.instrument.document.qualitative import QualitativePart
from ecosurvey.instrument.document.questions import (
    CheckPart,
    FormPart,
    MetaPart,
    PagePart,
    QualityPart,
    VariablePart,
    WeightingPart,
)
from ecosurvey.instrument.document.relations import ModelPart

Language = Literal["zh", "en"]


class ReferencePart(Part):
    """A work that the file names."""

    text: str
    doi: str | None = None
    url: str | None = None
    checked: Literal["abstract", "full_text", "recalled"] | None = None


class Document(Part):
    """A questionnaire file of the dialect ``ecosurvey/instrument/1``."""

    schema_: Literal["ecosurvey/instrument/1"] = Field(alias="schema")
    id: Id
    version: str
    title: Label
    languages: tuple[Language, ...]
    status: Literal["draft", "expert_reviewed", "piloted", "final", "published"] | None = None
    description: Label | None = None
    instructions: Label | None = None
    primary_language: Language | None = None
    licence: str | None = None
    citation: str | None = None
    notes: Notes = ()
    missing: tuple[MissingPart, ...] = ()
    scales: dict[str, ScalePart]
    defaults: DefaultsPart = DefaultsPart()
    constructs: tuple[ConstructPart, ...]
    higher_order: tuple[HigherOrderPart, ...] = ()
    checks: tuple[CheckPart, ...] = ()
    variables: tuple[VariablePart, ...] = ()
    meta: MetaPart = MetaPart()
    columns: dict[str, Headers] = Field(default_factory=dict)
    layout: tuple[PagePart, ...] = ()
    forms: dict[str, FormPart] = Field(default_factory=dict)
    quality: QualityPart = QualityPart()
    weighting: WeightingPart = WeightingPart()
    versions: tuple[VersionPart, ...] = ()
    waves: tuple[WavePart, ...] = ()
    crosswalk: tuple[CrosswalkPart, ...] = ()
    model: ModelPart = ModelPart()
    qualitative: QualitativePart | None = None
    content_validity: ContentValidityPart | None = None
    references: dict[str, ReferencePart] = Field(default_factory=dict)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a questionnaire file, with which editors complete and check.

    Returns
    -------
    dict
        JSON Schema draft 2020-12. Words may be one text, or a text for each language.

    Examples
    --------
    >>> json_schema()["properties"]["schema"]["const"]
    'ecosurvey/instrument/1'
    """
    schema = Document.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    definitions["Words"] = {"anyOf": [{"type": "string"}, definitions["Words"]]}
    for part in definitions.values():  # one note, or several; one header, or several
        notes = part.get("properties", {}).get("notes")
        if notes:
            notes.update(
                anyOf=[{"$ref": "#/$defs/Words"}, {"type": "array", "items": notes.pop("items")}]
            )
            notes.pop("type", None)
    schema["properties"]["notes"] = {
        "anyOf": [{"$ref": "#/$defs/Words"}, {"type": "array", "items": {"$ref": "#/$defs/Words"}}]
    }
    schema["properties"]["columns"]["additionalProperties"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }
    return schema
