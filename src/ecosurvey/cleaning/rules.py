"""The cut-offs of the screening: fixed by the study beforehand, or the field's usual ones."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeVar

from ecosurvey.core import OptionError, check_choice
from ecosurvey.instrument import Instrument

Number = TypeVar("Number", int, float)
Policy = Literal["default", "hard_only", "screening_only"]
POLICIES: tuple[Policy, ...] = ("screening_only", "hard_only", "default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When an answer sheet is flagged, and when it is excluded.

    Attributes
    ----------
    exclude : bool
        False flags only and keeps every row, to compare results with and without.
    policy : {"default", "hard_only", "screening_only"}
        Which grounds exclude: all; all but the flags; or consent, eligibility and sheets
        without any answer only. To compare results; a study reports the default.
    flags_to_exclude : int
        Flags of different kinds (attention, speed, invariance, consistency, duplication) that
        exclude.
        Two, since no single index is both sensitive and specific (Curran 2016).
    failed_checks_to_exclude : int
        Wrong answers to instructed or infrequency items that exclude by themselves.
    seconds_per_item : float
        Faster than this is flagged: 2 s (Huang et al. 2012).
    longstring : int
        A run of equal answers of this length is flagged, or of half the page if that is
        more (Curran 2016).
    even_odd : float
        Consistency below this is flagged: .30 (Johnson 2005, after Jackson).
    even_odd_scales : int
        Fewer scales than this give the even-odd index no weight.
    person_total : float
        A correlation with the others' means below this is flagged, if the sample's median
        is at least .30.
    irv : float or None
        Within-person SD below this is flagged; ``None`` reports the SD only, as there is
        no accepted cut-off (Dunn et al. 2018).
    mahalanobis_p : float
        Upper tail probability below which a pattern is listed for review; never excluded.
    missing_share : float
        Items unanswered, as a share, from which a sheet is excluded as incomplete.
    duplicate_answers : int
        Fewer answers than this never make two sheets duplicates of each other.
    synonym_r : float
        Items that correlate above this are psychometric synonyms, below its negative
        antonyms: .60 (Meade & Craig 2012).
    synonyms, antonyms : float
        A correlation across synonyms below, or across antonyms above this is flagged: 0, what
        random answers have on average.
    guttman_fence : float
        Normed Guttman errors above Q3 + this times the IQR are flagged: 1.5 (Zijlstra et
        al. 2007).
    near_duplicate : float
        Share of equal answers from which two sheets are near duplicates: .85 (Kuriakose &
        Robbins 2016), raised where honest answers are as much alike.
    window_minutes : float
        Sheets of one device or address this close in time are listed for review.
    """

    exclude: bool = True
    policy: Policy = "default"
    flags_to_exclude: int = 2
    failed_checks_to_exclude: int = 2
    seconds_per_item: float = 2.0
    longstring: int = 10
    even_odd: float = 0.30
    even_odd_scales: int = 8
    person_total: float = 0.0
    irv: float | None = None
    mahalanobis_p: float = 0.001
    missing_share: float = 0.5
    duplicate_answers: int = 20
    synonym_r: float = 0.60
    synonyms: float = 0.0
    antonyms: float = 0.0
    guttman_fence: float = 1.5
    near_duplicate: float = 0.85
    window_minutes: float = 10.0

    def __post_init__(self) -> None:
        check_choice("policy", self.policy, POLICIES)
        limits: dict[str, tuple[float, float]] = {
            "flags_to_exclude": (1, 99),
            "failed_checks_to_exclude": (1, 99),
            "seconds_per_item": (0, 60),
            "longstring": (2, 10_000),
            "even_odd": (-1, 1),
            "even_odd_scales": (3, 1_000),
            "person_total": (-1, 1),
            "irv": (0, 1_000),
            "mahalanobis_p": (0, 1),
            "missing_share": (0, 1.01),
            "duplicate_answers": (2, 100_000),
            "synonym_r": (0.1, 1),
            "synonyms": (-1, 1),
            "antonyms": (-1, 1),
            "guttman_fence": (0, 100),
            "near_duplicate": (0.5, 1),
            "window_minutes": (0, 10_080),
        }
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = limits.get(field.name, (0, 1))
            if field.name == "policy" or (value is None and field.name == "irv"):
                continue
            if not isinstance(value, (int, float)) or not low <= value <= high:
                raise OptionError(
                    f"{field.name}={value!r} is not allowed",
                    fix=f"Use a number from {low} to {high}.",
                )


def rules_of(instrument: Instrument) -> Rules:
    """Return the rules that the questionnaire states, the rest by default."""
    quality = instrument.quality
    default = Rules()
    return Rules(
        flags_to_exclude=_or(quality.flags_to_exclude, default.flags_to_exclude),
        failed_checks_to_exclude=_or(
            quality.failed_checks_to_exclude, default.failed_checks_to_exclude
        ),
        seconds_per_item=_or(quality.seconds_per_item, default.seconds_per_item),
        longstring=_or(quality.longstring, default.longstring),
        missing_share=_or(quality.missing_share, default.missing_share),
        synonyms=_or(quality.synonyms, default.synonyms),
        antonyms=_or(quality.antonyms, default.antonyms),
        guttman_fence=_or(quality.guttman_fence, default.guttman_fence),
        near_duplicate=_or(quality.near_duplicate, default.near_duplicate),
        window_minutes=_or(quality.window_minutes, default.window_minutes),
    )


def _or(value: Number | None, default: Number) -> Number:
    return default if value is None else value
