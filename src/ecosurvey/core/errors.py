"""The errors that a user can meet, each saying what was found, where, and what to do.

EcosurveyError
├── InstrumentError        the questionnaire file
├── DataError              the answers: a file, a column, a row
├── ModelSyntaxError       the text of a model
├── IdentificationError    a model that the data cannot determine
├── ConvergenceError       a fit that did not arrive
├── OptionError            an argument or option that is not allowed
└── MissingExtraError      an optional package that is not installed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ecosurvey.core.text import Lang, Text

_STOPS = (".", "?", "!", "。", "？", "！", "\n")


@dataclass(frozen=True, slots=True)
class Words:
    """What an error says, part by part, in both languages."""

    found: Text
    where: Text | None = None
    fix: Text | None = None


class EcosurveyError(Exception):
    """An error that the user can mend: what was found, where, and what to do.

    Parameters
    ----------
    found : Text or str
        What is wrong, in one sentence, naming the value that was met. Plain text stands for
        itself in both languages.
    where : Text or str, optional
        File, line, column, row, item: as near as it is known.
    fix : Text or str, optional
        What to do about it.

    Attributes
    ----------
    found : str
    where, fix : str or None
        The same in English.
    words : Words
        The same in both languages, to be told on in another error or a finding.

    Examples
    --------
    >>> empty = DataError(
    ...     Text("the file has no rows", "文件没有数据行"),
    ...     where="wave3.csv",
    ...     fix=Text("Export it again.", "请重新导出。"),
    ... )
    >>> print(empty)
    wave3.csv: the file has no rows. Export it again.
    >>> print(empty.say("zh"))
    wave3.csv：文件没有数据行。请重新导出。
    """

    def __init__(
        self,
        found: Text | str,
        *,
        where: Text | str | None = None,
        fix: Text | str | None = None,
    ) -> None:
        self.words = Words(
            _both(found), _both(where) if where else None, _both(fix) if fix else None
        )
        self.found = self.words.found.en
        self.where = None if self.words.where is None else self.words.where.en
        self.fix = None if self.words.fix is None else self.words.fix.en
        super().__init__(self.found)

    def say(self, lang: Lang = "en") -> str:
        """Return the whole message in one language."""
        found = self.words.found.say(lang)
        colon, stop, gap = ("：", "。", "") if lang == "zh" else (": ", ".", " ")
        place = f"{self.words.where.say(lang)}{colon}" if self.words.where else ""
        if self.words.fix is None:
            return f"{place}{found}"
        if found.endswith(_STOPS):
            stop = ""
        return f"{place}{found}{stop}{gap}{self.words.fix.say(lang)}"

    def remedy(self, otherwise: Text) -> Text:
        """Return what to do about it, or in a language that has no word of it, this instead."""
        fix = self.words.fix
        if fix is None:
            return otherwise
        return fix if fix.zh != fix.en else Text(fix.en, otherwise.zh)

    def __str__(self) -> str:
        return self.say("en")

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments must survive process borders
        return (_rebuild, (type(self), self.words))


def _both(words: Text | str) -> Text:
    return words if isinstance(words, Text) else Text(words, words)


class InstrumentError(EcosurveyError):
    """The questionnaire file is not what it should be."""


class DataError(EcosurveyError):
    """The answers cannot be used as they are."""


class ModelSyntaxError(EcosurveyError):
    """The model's text cannot be read or names what is not there."""


class IdentificationError(EcosurveyError):
    """The data cannot determine the model's parameters."""


class ConvergenceError(EcosurveyError):
    """The estimation did not reach a solution."""


class OptionError(EcosurveyError, ValueError):
    """An argument has a value that is not allowed."""


class MissingExtraError(EcosurveyError, ImportError):
    """A part was asked for whose optional package is not installed."""


def _rebuild(kind: type[EcosurveyError], words: Words) -> EcosurveyError:
    return kind(words.found, where=words.where, fix=words.fix)


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """Return ``"Did you mean 'x'?"`` for the nearest known word, or no words.

    Examples
    --------
    >>> near = did_you_mean("f1_6", ["f1_5", "age"])
    >>> print(near, near.zh)
    Did you mean 'f1_5'? 您是不是指“f1_5”？
    >>> bool(did_you_mean("zzz", ["f1_5", "age"]))
    False
    """
    near = get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)
    if not near:
        return Text("", "")
    return Text(f"Did you mean {near[0]!r}?", f"您是不是指“{near[0]}”？")


def there_are(known: Iterable[str], *, most: int = 15) -> Text:
    """Return the words that could have been used, to stand as the way out.

    Examples
    --------
    >>> print(there_are(["html", "docx"]), there_are([]).zh)
    There are: html, docx. 可用的有：无。
    """
    names = [str(name) for name in known]
    more = " …" if len(names) > most else ""
    shown = names[:most]
    en, zh = ", ".join(shown) or "none", "、".join(shown) or "无"
    return Text(f"There are: {en}{more}.", f"可用的有：{zh}{more}。")


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raise :class:`OptionError` unless ``value`` is one of ``allowed``.

    Examples
    --------
    >>> check_choice("estimator", "ML", ["ML", "GLS"])
    >>> check_choice("estimator", "MLX", ["ML", "GLS"])
    Traceback (most recent call last):
    ecosurvey.core.errors.OptionError: estimator='MLX' is not known. Use one of: ML, GLS.
    """
    choices = list(allowed)
    if value not in choices:
        raise OptionError(
            Text(f"{name}={value!r} is not known", f"{name}={value!r} 无法识别"),
            fix=Text(
                f"Use one of: {', '.join(choices)}.", f"请使用其中之一：{'、'.join(choices)}。"
            ),
        )
