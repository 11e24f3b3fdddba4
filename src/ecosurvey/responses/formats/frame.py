"""A data frame in place of a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Text
from ecosurvey.core.frames import as_frame
from ecosurvey.responses.raw import RawTable, tidy_headers

if TYPE_CHECKING:
    import pandas as pd


def read_frame(data: Any) -> RawTable:
    """Return the cells of a data frame; its own row labels are kept where it has some."""
    import pandas as pd

    frame: pd.DataFrame = as_frame(data, Text("the data", "数据")).copy(deep=False)
    plain = isinstance(frame.index, pd.RangeIndex) and frame.index.start == 0
    if plain or not frame.index.is_unique or not pd.api.types.is_integer_dtype(frame.index):
        frame.index = pd.RangeIndex(2, len(frame) + 2)
    headers = tidy_headers(list(frame.columns), "the data frame")
    content = frame.to_csv(index=False).encode("utf-8", "surrogatepass")
    cells = frame.set_axis(range(frame.shape[1]), axis=1)
    return RawTable(headers, cells, "the data frame", sha256=hashlib.sha256(content).hexdigest())
