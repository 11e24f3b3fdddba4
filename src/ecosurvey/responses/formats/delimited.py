"""CSV and TSV: encoding and separator found by content, quoted line breaks kept."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.responses.raw import RawTable, tidy_headers

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES = 1 << 30
SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 30
_SAMPLE_CHARS = 400_000
# control characters, which no export writes
ODD_CHARACTERS = "".join(map(chr, (*range(9), *range(14, 32), 127)))


def read_delimited(path: Path, content: bytes) -> RawTable:
    """Return the cells of a delimited text file, all as text.

    Raises
    ------
    DataError
        If it is not text, has no rows, or a row has more cells than the header.
    """
    name = path.name
    if len(content) > MAX_BYTES:
        raise DataError(
            Text(
                f"the file has {len(content):,} bytes; at most {MAX_BYTES:,}",
                f"文件有{len(content):,}字节，上限为{MAX_BYTES:,}",
            ),
            where=name,
        )
    text, encoding = decode(content, name)
    separator = sniff(text, name)
    cells = _parse(text, separator, name)
    findings: tuple[Finding, ...] = ()
    if encoding not in ("utf-8", "utf-8-sig"):
        message = Text(
            f"the file was read as {encoding.upper()}", f"文件按{encoding.upper()}编码读取"
        )
        findings = (Finding("encoding", "note", message),)
    headers = tidy_headers(cells.iloc[0].tolist(), name)
    body = cells.iloc[1:]
    body = body.set_axis(range(2, len(body) + 2), axis=0)
    return RawTable(headers, body, name, path, findings=findings)


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text of bytes and the encoding that fits: UTF-8, UTF-16 with mark, GB18030.

    Raises
    ------
    DataError
        If no encoding fits, or the text has characters that no table has.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    tries: tuple[str, ...] = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in tries:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _odd_characters(text):
            break
        return text, "utf-8" if encoding == "utf-8-sig" else encoding
    raise unreadable(name)


def unreadable(name: str) -> DataError:
    """Return the error for a file that is no text."""
    excel = name.lower().endswith((".xlsx", ".xls"))
    wrong = Text(" although its name says Excel", "，尽管扩展名是Excel") if excel else Text("", "")
    return DataError(
        Text(
            f"this is not a table of text{wrong}: it holds bytes that are no characters",
            f"这不是文本表格{wrong.zh}：含有不是文字的字节",
        ),
        where=name,
        fix=Text(
            "Export the answers again as CSV (UTF-8), .xlsx or .sav.",
            "请将答卷重新导出为CSV（UTF-8）、.xlsx或.sav。",
        ),
    )


def _odd_characters(text: str) -> bool:
    return any(char in text for char in ODD_CHARACTERS)


def sniff(text: str, name: str) -> str:
    """Return the separator under which most rows have as many cells as the header."""
    best, best_score = ",", (-1.0, 0)
    for separator in SEPARATORS:
        try:
            rows = list(
                islice(
                    csv.reader(io.StringIO(text[:_SAMPLE_CHARS]), delimiter=separator), _SAMPLE_ROWS
                )
            )
        except csv.Error:
            continue
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        if not filled or len(filled[0]) < 2:
            continue
        width = len(filled[0])
        # the sample may end within its last row
        rest = filled[1:-1] if len(filled) > 2 else filled[1:]
        same = sum(len(row) == width for row in rest) / len(rest) if rest else 1.0
        if (round(same, 1), width) > best_score:
            best, best_score = separator, (round(same, 1), width)
    return best


def _parse(text: str, separator: str, name: str) -> pd.DataFrame:
    import pandas as pd

    try:
        cells = pd.read_csv(
            io.StringIO(text),
            header=None,
            dtype=str,
            na_filter=False,
            sep=separator,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
            skipinitialspace=False,
        )
    except pd.errors.EmptyDataError:
        raise DataError(
            Text("the file is empty", "文件是空的"),
            where=name,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        ) from None
    except (pd.errors.ParserError, OverflowError) as error:
        return _parse_uneven(text, separator, name, str(error))
    return cells.fillna("")


def _parse_uneven(text: str, separator: str, name: str, said: str) -> pd.DataFrame:
    """Read rows of uneven length; only empty cells may stand beyond the header."""
    import pandas as pd

    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DataError(
            Text(f"the table cannot be read ({error})", f"表格无法读取（{error}）"), where=name
        ) from None
    if not rows:
        raise DataError(
            Text("the file is empty", "文件是空的"),
            where=name,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        )
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if any(cell.strip() for cell in row[width:]):
            raise uneven(number, len(row), width, name)
    if sum(map(len, rows)) == 0:
        raise DataError(
            Text(f"the table cannot be read ({said})", f"表格无法读取（{said}）"), where=name
        )
    return pd.DataFrame([(row + [""] * width)[:width] for row in rows], dtype=str)


def uneven(number: int, cells: int, width: int, name: str) -> DataError:
    """Return the error for a row with more cells than the header."""
    return DataError(
        Text(
            f"row {number} has {cells} cells, but the header has {width}",
            f"第{number}行有{cells}个单元格，而表头有{width}个",
        ),
        where=name,
        fix=Text(
            "Put quotes around cells that hold the separator, or export again.",
            "请为含有分隔符的单元格加上引号，或重新导出。",
        ),
    )
