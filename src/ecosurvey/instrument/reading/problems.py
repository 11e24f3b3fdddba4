"""A problem of a questionnaire file, and how all of them are told in one message."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ecosurvey.core import InstrumentError

MAX_SHOWN = 50
_WINDOW = 96


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes
    ----------
    line, column : int
        Counted from 1; the place of the value or key concerned.
    message : str
        What was found and what was expected.
    fix : str
        The nearest right word or what to do; may be empty.
    """

    line: int
    column: int
    message: str
    fix: str = ""


def instrument_error(path: Path, text: str, problems: Iterable[Problem]) -> InstrumentError:
    """Return one error that tells every problem with its source line and a caret."""
    ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column))
    lines = text.splitlines()
    told = [_tell(path, lines, problem) for problem in ordered[:MAX_SHOWN]]
    if len(ordered) > MAX_SHOWN:
        told.append(f"… and {len(ordered) - MAX_SHOWN} more")
    count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    return InstrumentError(f"{path.name} has {count}:\n" + "\n".join(told))


def _tell(path: Path, lines: list[str], problem: Problem) -> str:
    fix = f". {problem.fix}" if problem.fix else ""
    head = f"{path}:{problem.line}:{problem.column}: {problem.message}{fix}"
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
