"""Scales, constructs and items as the file writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Id, Label, Notes, Part
from ecosurvey.instrument.document.conditions import ConditionPart

MissingKind = Literal["blank", "not_shown", "dont_know", "refused", "not_applicable", "other"]


class MissingPart(Part):
    """A code, and cell texts, that stand for no answer."""

    code: int
    kind: MissingKind
    label: Label | None = None
    texts: tuple[str, ...] = ()


class ScalePart(Part):
    """A response scale, defined once and named by items."""

    type: Literal["likert", "nominal", "numeric"]
    min: int | float | None = None
    max: int | float | None = None
    allow_missing: tuple[int, ...] = ()
    labels: dict[int, Label] = Field(default_factory=dict)


class DefaultsPart(Part):
    """What constructs take when they say nothing."""

    scale: str | None = None


class TheoryPart(Part):
    """The passage of the theory that a construct or an item measures."""

    block: str | None = None
    dimension: str | None = None
    passage: Label | None = None


class SourcePart(Part):
    """Where an item's wording comes from."""

    type: Literal["original", "adapted", "adopted"]
    ref: str | None = None
    item: str | int | None = None
    licence: str | None = None
    changes: Label | None = None


class ItemPart(Part):
    """One statement with its response scale."""

    id: Id
    label: Label
    reverse: bool = False
    scale: str | None = None
    facet: str | None = None
    theory: TheoryPart | None = None
    source: SourcePart | None = None
    since: str | None = None
    until: str | None = None
    required: bool = False
    show_if: ConditionPart | None = None
    notes: Notes = ()


class ConstructPart(Part):
    """A first-order construct and its items."""

    id: Id
    label: Label
    items: tuple[ItemPart, ...]
    mode: Literal["reflective", "composite"] = "reflective"
    weights: dict[str, int | float] | None = None
    error_variance: int | float | None = None
    show_if: ConditionPart | None = None
    definition: Label | None = None
    stem: Label | None = None
    scale: str | None = None
    valence: Literal["positive", "negative"] = "positive"
    theory: TheoryPart | None = None
    refs: tuple[str, ...] = ()
    notes: Notes = ()


class HigherOrderPart(Part):
    """A construct measured by other constructs."""

    id: Id
    label: Label
    of: tuple[str, ...]
    definition: Label | None = None
    equal_loadings: bool = False
    valence: Literal["positive", "negative"] = "positive"
    theory: TheoryPart | None = None
    refs: tuple[str, ...] = ()
    notes: Notes = ()
