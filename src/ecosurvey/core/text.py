"""Words in two languages, and numbers as a paper prints them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")

MINUS = "−"
MISSING = "—"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Chinese, side by side where they are written.

    Examples
    --------
    >>> heading = Text("Sample", "样本")
    >>> heading.say("zh")
    '样本'
    >>> Text("n = {n}", "n = {n}").fill(n=12).say("en")
    'n = 12'
    """

    en: str
    zh: str

    def say(self, lang: Lang) -> str:
        """Return the words in one language."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """Return the words with ``{name}`` replaced; a Text is filled in its own language."""
        en = {key: v.en if isinstance(v, Text) else v for key, v in values.items()}
        zh = {key: v.zh if isinstance(v, Text) else v for key, v in values.items()}
        return Text(self.en.format(**en), self.zh.format(**zh))

    def __str__(self) -> str:
        return self.en

    def __bool__(self) -> bool:
        """Tell whether there are words at all."""
        return bool(self.en or self.zh)


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def disarm(text: str) -> str:
    """Return text that no spreadsheet runs: what begins like a formula is led by an apostrophe.

    Examples
    --------
    >>> disarm("=HYPERLINK(1)"), disarm("good")
    ("'=HYPERLINK(1)", 'good')
    """
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(FORMULA_STARTS) else plain


def say(words: Text | str, lang: Lang) -> str:
    """Return a Text in one language, and plain text as it is."""
    return words.say(lang) if isinstance(words, Text) else words


def number(value: float | None, decimals: int = 2, *, bounded: bool = False) -> str:
    """Format a number for print: true minus, no "−0.00", and no leading zero if bounded.

    Parameters
    ----------
    value : float or None
        ``None`` and NaN become an em dash.
    decimals : int
        Digits after the point.
    bounded : bool
        True for a quantity that cannot exceed 1 in absolute value by definition
        (correlations, p values, reliabilities): APA prints it without the leading zero.
        Standardized coefficients and loadings can exceed 1 and keep theirs, wherever they stand.

    Examples
    --------
    >>> number(-0.0012, 2), number(0.8349, 2, bounded=True), number(1234.5, 1)
    ('0.00', '.83', '1234.5')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{abs(value):.{decimals}f}"
    negative = value < 0 and any(digit not in "0." for digit in text)
    if bounded and text.startswith("0."):
        text = text[1:]
    return f"{MINUS}{text}" if negative else text


def counted(count: int, one: str, many: str, *, of: int | None = None) -> str:
    """Say how many in English: ``one`` follows a count of one, ``many`` any other.

    Parameters
    ----------
    count : int
    one, many : str
        Noun and verb, since both change.
    of : int, optional
        How many there are in all.

    Examples
    --------
    >>> counted(1, "row remains", "rows remain"), counted(0, "row remains", "rows remain")
    ('1 row remains', '0 rows remain')
    >>> counted(1, "rows is empty", "rows are empty", of=9)
    '1 of 9 rows is empty'
    """
    said = f"{count}" if of is None else f"{count} of {of}"
    return f"{said} {one if count == 1 else many}"


def p_value(value: float | None) -> str:
    """Format a p value by APA rules: three digits, no leading zero, ``< .001`` below that.

    None is shown as 1.000, which would say that it is known to be: ``> .999``.

    Examples
    --------
    >>> p_value(0.0482), p_value(1e-9), p_value(0.99961), p_value(None)
    ('.048', '< .001', '> .999', '—')
    """
    if value is None or math.isnan(value):
        return MISSING
    if value < 0.001:
        return "< .001"
    shown = number(value, 3, bounded=True)
    return "> .999" if shown == "1.000" else shown


def p_relation(value: float | None) -> str:
    """Format a p value to stand behind the letter in a sentence.

    Examples
    --------
    >>> f"p {p_relation(0.0482)}", f"p {p_relation(1e-9)}"
    ('p = .048', 'p < .001')
    """
    shown = p_value(value)
    return shown if shown[0] in "<>" else f"= {shown}"


def interval(lower: float, upper: float, decimals: int = 2, *, bounded: bool = False) -> str:
    """Format a confidence interval.

    Examples
    --------
    >>> interval(-0.1, 0.25, bounded=True)
    '[−.10, .25]'
    """
    low = number(lower, decimals, bounded=bounded)
    return f"[{low}, {number(upper, decimals, bounded=bounded)}]"
