"""What a reader must be able to count on, whatever the words in a table."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from docx.oxml import parse_xml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosurvey.core import Column, Table, Text
from ecosurvey.report.render import csv_text, html_table, latex_table
from ecosurvey.report.render.escape import file_slug, html_escape, latex_escape, visible
from ecosurvey.report.render.word_table import word_table_xml

WORDS = st.text(st.characters(codec="utf-16", exclude_categories=[]), max_size=40)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _one_cell(words: str) -> Table:
    columns = (Column("a", Text("A", "甲"), "text"), Column("b", Text("B", "乙")))
    return Table("t", Text(words, words), columns, ((words, -1.5),), (Text(words, words),))


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_csv_keeps_numbers_unrounded_with_their_minus_and_leaves_gaps_empty(table: Table) -> None:
    rows = _read(csv_text(table))
    assert rows[0] == ["group", "path", "est", "low", "high", "p"]
    assert rows[1] == ["First group", "A → B", "0.5", "0.25", "0.75", "0.0001"]
    assert rows[2][2:] == ["-0.25", "-1.5", "", "0.04"]
    assert rows[3] == ["Second group", "C", "", "", "", ""]


@given(WORDS)
def test_csv_runs_no_formula_and_keeps_the_shape(words: str) -> None:
    rows = _read(csv_text(_one_cell(words.replace("\r", " "))))
    assert len(rows) == 2
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows[1][1] == "-1.5"


def test_csv_speaks_the_language_asked_for(table: Table) -> None:
    assert "甲 → 乙" in csv_text(table, "zh")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@given(WORDS)
def test_html_holds_no_tags_but_its_own(words: str) -> None:
    parser = _Tags()
    parser.feed(html_table(_one_cell(words)))
    own = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "em", "span"}
    assert set(parser.tags) <= own


def test_html_has_spanners_groups_scopes_and_values_to_sort_by(table: Table) -> None:
    page = html_table(table, label="Table 3")
    assert 'colspan="2" scope="colgroup"' in page
    assert page.count('scope="rowgroup"') == 2
    assert page.count("<tbody>") == page.count("</tbody>") == 2
    assert 'data-v="-0.25"' in page
    assert "−.25" in page
    assert '<span class="label">Table 3</span>' in page


@given(WORDS)
@example("\u1680\u2003\u202f")
def test_latex_leaves_no_command_of_the_data_alive(words: str) -> None:
    escaped = latex_escape(words)
    rest = re.sub(r"\\(textbackslash|textasciitilde|textasciicircum|text[a-z]+)\{\}", "", escaped)
    rest = re.sub(r"\$\^\{[23]\}\$|\$\\?[A-Za-z-]+\$|\$-\$", "", rest)
    rest = re.sub(r"\\[{}&%$#_]", "", rest).replace("{[}", "").replace("{]}", "")
    assert not set(rest) & set("\\{}&%$#_^")
    assert rest.isprintable() or all(not c.isspace() or c in " \u3000" for c in rest)


def test_latex_braces_and_environments_balance(table: Table) -> None:
    for lang in ("en", "zh"):
        text = latex_table(table, lang, synthetic=True)
        bare = text.replace(r"\{", "").replace(r"\}", "")
        assert bare.count("{") == bare.count("}")
        begun = re.findall(r"\\begin\{(\w+)\}", text)
        ended = re.findall(r"\\end\{(\w+)\}", text)
        assert sorted(begun) == sorted(ended)
        assert r"\label{tab:paths}" in text
        assert r"\cmidrule(lr){3-4}" in text


def test_latex_says_synthetic_where_it_is(table: Table) -> None:
    assert "Synthetic data" in latex_table(table, synthetic=True)
    assert "Synthetic data" not in latex_table(table)


def test_a_long_table_breaks_over_pages_and_repeats_its_head() -> None:
    columns = (Column("a", Text("Item", "题项"), "label"), Column("b", Text("M", "M")))
    rows = tuple((f"i{k}", float(k)) for k in range(60))
    text = latex_table(Table("long", Text("Long", "长"), columns, rows))
    assert r"\begin{longtable}" in text
    assert text.count(r"\endfirsthead") == text.count(r"\endhead") == 1
    assert r"\begin{table}" not in text


@settings(max_examples=60)
@given(WORDS)
def test_word_xml_is_well_formed_and_says_the_words(words: str) -> None:
    root = parse_xml(word_table_xml(_one_cell(words), "en", 9000, style_id="T"))
    said = [node.text or "" for node in root.iter(f"{W}t")]
    assert visible(words) in said


def test_word_tables_have_three_lines_and_repeat_their_heading(table: Table) -> None:
    root = parse_xml(word_table_xml(table, "en", 9000, style_id="T"))
    borders = root.find(f"{W}tblPr/{W}tblBorders")
    assert borders is not None
    assert [side.tag.removeprefix(W) for side in borders] == ["top", "bottom"]
    rows = root.findall(f"{W}tr")
    heads = [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert len(heads) == 2  # spanners and headings
    assert len(rows) == 2 + 2 + 3
    under = heads[1].findall(f".//{W}tcBorders/{W}bottom")
    assert len(under) == len(table.columns)
    assert not rows[3].findall(f".//{W}tcBorders")


@pytest.mark.parametrize("width", [4000, 9000])
def test_word_columns_share_the_page_and_no_more(table: Table, width: int) -> None:
    root = parse_xml(word_table_xml(table, "zh", width, style_id="T"))
    grid = [int(col.attrib[f"{W}w"]) for col in root.iter(f"{W}gridCol")]
    assert len(grid) == len(table.columns)
    assert sum(grid) <= width
    assert min(grid) > 100


def test_direction_marks_and_controls_are_taken_out() -> None:
    assert visible("a\u202eb\u2066c\x07d\x1b[0m") == "abcd[0m"
    assert html_escape('"<&>') == "&quot;&lt;&amp;&gt;"


@given(WORDS)
def test_file_names_are_safe_whatever_the_key(words: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,80}", file_slug(words))


def test_a_table_without_rows_is_drawn_everywhere() -> None:
    empty = Table("e", Text("E", "空"), (Column("a", Text("A", "甲"), "label"),), ())
    assert _read(csv_text(empty)) == [["a"]]
    assert "<tbody></tbody>" in html_table(empty)
    assert r"\midrule" in latex_table(empty)
    assert word_table_xml(empty, "en", 9000, style_id="T").startswith("<w:tbl")
