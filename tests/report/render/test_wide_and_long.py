"""Tables that are wider or longer than a page stay readable on it."""

from __future__ import annotations

import re

import pytest

from ecosurvey.core import Column, Table, Text
from ecosurvey.report.render.latex import latex_table
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


def test_in_word_a_row_of_texts_begins_at_its_top() -> None:
    words = (Column("a", Text("A", "甲"), "label"), Column("b", Text("B", "乙"), "text"))
    numbers = (words[0], Column("b", Text("B", "乙")))
    for columns, cell, upright in ((words, "long " * 90, "top"), (numbers, 1.5, "bottom")):
        table = Table("t", Text("T", "表"), columns, (("x", cell),))
        made = word_table_xml(table, "en", PAGE, style_id="cell")
        assert re.findall(r'vAlign w:val="(\w+)"', made)[-2:] == [upright, upright]
