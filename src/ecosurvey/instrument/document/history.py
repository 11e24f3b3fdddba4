"""Versions, waves and the crosswalk between versions as the file writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Day, Id, Label, Notes, Part


class VersionPart(Part):
    """One version of the questionnaire."""

    version: str
    date: Day | None = None
    status: str | None = None
    changes: Label | None = None


class WavePart(Part):
    """One data collection, and the version it used."""

    wave: str | int
    version: str
    start: Day | None = None
    end: Day | None = None
    platform: str | None = None
    form: str | None = None
    notes: Notes = ()


class EndPart(Part):
    """One end of a crosswalk row."""

    version: str
    item: Id
    label: Label | None = None


class CrosswalkPart(Part):
    """What became of an item between two versions."""

    type: Literal["reworded", "renamed", "rescaled", "added", "dropped"]
    from_: EndPart | None = Field(default=None, alias="from")
    to: EndPart | None = None
    comparable: Literal["yes", "partial", "no"] | None = None
    notes: Notes = ()
