"""Rows that must not be overlooked are red in every medium that has colour."""

from __future__ import annotations

import io

import openpyxl

from ecosurvey.core import Column, Table, Text
from ecosurvey.report.render.excel import excel_workbook
from ecosurvey.report.render.html import html_table
from ecosurvey.report.render.latex import PACKAGES, latex_table
from ecosurvey.report.render.word_table import word_table_xml

TABLE = Table(
    "check",
    Text("Check", "复算"),
    (Column("what", Text("What", "内容"), "label"), Column("value", Text("Value", "值"))),
    (("good", 1.0), ("bad", 2.0), ("good", 3.0)),
    alarms=(1,),
)


def test_red_is_the_row_that_is_off_and_no_other() -> None:
    page = html_table(TABLE)
    assert page.count('<tr class="alarm">') == 1
    assert '<tr class="alarm"><th scope="row" class="txt fix">bad' in page
    tex = latex_table(TABLE)
    assert tex.count(r"\textcolor{red}") == 2
    assert r"\textcolor{red}{bad} & \textcolor{red}{2.00}" in tex
    assert "xcolor" in PACKAGES
    word = word_table_xml(TABLE, "en", 9000, style_id="cell")
    assert word.count('<w:color w:val="B00020"/>') == 2
    sheet = openpyxl.load_workbook(io.BytesIO(excel_workbook([TABLE], "en"))).worksheets[0]
    red = [cell.value for row in sheet for cell in row
           if cell.font.color is not None and cell.font.color.rgb == "00B00020"]  # fmt: skip
    assert red == ["bad", 2]
