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
    for index, shown in enumerate(shown_cells(table, lang)):
        if index in starts:
            yield Line((starts[index].say(lang),), is_group=True)
        yield Line(tuple(shown), row=index)


def display_width(words: str) -> int:
    """Return the width of a text in Latin letters; a Chinese character counts two."""
    if words.isascii():
        return len(words)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in words)


class Itself:
    """A table known by being itself: to hash its values takes longer than to show them."""

    __slots__ = ("table",)

    def __init__(self, table: Table) -> None:
        self.table = table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.table is self.table

    def __hash__(self) -> int:
        return id(self.table)


_MOST = 128  # tables of a report, which every medium asks for


def shown_cells(table: Table, lang: Lang) -> list[list[str]]:
    """Return every value as printed text, row by row; not to be changed."""
    return _cells(Itself(table), lang)


def column_widths(table: Table, lang: Lang) -> tuple[int, ...]:
    """Return the widest cell of each column, headings included by their longest word."""
    return _column_widths(Itself(table), lang)


@lru_cache(maxsize=_MOST)
def _cells(one: Itself, lang: Lang) -> list[list[str]]:
    return one.table.cells(lang)


@lru_cache(maxsize=_MOST)
def _column_widths(one: Itself, lang: Lang) -> tuple[int, ...]:
    body = _cells(one, lang)
    widths: list[int] = []
    for index, heading in enumerate(headings(one.table, lang)):
        longest = max((display_width(part) for part in heading.split()), default=1)
        widths.append(max([longest, *(display_width(row[index]) for row in body)]))
    return tuple(widths)
