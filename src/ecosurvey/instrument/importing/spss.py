"""SPSS files (.sav, .zsav): variable and value labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecosurvey.core import InstrumentError, MissingExtraError, Text
from ecosurvey.instrument.importing.draft import Choice, Found, Question, guessed


def read_sav_labels(path: Path, content: bytes) -> Found:
    """Return the questionnaire that the labels of an SPSS file describe.

    Neighbours with the same value labels become a block; user-missing codes are listed.

    Raises
    ------
    MissingExtraError
        If pyreadstat is not installed.
    InstrumentError
        If the file is damaged.
    """
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtraError(
            Text("reading SPSS files needs the package pyreadstat", "读取SPSS文件需要pyreadstat包"),
            where=path.name,
            fix=Text("Install it: pip install pyreadstat.", "请安装：pip install pyreadstat。"),
        ) from None
    try:
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True, user_missing=True)
    except Exception as error:  # the reader raises its own and any decoding error
        raise InstrumentError(
            Text(
                f"the SPSS file is damaged ({type(error).__name__})",
                f"SPSS文件已损坏（{type(error).__name__}）",
            ),
            where=path.name,
        ) from None
    found = Found(path.stem, guessed(meta.file_label or path.stem), source="SPSS")
    for name in meta.column_names:
        _variable(found, meta, name)
    return found


def _variable(found: Found, meta: Any, name: str) -> None:
    words = guessed(meta.column_names_to_labels.get(name))
    labels = meta.variable_value_labels.get(name) or {}
    missing = [(row["lo"], row["hi"]) for row in meta.missing_ranges.get(name, [])]
    if missing:
        shown = ", ".join(str(lo) if lo == hi else f"{lo} to {hi}" for lo, hi in missing)
        found.leave(name, f"user-missing codes {shown}: list them under 'missing'")
    answers = []
    for code, label in sorted(labels.items(), key=lambda pair: str(pair[0])):
        number = isinstance(code, (int, float)) and float(code).is_integer()
        if number and any(low <= code <= high for low, high in missing if not isinstance(low, str)):
            continue
        answers.append(Choice(str(int(code)) if number else str(code), guessed(label)))
    answers.sort(key=lambda c: int(c.name) if c.name.lstrip("-").isdigit() else 0)
    kind: Any = "single" if answers else "number"
    text = str(meta.readstat_variable_types.get(name, "")).startswith("str")
    if not answers and text:
        kind = "text"
    if not answers and str(meta.original_variable_types.get(name, "")).startswith(
        ("DATE", "ADATE", "EDATE")
    ):
        kind = "date"
    found.questions.append(Question(name, words, kind, tuple(answers)))
