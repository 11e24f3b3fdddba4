"""What every reader returns: headers and cells as they stand in the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells before anything is known of what they mean.

    Attributes
    ----------
    headers : tuple of str
        One for each column; empty where the file has none.
    cells : DataFrame
        Columns numbered from 0; index = row number as a spreadsheet shows it.
    name : str
        How messages call the source.
    findings : tuple of Finding
        What was remarked while reading, such as empty rows left out.
    labels : tuple of str
        What the file calls each column in words, where its kind has such labels.
    """

    headers: tuple[str, ...]
    cells: pd.DataFrame
    name: str
    path: Path | None = None
    sha256: str = ""
    findings: tuple[Finding, ...] = ()
    labels: tuple[str, ...] = ()


def tidy_headers(row: list[object], name: str) -> tuple[str, ...]:
    """Return headers as text without outer space; one may stand over several columns.

    Raises
    ------
    DataError
        If the first row is empty.
    """
    headers = tuple(str(cell).strip().strip("\ufeff") if cell is not None else "" for cell in row)
    if not any(headers):
        raise DataError(
            Text("the first row is empty", "第一行是空的"),
            where=name,
            fix=Text("Put the column names there.", "请在第一行写列名。"),
        )
    return headers
