"""Options that several commands share, checked at one door."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.analysis import ESTIMATORS, FORMATS, MISSING
from ecosurvey.core import LANGUAGES, Lang, OptionError, Text, check_choice


def language_of(lang: str) -> Lang:
    """Return the language that ``--lang`` names, or refuse."""
    check_choice("lang", lang, LANGUAGES)
    return "zh" if lang == "zh" else "en"


def complete(words: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what a shell asks when the user presses TAB: the words that begin so.

    Examples
    --------
    >>> complete(["en", "zh"])("z")
    ['zh']
    """
    known = list(words)
    return lambda incomplete: [w for w in known if w.lower().startswith(incomplete.lower())]


def complete_list(words: Iterable[str]) -> Callable[[str], list[str]]:
    """Return the same for words with commas between: the last one is completed.

    Examples
    --------
    >>> complete_list(["html", "docx", "tex"])("html,d")
    ['html,docx']
    """
    known = list(words)

    def completed(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [before + comma + word for word in known if word.startswith(last)]

    return completed


def words_of(listed: str | None) -> list[str]:
    """Return the words of a list with commas.

    Examples
    --------
    >>> words_of("H1a, total ENT"), words_of(None)
    (['H1a', 'total ENT'], [])
    """
    return [word.strip() for word in (listed or "").split(",") if word.strip()]


def named_numbers(words: Iterable[str] | None, option: str) -> dict[str, float]:
    """Return ``NAME=NUMBER`` words as a mapping, or refuse the first that is none.

    Examples
    --------
    >>> named_numbers(["TEC=0.35", "POL=-0.1"], "--change")
    {'TEC': 0.35, 'POL': -0.1}
    """
    found: dict[str, float] = {}
    for word in words or ():
        name, _, value = word.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not name.strip() or not math.isfinite(number):
            raise OptionError(
                Text(
                    f"{option} {word!r} is no name and number", f"{option} {word!r} 不是“名称=数值”"
                ),
                fix=Text("Write TEC=0.35.", "如 TEC=0.35。"),
            )
        found[name.strip()] = number
    return found


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Estimator = Annotated[
    str | None,
    typer.Option(
        help="MLR (default), ML, MLM; WLSMV: ordinal.", autocompletion=complete(ESTIMATORS)
    ),
]
Missing = Annotated[
    str | None,
    typer.Option(
        help="Gaps: auto, fiml, listwise, pairwise (WLSMV), mice (imputed).",
        autocompletion=complete(MISSING),
    ),
]
Mapping = Annotated[
    Path | None, typer.Option(help="Columns and questions, as 'ecosurvey map' writes them.")
]
Formats = Annotated[
    str | None,
    typer.Option(
        help=f"Files to write, with commas: {', '.join(FORMATS)}.",
        autocompletion=complete_list(FORMATS),
    ),
]
Earlier = Annotated[
    Path | None,
    typer.Option("--from", help="Assume what an earlier run found: a folder that analyze wrote."),
]
