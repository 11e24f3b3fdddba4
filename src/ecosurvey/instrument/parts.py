"""The parts of a questionnaire as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecosurvey.core import Text

Sign = Literal["+", "-", "?"]
MissingKind = Literal["blank", "not_shown", "dont_know", "refused", "not_applicable", "other"]
ScreeningRule = Literal[
    "incomplete", "failed_checks", "self_report", "attention", "speed", "total_time",
    "longstring", "straightline", "irv", "even_odd", "person_total", "synonyms", "antonyms",
    "guttman", "near_duplicate", "same_address", "mahalanobis", "mahalanobis_robust",
]  # fmt: skip
ScreeningAction = Literal["exclude", "flag", "review", "off"]


@dataclass(frozen=True, slots=True)
class Scale:
    """A response scale.

    Attributes
    ----------
    id : str
    kind : {"likert", "nominal", "numeric"}
        Whole-number agreement, unordered options, or continuous scores.
    min, max : float or None
        The ends; ``None`` where a numeric scale has none, or for options.
    labels : mapping of int to Text
        Wording of the points that have one.
    """

    id: str
    kind: Literal["likert", "nominal", "numeric"]
    min: float | None
    max: float | None
    labels: Mapping[int, Text] = field(default_factory=dict)

    @property
    def points(self) -> tuple[int, ...]:
        """The codes that can be chosen; empty for continuous scores."""
        if self.kind == "likert" and self.min is not None and self.max is not None:
            return tuple(range(int(self.min), int(self.max) + 1))
        return tuple(self.labels) if self.kind == "nominal" else ()


@dataclass(frozen=True, slots=True)
class Theory:
    """The passage of the theory that something measures."""

    block: str | None = None
    dimension: str | None = None
    passage: Text | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a wording comes from."""

    type: Literal["original", "adapted", "adopted"]
    ref: str | None = None
    item: str | None = None
    licence: str | None = None
    changes: Text | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One statement: its wording, scale, keying, and the construct it measures."""

    id: str
    text: Text
    construct: str
    scale: Scale
    reverse: bool = False
    facet: str | None = None
    theory: Theory | None = None
    source: Source | None = None
    since: str | None = None
    until: str | None = None
    required: bool = False
    show_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Construct:
    """A first-order construct.

    Attributes
    ----------
    mode : {"reflective", "composite"}
        Reflective: the construct shows itself in its items. Composite: it is made of them,
        as their mean weighted by ``weights``.
    weights : mapping of str to float
        Item id -> weight, for composites; equal weights if empty.
    error_variance : float or None
        Of the only item of a single-item construct, on the item's own metric; ``None`` means 0.
    show_if : Condition or None
        Who is asked its items; ``None`` means everyone.
    """

    id: str
    name: Text
    items: tuple[Item, ...]
    definition: Text | None = None
    stem: Text | None = None
    valence: Literal["positive", "negative"] = "positive"
    theory: Theory | None = None
    mode: Literal["reflective", "composite"] = "reflective"
    weights: Mapping[str, float] = field(default_factory=dict)
    error_variance: float | None = None
    show_if: Condition | None = None

    @property
    def score_name(self) -> str:
        """The column that holds a composite's score."""
        return f"{self.id}_score"


@dataclass(frozen=True, slots=True)
class HigherOrder:
    """A construct measured by the constructs it is made ``of``."""

    id: str
    name: Text
    of: tuple[str, ...]
    definition: Text | None = None
    equal_loadings: bool = False
    valence: Literal["positive", "negative"] = "positive"
    theory: Theory | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A question that shows whether the respondent reads; ``expect`` are the passing codes."""

    id: str
    kind: Literal["instructed", "infrequency", "self_report"]
    text: Text
    expect: tuple[int, ...]
    scale: Scale | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice question."""

    code: int
    label: Text
    value: str | None = None
    other_text: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """The codes with which a respondent belongs to the study, and why others do not."""

    keep: tuple[int, ...]
    reason: Literal["no_consent", "ineligible", "other"]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question is shown; exactly one kind of test is set."""

    var: str | None = None
    among: tuple[int, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    negated: Condition | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A background question."""

    id: str
    type: Literal[
        "single", "multi", "ranking", "scale", "integer", "number", "text", "longtext", "date"
    ]
    label: Text
    options: tuple[Option, ...] = ()
    range: tuple[float, float] | None = None
    ordered: bool = False
    required: bool = False
    scale: Scale | None = None
    screen: Screen | None = None
    show_if: Condition | None = None

    @property
    def expanded(self) -> tuple[str, ...]:
        """The columns of a multi-select (0/1) or ranking (places) question, else none."""
        if self.type not in ("multi", "ranking"):
            return ()
        return tuple(f"{self.id}_{option.code}" for option in self.options)

    @property
    def numeric(self) -> bool:
        """True if the codes or values can be treated as numbers in a model."""
        return self.type in ("scale", "integer", "number") or (
            self.type == "single" and self.ordered
        )


