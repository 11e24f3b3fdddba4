"""Readers by kind of file; each returns the cells as they stand."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecosurvey.core import DataError, Text
from ecosurvey.responses.formats.columnar import read_arrow, read_stata
from ecosurvey.responses.formats.delimited import read_delimited
from ecosurvey.responses.formats.detect import detect, head_of
from ecosurvey.responses.formats.excel import read_excel
from ecosurvey.responses.formats.frame import read_frame
from ecosurvey.responses.formats.spss import read_spss
from ecosurvey.responses.raw import RawTable

READERS: dict[str, Callable[[Path, bytes], RawTable]] = {
    "delimited": read_delimited,
    "excel": read_excel,
    "spss": read_spss,
    "arrow": read_arrow,
    "stata": read_stata,
}
MAX_BYTES = 1 << 30

__all__ = ["READERS", "read_table"]


def read_table(source: Any) -> RawTable:
    """Return the cells of a file, recognised by its content, or of a data frame.

    Raises
    ------
    DataError
        If there is nothing that can be read as a table with a header and rows.
    """
    if not isinstance(source, (str, os.PathLike)):
        table = read_frame(source)
    else:
        path = Path(source)
        reader = READERS[detect(head_of(path), path)]
        if path.stat().st_size > MAX_BYTES:
            raise DataError(
                Text(f"the file has more than {MAX_BYTES:,} bytes", f"文件超过{MAX_BYTES:,}字节"),
                where=str(path),
            )
        content = path.read_bytes()
        table = replace(reader(path, content), sha256=hashlib.sha256(content).hexdigest())
    if not len(table.cells):
        raise DataError(
            Text("there is a header but no answers", "文件只有表头，没有答卷"),
            where=table.name,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        )
    return table
