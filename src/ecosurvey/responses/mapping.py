"""How the columns of a file were matched, as a table that people can complete and reuse."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, disarm
from ecosurvey.instrument import Instrument
from ecosurvey.responses.coding.cells import normalise
from ecosurvey.responses.expected import required_items
from ecosurvey.responses.formats import read_table
from ecosurvey.responses.formats.delimited import decode
from ecosurvey.responses.headers import forms, take_header_rows
from ecosurvey.responses.matching import match_columns
from ecosurvey.responses.wanted import wanted_columns

if TYPE_CHECKING:
    import pandas as pd

IGNORE = "-"  # written in place of a question: the column holds none
_KEYS = ("column", "question", "how", "suggestion", "similarity")
_HOW = {
    "mapping": Text("given mapping", "指定的对应表"),
    "id": Text("id", "编号"),
    "header": Text("header in the questionnaire", "问卷中给出的列名"),
    "wording": Text("wording", "题干文字"),
    "platform": Text("platform's name", "平台的固定列名"),
    "": Text("not matched", "未匹配"),
}


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One column of the file.

    Attributes
    ----------
    header : str
    question : str
        What it was matched with; empty if nothing.
    how : str
        ``mapping``, ``id``, ``header``, ``wording``, ``platform``, or empty.
    suggestion : str
        The question without a column whose wording is nearest; never taken by itself.
    similarity : float or None
        Of that wording, 0 to 1.
    """

    header: str
    question: str
    how: str
    suggestion: str = ""
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class ColumnMatching(Result):
    """Every column of a file and the question it holds; what is open has suggestions.

    Attributes
    ----------
    rows : tuple of MatchRow
        In the order of the file.
    absent : tuple of str
        Questions that no column holds.
    required : tuple of str
        Those of them without which the file cannot be read.
    platform : str or None
    """

    rows: tuple[MatchRow, ...]
    absent: tuple[str, ...]
    required: tuple[str, ...]
    platform: str | None
    findings: tuple[Finding, ...] = ()

    @property
    def mapping(self) -> dict[str, str | None]:
        """Header -> question, for :func:`read_responses`; open columns left out."""
        return {row.header: row.question for row in self.rows if row.header and row.question}

    def tables(self) -> tuple[Table, ...]:
        """Return the columns with what they hold, those that are open first named."""
        columns = (
            Column("column", Text("Column of the file", "数据文件的列"), "label"),
            Column("question", Text("Question", "问题"), "text"),
            Column("how", Text("Matched by", "匹配依据"), "text"),
            Column("suggestion", Text("Suggestion", "建议"), "text"),
            Column("similarity", Text("Similarity", "相似度"), bounded=True),
        )
        rows: list[tuple[Cell, ...]] = [
            (row.header, row.question, _HOW[row.how], row.suggestion, row.similarity)
            for row in self.rows
        ]
        notes: tuple[Text, ...] = ()
        if self.absent:
            shown = ", ".join(self.absent)
            notes = (Text(f"Without a column: {shown}.", f"没有对应列的问题：{shown}。"),)
        title = Text("Columns matched to questions", "数据列与问题的对应")
        return (Table("column_matching", title, columns, tuple(rows), notes),)

    def to_csv(self) -> str:
        """Return the table as CSV to complete by hand and give back as a mapping.

        A question is written beside each open column; ``-`` says that it holds none. Cells
        that a spreadsheet would take for a formula are led by an apostrophe.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_KEYS)
        for row in self.rows:
            similarity = "" if row.similarity is None else f"{row.similarity:.2f}"
            cells = (row.header, row.question, row.how, row.suggestion, similarity)
            writer.writerow([disarm(cell) for cell in cells])
        return text.getvalue()


def match_report(
    source: str | os.PathLike[str] | pd.DataFrame,
    instrument: Instrument,
    *,
    mapping: Mapping[str, str | None] | None = None,
) -> ColumnMatching:
    """Tell which column of a file holds which question, without coding the answers.

    Parameters
    ----------
    source : path or DataFrame
    instrument : Instrument
    mapping : mapping, optional
        As for :func:`read_responses`.

    Returns
    -------
    ColumnMatching
        With suggestions for open columns: the nearest wording of a question without a
        column, by the ratio of Ratcliff and Obershelp, from 0.6.

    Raises
    ------
    DataError
        If the file cannot be read, or two columns hold the same question.
    """
    table, called, findings = take_header_rows(read_table(source))
    matching = match_columns(instrument, table.headers, table.name, called, mapping)
    at = {position: name for name, position in matching.columns.items()}
    words = _open_words(instrument, matching.columns)
    rows = []
    for position, header in enumerate(table.headers):
        if position in at:
            rows.append(MatchRow(header, at[position], matching.how[at[position]]))
        elif mapping is not None and header in mapping:
            rows.append(MatchRow(header, "", "mapping"))
        else:
            suggestion, similarity = _suggest(called[position], words)
            rows.append(MatchRow(header, "", "", suggestion, similarity))
    required = set(matching.absent) & required_items(instrument, ())
    return ColumnMatching(
        tuple(rows),
        matching.absent,
        tuple(name for name in matching.absent if name in required),
        matching.platform.id if matching.platform else None,
        (*table.findings, *findings),
    )


def _open_words(instrument: Instrument, found: Mapping[str, int]) -> dict[str, str]:
    """Return the words of questions without a column -> question."""
    open_ = {name: by for name, by in wanted_columns(instrument).items() if name not in found}
    return {word: name for name, by in open_.items() for words in by for word in words if word}


def _suggest(called: tuple[str, ...], words: Mapping[str, str]) -> tuple[str, float | None]:
    best: tuple[float, str] = (0.0, "")
    for header in called:
        for form in forms(header):
            for near in get_close_matches(form, words, n=1, cutoff=0.6):
                best = max(best, (SequenceMatcher(None, near, form).ratio(), words[near]))
    return (best[1], best[0]) if best[1] else ("", None)


def read_mapping(path: str | os.PathLike[str]) -> dict[str, str | None]:
    """Read a completed table of columns and questions.

    Parameters
    ----------
    path : path
        CSV with the columns ``column`` and ``question``, as ``ecosurvey map`` writes it.
        Rows without a question are left to the usual matching; ``-`` holds none.

    Returns
    -------
    dict
        Header -> question, or ``None``.

    Raises
    ------
    DataError
        If there is no such file, or it is no such table.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(
            Text(f"the mapping cannot be read ({error})", f"对应表无法读取（{error}）"),
            where=str(path),
        ) from None
    text, _ = decode(content, path.name)
    try:
        rows: list[dict[str | Any, Any]] = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise DataError(
            Text(f"the mapping cannot be read ({error})", f"对应表无法读取（{error}）"),
            where=str(path),
        ) from None
    if not rows or not {"column", "question"} <= set(rows[0]):
        raise DataError(
            Text(
                "the mapping has no columns 'column' and 'question'",
                "对应表缺少“column”和“question”两列",
            ),
            where=str(path),
            fix=Text(
                "Write it with 'ecosurvey map' and complete it.",
                "请用 'ecosurvey map' 生成后填写。",
            ),
        )
    mapping: dict[str, str | None] = {}
    given: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        header, question = _plain(row["column"]), _plain(row["question"])
        if not header or not question:
            continue
        if question != IGNORE and question in given:
            raise DataError(
                Text(
                    f"row {number} gives {question!r} to {header[:50]!r}, "
                    f"but {given[question][:50]!r} has it already",
                    f"第{number}行将 {question!r} 对应到 {header[:50]!r}，"
                    f"但它已对应 {given[question][:50]!r}",
                ),
                where=str(path),
            )
        given[question] = header
        mapping[header] = None if normalise(question) == IGNORE else question
    return mapping


def _plain(cell: str | None) -> str:
    word = (cell or "").strip()
    return word[1:] if word[:1] == "'" and disarm(word[1:]) == word else word
