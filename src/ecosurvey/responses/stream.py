"""A file of answers larger than memory: read and coded some rows at a time."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, OptionError, Text, counted
from ecosurvey.instrument import Instrument
from ecosurvey.responses import coding
from ecosurvey.responses.coder import Coder
from ecosurvey.responses.coding.columns import FEW_CELLS, FEW_SHARE
from ecosurvey.responses.formats.pieces import read_pieces
from ecosurvey.responses.headers import take_header_rows
from ecosurvey.responses.matching import match_columns
from ecosurvey.responses.raw import RawTable
from ecosurvey.responses.read import refuse_lacking, waves_named, without_empty_rows

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 3
LEAST = 100  # rows of a piece: the first holds further header rows


@dataclass
class CellTally:
    """What was met in the cells of one column."""

    answered: int = 0
    text: int = 0
    off: int = 0
    first_text: list[tuple[int, str]] = field(default_factory=list)
    first_off: list[tuple[int, str]] = field(default_factory=list)

    def add(self, coded: coding.CodedColumn, rows: list[int]) -> None:
        """Count one piece of the column."""
        text = coding.cells_of_text(coded)
        known = {p for p, _ in text}
        off = [(p, word) for p, word, _ in coded.issues if p not in known]
        self.answered += coded.answered
        self.text += len(text)
        self.off += len(off)
        for kept, met in ((self.first_text, text), (self.first_off, off)):
            kept += [(rows[p], word) for p, word in met[: _SHOWN - len(kept)]]


class AnswerStream:
    """Codes a file piece by piece; iterate over it once, then read what was counted.

    Parameters
    ----------
    source : path
        As for :func:`read_pieces`.
    instrument : Instrument
    mapping : mapping, optional
        As for :func:`read_responses`.
    rows : int
        Of one piece.

    Attributes
    ----------
    n_rows : int
        Answer sheets read.
    sha256 : str
    cells : dict of str to CellTally
        Column -> what was set to missing in it.
    missing : Counter
        (question, kind) -> cells without an answer by a missing code or the skip logic.
    """

    def __init__(
        self,
        source: str | os.PathLike[str],
        instrument: Instrument,
        *,
        mapping: Mapping[str, str | None] | None = None,
        rows: int = 50_000,
    ) -> None:
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < LEAST:
            raise OptionError(
                Text(f"rows={rows!r} is not allowed", f"不允许 rows={rows!r}"),
                fix=Text(f"Use a whole number from {LEAST}.", f"请使用不小于{LEAST}的整数。"),
            )
        self.path, self.instrument, self.mapping, self.rows = (
            Path(source),
            instrument,
            mapping,
            rows,
        )
        self.n_rows, self.empty_rows, self.sha256 = 0, 0, ""
        self.cells: dict[str, CellTally] = {}
        self.missing: Counter[tuple[str, str]] = Counter()
        self.waves: set[str] = set()
        self.notes: list[Finding] = []

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """Yield the coded answers of each piece, as ``Responses.frame`` holds them.

        Raises
        ------
        DataError
            As :func:`read_responses`; what only the whole file can tell, after its last piece.
        """
        matching = None
        for piece in read_pieces(self.path, self.rows):
            table = piece
            if matching is None:
                table, called, headed = take_header_rows(table)
                self.notes = [*piece.findings, *headed]
                matching = match_columns(
                    self.instrument, table.headers, table.name, called, self.mapping
                )
                self.sha256 = table.sha256
                if not self.instrument.meta.wave:
                    refuse_lacking(self.instrument, matching, (), table)
            before = len(table.cells)
            table, _ = without_empty_rows(table)
            self.empty_rows += before - len(table.cells)
            self.waves |= set(waves_named(table, matching, self.instrument))
            if len(table.cells):
                coder = Coder(table, matching, self.instrument)
                coder.run(refuse=False)
                self._count(coder)
                yield coder.frame()
            last = table
        if not self.n_rows or matching is None:
            raise DataError(
                Text("every row is empty", "每一行都是空的"),
                where=self.path.name,
                fix=Text("Export the answers again.", "请重新导出答卷。"),
            )
        refuse_lacking(self.instrument, matching, tuple(sorted(self.waves)), last)
        self._refuse_text(last)

    def _count(self, coder: Coder) -> None:
        self.n_rows += len(coder.rows)
        for column, coded in coder.coded.items():
            self.cells.setdefault(column, CellTally()).add(coded, coder.rows)
        self.missing.update((question, kind) for _, question, kind in coder.missing)

    def _refuse_text(self, table: RawTable) -> None:
        wrong = {
            column: one
            for column, one in self.cells.items()
            if coding.too_much_text(one.text, one.answered)
        }
        if wrong:
            first = {column: one.first_text for column, one in wrong.items()}
            counts = {column: one.text for column, one in wrong.items()}
            raise coding.refuse_text(first, table.name, counts)

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the file, and of the cells that were set to missing."""
        found = list(self.notes)
        for column, one in self.cells.items():
            if one.off > max(FEW_CELLS, FEW_SHARE * one.answered):
                row, word = one.first_off[0]
                words = Text(
                    f"{column}: {counted(one.off, 'answers is', 'answers are', of=one.answered)} "
                    f"not on its scale (first {word[:20]!r} in row {row}); set to missing",
                    f"{column}：{one.answered}个作答中有{one.off}个不在量表范围内（首个为第{row}行的"
                    f"“{word[:20]}”），已设为缺失",
                )
                hint = Text(
                    "Compare the scale with the file's codes.", "请核对量表与数据文件的编码。"
                )
                found.append(Finding("wrong_scale", "serious", words, column, hint))
        lost = sum(one.text + one.off for one in self.cells.values())
        if lost:
            words = Text(
                f"cells that hold no answer of their question, set to missing: {lost}",
                f"有{lost}个单元格的内容不是有效答案，已设为缺失",
            )
            found.append(Finding("cells_set_to_missing", "warning", words))
        if self.empty_rows:
            words = Text(
                f"empty rows left out: {self.empty_rows}", f"已略去{self.empty_rows}个空行"
            )
            found.append(Finding("empty_rows", "note", words))
        return found
