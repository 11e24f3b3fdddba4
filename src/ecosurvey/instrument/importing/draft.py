"""What an importer finds in another format's questionnaire, before it becomes a file of ours."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

QuestionKind = Literal[
    "single", "multi", "ranking", "integer", "number", "text", "longtext", "date", "numeric_item"
]
Words = Mapping[str, str]
_TAG = re.compile(r"<[^<>]{0,500}>")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what the format calls it, and its words by language."""

    name: str
    words: Words
    other_text: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question in the order of the questionnaire.

    Attributes
    ----------
    name : str
        Its name in the data.
    words : mapping
        Language ("en", "zh") -> wording.
    kind : str
    choices : tuple of Choice
    block : str
        Matrix or group: neighbours with the same block and the same choices can be items of
        one construct. Empty if it stands alone.
    stem : mapping
        The words that the rows of a matrix have in common.
    logic : str
        The format's own expression of when it is shown.
    """

    name: str
    words: Words
    kind: QuestionKind
    choices: tuple[Choice, ...] = ()
    block: str = ""
    stem: Words = field(default_factory=dict)
    block_words: Words = field(default_factory=dict)
    required: bool = False
    logic: str = ""
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could not be carried over: where it stood and what it is."""

    where: str
    what: str


@dataclass(slots=True)
class Found:
    """All that an importer found."""

    id: str
    title: Words
    questions: list[Question] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    version: str = "1.0"
    source: str = ""

    def leave(self, where: str, what: str) -> None:
        """Remember something that could not be carried over."""
        self.left_out.append(LeftOut(where, what))


def plain(text: object) -> str:
    """Return words without markup, on one line.

    Examples
    --------
    >>> plain("<p>Rate&nbsp;this:<br>now</p>")
    'Rate this: now'
    """
    words = _TAG.sub("", _BREAK.sub(" ", str(text if text is not None else "")))
    return " ".join(html.unescape(words).replace("\xa0", " ").split())


def guessed(text: object) -> dict[str, str]:
    """Return words under the language that their characters show."""
    words = plain(text)
    if not words:
        return {}
    return {"zh" if _HAN.search(words) else "en": words}


def language(tag: str) -> str | None:
    """Return "en" or "zh" for a language's name or tag; ``None`` for any other.

    Examples
    --------
    >>> language("English (en)"), language("zh-Hans"), language("中文"), language("fr")
    ('en', 'zh', 'zh', None)
    """
    word = tag.strip().casefold()
    within = re.search(r"\(([^()]+)\)\s*$", word)
    code = re.split(r"[-_]", within[1] if within else word)[0]
    if code in ("en", "eng", "english"):
        return "en"
    if code in ("zh", "cn", "chi", "zho", "chinese", "中文", "简体中文", "汉语"):
        return "zh"
    return None


def joined(parts: Iterable[Words]) -> dict[str, str]:
    """Return the first wording of each language."""
    found: dict[str, str] = {}
    for words in parts:
        for lang, text in words.items():
            if text:
                found.setdefault(lang, text)
    return found
