"""Parquet, Feather and Stata files, through the libraries that own the formats."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, MissingExtraError, Text
from ecosurvey.responses.raw import RawTable, tidy_headers

if TYPE_CHECKING:
    import pandas as pd


def read_arrow(path: Path, content: bytes) -> RawTable:
    """Return the cells of a Parquet or Feather file.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    DataError
        If the file is damaged.
    """
    import pandas as pd

    need_pyarrow(path)
    try:
        if content.startswith(b"PAR1"):
            frame = pd.read_parquet(io.BytesIO(content))
        else:
            from pyarrow import feather

            table = feather.read_table(io.BytesIO(content))
            table.validate(full=True)  # else offsets of a damaged file lead out of memory
            frame = table.to_pandas()
        decoded(frame)
    except Exception as error:  # the reader raises its own and any decoding error
        raise damaged(path, error) from None
    return _table(frame, path)


def decoded(frame: pd.DataFrame) -> None:
    """Decode every cell of text once: damaged ones are only met when they are looked at."""
    for name in frame.select_dtypes(include=["string", "object"]):
        frame[name].tolist()


def need_pyarrow(path: Path) -> None:
    """Refuse the file where the package that reads it is not installed."""
    if find_spec("pyarrow") is None:
        raise MissingExtraError(
            Text(
                "reading Parquet and Feather files needs the package pyarrow",
                "读取Parquet和Feather文件需要pyarrow包",
            ),
            where=path.name,
            fix=Text(
                "Install it: pip install pyarrow, or save the file as CSV.",
                "请安装：pip install pyarrow，或将文件另存为CSV。",
            ),
        )


def read_stata(path: Path, content: bytes) -> RawTable:
    """Return the cells of a Stata file as codes.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    import pandas as pd

    try:
        with pd.read_stata(
            io.BytesIO(content), convert_categoricals=False, iterator=True
        ) as reader:
            labels = tuple(reader.variable_labels().values())
            frame = reader.read()  # type: ignore[attr-defined]
    except Exception as error:  # the reader raises whatever it meets
        raise damaged(path, error) from None
    return replace(_table(frame, path), labels=labels)


def _table(frame: pd.DataFrame, path: Path) -> RawTable:
    headers = tidy_headers(list(frame.columns), path.name)
    cells = frame.set_axis(range(frame.shape[1]), axis=1)
    return RawTable(headers, cells.set_axis(range(2, len(frame) + 2), axis=0), path.name, path)


def damaged(path: Path, error: Exception) -> DataError:
    """Return the error for a file that its reader cannot read."""
    return DataError(
        Text(
            f"the file is damaged ({type(error).__name__})", f"文件已损坏（{type(error).__name__}）"
        ),
        where=path.name,
        fix=Text("Save it again, or export CSV.", "请重新保存，或导出CSV。"),
    )
