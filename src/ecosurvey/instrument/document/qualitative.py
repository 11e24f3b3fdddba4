"""The case material beside the questionnaire, as the file writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Headers, Id, Label, Notes, Part


class CodePart(Part):
    """One code of the qualitative codebook, and what of the questionnaire it speaks of."""

    code: Id
    label: Label
    names: Headers = ()
    construct_: Id = Field(alias="construct")
    hypotheses: tuple[Id, ...] = ()
    evidence: Literal["for", "against"] = "for"
    notes: Notes = ()


class QualitativePart(Part):
    """The coded material, and the crosswalk of its codes to constructs and hypotheses."""

    source: str | None = None
    cases: str | None = None
    literature: str | None = None
    decisions: str | None = None
    privacy: Literal["show", "mask", "drop"] = "show"
    codes: tuple[CodePart, ...]
    ignore: tuple[str, ...] = ()
    notes: Notes = ()
