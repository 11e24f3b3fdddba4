"""Tables that are wider or longer than a page stay readable on it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pytest

from ecosurvey.core import Column, Table, Text
from ecosurvey.report.model import Document, Paragraph, Section, TableBlock
from ecosurvey.report.render.latex import PACKAGES, latex_table
from ecosurvey.report.render.word import word_document
from ecosurvey.report.render.word_table import _SIZES, _size, _whole, word_table_xml

PAGE = 9000


def _correlations(count: int) -> Table:
    names = [Column(f"c{k}", Text(str(k), str(k)), "text") for k in range(1, count)]
    columns = (
        Column("scale", Text("Scale", "量表"), "label"),
        Column("n", Text("n", "n"), "count"),
        Column("m", Text("M", "M")),
        *names,
    )
    row = ("Internationalized double-qualified staff", 1122, 3.5, *["−.22***"] * (count - 1))
    return Table("scales", Text("Correlations", "相关"), columns, (row,) * count)


@pytest.mark.parametrize("count", [4, 9, 15])
def test_no_word_of_a_wide_table_is_torn_apart(count: int) -> None:
    table = _correlations(count)
    size = _size(table, "en", PAGE)
    widths = [int(w) for w in re.findall(r'gridCol w:w="(\d+)"', word_table_xml(
        table, "en", PAGE, style_id="cell"))]  # fmt: skip
    assert sum(widths) <= PAGE
    assert all(w >= need for w, need in zip(widths, _whole(table, "en", size), strict=True))
    assert (size == _SIZES[0]) == (count == 4)


def test_a_table_whose_wrapped_texts_fill_a_page_breaks_over_pages() -> None:
    columns = (Column("a", Text("A", "甲"), "label"), Column("b", Text("B", "乙"), "text"))
    title = Text("T", "表")
    wordy = ("words " * 14).strip()
    assert "longtable" in latex_table(Table("t", title, columns, ((wordy, wordy),) * 20))
    assert "longtable" not in latex_table(Table("t", title, columns, (("a", "b"),) * 20))
    assert "longtable" in latex_table(Table("t", title, columns, (("a", "b"),) * 39))


def test_in_latex_a_table_too_wide_for_a_page_stands_on_its_side() -> None:
    assert r"\begin{table}" in latex_table(_correlations(9))
    assert r"\begin{sidewaystable}" in latex_table(_correlations(16))
    wide = _correlations(16)
    long = latex_table(replace(wide, rows=wide.rows * 4, groups=((8, Text("More", "其余")),)))
    assert long.startswith(r"\begin{landscape}") and r"\begin{longtable}" in long
    assert r"\textit{More}} \\*" in long  # no page ends with the heading of rows
    assert {"rotating", "pdflscape"} <= set(PACKAGES)


@pytest.mark.parametrize("last", [True, False])
def test_in_word_the_page_lies_on_its_side_for_such_a_table_alone(last: bool) -> None:
    wide, narrow = _correlations(16), replace(_correlations(4), key="narrow")
    blocks = (TableBlock(narrow), TableBlock(wide), *(() if last else (Paragraph(narrow.title),)))
    title = Text("T", "题")
    made = Document(title, title, False, (Section("s", title, blocks),))
    word = docx.Document(io.BytesIO(word_document(made, "en", {})))
    sides = [section.page_width > section.page_height for section in word.sections]
    assert sides == ([False, True] if last else [False, True, False])
    letters = [int(size) for size in re.findall(r'w:sz w:val="(\d+)"', word.tables[1]._tbl.xml)]
    assert min(letters, default=_SIZES[0]) >= _SIZES[2]


def test_in_word_a_row_of_texts_begins_at_its_top() -> None:
    words = (Column("a", Text("A", "甲"), "label"), Column("b", Text("B", "乙"), "text"))
    numbers = (words[0], Column("b", Text("B", "乙")))
    for columns, cell, upright in ((words, "long " * 90, "top"), (numbers, 1.5, "bottom")):
        table = Table("t", Text("T", "表"), columns, (("x", cell),))
        made = word_table_xml(table, "en", PAGE, style_id="cell")
        assert re.findall(r'vAlign w:val="(\w+)"', made)[-2:] == [upright, upright]


@pytest.mark.parametrize(("rows", "kept"), [(3, [True] * 3), (14, [False] * 12 + [True] * 2)])
def test_in_word_what_belongs_together_is_on_one_page(rows: int, kept: list[bool]) -> None:
    columns = (Column("a", Text("A", "甲"), "label"), Column("b", Text("B", "乙")))
    table = Table("t", Text("T", "表"), columns, (("x", 1.5),) * rows)
    made = word_table_xml(table, "en", PAGE, style_id="cell").split("<w:tr>")[1:]
    assert [row.count("<w:keepNext/>") == 2 for row in made] == [True, *kept]  # headings too
