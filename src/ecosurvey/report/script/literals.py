"""Values of a run as they stand in a program."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecosurvey.cleaning import Rules


def quoted(word: object) -> str:
    r"""Return a literal of Python, texts in double quotes where they can be read as they stand.

    Examples
    --------
    >>> print(quoted("wave.csv"), quoted('a"b'), quoted(None), quoted(["x"]))
    "wave.csv" "a\"b" None ["x"]
    """
    if isinstance(word, str) and word.isprintable():
        return json.dumps(word, ensure_ascii=False)
    if isinstance(word, list):
        return f"[{', '.join(map(quoted, word))}]"
    return repr(word)


def named(path: Path | None, other: str) -> str:
    """Return the literal of a file's name, or of another where there is none."""
    return quoted(path.name if path is not None else other)


def arguments(options: dict[str, Any], *, indent: int = 4) -> str:
    """Return keyword arguments, one a line, each ended by a comma.

    Examples
    --------
    >>> print(arguments({"seed": 1, "missing": "fiml"}), end="")
        seed=1,
        missing="fiml",
    """
    return "".join(f"{' ' * indent}{key}={quoted(value)},\n" for key, value in options.items())


def changed_rules(used: Rules) -> str:
    """Return the fields of the screening that are not as usual, as keyword arguments.

    Examples
    --------
    >>> from ecosurvey.cleaning import Rules
    >>> changed_rules(Rules(policy="hard_only"))
    "policy='hard_only'"
    """
    from ecosurvey.cleaning import Rules

    usual = Rules()
    return ", ".join(
        f"{part.name}={getattr(used, part.name)!r}"
        for part in fields(used)
        if getattr(used, part.name) != getattr(usual, part.name)
    )
