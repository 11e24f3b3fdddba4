"""SPSS, Stata, Excel and Feather files some rows at a time, as far as their libraries allow.

Excel keeps the words of all cells in one part of the file, which is read whole; SPSS skips from
the beginning to each piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.responses.formats.columnar import damaged, decoded, need_pyarrow
from ecosurvey.responses.formats.excel import open_workbook, several_sheets, sheet_rows
from ecosurvey.responses.formats.spss import damaged_spss, labels_of, need_pyreadstat
from ecosurvey.responses.raw import RawTable, tidy_headers

if TYPE_CHECKING:
    import pandas as pd


def spss_pieces(path: Path, rows: int, sha256: str) -> Iterator[RawTable]:
    """Yield the cells of an SPSS file, ``rows`` rows at a time."""
    pyreadstat = need_pyreadstat(path)
    done = 0
    while True:
        try:
            frame, told = pyreadstat.read_sav(
                str(path), user_missing=True, apply_value_formats=False, row_offset=done,
                row_limit=rows,
            )  # fmt: skip
        except Exception as error:  # the reader raises its own and any decoding error
            raise damaged_spss(path, error) from None
        if len(frame) or not done:
            yield replace(_table(frame, done, path, sha256), labels=labels_of(told))
        done += len(frame)
        if len(frame) < rows:
            return


def stata_pieces(path: Path, rows: int, sha256: str) -> Iterator[RawTable]:
    """Yield the cells of a Stata file, ``rows`` rows at a time."""
    import pandas as pd

    done = 0
    try:
        with pd.read_stata(path, convert_categoricals=False, chunksize=rows) as reader:
            labels = tuple(reader.variable_labels().values())
            for frame in reader:
                yield replace(_table(frame, done, path, sha256), labels=labels)
                done += len(frame)
    except DataError:
        raise
    except Exception as error:  # the reader raises whatever it meets
        raise damaged(path, error) from None


def feather_pieces(path: Path, rows: int, sha256: str) -> Iterator[RawTable]:
    """Yield the cells of a Feather (Arrow) file, ``rows`` rows at a time."""
    need_pyarrow(path)
    import pyarrow as arrow

    done = 0
    try:
        with arrow.memory_map(str(path)) as mapped, arrow.ipc.open_file(mapped) as file:
            for number in range(file.num_record_batches):
                batch = file.get_batch(number)
                batch.validate(full=True)  # else offsets of a damaged file lead out of memory
                for start in range(0, batch.num_rows, rows):
                    frame = batch.slice(start, rows).to_pandas()
                    decoded(frame)
                    yield _table(frame, done, path, sha256)
                    done += len(frame)
    except DataError:
        raise
    except Exception as error:  # the reader raises its own and any decoding error
        raise damaged(path, error) from None


def excel_pieces(path: Path, rows: int, sha256: str) -> Iterator[RawTable]:
    """Yield the cells of the first sheet that is not empty, ``rows`` rows at a time.

    Cells beyond the header are left out, as no question can be matched to them.
    """
    with path.open("rb") as stream:
        yield from _of_workbook(stream, path, rows, sha256)


def _of_workbook(stream: BinaryIO, path: Path, rows: int, sha256: str) -> Iterator[RawTable]:
    import pandas as pd

    book = open_workbook(stream, path.stat().st_size, path.name)
    try:
        sheets = list(book.worksheets)
        for sheet in sheets:
            body = _to_last_filled(sheet_rows(sheet, path.name))
            first = next(body, None)
            if first is not None:
                break
        else:
            raise _no_cells(path.name)
        headers = tidy_headers(list(first), path.name)
        findings: tuple[Finding, ...] = several_sheets(len(sheets), sheet.title)
        width, done = len(headers), 0
        while piece := list(islice(body, rows)):
            padded = [(row + [""] * width)[:width] for row in piece]
            numbers = range(done + 2, done + 2 + len(padded))
            cells = pd.DataFrame(padded, columns=range(width), index=numbers, dtype=str)
            yield RawTable(headers, cells, path.name, path, sha256, findings)
            done += len(padded)
    finally:
        book.close()


def _to_last_filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows without those empty ones that only others like them follow."""
    empty = 0
    for row in rows:
        if not row:
            empty += 1
            continue
        yield from chain(([] for _ in range(empty)), [row])
        empty = 0


def _no_cells(name: str) -> DataError:
    return DataError(
        Text("the workbook has no cells", "工作簿中没有单元格"),
        where=name,
        fix=Text("Export the answers again.", "请重新导出答卷。"),
    )


def _table(frame: pd.DataFrame, done: int, path: Path, sha256: str) -> RawTable:
    headers = tidy_headers(list(frame.columns), path.name)
    numbers = range(done + 2, done + 2 + len(frame))
    cells = frame.set_axis(range(frame.shape[1]), axis=1).set_axis(numbers, axis=0)
    return RawTable(headers, cells, path.name, path, sha256)
