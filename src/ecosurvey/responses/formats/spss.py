"""SPSS files (.sav, .zsav), with user-missing codes kept apart from empty cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecosurvey.core import DataError, MissingExtraError, Text
from ecosurvey.responses.raw import RawTable, tidy_headers


def read_spss(path: Path, content: bytes) -> RawTable:
    """Return the cells of an SPSS file as codes, user-missing codes included.

    Raises
    ------
    MissingExtraError
        If pyreadstat is not installed.
    DataError
        If the file is damaged or has no rows.
    """
    pyreadstat = need_pyreadstat(path)
    try:
        frame, told = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False)
    except Exception as error:  # the reader raises its own and any decoding error
        raise damaged_spss(path, error) from None
    headers = tidy_headers(list(frame.columns), path.name)
    frame = frame.set_axis(range(frame.shape[1]), axis=1).set_axis(range(2, len(frame) + 2), axis=0)
    return RawTable(headers, frame, path.name, path, labels=labels_of(told))


def labels_of(told: Any) -> tuple[str, ...]:
    """Return the words for each variable; empty where it has none."""
    return tuple(str(label or "") for label in told.column_labels)


def need_pyreadstat(path: Path) -> Any:
    """Return the package that reads the file, or refuse where it is not installed."""
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtraError(
            Text("reading SPSS files needs the package pyreadstat", "读取SPSS文件需要pyreadstat包"),
            where=path.name,
            fix=Text(
                "Install it: pip install pyreadstat, or save the file as CSV.",
                "请安装：pip install pyreadstat，或将文件另存为CSV。",
            ),
        ) from None
    return pyreadstat


def damaged_spss(path: Path, error: Exception) -> DataError:
    """Return the error for a file that its reader cannot read."""
    return DataError(
        Text(
            f"the SPSS file is damaged ({type(error).__name__})",
            f"SPSS文件已损坏（{type(error).__name__}）",
        ),
        where=path.name,
        fix=Text("Save it again from SPSS, or export CSV.", "请从SPSS重新保存，或导出CSV。"),
    )
