"""Options that several commands share, checked at one door."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ecosurvey.core import LANGUAGES, Lang, check_choice


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
