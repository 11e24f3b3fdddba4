"""The questionnaire as an XLSForm workbook, for KoboToolbox and ODK."""

from __future__ import annotations

import io
import re
from typing import Any

from ecosurvey.core import Text
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.order import Matrix, sheets
from ecosurvey.instrument.parts import Check, Condition, Scale, Variable

_LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
_TYPES = {"integer": "integer", "number": "decimal", "text": "text", "longtext": "text",
          "date": "date"}  # fmt: skip


def xlsform(instrument: Instrument) -> bytes:
    """Return the questionnaire as the bytes of an .xlsx workbook in the XLSForm dialect.

    Sheets ``survey``, ``choices`` and ``settings`` (xlsform.org). Codes are the names of choices,
    so that answers come back as they stand in the questionnaire file; attention checks are
    questions like any other. Constructs, hypotheses and keying have no place in an XLSForm.
    """
    from openpyxl import Workbook

    book = Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), None
    survey.title = "survey"
    labels = [f"label::{_LANGUAGES[code]}" for code in instrument.languages]
    rows = [("type", "name", *labels, "required", "relevant", "appearance", "constraint")]
    lists: dict[str, list[tuple[str, Text]]] = {}
    for number, sheet in enumerate(sheets(instrument), start=1):
        title = sheet.title or Text(f"Page {number}", f"第{number}页")
        rows.append(("begin_group", f"page{number}", *_said(title, instrument), *_NONE[:4]))
        for block in sheet.blocks:
            if isinstance(block, Matrix):
                rows += _matrix(block, instrument, lists)
            else:
                rows += _question(block, instrument, lists)
        rows.append(("end_group", f"page{number}", *("" for _ in labels), *_NONE[:4]))
    _fill(survey, rows)
    _fill(
        choices,
        [
            ("list_name", "name", *labels),
            *(
                (name, code, *_said(words, instrument))
                for name, options in lists.items()
                for code, words in options
            ),
        ],
    )
    settings = book.create_sheet("settings")
    form_title = instrument.title.say("zh" if instrument.languages[0] == "zh" else "en")
    default = _LANGUAGES[instrument.languages[0]]
    _fill(
        settings,
        [
            ("form_title", "form_id", "version", "default_language"),
            (form_title, instrument.id, instrument.version, default),
        ],
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_NONE = ("", "", "", "")


def _said(words: Text, instrument: Instrument) -> tuple[str, ...]:
    return tuple(words.say("zh" if code == "zh" else "en") for code in instrument.languages)


def _matrix(
    block: Matrix, instrument: Instrument, lists: dict[str, list[tuple[str, Text]]]
) -> list[tuple[str, ...]]:
    rows = []
    if block.stem is not None:
        name = f"note_{block.statements[0].id}"
        rows.append(("note", name, *_said(block.stem, instrument), *_NONE))
    for statement in block.statements:
        required = "yes" if getattr(statement, "required", False) else ""
        shown = _relevant(getattr(statement, "show_if", None))
        kind, limit = "decimal", _limits(block.scale)
        if block.scale.points:
            kind = f"select_one {_list(block.scale.id, block.scale, lists)}"
            limit = ""
        look = "likert" if block.scale.kind == "likert" else ""
        said = _said(statement.text, instrument)
        rows.append((kind, statement.id, *said, required, shown, look, limit))
    return rows


def _list(name: str, scale: Scale, lists: dict[str, list[tuple[str, Text]]]) -> str:
    lists.setdefault(
        name,
        [(str(p), scale.labels.get(p, Text(str(p), str(p)))) for p in scale.points],
    )
    return name


def _limits(scale: Scale) -> str:
    parts = []
    if scale.min is not None:
        parts.append(f". >= {scale.min:g}")
    if scale.max is not None:
        parts.append(f". <= {scale.max:g}")
    return " and ".join(parts)


def _question(
    block: Variable | Check, instrument: Instrument, lists: dict[str, list[tuple[str, Text]]]
) -> list[tuple[str, ...]]:
    if isinstance(block, Check):
        return [("integer", block.id, *_said(block.text, instrument), *_NONE)]
    kind, limit = _TYPES.get(block.type, "text"), ""
    if block.options:
        lists.setdefault(block.id, [(str(o.code), o.label) for o in block.options])
        word = {"multi": "select_multiple", "ranking": "rank"}.get(block.type, "select_one")
        kind = f"{word} {block.id}"
    elif block.scale is not None and block.scale.points:
        kind = f"select_one {_list(block.scale.id, block.scale, lists)}"
    elif block.range is not None:
        limit = f". >= {block.range[0]:g} and . <= {block.range[1]:g}"
    required = "yes" if block.required else ""
    look = "multiline" if block.type == "longtext" else ""
    said = _said(block.label, instrument)
    rows = [(kind, block.id, *said, required, _relevant(block.show_if), look, limit)]
    # XLSForm's own "or_other" would add an option beside the one that asks for words
    for option in block.options:
        if option.other_text:
            shown = f"selected(${{{block.id}}}, '{option.code}')"
            asked = _said(Text("Please specify", "请说明"), instrument)
            rows.append(("text", f"{block.id}_{option.code}_text", *asked, "", shown, "", ""))
    return rows


def _relevant(condition: Condition | None) -> str:
    """Return a skip condition as an XPath expression of XLSForm."""
    if condition is None:
        return ""
    if condition.all:
        return "(" + " and ".join(_relevant(one) for one in condition.all) + ")"
    if condition.any:
        return "(" + " or ".join(_relevant(one) for one in condition.any) + ")"
    if condition.negated is not None:
        return f"not({_relevant(condition.negated)})"
    name = f"${{{condition.var}}}"
    if condition.among is not None:
        tests = [f"selected({name}, '{code}')" for code in condition.among]
        return tests[0] if len(tests) == 1 else "(" + " or ".join(tests) + ")"
    parts = []
    if condition.at_least is not None:
        parts.append(f"{name} >= {condition.at_least:g}")
    if condition.at_most is not None:
        parts.append(f"{name} <= {condition.at_most:g}")
    return " and ".join(parts)


def _fill(sheet: Any, rows: list[tuple[str, ...]]) -> None:
    """Write cells as text, never as formulas, without characters that a workbook cannot hold."""
    for number, row in enumerate(rows, start=1):
        for column, words in enumerate(row, start=1):
            if words:
                cell = sheet.cell(number, column)
                cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", words)
                cell.data_type = "s"
