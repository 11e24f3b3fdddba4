"""REDCap data dictionaries: one CSV row a field."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import Choice, Found, Question, guessed, plain

# heading of the downloaded dictionary -> name in the API's metadata
_HEADINGS = {
    "variable / field name": "field_name",
    "form name": "form_name",
    "section header": "section_header",
    "field type": "field_type",
    "field label": "field_label",
    "choices, calculations, or slider labels": "select_choices_or_calculations",
    "field note": "field_note",
    "text validation type or show slider number": "text_validation_type_or_show_slider_number",
    "text validation min": "text_validation_min",
    "text validation max": "text_validation_max",
    "branching logic (show field only if...)": "branching_logic",
    "required field?": "required_field",
    "matrix group name": "matrix_group_name",
    "field annotation": "field_annotation",
}
_YES_NO = (Choice("1", {"en": "Yes", "zh": "是"}), Choice("0", {"en": "No", "zh": "否"}))
_TRUTH = (Choice("1", {"en": "True", "zh": "对"}), Choice("0", {"en": "False", "zh": "错"}))


def read_redcap(path: Path, content: bytes) -> Found:
    """Return the questionnaire of a REDCap data dictionary.

    Matrix groups become blocks. Calculations, files and annotations are listed as left out.

    Raises
    ------
    InstrumentError
        If it is no such table.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InstrumentError(
            Text(f"the dictionary cannot be read ({error})", f"数据字典无法读取（{error}）"),
            where=path.name,
        ) from None
    table = [
        {_HEADINGS.get(plain(k).casefold(), plain(k)): (v or "") for k, v in row.items() if k}
        for row in rows
        if None not in row
    ]
    if not table or not {"field_name", "field_type"} <= set(table[0]):
        raise InstrumentError(
            Text("this is no REDCap data dictionary", "这不是REDCap数据字典"), where=path.name
        )
    found = Found(path.stem, guessed(path.stem), source="REDCap")
    section: dict[str, str] = {}
    for row in table:
        section = guessed(row.get("section_header")) or section
        if row["field_name"].strip():
            _field(found, row, section)
    return found


def _field(found: Found, row: dict[str, str], section: dict[str, str]) -> None:
    name, kind = row["field_name"].strip(), row["field_type"].strip().casefold()
    words = guessed(row.get("field_label"))
    choices = row.get("select_choices_or_calculations", "")
    for key in ("field_note", "field_annotation"):
        if row.get(key, "").strip():
            found.leave(name, f"{key}: {plain(row[key])[:160]}")
    required = row.get("required_field", "").strip().casefold() == "y"
    logic = row.get("branching_logic", "").strip()
    matrix = row.get("matrix_group_name", "").strip()
    answers = _answers(choices)
    ends = _range(row)
    if kind in ("radio", "dropdown", "yesno", "truefalse"):
        given = {"yesno": _YES_NO, "truefalse": _TRUTH}.get(kind, answers)
        found.questions.append(
            Question(name, words, "single", given, matrix, {}, section if matrix else {}, required,
                     logic)
        )  # fmt: skip
    elif kind == "checkbox":
        found.questions.append(
            Question(name, words, "multi", answers, matrix, {}, {}, required, logic)
        )
    elif kind == "slider":
        found.questions.append(
            Question(name, words, "numeric_item", (), matrix or "sliders", {}, section, required,
                     logic, ends or (0, 100))
        )  # fmt: skip
    elif kind in ("text", "notes"):
        check = row.get("text_validation_type_or_show_slider_number", "").strip().casefold()
        what: Any = "longtext" if kind == "notes" else "text"
        if check.startswith(("integer", "number")):
            what = "integer" if check == "integer" else "number"
        elif check.startswith("date"):
            what = "date"
        found.questions.append(
            Question(name, words, what, required=required, logic=logic, range=ends)
        )
    else:
        found.leave(
            name, f"type {kind!r}: {(plain(choices) or next(iter(words.values()), ''))[:120]}"
        )


def _answers(text: str) -> tuple[Choice, ...]:
    """Return the answers of a cell such as ``1, Yes | 2, No``."""
    parts = [part.partition(",") for part in text.split("|") if part.strip()]
    return tuple(Choice(code.strip(), guessed(label)) for code, comma, label in parts if comma)


def _range(row: dict[str, str]) -> tuple[float, float] | None:
    try:
        low, high = float(row["text_validation_min"]), float(row["text_validation_max"])
    except (KeyError, ValueError):
        return None
    return (low, high) if low < high else None
