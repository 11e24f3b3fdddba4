"""A neutral table: what every result gives, and what every renderer takes.

A table knows what its columns mean (an estimate, a p value, a count), never how a word
processor draws them. Numbers stay numbers, unrounded, until a renderer asks for text.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ecosurvey.core.text import MISSING, Lang, Text, number, p_value, say

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["label", "text", "count", "number", "p", "percent"]
Cell = str | Text | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        Stable snake_case name, used in CSV, JSON and data frames.
    heading : Text
        What the reader sees.
    kind : {"label", "text", "count", "number", "p", "percent"}
        What the values are; decides format and alignment. Percent values are 0 to 100.
    decimals : int
        Digits after the point, for numbers and percents.
    bounded : bool
        True where |value| cannot exceed 1 by definition: printed without a leading zero.
    spanner : Text or None
        A heading over this and its neighbours with the same spanner.
    """

    key: str
    heading: Text
    kind: Kind = "number"
    decimals: int = 2
    bounded: bool = False
    spanner: Text | None = None

    @property
    def numeric(self) -> bool:
        """True where the values are numbers, which renderers align on the right."""
        return self.kind not in ("label", "text")

    def show(self, value: Cell, lang: Lang = "en") -> str:
        """Return one value as it is printed.

        Examples
        --------
        >>> Column("r", Text("r", "r"), bounded=True).show(0.5)
        '.50'
        """
        if value is None:
            return MISSING if self.numeric else ""
        if isinstance(value, (str, Text)):
            return say(value, lang)
        if self.kind == "p":
            return p_value(float(value))
        if self.kind == "count":
            return number(float(value), 0)
        if self.kind in ("label", "text"):
            return str(value)
        return number(float(value), self.decimals, bounded=self.bounded)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper, before it is drawn in any medium.

    Attributes
    ----------
    key : str
        Stable snake_case name: the file name and the key in ``results.json``.
    title : Text
        The caption, without number.
    columns : tuple of Column
    rows : tuple of tuple
        One value for each column; ``None`` where there is nothing to say.
    notes : tuple of Text
        Lines under the table: what abbreviations mean, conventions, sources.
    groups : tuple of (int, Text)
        Row groups: the row index where each begins, and its heading.
    alarms : tuple of int
        Rows that are shown in red where the medium has colour.
    formats : tuple of (int, Column)
        Rows whose numbers are of another kind than their columns', and that kind.

    Examples
    --------
    >>> table = Table("fit", Text("Model fit", "模型拟合"),
    ...     (Column("index", Text("Index", "指标"), "label"), Column("value", Text("Value", "值"))),
    ...     (("CFI", 0.953), ("RMSEA", 0.041)))
    >>> print(table.to_text())
    Model fit
    Index  Value
    -----  -----
    CFI     0.95
    RMSEA   0.04
    """

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Text, ...] = field(default=())
    groups: tuple[tuple[int, Text], ...] = field(default=())
    alarms: tuple[int, ...] = ()
    formats: tuple[tuple[int, Column], ...] = ()

    def __post_init__(self) -> None:
        width = len(self.columns)
        for row in self.rows:
            if len(row) != width:
                raise ValueError(f"table {self.key!r}: a row of {len(row)} for {width} columns")

    def cells(self, lang: Lang = "en") -> list[list[str]]:
        """Return every value as printed text, row by row."""
        return [
            [column.show(value, lang) for column, value in zip(columns, row, strict=True)]
            for columns, row in zip(self.columns_by_row(), self.rows, strict=True)
        ]

    def columns_by_row(self) -> list[tuple[Column, ...]]:
        """Return what each row's values are: the columns, or what stands for its numbers."""
        formats = dict(self.formats)
        return [
            self.columns if own is None else tuple(own if c.numeric else c for c in self.columns)
            for own in (formats.get(index) for index in range(len(self.rows)))
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the unrounded values as a data frame, columns named by their keys."""
        import pandas as pd

        plain = [[v.en if isinstance(v, Text) else v for v in row] for row in self.rows]
        return pd.DataFrame(plain, columns=[column.key for column in self.columns])

    def to_text(self, lang: Lang = "en") -> str:
        """Return the table as aligned plain text; Chinese characters count double."""
        headings = [column.heading.say(lang) for column in self.columns]
        body = self.cells(lang)
        widths = [max(map(_width, column)) for column in zip(headings, *body, strict=True)]
        starts = dict(self.groups)

        def line(words: list[str]) -> str:
            padded = [
                _pad(word, width, right=column.numeric)
                for word, width, column in zip(words, widths, self.columns, strict=True)
            ]
            return "  ".join(padded).rstrip()

        lines = [self.title.say(lang), line(headings), "  ".join("-" * w for w in widths)]
        for index, row in enumerate(body):
            if index in starts:
                lines.append(starts[index].say(lang))
            lines.append(line(row))
        lines += [note.say(lang) for note in self.notes]
        return "\n".join(lines)

    def to_html(self, lang: Lang = "en") -> str:
        """Return the table as a plain HTML fragment, every text escaped."""
        starts = dict(self.groups)
        head = "".join(
            f'<th class="{_side(c)}">{html.escape(c.heading.say(lang))}</th>' for c in self.columns
        )
        body: list[str] = []
        for index, row in enumerate(self.cells(lang)):
            if index in starts:
                group = html.escape(starts[index].say(lang))
                body.append(
                    f'<tr class="group"><th colspan="{len(self.columns)}">{group}</th></tr>'
                )
            cells = "".join(
                f'<td class="{_side(column)}">{html.escape(word)}</td>'
                for column, word in zip(self.columns, row, strict=True)
            )
            body.append(f"<tr>{cells}</tr>")
        notes = "".join(f'<p class="note">{html.escape(n.say(lang))}</p>' for n in self.notes)
        return (
            f"<table><caption>{html.escape(self.title.say(lang))}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{notes}"
        )

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return in_notebook(self.to_html())


def in_notebook(fragment: str) -> str:
    """Return an HTML fragment with the plain look that tables have in notebooks."""
    style = (
        "<style>.ecosurvey table{border-collapse:collapse;border-top:2px solid;"
        "border-bottom:2px solid;margin:.6em 0}.ecosurvey caption{text-align:left;"
        "font-weight:600}.ecosurvey thead th{border-bottom:1px solid}"
        ".ecosurvey td,.ecosurvey th{padding:.15em .6em!important}.ecosurvey .num"
        "{text-align:right}.ecosurvey .txt,.ecosurvey .group th{text-align:left}"
        ".ecosurvey .note{font-size:.85em;margin:.1em 0}</style>"
    )
    return f'{style}<div class="ecosurvey">{fragment}</div>'


def _side(column: Column) -> str:
    return "num" if column.numeric else "txt"


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