@dataclass(frozen=True, slots=True)
class Meta:
    """Names of technical columns in the data; ``None`` where there is none."""

    respondent: str | None = None
    submitted_at: str | None = None
    duration_seconds: str | None = None
    origin: str | None = None
    wave: str | None = None
    address: str | None = None
    weight: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Weighting:
    """What is known of the population: question -> code -> share; limits of the weights."""

    margins: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    trim: tuple[float, float] | None = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class MissingCode:
    """A code, and cell texts, that stand for no answer."""

    code: int
    kind: MissingKind
    label: Text | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page, in the order shown."""

    page: str
    contents: tuple[str, ...]
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A selection of questions: the ids of constructs, items, checks and variables."""

    id: str
    name: Text
    contents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Cut-offs of the response screening that the study fixed beforehand; ``None``: default.

    ``actions`` says of single rules whether they exclude, flag, are for review, or are off.
    """

    flags_to_exclude: int | None = None
    failed_checks_to_exclude: int | None = None
    seconds_per_item: float | None = None
    longstring: int | None = None
    missing_share: float | None = None
    total_seconds: float | None = None
    even_odd: float | None = None
    even_odd_scales: int | None = None
    person_total: float | None = None
    irv: float | None = None
    mahalanobis_p: float | None = None
    duplicate_answers: int | None = None
    synonym_r: float | None = None
    synonyms: float | None = None
    antonyms: float | None = None
    guttman_fence: float | None = None
    near_duplicate: float | None = None
    window_minutes: float | None = None
    actions: Mapping[ScreeningRule, ScreeningAction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """``source`` is expected to relate to ``target`` with this sign."""

    id: str
    source: str
    target: str
    sign: Sign
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Mediation:
    """An indirect way from the first to the last construct of ``path``."""

    id: str
    path: tuple[str, ...]
    sign: Sign
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Moderation:
    """How strongly ``source`` relates to ``target`` is expected to depend on ``moderator``."""

    id: str
    moderator: str
    source: str
    target: str
    sign: Sign
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the questionnaire."""

    version: str
    date: str | None = None
    changes: Text | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """One data collection, and the version it used."""

    id: str
    version: str
    start: str | None = None
    end: str | None = None
    platform: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """What became of an item between two versions.

    Attributes
    ----------
    old_version, old_item, old_text
        Before; ``None`` for an added item.
    new_version, new_item
        After; ``None`` for a dropped item.
    comparable : {"yes", "partial", "no"} or None
        Whether answers may be compared across the change.
    """

    type: Literal["reworded", "renamed", "rescaled", "added", "dropped"]
    old_version: str | None = None
    old_item: str | None = None
    old_text: Text | None = None
    new_version: str | None = None
    new_item: str | None = None
    comparable: Literal["yes", "partial", "no"] | None = None


@dataclass(frozen=True, slots=True)
class QualitativeCode:
    """One code of the case material, and what of the questionnaire it speaks of.

    Attributes
    ----------
    code : str
    name : Text
    names : tuple of str
        Other names under which coded material knows it.
    construct : str
    hypotheses : tuple of str
    evidence : {"for", "against"}
        What a segment with this code is, where the material does not say it itself.
    """

    code: str
    name: Text
    names: tuple[str, ...]
    construct: str
    hypotheses: tuple[str, ...] = ()
    evidence: Literal["for", "against"] = "for"


@dataclass(frozen=True, slots=True)
class Qualitative:
    """The crosswalk of codes to constructs, and the coded material if the file names it.

    Attributes
    ----------
    codes : tuple of QualitativeCode
    source : str or None
        Name of the file of coded material, beside the questionnaire.
    cases, literature, decisions : str or None
        Names of the tables of cases, of the literature's counts, and of what the researcher set.
    privacy : {"show", "mask", "drop"}
        What reports show of passages, sources, cases and coders.
    ignore : tuple of str
        Codes of the material that are tied to nothing on purpose.
    """

    codes: tuple[QualitativeCode, ...]
    source: str | None = None
    ignore: tuple[str, ...] = ()
    cases: str | None = None
    literature: str | None = None
    decisions: str | None = None
    privacy: Literal["show", "mask", "drop"] = "show"
