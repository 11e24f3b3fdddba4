"""Whether numbers and cases say the same: a proposal by stated rules, decided by the researcher.

The vocabulary is that of Fetters, Curry and Creswell (2013), Health Services Research 48, 2134:
confirmation, expansion, discordance. The rules are ours, simple on purpose, and printed
with every display; no rule reads the passages, so the proposal is a beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ecosurvey.core import DataError, Text, check_choice, did_you_mean, there_are
from ecosurvey.qualitative.cases import CaseEvidence
from ecosurvey.qualitative.numbers import Effect
from ecosurvey.qualitative.reading.rows import read_rows

Side = Literal["supports", "contradicts", "none", "open", "silent"]
FitName = Literal[
    "confirmation", "expansion", "discordance", "numbers_only", "cases_only", "neither"
]

NEGLIGIBLE = 0.10  # a standardized effect whose whole interval is nearer to zero than this
LEAST_CASES = 2
MAJORITY = 2 / 3

FITS: dict[FitName, Text] = {
    "confirmation": Text("Confirmation", "一致"),
    "expansion": Text("Expansion", "拓展"),
    "discordance": Text("Discordance", "不一致"),
    "numbers_only": Text("Numbers only", "仅有量化结果"),
    "cases_only": Text("Cases only", "仅有案例证据"),
    "neither": Text("Neither", "均无"),
}
SIDES: dict[Side, Text] = {
    "supports": Text("support the expectation", "支持预期"),
    "contradicts": Text("contradict it", "与预期相反"),
    "none": Text("show no effect", "无实质效应"),
    "open": Text("leave it open", "不确定"),
    "silent": Text("say nothing", "无证据"),
}
RULES = Text(
    "Rules of the proposal. Numbers support (contradict) the expectation if the interval of the "
    "total effect lies on its side of zero (the other side), show no effect if the whole interval "
    "is within ±{negligible}, else leave it open. Cases support (contradict) it if at least "
    "{least} cases do and they are two thirds or more of the cases with evidence, else leave it "
    "open. Both support or both contradict: confirmation. One supports and the other contradicts "
    "or shows no effect: discordance. Every other pair: expansion. The researcher decides.",
    "提议规则：总效应置信区间位于预期一侧（相反一侧）时，量化结果支持（反对）预期；整个区间在±{negligible}之内"
    "为无实质效应；其余为不确定。至少{least}个案例且占有证据案例三分之二以上支持（反对）时，案例支持（反对）预期，"
    "其余为不确定。双方均支持或均反对为“一致”；一方支持而另一方反对或无效应为“不一致”；其他组合为“拓展”。最终由研究者判定。",
).fill(negligible=NEGLIGIBLE, least=LEAST_CASES)


@dataclass(frozen=True, slots=True)
class Fit:
    """What each side says, and what the rules propose."""

    numbers: Side
    cases: Side
    proposed: FitName


@dataclass(frozen=True, slots=True)
class Decision:
    """What the researcher set for one construct."""

    fit: FitName | None
    meta_inference: str = ""


def propose(effect: Effect | None, sign: str | None, cases: tuple[CaseEvidence, ...]) -> Fit:
    """Return the proposal of :data:`RULES`.

    Parameters
    ----------
    effect : Effect or None
    sign : {"+", "-"} or None
        The direction that the hypotheses expect; without one, either direction supports.
    cases : tuple of CaseEvidence
        One construct's.

    Examples
    --------
    >>> def case(name, stand):
    ...     return CaseEvidence(name, "PLT", 1, 0, None, stand)
    >>> propose(Effect(0.5, 0.4, 0.6, 1), "+", (case("a", "for"), case("b", "for"))).proposed
    'confirmation'
    """
    numbers, said = _numbers_say(effect, sign), _cases_say(cases)
    return Fit(numbers, said, _pair(numbers, said))


def _numbers_say(effect: Effect | None, sign: str | None) -> Side:
    if effect is None:
        return "silent"
    if effect.lower > -NEGLIGIBLE and effect.upper < NEGLIGIBLE:
        return "none"
    if effect.lower <= 0 <= effect.upper:
        return "open"
    if sign not in ("+", "-"):
        return "supports"
    return "supports" if (effect.lower > 0) == (sign == "+") else "contradicts"


def _cases_say(cases: tuple[CaseEvidence, ...]) -> Side:
    stands = [case.stand for case in cases if case.stand != "absent"]
    if not stands:
        return "silent"
    for stand, side in (("for", "supports"), ("against", "contradicts")):
        count = stands.count(stand)  # type: ignore[arg-type]
        if count >= LEAST_CASES and count >= MAJORITY * len(stands) - 1e-9:
            return "supports" if side == "supports" else "contradicts"
    return "open"


def _pair(numbers: Side, cases: Side) -> FitName:
    if "silent" in (numbers, cases):
        if numbers == cases:
            return "neither"
        return "cases_only" if numbers == "silent" else "numbers_only"
    if numbers == cases and numbers in ("supports", "contradicts"):
        return "confirmation"
    if {numbers, cases} in ({"supports", "contradicts"}, {"none", "supports"}):
        return "discordance"
    return "expansion"


def read_decisions(path: str | Path, constructs: tuple[str, ...]) -> dict[str, Decision]:
    """Read what the researcher decided: columns ``construct, fit, meta_inference``.

    ``fit`` is one of the names or labels in :data:`FITS`, or empty.

    Raises
    ------
    DataError
        If a column is missing, or a construct is unknown or stands twice.
    """
    title, rows = read_rows(path, ("construct", "fit", "meta_inference"))
    words: dict[str, FitName] = {}
    for known, label in FITS.items():
        for word in (str(known), label.en.lower(), label.zh):
            words[word] = known
    found: dict[str, Decision] = {}
    for row in rows:
        name = row.get("construct")
        if name not in constructs or name in found:
            twice = Text("stands twice", "出现两次")
            problem = twice if name in found else Text("is not in the display", "不在联合展示中")
            raise DataError(
                Text(
                    f"the construct {name!r} {problem} (row {row.number})",
                    f"构念 {name!r} {problem.zh}（第{row.number}行）",
                ),
                where=title,
                fix=did_you_mean(name, constructs) or there_are(constructs),
            )
        fit = row.get("fit").lower()
        if fit:
            check_choice(f"fit in row {row.number} of {title}", fit, words)
        found[name] = Decision(words[fit] if fit else None, row.get("meta_inference"))
    return found
