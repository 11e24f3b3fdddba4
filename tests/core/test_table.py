"""Tables keep numbers as numbers, and show them by what they mean."""

from __future__ import annotations

import pytest

from ecosurvey.core import Column, Table, Text

TABLE = Table(
    "demo",
    Text("Demo", "示例"),
    (
        Column("name", Text("Name", "名称"), "label"),
        Column("n", Text("n", "n"), "count"),
        Column("r", Text("r", "r"), bounded=True),
        Column("p", Text("p", "p"), "p"),
    ),
    (
        (Text("Policy", "政策"), 12, -0.456, 0.0001),
        ("<b>&", None, None, None),
    ),
    notes=(Text("n < 20", "n < 20"),),
    groups=((1, Text("Hostile", "有害")),),
)


def test_values_are_shown_by_the_kind_of_their_column() -> None:
    assert TABLE.cells("zh") == [["政策", "12", "−.46", "< .001"], ["<b>&", "—", "—", "—"]]


def test_the_frame_holds_unrounded_values() -> None:
    assert TABLE.to_frame()["r"].iloc[0] == -0.456


def test_html_escapes_whatever_a_respondent_wrote() -> None:
    page = TABLE.to_html()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    assert "n &lt; 20" in page


def test_plain_text_counts_chinese_characters_double() -> None:
    lines = TABLE.to_text("zh").splitlines()
    assert lines[1].startswith("名称   n")
    assert lines[3].startswith("政策  12")


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 1 for 4 columns"):
        Table("bad", Text("", ""), TABLE.columns, (("x",),))


def test_a_row_of_another_kind_shows_its_numbers_so() -> None:
    columns = (Column("name", Text("Name", "名称"), "label"), Column("value", Text("Value", "值")))
    p, df = Column("p", Text("p", "p"), "p"), Column("df", Text("df", "自由度"), "count")
    rows = (("χ²", 85.306), ("df", 24.0), ("p", 0.0001), ("df", "none"))
    table = Table("t", Text("T", "表"), columns, rows, formats=((1, df), (2, p), (3, df)))
    assert [cells[1] for cells in table.cells()] == ["85.31", "24", "< .001", "none"]
    assert table.to_frame()["value"].tolist()[:3] == [85.306, 24.0, 0.0001]
