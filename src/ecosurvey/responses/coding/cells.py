"""One cell: its text made comparable, and what it means on a scale."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core import Text
from ecosurvey.instrument import MissingCode

Verdict = Literal["answer", "missing", "outside", "fraction", "text"]

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?")
_NUMBERED = re.compile(r"[(\[]?([-+]?\d{1,3}|[a-z])[)\]]?\s*[.、:=)\-–—]?\s*(.+)")
_TRAILED = re.compile(r"(.+?)\s*[(\[=:](-?\d{1,3})\s*分?[)\]]?")
_NUMBER_AROUND = re.compile(r"([-+]?\d{1,3})\s*分?\s*[(\[](.+)[)\]]")
_POINTS = re.compile(r"([-+]?\d{1,3})\s*分")
_WRITTEN_IN = re.compile(r"〖.*?〗", re.DOTALL)
# what survey platforms write where nothing was answered
PLATFORM_TEXTS = {"(空)": "blank", "(跳过)": "not_shown"}
# what programs write for an empty cell
EMPTY_WORDS = frozenset(
    ("na", "n/a", "#n/a", "nan", "null", "none", ".", "<na>", "-", "--", "—", "——")
)


@dataclass(frozen=True, slots=True)
class Coded:
    """What a cell's text means: a number, or why it has none.

    Attributes
    ----------
    value : float
        NaN unless ``verdict`` is ``"answer"``.
    kind : str
        For missing cells why they are: blank, not_shown, dont_know, …
    """

    value: float
    verdict: Verdict
    kind: str = ""


BLANK = Coded(math.nan, "missing", "blank")


def normalise(text: str) -> str:
    """Return text as it is compared: full-width to plain, spaces joined, case folded.

    Examples
    --------
    >>> normalise("　４．同意 "), normalise("Strongly  AGREE")
    ('4.同意', 'strongly agree')
    """
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True, slots=True)
class Codebook:
    """Which cell texts are which numbers, for one question.

    Attributes
    ----------
    codes : frozenset of int or None
        The answers there are; ``None`` where any number within the limits is one.
    labels : mapping
        Normalised wording -> code.
    missing_codes, missing_texts : mapping
        Code or normalised text -> why it is missing.
    lower, upper : float
        Limits where ``codes`` is ``None``.
    whole : bool
        True if only whole numbers are answers.
    """

    codes: frozenset[int] | None
    labels: Mapping[str, int]
    missing_codes: Mapping[int, str]
    missing_texts: Mapping[str, str]
    lower: float = -math.inf
    upper: float = math.inf
    whole: bool = True

    def code(self, text: str) -> Coded:
        """Return what a cell's text means."""
        word = normalise(text)
        if not word:
            return BLANK
        if word in self.missing_texts:
            return Coded(math.nan, "missing", self.missing_texts[word])
        if _NUMBER.fullmatch(word):
            return self._number(float(word))
        label = self._label(word)
        if label is not None:
            return Coded(float(label), "answer")
        if word in EMPTY_WORDS:
            return BLANK
        return Coded(math.nan, "text")

    def _number(self, value: float) -> Coded:
        if value.is_integer() and int(value) in self.missing_codes:
            return Coded(math.nan, "missing", self.missing_codes[int(value)])
        if self.codes is not None and value in self.codes:
            return Coded(value, "answer")
        if self.whole and not value.is_integer():
            return Coded(math.nan, "fraction")
        if self.codes is None and self.lower <= value <= self.upper and math.isfinite(value):
            return Coded(value, "answer")
        return Coded(math.nan, "outside")

    def _label(self, word: str) -> int | None:
        """Return the code of a wording, alone or with its number or letter beside it."""
        if word in self.labels:
            return self.labels[word]
        bare = normalise(_WRITTEN_IN.sub("", word))
        if bare in self.labels:
            return self.labels[bare]
        led = _NUMBERED.fullmatch(bare)
        if led and led[2] in self.labels:
            code = self.labels[led[2]]
            if led[1].isalpha() or int(led[1]) == code:
                return code
        around = _NUMBER_AROUND.fullmatch(bare)  # 4(agree), 4分(agree)
        if around and self.labels.get(around[2]) == int(around[1]):
            return int(around[1])
        points = _POINTS.fullmatch(bare)
        if points and self.codes is not None and int(points[1]) in self.codes:
            return int(points[1])
        trailed = _TRAILED.fullmatch(bare)
        if trailed and trailed[1] in self.labels and int(trailed[2]) == self.labels[trailed[1]]:
            return int(trailed[2])
        return None


def codebook(
    labelled: Iterable[tuple[int, Text]],
    missing: Iterable[MissingCode],
    *,
    codes: Iterable[int] | None,
    lower: float | None = None,
    upper: float | None = None,
    whole: bool = True,
) -> Codebook:
    """Return the codebook of one question from its labels and the file's missing codes."""
    missing = tuple(missing)
    kinds: dict[int, str] = {row.code: row.kind for row in missing}
    worded = [(normalise(words), code) for code, text in labelled for words in (text.en, text.zh)]
    texts: dict[str, str] = dict(PLATFORM_TEXTS)
    texts |= {normalise(words): row.kind for row in missing for words in row.texts}
    for row in missing:
        if row.label:
            texts |= {normalise(words): row.kind for words in (row.label.en, row.label.zh)}
    # an option such as "prefer not to say" may itself carry a missing code
    texts |= {words: kinds[code] for words, code in worded if code in kinds}
    labels = {words: code for words, code in worded if words and code not in kinds}
    return Codebook(
        codes=None if codes is None else frozenset(codes) - kinds.keys(),
        labels=labels,
        missing_codes=kinds,
        missing_texts={words: kind for words, kind in texts.items() if words not in labels},
        lower=-math.inf if lower is None else lower,
        upper=math.inf if upper is None else upper,
        whole=whole,
    )
