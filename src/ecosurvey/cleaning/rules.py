"""The cut-offs of the screening: fixed by the study beforehand, or the field's usual ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from ecosurvey.core import OptionError, Text, check_choice, did_you_mean
from ecosurvey.instrument import Instrument
from ecosurvey.instrument.parts import ScreeningAction, ScreeningRule

Action = ScreeningAction
ACTIONS: tuple[ScreeningAction, ...] = get_args(ScreeningAction)
RULE_NAMES: tuple[ScreeningRule, ...] = get_args(ScreeningRule)
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
        Flags of different kinds (attention, speed, invariance, consistency) that exclude.
        Two, since no single index is both sensitive and specific (Curran 2016).
    failed_checks_to_exclude : int
        Wrong answers to instructed or infrequency items that exclude by themselves.
    seconds_per_item : float
        Faster than this is flagged: 2 s (Huang et al. 2012).
    total_seconds : float or None
        A whole sheet in less time is flagged; ``None`` reports the time only, as what is too
        fast depends on the questionnaire.
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
    actions : mapping of str to {"exclude", "flag", "review", "off"}
        Rule -> what it does, where that is not the default: ``{"near_duplicate": "flag"}``.

    Examples
    --------
    >>> Rules(actions={"speed": "exclude"}).actions["speed"]
    'exclude'
    >>> Rules(actions={"sped": "exclude"})
    Traceback (most recent call last):
    ecosurvey.core.errors.OptionError: 'sped' is no rule of the screening. Did you mean 'speed'?
    """

    exclude: bool = True
    policy: Policy = "default"
    flags_to_exclude: int = 2
    failed_checks_to_exclude: int = 2
    seconds_per_item: float = 2.0
    total_seconds: float | None = None
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
    actions: Mapping[ScreeningRule, Action] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_choice("policy", self.policy, POLICIES)
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if value is None and name in _OPEN:
                continue
            whole = name in _WHOLE
            kinds = (int,) if whole else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
                raise OptionError(
                    Text(f"{name}={value!r} is not allowed", f"不允许 {name}={value!r}"),
                    fix=Text(
                        f"Use a {'whole ' if whole else ''}number from {low} to {high}.",
                        f"请使用{low}到{high}之间的{'整' if whole else ''}数。",
                    ),
                )
        for name, action in self.actions.items():
            if name not in RULE_NAMES:
                raise OptionError(
                    Text(f"{name!r} is no rule of the screening", f"筛查规则中没有 {name!r}"),
                    fix=did_you_mean(name, RULE_NAMES)
                    or Text(
                        f"Those: {', '.join(RULE_NAMES)}.", f"可用的有：{'、'.join(RULE_NAMES)}。"
                    ),
                )
            check_choice(name, action, ACTIONS)


LIMITS: dict[str, tuple[float, float]] = {
    "flags_to_exclude": (1, 99),
    "failed_checks_to_exclude": (1, 99),
    "seconds_per_item": (0, 60),
    "total_seconds": (0, 86_400),
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
_WHOLE = (
    "flags_to_exclude", "failed_checks_to_exclude", "longstring", "even_odd_scales",
    "duplicate_answers",
)  # fmt: skip
_OPEN = ("irv", "total_seconds")  # without a cut-off these only report


def rules_of(instrument: Instrument) -> Rules:
    """Return the rules that the questionnaire states, the rest by default.

    Raises
    ------
    OptionError
        If a cut-off under ``quality:`` is not possible.
    """
    quality = instrument.quality
    stated = {part.name: getattr(quality, part.name) for part in fields(quality)}
    try:
        return Rules(**{name: value for name, value in stated.items() if value is not None})
    except OptionError as error:
        where = f"{instrument.path.name}, quality"
        raise OptionError(error.words.found, where=where, fix=error.words.fix) from None


def changed(rules: Rules, changes: Iterable[str]) -> Rules:
    """Return the rules with changes as they are typed: ``name=number`` or ``rule=action``.

    Parameters
    ----------
    rules : Rules
    changes : iterable of str
        A cut-off of :class:`Rules` with its number, ``none`` for no cut-off; or a rule with
        what it does: ``exclude``, ``flag``, ``review`` or ``off``. Some words are both, as
        ``near_duplicate``: a number is the cut-off.

    Raises
    ------
    OptionError
        If a name or value is not known.

    Examples
    --------
    >>> stricter = changed(Rules(), ["seconds_per_item=3", "near_duplicate=flag"])
    >>> stricter.seconds_per_item, dict(stricter.actions)
    (3.0, {'near_duplicate': 'flag'})
    """
    cutoffs: dict[str, Any] = {}
    actions: dict[ScreeningRule, Action] = dict(rules.actions)
    for change in changes:
        name, equals, value = (part.strip() for part in change.partition("="))
        if not equals or not value:
            raise OptionError(
                Text(f"{change!r} is no change of the screening", f"{change!r} 不是对筛查的修改"),
                fix=Text(
                    "Write cut-off=number, as seconds_per_item=1.5, or rule=action, as speed=off.",
                    "请写成 临界值=数字，如 seconds_per_item=1.5，或 规则=处理，如 speed=off。",
                ),
            )
        action = next((one for one in ACTIONS if one == value.lower()), None)
        rule = next((one for one in RULE_NAMES if one == name), None)
        if action is not None and rule is not None:
            actions[rule] = action
        elif action is None and name in LIMITS:
            cutoffs[name] = _number(name, value)
        else:
            raise _unknown(name, value)
    return replace(rules, **cutoffs, actions=actions)


def _number(name: str, value: str) -> float | None:
    if value.lower() == "none" and name in _OPEN:
        return None
    try:
        return int(value) if name in _WHOLE else float(value)
    except ValueError:
        raise _unknown(name, value) from None


def _unknown(name: str, value: str) -> OptionError:
    if name in LIMITS:
        low, high = LIMITS[name]
        whole = name in _WHOLE
        acts = name in RULE_NAMES
        fix = Text(
            f"Use a {'whole number' if whole else 'number'} from {low} to {high}"
            + (f", or one of: {', '.join(ACTIONS)}." if acts else "."),
            f"请使用{low}到{high}之间的{'整数' if whole else '数'}"
            + (f"，或其中之一：{'、'.join(ACTIONS)}。" if acts else "。"),
        )
        return OptionError(
            Text(f"{name}={value!r} is not allowed", f"不允许 {name}={value!r}"), fix=fix
        )
    if name in RULE_NAMES:
        return OptionError(
            Text(f"{name}={value!r} is not known", f"无法识别 {name}={value!r}"),
            fix=Text(
                f"Use one of: {', '.join(ACTIONS)}.", f"请使用其中之一：{'、'.join(ACTIONS)}。"
            ),
        )
    known = sorted({*LIMITS, *RULE_NAMES})
    return OptionError(
        Text(
            f"{name!r} is no cut-off or rule of the screening", f"{name!r} 不是筛查的临界值或规则"
        ),
        fix=did_you_mean(name, known)
        or Text(f"Those: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
    )
