"""A problem of a questionnaire file, and how all of them are told in one message."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ecosurvey.core import InstrumentError, Lang, Text, say

MAX_SHOWN = 50
_WINDOW = 96


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes
    ----------
    line, column : int
        Counted from 1; the place of the value or key concerned.
    message : Text or str
        What was found and what was expected.
    fix : Text or str or None
        The nearest right word or what to do.
    """

    line: int
    column: int
    message: Text | str
    fix: Text | str | None = None


def instrument_error(path: Path, text: str, problems: Iterable[Problem]) -> InstrumentError:
    """Return one error that tells every problem with its source line and a caret."""
    ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column))
    lines = text.splitlines()
    rest = len(ordered) - MAX_SHOWN
    count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    en = [f"{path.name} has {count}:"] + [_tell(path, lines, p, "en") for p in ordered[:MAX_SHOWN]]
    zh = [f"{path.name} 有{len(ordered)}处问题："]
    zh += [_tell(path, lines, p, "zh") for p in ordered[:MAX_SHOWN]]
    if rest > 0:
        en.append(f"… and {rest} more")
        zh.append(f"……另有{rest}处")
    return InstrumentError(Text("\n".join(en), "\n".join(zh)))


def _tell(path: Path, lines: list[str], problem: Problem, lang: Lang) -> str:
    stop = "。" if lang == "zh" else ". "
    fix = stop + say(problem.fix, lang) if problem.fix else ""
    head = f"{path}:{problem.line}:{problem.column}: {say(problem.message, lang)}{fix}"
    if not 1 <= problem.line <= len(lines):
        return head
    # a long line is shown around the place, so that the caret stays on the screen
    source, column = lines[problem.line - 1], problem.column - 1
    start = max(0, column - _WINDOW // 2) if len(source) > _WINDOW else 0
    shown = _harmless(source[start : start + _WINDOW])
    before = _harmless(source[start:column])
    margin = f"{problem.line:>6} | "
    lead = "…" if start else ""
    caret = " " * (len(margin) + len(lead) + _columns(before)) + "^"
    return f"{head}\n{margin}{lead}{shown}\n{caret}"


def _harmless(text: str) -> str:
    """Replace characters that would move the cursor or reorder the line."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in text)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
