"""Options that several commands share, checked at one door."""

from __future__ import annotations

from ecosurvey.core import LANGUAGES, Lang, check_choice


def language_of(lang: str) -> Lang:
    """Return the language that ``--lang`` names, or refuse."""
    check_choice("lang", lang, LANGUAGES)
    return "zh" if lang == "zh" else "en"
