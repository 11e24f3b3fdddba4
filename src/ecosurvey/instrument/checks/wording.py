"""Every text is there in every language of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ecosurvey.core import Text
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
        yield Complaint(
            ("languages",),
            Text("no language is listed", "没有列出语言"),
            Text("Write languages: [zh, en].", "请写成 languages: [zh, en]。"),
        )
    for index, language in enumerate(languages):
        if language in languages[:index]:
            yield Complaint(
                ("languages", index),
                Text(f"the language {language!r} is listed twice", f"语言 {language!r} 列出两次"),
            )
    if document.primary_language and document.primary_language not in languages:
        yield Complaint(
            ("primary_language",),
            Text(
                f"{document.primary_language!r} is not among 'languages'",
                f"{document.primary_language!r} 不在“languages”之中",
            ),
        )
    for place, text in _texts(document, ()):
        if any(part in _FREE for part in place):
            continue
        if isinstance(text, PlainWords):
            if len(languages) > 1:
                yield Complaint(
                    place,
                    Text(
                        "one text stands where each language needs its own",
                        "此处只有一段文字，而每种语言各需一段",
                    ),
                    Text(
                        f"Write {{{', '.join(f'{lang}: …' for lang in languages)}}}.",
                        f"请写成 {{{'、'.join(f'{lang}: …' for lang in languages)}}}。",
                    ),
                )
            elif not text.languages():
                yield Complaint(place, Text("the text is empty", "文字是空的"))
            continue
        for language in languages:
            if language not in text.languages():
                yield Complaint(
                    place,
                    Text(
                        f"the {_SAID[language]} words ('{language}') are missing",
                        f"缺少{'中文' if language == 'zh' else '英文'}文字（'{language}'）",
                    ),
                )


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
