"""What every part of the file shares: strictness, identifiers, words, notes."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from ecosurvey.core import Text

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
# words that a model text cannot use as names
RESERVED = frozenset(
    [
        "NA",
        "NaN",
        "Inf",
        "NULL",
        "TRUE",
        "FALSE",
        "if",
        "else",
        "for",
        "while",
        "repeat",
        "function",
        "next",
        "break",
        "in",
        "START",
        "END",
    ]
)


class Refused(ValueError):
    """A value that the dialect does not allow, with the reason in both languages."""

    def __init__(self, words: Text) -> None:
        self.words = words
        super().__init__(words.en)


class Part(BaseModel):
    """A mapping of the file: unknown keys refused, nothing converted, nothing changed later."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)


class Words(Part):
    """Words in the languages of the questionnaire."""

    en: str | None = None
    zh: str | None = None

    def languages(self) -> set[str]:
        """Return the languages in which there is something to read."""
        return {lang for lang in ("en", "zh") if (getattr(self, lang) or "").strip()}

    def any(self) -> tuple[str, ...]:
        """Return the wordings, each once."""
        return tuple(dict.fromkeys(text for text in (self.en, self.zh) if text))


class PlainWords(Words):
    """Words given as one text without a language."""


def _words(value: Any) -> Any:
    return PlainWords(en=value, zh=value) if isinstance(value, str) else value


def _many(value: Any) -> Any:
    return value if value is None or isinstance(value, tuple) else (value,)


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise Refused(
            Text(
                "an id starts with a letter and has only letters, digits, _ and .",
                "编号以字母开头，只含字母、数字、_ 与 .",
            )
        )
    if value in RESERVED:
        raise Refused(
            Text(
                f"{value!r} is a reserved word of model texts; choose another id",
                f"{value!r} 是模型文本的保留字；请另选编号",
            )
        )
    if len(value) > 64:
        raise Refused(Text("an id has at most 64 characters", "编号最多64个字符"))
    return value


def _date(value: str) -> str:
    if not _DATE.fullmatch(value):
        raise Refused(Text("a date is written YYYY-MM-DD", "日期写成 YYYY-MM-DD"))
    return value


Id = Annotated[str, AfterValidator(_identifier)]
Day = Annotated[str, AfterValidator(_date)]
Label = Annotated[Words, BeforeValidator(_words)]
Notes = Annotated[tuple[Label, ...], BeforeValidator(_many)]
Headers = Annotated[tuple[str, ...], BeforeValidator(_many)]
