"""Files larger than memory, some rows at a time, with the same cells as when read whole."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text
from ecosurvey.responses.formats.binary_pieces import (
    excel_pieces,
    feather_pieces,
    spss_pieces,
    stata_pieces,
)
from ecosurvey.responses.formats.delimited import ODD_CHARACTERS, sniff, uneven, unreadable
from ecosurvey.responses.formats.detect import detect, head_of
from ecosurvey.responses.raw import RawTable, tidy_headers

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 1 << 23
_BINARY = {
    "arrow": feather_pieces,
    "excel": excel_pieces,
    "spss": spss_pieces,
    "stata": stata_pieces,
}
_SAMPLE = 400_000


def read_pieces(path: Path, rows: int) -> Iterator[RawTable]:
    """Yield the cells of a file, ``rows`` rows at a time.

    The cells, headers and row numbers are those of :func:`read_table`; the hash is that of the
    whole file. Memory is needed for one piece only.

    Raises
    ------
    DataError
        As for reading it whole; or if the file is of a kind that cannot be read in pieces.
    """
    head = head_of(path)
    kind = detect(head, path)
    if kind == "delimited":
        made = _delimited(path, rows)
    elif kind == "arrow" and head.startswith(b"PAR1"):
        made = _parquet(path, rows)
    elif kind in _BINARY and not head.startswith(b"FEA1"):
        made = _BINARY[kind](path, rows, _hash(path))
    else:
        raise DataError(
            Text("files of this kind cannot be read in pieces", "这类文件不能分块读取"),
            where=path.name,
            fix=Text(
                "Save it as CSV or Parquet, or read it whole with read_responses.",
                "请另存为CSV或Parquet，或用 read_responses 整体读取。",
            ),
        )
    some = False
    for table in made:
        some = some or bool(len(table.cells))
        yield table
    if not some:
        raise DataError(
            Text("there is a header but no answers", "文件只有表头，没有答卷"),
            where=path.name,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        )


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _delimited(path: Path, rows: int) -> Iterator[RawTable]:
    sha256, encoding, sample = _survey(path)
    separator = sniff(sample, path.name)
    headers: tuple[str, ...] = ()
    done = 0
    for cells in _frames(path, encoding, separator, rows):
        if not headers:
            headers = tidy_headers(cells.iloc[0].tolist(), path.name)
            cells = cells.iloc[1:]
        numbers = range(done + 2, done + 2 + len(cells))
        done += len(cells)
        body = cells.set_axis(numbers, axis=0)
        yield RawTable(headers, body, path.name, path, sha256)


def _survey(path: Path) -> tuple[str, str, str]:
    """Return hash, encoding and first characters, reading the file once."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        first = stream.read(4)
    marked = first.startswith((b"\xff\xfe", b"\xfe\xff"))
    names = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    open_ = {name: codecs.getincrementaldecoder(name)() for name in names}
    samples = dict.fromkeys(names, "")
    odd: set[str] = set()
    with path.open("rb") as stream:
        while True:
            block = stream.read(BLOCK)
            digest.update(block)
            for name in list(open_):
                try:
                    text = open_[name].decode(block, final=not block)
                except UnicodeDecodeError:
                    del open_[name]
                    continue
                if len(samples[name]) < _SAMPLE:
                    samples[name] += text[: _SAMPLE - len(samples[name])]
                if any(char in text for char in ODD_CHARACTERS):
                    odd.add(name)
            if not block or not open_:
                break
    fitting = next(iter(open_), None)
    if fitting is None or fitting in odd:
        raise unreadable(path.name)
    return digest.hexdigest(), fitting, samples[fitting]


def _frames(path: Path, encoding: str, separator: str, rows: int) -> Iterator[pd.DataFrame]:
    """Yield the rows, the header among them, by the fast parser; else by the patient one."""
    import pandas as pd

    sent = 0
    try:
        with pd.read_csv(
            path, header=None, dtype=str, na_filter=False, sep=separator, skip_blank_lines=False,
            engine="c", low_memory=False, encoding=encoding, chunksize=rows,
        ) as pieces:  # fmt: skip
            for piece in pieces:
                yield piece.fillna("")
                sent += len(piece)
            return
    except pd.errors.EmptyDataError:
        raise DataError(
            Text("the file is empty", "文件是空的"),
            where=path.name,
            fix=Text("Export again.", "请重新导出。"),
        ) from None
    except (pd.errors.ParserError, OverflowError):
        pass  # rows of uneven length: go on from there row by row
    yield from _uneven_frames(path, encoding, separator, rows, sent)


def _uneven_frames(
    path: Path, encoding: str, separator: str, rows: int, sent: int
) -> Iterator[pd.DataFrame]:
    import pandas as pd

    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        try:
            first = next(reader)
            width, number = len(first), max(sent, 1)
            pending = [first] if not sent else []
            for row in islice(reader, number - 1, None):
                number += 1
                if any(cell.strip() for cell in row[width:]):
                    raise uneven(number, len(row), width, path.name)
                pending.append((row + [""] * width)[:width])
                if len(pending) == rows:
                    yield pd.DataFrame(pending, dtype=str)
                    pending = []
            if pending:
                yield pd.DataFrame(pending, dtype=str)
        except csv.Error as error:
            raise DataError(
                Text(f"the table cannot be read ({error})", f"表格无法读取（{error}）"),
                where=path.name,
            ) from None


def _parquet(path: Path, rows: int) -> Iterator[RawTable]:
    from ecosurvey.responses.formats.columnar import damaged, decoded, need_pyarrow

    need_pyarrow(path)
    import pyarrow.parquet as parquet

    sha256, done = _hash(path), 0
    try:
        with parquet.ParquetFile(path) as file:
            headers = tidy_headers(list(file.schema_arrow.names), path.name)
            for batch in file.iter_batches(batch_size=rows):
                frame = batch.to_pandas()
                decoded(frame)
                numbers = range(done + 2, done + 2 + len(frame))
                done += len(frame)
                cells = frame.set_axis(range(frame.shape[1]), axis=1).set_axis(numbers, axis=0)
                yield RawTable(headers, cells, path.name, path, sha256)
    except DataError:
        raise
    except Exception as error:  # the reader raises its own and any decoding error
        raise damaged(path, error) from None
