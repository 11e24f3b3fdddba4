"""Coded answers as Parquet, the columns and their kinds kept."""

from __future__ import annotations

import hashlib
import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, MissingExtraError, Text

if TYPE_CHECKING:
    import pandas as pd


def need_pyarrow() -> None:
    """Raise :class:`MissingExtraError` unless Parquet can be written."""
    if find_spec("pyarrow") is None:
        raise MissingExtraError(
            Text(
                "a study keeps its answers as Parquet, which needs the package pyarrow",
                "研究以Parquet格式保存答卷，需要pyarrow包",
            ),
            fix=Text(
                "Install it: pip install 'ecosurvey[parquet]'.",
                "请安装：pip install 'ecosurvey[parquet]'。",
            ),
        )


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file, its index included."""
    need_pyarrow()
    return frame.to_parquet(engine="pyarrow", compression="zstd")


def read_frame(path: Path) -> pd.DataFrame:
    """Return the frame of a Parquet file.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    import pandas as pd

    need_pyarrow()
    try:
        return pd.read_parquet(io.BytesIO(path.read_bytes()), engine="pyarrow")
    except OSError:
        raise
    except Exception as error:  # pyarrow raises its own kinds
        raise DataError(
            Text(f"the file is damaged: {error}", f"文件已损坏：{error}"),
            where=str(path),
            fix=Text("Restore it from a backup.", "请从备份恢复。"),
        ) from None


def frame_sha256(frame: pd.DataFrame) -> str:
    """Return a hash of what was answered: the same for the same answers in any kind of file."""
    import pandas as pd

    digest = hashlib.sha256()
    for name in sorted(map(str, frame.columns)):
        column = frame[name]
        digest.update(name.encode() + b"\0")
        digest.update(pd.util.hash_pandas_object(column, index=False).to_numpy().tobytes())
    return digest.hexdigest()
