"""The door for data frames: checked once, here, so that kernels can trust their arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Text
from ecosurvey.core.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


_DATA = Text("data", "数据")


def as_frame(data: Any, what: Text = _DATA) -> pd.DataFrame:
    """Return ``data`` as a pandas data frame: pandas as is, polars or Arrow converted.

    Raises
    ------
    DataError
        If it is nothing that can become a data frame, or has a column name twice.
    """
    import numpy as np
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        frame = data
    elif hasattr(data, "to_pandas"):  # polars, pyarrow, ibis, duckdb relations
        frame = data.to_pandas()
    elif isinstance(data, np.ndarray) and data.ndim == 2:
        frame = pd.DataFrame(data, columns=[f"x{i + 1}" for i in range(data.shape[1])])
    elif isinstance(data, dict):
        frame = pd.DataFrame(data)
    else:
        raise DataError(
            Text(
                f"{what} is a {type(data).__name__}, not a table",
                f"{what.zh}的类型是 {type(data).__name__}，不是数据表",
            ),
            fix=Text(
                "Give a pandas, polars or Arrow data frame.", "请给出pandas、polars或Arrow数据框。"
            ),
        )
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(
            Text(
                f"{what} has the column {str(twice[0])!r} more than once",
                f"{what.zh}中的列 {str(twice[0])!r} 出现不止一次",
            ),
            fix=Text("Rename one of them.", "请为其中之一改名。"),
        )
    return frame


def need_columns(frame: pd.DataFrame, names: Sequence[str], what: Text = _DATA) -> None:
    """Raise :class:`DataError` naming the first column that is not there, and its near miss."""
    for name in names:
        if name not in frame.columns:
            near = did_you_mean(name, map(str, frame.columns))
            raise DataError(
                Text(f"{name!r} is not a column of {what}", f"{what.zh}中没有列 {name!r}"),
                fix=near
                or Text(
                    f"It has: {', '.join(map(str, list(frame.columns)[:12]))} …",
                    f"现有的列：{'、'.join(map(str, list(frame.columns)[:12]))} ……",
                ),
            )


def numeric_matrix(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.float64]:
    """Return columns as a fresh, writable float array of shape (rows, columns); gaps are NaN.

    Raises
    ------
    DataError
        If a column is missing, or holds text or infinite numbers.
    """
    import numpy as np
    import pandas as pd

    need_columns(frame, names)
    chosen = frame[list(names)]
    if all(isinstance(kind, np.dtype) and kind.kind in "fiu" for kind in chosen.dtypes):
        plain = np.array(chosen.to_numpy(), dtype=float, order="C", copy=True)
        if not np.isinf(plain).any():
            return plain
    columns: list[NDArray[np.float64]] = []
    for name in names:
        series = frame[name]
        if not (pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series)):
            coded = pd.to_numeric(series, errors="coerce")
            bad = series[coded.isna() & series.notna()]
            if len(bad):
                raise DataError(
                    Text(
                        f"column {name!r} holds text: {str(bad.iloc[0])!r} in row {bad.index[0]}"
                        + (f" and {len(bad) - 1} more" if len(bad) > 1 else ""),
                        f"列 {name!r} 含有文字：第{bad.index[0]}行的 {str(bad.iloc[0])!r}"
                        + (f"等共{len(bad)}处" if len(bad) > 1 else ""),
                    ),
                    fix=Text("Code it as numbers first.", "请先编码为数字。"),
                )
            series = coded
        values = series.to_numpy(dtype=float, na_value=np.nan, copy=True)
        if np.isinf(values).any():
            row = frame.index[int(np.flatnonzero(np.isinf(values))[0])]
            raise DataError(
                Text(
                    f"column {name!r} holds an infinite number in row {row}",
                    f"列 {name!r} 的第{row}行是无穷大",
                ),
                fix=Text("Mend or drop it.", "请修正或删除。"),
            )
        columns.append(values)
    return np.column_stack(columns) if columns else np.empty((len(frame), 0))
