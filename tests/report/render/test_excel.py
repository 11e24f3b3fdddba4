"""The workbook: numbers unrounded, hostile text harmless, the same bytes each time."""

from __future__ import annotations

import io
import time

from openpyxl import load_workbook

from ecosurvey.core import Column, Table, Text
from ecosurvey.report.render.excel import excel_workbook

COLUMNS = (Column("a", Text("Item", "题项"), "label"), Column("b", Text("M", "均值")))
EVIL = ("=cmd|' /C calc'!A0", "+1", "@x", "\x00a\x1bb\u202ec", "<b>&")


def table(key: str = "t") -> Table:
    rows = tuple((words, 1 / 3) for words in EVIL)
    return Table(key, Text("=T()", "表"), COLUMNS, (*rows, ("nan", float("nan"))))


def test_text_stays_text_and_numbers_stay_whole() -> None:
    sheet = load_workbook(io.BytesIO(excel_workbook([table()])))["t"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert sheet["A1"].value == "=T()"
    assert sheet["B3"].value == 1 / 3
    assert sheet["A6"].value == "abc"
    assert sheet["B8"].value is None


def test_a_row_of_another_kind_has_the_format_of_its_kind() -> None:
    made = Table("t", Text("T", "表"), COLUMNS, (("m", 1.5), ("p", 0.25)),
                 formats=((1, Column("p", Text("p", "p"), "p")),))  # fmt: skip
    sheet = load_workbook(io.BytesIO(excel_workbook([made])))["t"]
    assert [sheet["B3"].number_format, sheet["B4"].number_format] == ["0.00", "0.000"]


def test_sheets_have_names_that_excel_allows() -> None:
    long = "a" * 40
    book = load_workbook(io.BytesIO(excel_workbook([table(long), table(long + "b"), table("x/y")])))
    assert len(set(book.sheetnames)) == 3
    assert max(map(len, book.sheetnames)) <= 31
    assert "x_y" in book.sheetnames


def test_the_same_tables_give_the_same_bytes_later() -> None:
    first = excel_workbook([table()], "zh", synthetic=True)
    time.sleep(1.1)
    assert excel_workbook([table()], "zh", synthetic=True) == first
