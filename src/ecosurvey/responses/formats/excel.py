"""Excel workbooks (.xlsx): the first sheet that holds a table."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.responses.raw import RawTable, tidy_headers

MAX_UNPACKED = 1 << 30
MAX_RATIO = 400
MAX_ROWS, MAX_COLUMNS = 1_000_000, 5_000


def read_excel(path: Path, content: bytes) -> RawTable:
    """Return the cells of a workbook's first sheet that is not empty.

    Numbers, dates and truth values become text as a CSV export would write them; formulas
    count as the values that were stored with them.

    Raises
    ------
    DataError
        If it is no workbook, is damaged, unpacks to too much, or has no cells.
    """
    import pandas as pd

    name = path.name
    book = open_workbook(io.BytesIO(content), len(content), name)
    try:
        sheets = list(book.worksheets)
        for sheet in sheets:
            rows = list(sheet_rows(sheet, name))
            while rows and not rows[-1]:
                rows.pop()  # sheets often go on with thousands of formatted empty rows
            if rows:
                used = sheet.title
                break
        else:
            raise DataError(
                Text("the workbook has no cells", "工作簿中没有单元格"),
                where=name,
                fix=Text("Export the answers again.", "请重新导出答卷。"),
            )
    finally:
        book.close()
    width = max(map(len, rows))
    headers = tidy_headers([*rows[0], *[""] * (width - len(rows[0]))], name)
    padded = [row + [""] * (width - len(row)) for row in rows[1:]]
    cells = pd.DataFrame(padded, columns=range(width), index=range(2, len(rows) + 1), dtype=str)
    return RawTable(headers, cells, name, path, findings=several_sheets(len(sheets), used))


def several_sheets(count: int, used: str) -> tuple[Finding, ...]:
    """Return the note that a workbook has further sheets."""
    if count == 1:
        return ()
    message = Text(
        f"the workbook has {count} sheets; {used!r} was read",
        f"工作簿有{count}张工作表，已读取“{used}”",
    )
    return (Finding("several_sheets", "note", message),)


def open_workbook(source: BinaryIO, size: int, name: str) -> Any:
    """Return a workbook open for reading row by row, once it is known to be no bomb."""
    from openpyxl import load_workbook

    _check_archive(source, size, name)
    try:
        return load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise _damaged(name, error) from None


def _check_archive(source: BinaryIO, size: int, name: str) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(name, error) from None
    if not any(part.filename.startswith("xl/") for part in parts):
        raise DataError(
            Text("this is a zip archive but no Excel workbook", "这是zip压缩包，但不是Excel工作簿"),
            where=name,
            fix=Text("Unpack it first.", "请先解压。"),
        )
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(size, 10_000):
        raise DataError(
            Text(f"the workbook unpacks to {unpacked:,} bytes", f"工作簿解压后有{unpacked:,}字节"),
            where=name,
            fix=Text("Save it as CSV.", "请另存为CSV。"),
        )


def _damaged(name: str, error: Exception) -> DataError:
    return DataError(
        Text(
            f"the Excel file is damaged ({type(error).__name__})",
            f"Excel文件已损坏（{type(error).__name__}）",
        ),
        where=name,
        fix=Text(
            "Open it in Excel and save it again, or export CSV.",
            "请用Excel打开后重新保存，或导出CSV。",
        ),
    )


def sheet_rows(sheet: Any, name: str) -> Iterator[list[str]]:
    """Yield the rows of a sheet as text, each to its last cell that is not empty."""
    try:
        sheet.reset_dimensions()  # some programs write a wrong extent
        yield from _rows(sheet, name)
    except DataError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise _damaged(name, error) from None


def _rows(sheet: Any, name: str) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise DataError(
                Text(
                    f"the sheet has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns",
                    f"工作表超过{MAX_ROWS:,}行或{MAX_COLUMNS:,}列",
                ),
                where=name,
                fix=Text("Save it as CSV.", "请另存为CSV。"),
            )
        cells = [_as_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.timedelta):
        return str(cell.total_seconds())
    return str(cell)
