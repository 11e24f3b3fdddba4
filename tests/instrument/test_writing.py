"""Questionnaires written out: forms, codebooks, exports; and read back."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import openpyxl
import pytest

from ecosurvey.instrument import Instrument, json_schema, load_instrument
from ecosurvey.instrument.codebook import codebook
from ecosurvey.instrument.importing import import_questionnaire
from ecosurvey.instrument.order import Matrix, sheets
from ecosurvey.instrument.writing.spss import spss_syntax
from ecosurvey.instrument.writing.starter import starter
from ecosurvey.instrument.writing.xlsform import xlsform
from ecosurvey.report.questionnaire import codebook_file, questionnaire_html, questionnaire_word

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ecosystem() -> Instrument:
    return load_instrument(ROOT / "instruments" / "ecosystem.yaml")


@pytest.fixture
def hostile(tmp_path: Path) -> Instrument:
    text = starter().replace("I get help when I need it.", "=1+1'<script>alert(1)</script>|&")
    (tmp_path / "hostile.yaml").write_text(text, "utf-8")
    return load_instrument(tmp_path / "hostile.yaml")


def test_the_starter_is_valid_and_complete(tmp_path: Path) -> None:
    (tmp_path / "start.yaml").write_text(starter(), "utf-8")
    loaded = load_instrument(tmp_path / "start.yaml")
    assert loaded.outcome == "SAT"
    assert [check.id for check in loaded.checks] == ["ATT1"]


@pytest.mark.parametrize("name", ["ecosystem", "bfi", "holzinger"])
def test_every_question_is_asked_once(name: str) -> None:
    loaded = load_instrument(ROOT / "instruments" / f"{name}.yaml")
    asked: list[str] = []
    for sheet in sheets(loaded):
        for block in sheet.blocks:
            asked += [s.id for s in block.statements] if isinstance(block, Matrix) else [block.id]
    wanted = [
        *(v.id for v in loaded.variables),
        *(i.id for i in loaded.items),
        *(c.id for c in loaded.checks),
    ]
    assert sorted(asked) == sorted(wanted)


def test_an_attention_check_stands_after_its_item(ecosystem: Instrument) -> None:
    check = ecosystem.checks[0]
    order = [
        s.id
        for sheet in sheets(ecosystem)
        for block in sheet.blocks
        if isinstance(block, Matrix)
        for s in block.statements
    ]
    assert check.after is not None
    assert order[order.index(check.after) + 1] == check.id


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_form_holds_every_wording_in_the_order_shown(ecosystem: Instrument, lang: str) -> None:
    page = questionnaire_html(ecosystem, lang)  # type: ignore[arg-type]
    for item in ecosystem.items:
        words = item.text.say(lang)  # type: ignore[arg-type]
        assert words.replace("'", "&#x27;") in page
    numbers = [int(n) for n in re.findall(r">(\d+)\. |>(\d+)\.<", page) for n in n if n]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "<script" not in page
    word = docx.Document(io.BytesIO(questionnaire_word(ecosystem, lang)))  # type: ignore[arg-type]
    cells = [row.cells[0].text for table in word.tables for row in table.rows]
    assert any(ecosystem.items[0].text.say(lang) in cell for cell in cells)  # type: ignore[arg-type]


def test_the_form_is_the_same_bytes_each_time(ecosystem: Instrument) -> None:
    assert questionnaire_word(ecosystem, "zh") == questionnaire_word(ecosystem, "zh")


def test_how_to_answer_stands_in_the_brackets_of_the_language(ecosystem: Instrument) -> None:
    assert "（可多选）" in questionnaire_html(ecosystem, "zh")
    assert '<span class="how"> (Choose all that apply.)</span>' in questionnaire_html(
        ecosystem, "en"
    )
    word = docx.Document(io.BytesIO(questionnaire_word(ecosystem, "zh")))
    lines = [line.text for line in word.paragraphs]
    assert any(line.endswith("（单选）") for line in lines)
    assert not any("(" in line for line in lines)


def test_the_words_above_a_grid_keep_to_it(ecosystem: Instrument) -> None:
    word = docx.Document(io.BytesIO(questionnaire_word(ecosystem, "en")))
    stems = [p for p in word.paragraphs if p.text.startswith("Over the past two years")]
    assert stems
    assert all(stem.paragraph_format.keep_with_next for stem in stems)


def test_the_codebook_has_a_row_for_every_column(ecosystem: Instrument) -> None:
    table = codebook(ecosystem)[0]
    columns = [row[0] for row in table.rows]
    assert len(columns) == len(set(columns))
    assert {item.id for item in ecosystem.items} < set(columns)
    assert "coop_forms_1" in columns
    keyed = {row[0]: str(row[5]) for row in table.rows}
    assert keyed["POL5"] == "reverse"
    for ending in ("html", "docx", "xlsx", "md", "csv"):
        assert codebook_file(ecosystem, ending, "zh")
    assert codebook_file(ecosystem, "pdf", "zh") is None


def test_words_of_the_questionnaire_run_nowhere(hostile: Instrument) -> None:
    for page in (questionnaire_html(hostile, "en"), codebook_file(hostile, "html", "en")):
        assert isinstance(page, str)
        assert "<script>alert" not in page
    table = codebook_file(hostile, "csv", "en")
    assert isinstance(table, bytes)
    assert ",=1+1" not in table.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(xlsform(hostile)))
    cells = [cell for row in book["survey"].iter_rows() for cell in row if cell.value]
    assert all(cell.data_type == "s" for cell in cells)
    syntax = spss_syntax(hostile)
    assert "'=1+1''<script>" in syntax  # the quote is doubled, so the string does not end


def test_an_exported_form_comes_back_with_its_questions(
    ecosystem: Instrument, tmp_path: Path
) -> None:
    (tmp_path / "form.xlsx").write_bytes(xlsform(ecosystem))
    back = import_questionnaire(tmp_path / "form.xlsx")
    (tmp_path / "back.yaml").write_text(back.text, "utf-8")
    loaded = load_instrument(tmp_path / "back.yaml")
    ours = {i.id: i for i in ecosystem.items} | {c.id: c for c in ecosystem.checks}
    theirs = {item.id: item for item in loaded.items}
    assert set(theirs) == set(ours)
    for name, item in theirs.items():
        assert item.text == ours[name].text
        scale = ours[name].scale
        assert scale is not None
        assert item.scale.points == scale.points
        assert item.scale.labels == scale.labels
    options = {v.id: [o.code for o in v.options] for v in loaded.variables}
    assert options["role"] == [1, 2, 3, 4]


def test_spss_syntax_labels_items_values_and_missing_codes(ecosystem: Instrument) -> None:
    syntax = spss_syntax(ecosystem, "zh")
    assert "POL1 '上级政策为该校的国际化办学提供了明确依据。'" in syntax
    assert "1 '非常不同意'" in syntax
    assert re.search(r"MISSING VALUES .*POL1.*\(-2, -3\)\.", syntax)
    for line in syntax.splitlines():
        assert line.count("'") % 2 == 0


def test_the_schema_names_the_dialect() -> None:
    assert json_schema()["properties"]["schema"]["const"] == "ecosurvey/instrument/1"


FIXTURES = sorted((ROOT / "tests" / "fixtures" / "questionnaires").iterdir())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_other_programs_questionnaires_become_valid_drafts(path: Path, tmp_path: Path) -> None:
    found = import_questionnaire(path)
    (tmp_path / "draft.yaml").write_text(found.text, "utf-8")
    loaded = load_instrument(tmp_path / "draft.yaml")
    assert len(loaded.items) == found.items == 3
    assert found.variables == len(loaded.variables) >= 4
    labels = {str(item.text.en) for item in loaded.items}
    assert len(labels) == 3
    assert all(item.scale.points for item in loaded.items)
    if path.suffix != ".csv":
        assert found.left_out  # each fixture has something that cannot be carried over
