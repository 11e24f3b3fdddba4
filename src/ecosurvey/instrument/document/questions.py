"""Checks, background variables, pages and technical columns as the file writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecosurvey.instrument.document.base import Id, Label, Notes, Part
from ecosurvey.instrument.document.conditions import ConditionPart
from ecosurvey.instrument.parts import ScreeningAction, ScreeningRule

VariableType = Literal[
    "single", "multi", "ranking", "scale", "integer", "number", "text", "longtext", "date"
]


class CheckPart(Part):
    """A question that shows whether the respondent reads: what counts as passing it."""

    id: Id
    kind: Literal["instructed", "infrequency", "self_report"]
    scale: str | None = None
    expect: tuple[int, ...]
    after: str | None = None
    label: Label
    notes: Notes = ()


class OptionPart(Part):
    """One answer of a choice question."""

    code: int
    label: Label
    value: str | None = None
    other_text: bool = False
    exclusive: bool = False


class ScreenPart(Part):
    """The answers with which a respondent belongs to the study."""

    keep: tuple[int, ...]
    reason: Literal["no_consent", "ineligible", "other"] = "ineligible"


class VariablePart(Part):
    """A background question."""

    id: Id
    type: VariableType
    label: Label
    ordered: bool = False
    required: bool = False
    options: tuple[OptionPart, ...] = ()
    scale: str | None = None
    screen: ScreenPart | None = None
    show_if: ConditionPart | None = None
    range: tuple[int | float, int | float] | None = None
    max_length: int | None = None
    notes: Notes = ()


class MetaPart(Part):
    """Names of the technical columns in a data file."""

    respondent: str | None = None
    submitted_at: str | None = None
    duration_seconds: str | None = None
    origin: str | None = None
    wave: str | None = None
    address: str | None = None
    weight: str | None = None
    cluster: str | None = None


class WeightingPart(Part):
    """What is known of the population, to which the answers are weighted."""

    margins: dict[str, dict[int, int | float]] = Field(default_factory=dict)
    trim: tuple[int | float, int | float] | None = (0.2, 5.0)
    notes: Notes = ()


class PagePart(Part):
    """What stands on one page, in the order shown."""

    page: int | str
    contents: tuple[str, ...]
    title: Label | None = None


class FormPart(Part):
    """A selection of the questions that some waves or respondents are given."""

    label: Label
    contents: tuple[str, ...]
    notes: Notes = ()


class QualityPart(Part):
    """Cut-offs of the screening, fixed before the data are seen."""

    flags_to_exclude: int | None = None
    failed_checks_to_exclude: int | None = None
    seconds_per_item: int | float | None = None
    longstring: int | None = None
    missing_share: int | float | None = None
    total_seconds: int | float | None = None
    even_odd: int | float | None = None
    even_odd_scales: int | None = None
    person_total: int | float | None = None
    irv: int | float | None = None
    mahalanobis_p: int | float | None = None
    duplicate_answers: int | None = None
    synonym_r: int | float | None = None
    synonyms: int | float | None = None
    antonyms: int | float | None = None
    guttman_fence: int | float | None = None
    near_duplicate: int | float | None = None
    window_minutes: int | float | None = None
    actions: dict[ScreeningRule, ScreeningAction] = Field(default_factory=dict)
