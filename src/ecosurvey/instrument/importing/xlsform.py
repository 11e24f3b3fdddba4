"""XLSForm workbooks (ODK, KoboToolbox): the sheets ``survey``, ``choices`` and ``settings``."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import Choice, Found, Question, guessed, language, plain

MAX_ROWS = 20_000
_SELECT = re.compile(
    r"(select[_ ]one(?: from)?|select1|select[_ ]multiple(?: from)?|select all that apply(?: from)?"
    r"|rank)\s+(\S+)(\s+or[_ ]other)?",
    re.IGNORECASE,
)
_KINDS = {
    "integer": "integer", "int": "integer", "decimal": "number", "range": "number",
    "text": "text", "string": "text", "date": "date", "datetime": "date",
}  # fmt: skip
_TECHNICAL = {
    "start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit", "simserial",
    "subscriberid", "start-geopoint", "background-audio", "imei",
}  # fmt: skip
_YES = {"yes", "true", "true()", "1"}
_ALIASES = {
    "relevance": "relevant", "caption": "label", "list name": "list_name", "value": "name",
    "command": "type", "tag": "name", "constraint message": "constraint_message",
}  # fmt: skip


def read_xlsform(path: Path, content: bytes) -> Found:
    """Return the questionnaire of an XLSForm workbook.

    Neighbouring ``select_one`` questions of one list in one group become a block. Constraints,
    calculations, hints, repeats and media are listed as left out.

    Raises
    ------
    InstrumentError
        If it is no workbook with the sheets ``survey`` and ``choices``.
    """
    sheets = _sheets(path, content)
    choices = _choices(sheets.get("choices", []))
    settings = (sheets.get("settings") or [{}])[0]
    title = settings.get("form_title") or path.stem
    found = Found(str(settings.get("form_id") or path.stem), guessed(title), source="XLSForm")
    found.version = str(settings.get("version") or "1.0")
    groups: list[tuple[str, dict[str, str], str]] = []
    for number, row in enumerate(sheets["survey"], 2):
        kind = row.get("type", "").strip()
        name = row.get("name", "").strip() or f"row{number}"
        opened = re.fullmatch(r"(begin|end)[_ ](group|repeat)", kind.casefold())
        if opened:
            if opened[1] == "begin":
                groups.append((name, _labels(row, "label"), row.get("relevant", "").strip()))
                if opened[2] == "repeat":
                    found.leave(name, "a repeat: its questions are taken as asked once")
            elif groups:
                groups.pop()
            continue
        if kind:
            _question(found, row, kind, name, choices, groups)
    _unread_labels(found, sheets["survey"])
    return found


def _question(
    found: Found,
    row: dict[str, str],
    kind: str,
    name: str,
    choices: dict[str, tuple[Choice, ...]],
    groups: list[tuple[str, dict[str, str], str]],
) -> None:
    lowered = kind.casefold()
    if lowered in _TECHNICAL:
        return
    for key in ("constraint", "calculation", "choice_filter", "default", "hint"):
        if row.get(key, "").strip() and lowered != "note":
            found.leave(name, f"{key}: {row[key].strip()[:160]}")
    words = _labels(row, "label")
    select = _SELECT.match(kind)
    relevant = [part for part in (*(g[2] for g in groups), row.get("relevant", "").strip()) if part]
    logic = (
        " and ".join(f"({part})" for part in relevant) if len(relevant) > 1 else "".join(relevant)
    )
    required = row.get("required", "").strip().casefold() in _YES
    block, block_words = (groups[-1][0], groups[-1][1]) if groups else ("", {})
    if select:
        what = select[1].casefold()
        chosen: Any = "ranking" if what == "rank" else "single"
        if "multiple" in what or "all that" in what:
            chosen = "multi"
        answers = choices.get(select[2], ())
        if select[3]:
            answers = (*answers, Choice("other", {"en": "Other", "zh": "其他"}, other_text=True))
        if not answers:
            found.leave(name, f"the list {select[2]!r} has no choices in this workbook")
        found.questions.append(
            Question(name, words, chosen, answers, block or f"list_{select[2]}", {}, block_words,
                     required, logic)
        )  # fmt: skip
    elif lowered in _KINDS:
        simple: Any = _KINDS[lowered]
        found.questions.append(
            Question(name, words, simple, required=required, logic=logic, block=f"only_{name}")
        )
    else:
        found.leave(name, f"type {kind!r}: {next(iter(words.values()), '')[:120]}".rstrip(": "))


def _choices(rows: list[dict[str, str]]) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        list_name, name = row.get("list_name", "").strip(), row.get("name", "").strip()
        if list_name and name:
            lists.setdefault(list_name, []).append(Choice(name, _labels(row, "label")))
    return {name: tuple(choices) for name, choices in lists.items()}


def _labels(row: dict[str, str], key: str) -> dict[str, str]:
    """Return the wordings of ``label``, ``label::English (en)`` and the like by language."""
    found: dict[str, str] = {}
    for header, cell in row.items():
        base, _, tag = header.partition(":")
        if base.strip() != key or not cell.strip():
            continue
        lang = language(tag.strip(": ")) if tag else None
        if lang:
            found[lang] = plain(cell)
        elif not tag:
            found |= {k: v for k, v in guessed(cell).items() if k not in found}
    return found


def _unread_labels(found: Found, rows: list[dict[str, str]]) -> None:
    headers = {header for row in rows for header in row if header.startswith("label:")}
    for header in sorted(headers):
        if language(header.partition(":")[2].strip(": ")) is None:
            found.leave(header, "words in a language that the questionnaire file does not have")


def _sheets(path: Path, content: bytes) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the known sheets as mappings from header to text."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
        found = {
            name: _rows(sheets[name])
            for name in ("survey", "choices", "settings")
            if name in sheets
        }
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise InstrumentError(
            Text(
                f"the workbook is damaged ({type(error).__name__})",
                f"工作簿已损坏（{type(error).__name__}）",
            ),
            where=path.name,
        ) from None
    if "survey" not in found:
        raise InstrumentError(
            Text(
                "the workbook has no sheet 'survey', so it is no XLSForm",
                "工作簿中没有“survey”表，因此不是XLSForm",
            ),
            where=path.name,
        )
    return found


def _rows(sheet: Any) -> list[dict[str, str]]:
    sheet.reset_dimensions()
    rows: list[dict[str, str]] = []
    headers: list[str] | None = None
    for cells in sheet.iter_rows(values_only=True, max_row=MAX_ROWS):
        texts = ["" if cell is None else _text(cell) for cell in cells]
        if headers is None:
            if any(texts):
                headers = [_header(text) for text in texts]
            continue
        if any(texts):
            rows.append({h: t for h, t in zip(headers, texts, strict=False) if h})
    return rows


def _header(text: str) -> str:
    word = text.strip().casefold()
    base, colon, tag = word.partition(":")
    return f"{_ALIASES.get(base.strip(), base.strip())}{colon}{tag}"


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
