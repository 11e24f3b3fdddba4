"""Durations, times and names of respondents, waves and origin."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ecosurvey.responses.coding.cells import EMPTY_WORDS, normalise
from ecosurvey.responses.coding.columns import distinct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_CLOCK = re.compile(r"(?:(\d{1,3}) days? )?(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_HALF = r"上午|下午|[AaPp]\.?[Mm]\.?"
_TWELVE = re.compile(  # and the zone of the form, which all its rows share
    rf"(\S+) (?:({_HALF}) ?)?(\d{{1,2}})((?::\d{{2}}){{1,2}})(?: ?({_HALF}))?(?: GMT[+-]\S+)?"
)
_UNITS = re.compile(
    r"(?:(\d+)\s*(?:天|d))?\s*(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m(?:in)?))?"
    r"\s*(?:(\d+(?:\.\d+)?)\s*(?:秒钟|秒|s(?:ec)?))?"
)
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%d-%b-%Y %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y/%m/%d",
)


def seconds(text: str) -> float:
    """Return a duration in seconds; NaN if it is none.

    Examples
    --------
    >>> seconds("123秒"), seconds("2分3秒"), seconds("1:02:03"), seconds("95.5")
    (123.0, 123.0, 3723.0, 95.5)
    """
    word = normalise(text)
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value if value >= 0 else math.nan
    clock = _CLOCK.fullmatch(word)
    if clock:
        days, hours = int(clock[1] or 0), int(clock[2] or 0)
        return (days * 24 + hours) * 3600 + int(clock[3]) * 60 + float(clock[4])
    units = _UNITS.fullmatch(word)
    if units and any(units.groups()):
        numbers = [float(part or 0) for part in units.groups()]
        return float(sum(n * unit for n, unit in zip(numbers, (86400, 3600, 60, 1), strict=True)))
    return math.nan


def code_number(cells: pd.Series) -> NDArray[np.float64]:
    """Return a column of numbers, such as weights; NaN where a cell is none."""
    import numpy as np

    def number(text: str) -> float:
        try:
            value = float(normalise(text).replace(",", "."))
        except ValueError:
            return math.nan
        return value if math.isfinite(value) else math.nan

    codes, texts = distinct(cells)
    return np.array([number(text) for text in texts], dtype=float)[codes]


def code_duration(cells: pd.Series) -> NDArray[np.float64]:
    """Return a column of durations in seconds."""
    import numpy as np

    codes, texts = distinct(cells)
    return np.array([seconds(text) for text in texts], dtype=float)[codes]


def code_time(cells: pd.Series) -> pd.Series:
    """Return a column of times without zone; what is none becomes missing.

    Text with an offset from UTC becomes UTC, as one column may mix offsets; a column of
    times in one zone keeps the time of its clock.
    """
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(cells):
        wall: pd.Series = cells.dt.tz_localize(None)
        return wall
    text = code_words(cells)
    text = text.map(_one_clock, na_action="ignore")
    times = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    for pattern in _FORMATS:
        left = times.isna() & text.notna()
        if not left.any():
            break
        times[left] = pd.to_datetime(text[left], format=pattern, errors="coerce")
    return times


def _one_clock(text: str) -> str:
    """Return a time of a twelve-hour clock, as Google writes it, on that of 24 hours.

    Examples
    --------
    >>> _one_clock("2026/9/1 下午 2:02:05 GMT+8"), _one_clock("9/1/2026 12:02:05 AM")
    ('2026/9/1 14:02:05', '9/1/2026 0:02:05')
    """
    found = _TWELVE.fullmatch(text.strip())
    if found is None:
        return text
    day, before, hour, rest, after = found.groups()
    half = (before or after or "").casefold()
    if not half:
        return f"{day} {hour}{rest}"
    late = half in ("下午", "pm", "p.m.")
    return f"{day} {int(hour) % 12 + 12 * late}{rest}"


def code_words(cells: pd.Series) -> pd.Series:
    """Return a column as text without outer space; blanks become missing."""
    import pandas as pd

    codes, texts = distinct(cells)
    words = [text.strip() for text in texts]
    kept = [None if not w or w.casefold() in EMPTY_WORDS - {"-", "."} else w for w in words]
    return pd.Series(kept, dtype=None if any(kept) else object).take(codes).set_axis(cells.index)
