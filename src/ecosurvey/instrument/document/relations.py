"""Hypotheses and the structural model as the file writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Id, Label, Notes, Part

Sign = Literal["+", "-", "?"]


class HypothesisPart(Part):
    """A directed relation between two constructs."""

    id: Id
    from_: str = Field(alias="from")
    to: str
    sign: Sign
    why: Label | None = None
    refs: tuple[str, ...] = ()
    notes: Notes = ()


class MediationPart(Part):
    """An indirect way, each step of which is a hypothesis."""

    id: Id
    path: tuple[str, ...]
    sign: Sign
    why: Label | None = None
    refs: tuple[str, ...] = ()
    notes: Notes = ()


class ControlsPart(Part):
    """Background variables held constant in the equations of some constructs."""

    variables: tuple[str, ...]
    on: tuple[str, ...]


class ModerationPart(Part):
    """A relation whose strength is expected to depend on a third thing."""

    id: Id
    moderator: str
    from_: str = Field(alias="from")
    to: str
    sign: Sign
    why: Label | None = None
    refs: tuple[str, ...] = ()
    notes: Notes = ()


class ModelPart(Part):
    """What the study claims about the constructs."""

    hypotheses: tuple[HypothesisPart, ...] = ()
    mediation: tuple[MediationPart, ...] = ()
    moderation: tuple[ModerationPart, ...] = ()
    measurement: str | None = None
    residual_covariances: tuple[tuple[str, str], ...] = ()
    outcome: str | None = None
    other_outcomes: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    controls: ControlsPart | None = None
    non_recursive: bool = False
    exclude: tuple[str, ...] = ()
    illustration: bool = False
    notes: Notes = ()
