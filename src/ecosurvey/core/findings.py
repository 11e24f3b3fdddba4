"""Warnings as data: what a careful statistician would want said about a result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core.text import Lang, Text

Severity = Literal["note", "warning", "serious"]
_RANK: dict[Severity, int] = {"serious": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the reader of a result must know.

    Attributes
    ----------
    code : str
        Stable name in snake_case, for tests and scripts: ``"negative_variance"``.
    severity : {"note", "warning", "serious"}
        ``"serious"`` means that the numbers must not be trusted as they stand.
    message : Text
        What was found, in both languages, naming values and variables.
    where : str
        The parameter, item, row or group concerned; empty if it is the whole.
    hint : Text or None
        What to do about it.

    Examples
    --------
    >>> Finding("small_group", "warning", Text("group 'TAFE' has 12 rows", "“TAFE”组只有12行"))
    Finding(small_group, warning: group 'TAFE' has 12 rows)
    """

    code: str
    severity: Severity
    message: Text
    where: str = ""
    hint: Text | None = None

    def say(self, lang: Lang = "en") -> str:
        """Return the message with its hint, as one line."""
        words = self.message.say(lang)
        if not self.hint:
            return words
        stop, gap = ("。", "") if lang == "zh" else (".", " ")
        if words.endswith((".", "?", "!", "。", "？", "！", "\n")):
            stop = ""
        return f"{words}{stop}{gap}{self.hint.say(lang)}"

    def __repr__(self) -> str:
        return f"Finding({self.code}, {self.severity}: {self.message.en})"


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repeats, the most serious first, else in their order."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: _RANK[f.severity]))


def trusted(findings: Iterable[Finding]) -> bool:
    """Tell whether no finding is serious."""
    return all(finding.severity != "serious" for finding in findings)
