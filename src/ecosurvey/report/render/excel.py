"""All tables in one Excel workbook, a sheet each: numbers as numbers, no text that calculates."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

from ecosurvey.core import Cell, Column, Lang, Table, say
from ecosurvey.report.banner import SYNTHETIC
from ecosurvey.report.render.archive import repeatable_zip
from ecosurvey.report.render.escape import visible
from ecosurvey.report.render.layout import headings

_NAME, _LETTERS = 31, 32000  # letters that Excel allows in the name of a sheet, and in a cell


def excel_workbook(tables: Sequence[Table], lang: Lang = "en", *, synthetic: bool = False) -> bytes:
    """Return the bytes of an .xlsx file, the same bytes each time.

    Numbers are stored in full and shown with the table's decimals; a text stays text even where
    it begins like a formula.

    Parameters
    ----------
    tables : sequence of Table
    lang : {"en", "zh"}
    synthetic : bool
        Say over each table that the data were made up by a program.
    """
    from openpyxl import Workbook

    book = Workbook()
    taken: set[str] = set()
    for index, table in enumerate(tables):
        sheet: Any = book.active if index == 0 else book.create_sheet()
        sheet.title = _sheet_name(table.key, taken)
        _write(sheet, table, lang, synthetic=synthetic)
    stream = io.BytesIO()
    book.properties.creator = "ecosurvey"
    book.save(stream)
    return repeatable_zip(stream.getvalue(), change={"docProps/core.xml": _without_times})


def _write(sheet: Any, table: Table, lang: Lang, *, synthetic: bool) -> None:
    from openpyxl.styles import Font

    lead = [table.title.say(lang), *([SYNTHETIC.say(lang)] if synthetic else [])]
    names = headings(table, lang)
    over = [c.spanner.say(lang) + ": " if c.spanner else "" for c in table.columns]
    rows: list[Sequence[Cell]] = [[words] for words in lead]
    rows.append([a + b for a, b in zip(over, names, strict=True)])
    head = len(rows)
    red: set[int] = set()
    kinds = {}
    starts = dict(table.groups)
    for index, (values, columns) in enumerate(zip(table.rows, table.columns_by_row(), strict=True)):
        if index in starts:
            rows.append([starts[index]])
        rows.append(values)
        kinds[len(rows)] = columns
        if index in table.alarms:
            red.add(len(rows))
    rows += [[note] for note in table.notes]
    bold, alarm = Font(bold=True), Font(color="B00020")
    for y, line in enumerate(rows, 1):
        for x, value in enumerate(line, 1):
            cell = sheet.cell(y, x)
            _fill(cell, kinds.get(y, table.columns)[x - 1], value, lang)
            if y <= head:
                cell.font = bold
            elif y in red:
                cell.font = alarm
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.column_dimensions["A"].width = 36


def _fill(cell: Any, column: Column, value: Cell, lang: Lang) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, (int, float)):
        cell.value = value
        places = 0 if column.kind == "count" else 3 if column.kind == "p" else column.decimals
        cell.number_format = "0." + "0" * places if places else "0"
        return
    cell.value = visible(say(value, lang))[:_LETTERS]
    cell.data_type = "s"  # openpyxl would take a leading = for a formula
    cell.quotePrefix = True


def _sheet_name(key: str, taken: set[str]) -> str:
    """Return a name that Excel allows and that no other sheet has."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", key)[:_NAME] or "table"
    count = 1
    while name.lower() in taken:
        count += 1
        name = f"{name[: _NAME - 4]}_{count}"
    taken.add(name.lower())
    return name


def _without_times(data: bytes) -> bytes:
    """Take out the moments of making and saving, which differ each time."""
    return re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", data)
