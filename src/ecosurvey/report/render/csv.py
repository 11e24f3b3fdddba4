"""A table as comma-separated values: unrounded numbers, for machines and spreadsheets."""

from __future__ import annotations

import csv
import io
import math

from ecosurvey.core import Cell, Column, Lang, Table, disarm, say


def csv_text(table: Table, lang: Lang = "en") -> str:
    """Return a table as CSV with one header line of column keys.

    Numbers are written in full, since a reader can round but not unround. A text that a
    spreadsheet would run as a formula gets a leading apostrophe; numbers keep their minus.
    Write the result with encoding ``utf-8-sig``: Excel needs the mark to see Chinese.

    Parameters
    ----------
    table : Table
    lang : {"en", "zh"}
        Language of the words in the cells; the column keys are the same in both.

    Examples
    --------
    >>> from ecosurvey.core import Text
    >>> columns = (Column("item", Text("Item", "题项"), "label"), Column("m", Text("M", "M")))
    >>> print(csv_text(Table("t", Text("T", "表"), columns, (("=1+1", -0.25),))), end="")
    item,m
    '=1+1,-0.25
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    grouped = bool(table.groups)
    keys = [column.key for column in table.columns]
    heading = "group" if "group" not in keys else "heading"
    writer.writerow([*([heading] if grouped else []), *keys])
    starts = dict(table.groups)
    group = ""
    for index, row in enumerate(table.rows):
        if index in starts:
            group = disarm(starts[index].say(lang))
        cells = [_cell(c, value, lang) for c, value in zip(table.columns, row, strict=True)]
        writer.writerow([*([group] if grouped else []), *cells])
    return stream.getvalue()


def _cell(column: Column, value: Cell, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return repr(value) if math.isfinite(value) else ""
    words = say(value, lang)
    return words if column.numeric and _is_number(words) else disarm(words)


def _is_number(words: str) -> bool:
    try:
        float(words)
    except ValueError:
        return False
    return True
