"""Every text is there in every language of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.document.base import PlainWords, Words
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place

_SAID = {"en": "English", "zh": "Chinese"}
_FREE = {"notes", "changes"}  # for those who work with the file, in whichever language


def check_wording(document: Document) -> Said:
    """Complain of words that lack a language, and of one text where several are needed."""
    languages = document.languages
    if not languages:
        yield Complaint(("languages",), "no language is listed", "Write languages: [zh, en].")
    for index, language in enumerate(languages):
        if language in languages[:index]:
            yield Complaint(("languages", index), f"the language {language!r} is listed twice")
    if document.primary_language and document.primary_language not in languages:
        yield Complaint(
            ("primary_language",), f"{document.primary_language!r} is not among 'languages'"
        )
    for place, text in _texts(document, ()):
        if any(part in _FREE for part in place):
            continue
        if isinstance(text, PlainWords):
            if len(languages) > 1:
                yield Complaint(
                    place,
                    "one text stands where each language needs its own",
                    f"Write {{{', '.join(f'{lang}: …' for lang in languages)}}}.",
                )
            elif not text.languages():
                yield Complaint(place, "the text is empty")
            continue
        for language in languages:
            if language not in text.languages():
                yield Complaint(place, f"the {_SAID[language]} words ('{language}') are missing")


def _texts(value: object, place: Place) -> Iterator[tuple[Place, Words]]:
    if isinstance(value, Words):
        yield place, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _texts(getattr(value, name), (*place, info.alias or name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*place, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, index))
