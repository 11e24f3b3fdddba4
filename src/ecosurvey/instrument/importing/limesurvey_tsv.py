"""LimeSurvey's tab-separated survey structure (.txt): one row a group, question or answer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import Found, guessed, language, plain
from ecosurvey.instrument.importing.limesurvey import LimeQuestion, add


def read_limesurvey_tsv(path: Path, content: bytes) -> Found:
    """Return the questionnaire of a LimeSurvey structure file.

    What belongs to what is told by the order of the rows; further languages repeat the whole.

    Raises
    ------
    InstrumentError
        If it is no such table.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InstrumentError(
            Text(f"the structure cannot be read ({error})", f"问卷结构无法读取（{error}）"),
            where=path.name,
        ) from None
    if not rows or not {"class", "type/scale", "name", "text"} <= set(rows[0]):
        raise InstrumentError(
            Text("this is no LimeSurvey structure file", "这不是LimeSurvey结构文件"),
            where=path.name,
        )
    found = Found(path.stem, guessed(path.stem), source="LimeSurvey")
    questions: dict[str, LimeQuestion] = {}
    title: dict[str, str] = {}
    current: LimeQuestion | None = None
    for row in rows:
        cells = {key: (cell or "").strip() for key, cell in row.items() if key}
        kind, name = cells["class"], cells["name"]
        lang, words = language(cells.get("language", "")), plain(cells["text"])
        if kind == "SL" and name == "surveyls_title" and lang and words:
            title[lang] = words
        elif kind == "Q":
            current = questions.setdefault(
                name,
                LimeQuestion(
                    name,
                    cells["type/scale"],
                    mandatory=cells.get("mandatory") == "Y",
                    other=cells.get("other") == "Y",
                    relevance=cells.get("relevance", ""),
                ),
            )
            if lang and words:
                current.words.setdefault(lang, words)
        elif kind in ("SQ", "A") and current is not None:
            if cells["type/scale"] not in ("", "0"):
                found.leave(current.code, f"second scale: {words[:80]}")
                continue
            held = current.parts if kind == "SQ" else current.answers
            if lang and words:
                held.setdefault(name, {}).setdefault(lang, words)
            else:
                held.setdefault(name, {})
    found.title = title or found.title
    for one in questions.values():
        add(found, one)
    return found
