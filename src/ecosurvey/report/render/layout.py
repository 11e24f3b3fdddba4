"""What every medium must know of a table's shape: header rows, spanners, group rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

from ecosurvey.core import Lang, Table, Text


@dataclass(frozen=True, slots=True)
class Span:
    """A heading over ``width`` columns from column ``start``; empty text where there is none."""

    start: int
    width: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the body: a group heading (one text), or the cells of a row."""

    cells: tuple[str, ...]
    is_group: bool = False
    row: int = -1


def spans(table: Table, lang: Lang) -> tuple[Span, ...]:
    """Return the spanner row, neighbours with the same spanner joined; empty if there is none."""
    if all(column.spanner is None for column in table.columns):
        return ()
    found: list[Span] = []
    before: Text | None = None
    for index, column in enumerate(table.columns):
        if found and column.spanner is not None and column.spanner == before:
            last = found[-1]
            found[-1] = Span(last.start, last.width + 1, last.words)
        else:
            found.append(Span(index, 1, column.spanner.say(lang) if column.spanner else ""))
        before = column.spanner
    return tuple(found)


def headings(table: Table, lang: Lang) -> tuple[str, ...]:
    """Return the headings of the columns."""
    return tuple(column.heading.say(lang) for column in table.columns)


def lines(table: Table, lang: Lang) -> Iterator[Line]:
    """Give the body line by line, group headings where they belong."""
    starts = dict(table.groups)
    for index, cells in enumerate(table.cells(lang)):
        if index in starts:
            yield Line((starts[index].say(lang),), is_group=True)
        yield Line(tuple(cells), row=index)


def display_width(words: str) -> int:
    """Return the width of a text in Latin letters; a Chinese character counts two."""
    if words.isascii():
        return len(words)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in words)


@lru_cache(maxsize=8)  # asked for several times while a table is set
def column_widths(table: Table, lang: Lang) -> tuple[int, ...]:
    """Return the widest cell of each column, headings included by their longest word."""
    body = table.cells(lang)
    widths: list[int] = []
    for index, heading in enumerate(headings(table, lang)):
        longest = max((display_width(part) for part in heading.split()), default=1)
        widths.append(max([longest, *(display_width(row[index]) for row in body)]))
    return tuple(widths)
