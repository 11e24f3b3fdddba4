"""The answers of one wave, coded against the questionnaire, nobody excluded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

_DECISIONS = {  # in the words of the coding
    words: Text(words, zh)
    for words, zh in (
        ("set to missing: not a code of the question", "设为缺失：不是该问题的编码"),
        ("set to missing: not a whole number", "设为缺失：不是整数"),
        ("set to missing: not a known answer", "设为缺失：不是已知答案"),
    )
}


@dataclass(frozen=True, slots=True)
class Responses(Result):
    """Answers as codes, with every decision that was taken about a cell.

    Attributes
    ----------
    frame : DataFrame
        Index = row number as a spreadsheet shows it (the header is row 1). Columns: items,
        checks and background questions by id as float codes, NaN where there is no
        answer; multi-select questions as 0/1 columns ``variable_code``; technical columns
        by the names that the questionnaire's ``meta`` gives. Ranking questions are
        ``variable_code`` columns of places; composites ``construct_score``. Items are not
        reverse-keyed.
    text : DataFrame
        Open answers as text, and dates as times; the same index.
    issues : DataFrame
        ``row, column, value, decision``: cells that were set to missing though something
        stood in them.
    raw_missing : DataFrame
        ``row, column, kind``: cells that hold a missing code, by why there is no answer;
        blank cells of questions whose condition hides them are ``not_shown``.
    impossible : DataFrame
        ``row, question, problem``: answers that do not fit the skip logic; they are kept.
    instrument : Instrument
    synthetic : bool
        True if the origin column says so.
    waves : tuple of str
        The waves that the answers name.
    path, sha256
        The file and the hash of its bytes; it is never changed.
    findings : tuple of Finding
    platform : str or None
        The survey platform that wrote the file, where it can be told.
    """

    frame: pd.DataFrame
    text: pd.DataFrame
    issues: pd.DataFrame
    raw_missing: pd.DataFrame
    instrument: Instrument
    synthetic: bool
    waves: tuple[str, ...]
    path: Path | None
    sha256: str
    findings: tuple[Finding, ...]
    impossible: pd.DataFrame
    platform: str | None = None

    @property
    def n_rows(self) -> int:
        """Number of answered questionnaires in the file."""
        return len(self.frame)

    @property
    def items(self) -> pd.DataFrame:
        """The items' answers as given, not reverse-keyed."""
        return self.frame[[item.id for item in self.instrument.items]]

    def tables(self) -> tuple[Table, ...]:
        """Return what was read and what was decided about cells."""
        columns = (
            Column("what", Text("What was read", "读取内容"), "label"),
            Column("count", Text("Count", "数量"), "count"),
        )
        kinds = self.raw_missing["kind"].value_counts()
        rows: list[tuple[Cell, ...]] = [
            (Text("Questionnaires read", "读取问卷数"), self.n_rows),
            (Text("Items", "题项数"), len(self.instrument.items)),
            (Text("Cells set to missing", "设为缺失的单元格"), len(self.issues)),
            (Text("Answers against the skip logic", "与跳转逻辑不符的作答"), len(self.impossible)),
        ]
        rows += [
            (Text("Missing code: {kind}", "缺失编码：{kind}").fill(kind=kind), int(count))
            for kind, count in kinds.items()
        ]
        return (Table("responses", Text("Answers read", "数据读取"), columns, tuple(rows)),)

    def log_tables(self) -> tuple[Table, ...]:
        """Return cell by cell what was set to missing, and what does not fit the skip logic.

        Too long for a paper's text: they go beside it, for whoever checks the data.
        """
        row = Column("row", Text("Row of the file", "数据文件行号"), "label")
        column = Column("column", Text("Question", "问题"), "label")
        value = Column("value", Text("Cell", "单元格内容"), "text")
        decision = Column("decision", Text("Decision", "处理"), "text")
        problem = Column("problem", Text("Problem", "问题说明"), "text")
        from ecosurvey.responses.skips import PROBLEMS

        cells: list[tuple[Cell, ...]] = [
            (str(at), name, text[:80], _DECISIONS.get(done, done))
            for at, name, text, done in self.issues.itertuples(index=False)
        ]
        against: list[tuple[Cell, ...]] = [
            (str(at), name, PROBLEMS.get(what, what))
            for at, name, what in self.impossible.itertuples(index=False)
        ]
        return (
            Table("cells_set_to_missing", Text("Cells set to missing", "设为缺失的单元格"),
                  (row, column, value, decision), tuple(cells)),
            Table("answers_against_skips",
                  Text("Answers against the skip logic", "与跳转逻辑不符的作答"),
                  (row, column, problem), tuple(against)),
        )  # fmt: skip
