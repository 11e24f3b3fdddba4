"""Ratings as arrays: units × raters -> values, and per unit how often each value was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, Text
from ecosurvey.core.frames import as_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """The ratings of units by raters.

    Attributes
    ----------
    index : (units, raters) int array
        Which of the values was given; -1 where there is no rating.
    values : tuple
        The values that occur, sorted; numbers where all are numbers.
    raters : tuple of str
    """

    index: NDArray[np.int64]
    values: tuple[Any, ...]
    raters: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """True if the values are numbers."""
        return all(isinstance(value, float) for value in self.values)

    def counts(self) -> Floats:
        """Return (units, values): how many raters gave the unit that value."""
        found = np.zeros((len(self.index), len(self.values)))
        for column in self.index.T:
            rated = np.flatnonzero(column >= 0)
            found[rated, column[rated]] += 1.0
        return found


def ratings_of(data: Any) -> Ratings:
    """Return the ratings of a table with one row a unit and one column a rater.

    Raises
    ------
    DataError
        If it has fewer than two raters, or no unit that two raters rated.
    """
    import pandas as pd

    frame = as_frame(data, Text("ratings", "评分"))
    if frame.shape[1] < 2:
        raise DataError(
            Text("agreement needs two raters or more", "一致性需要两位或更多评分者"),
            fix=Text("Give a column for each rater.", "请为每位评分者各给一列。"),
        )
    cells = frame.to_numpy(dtype=object)
    missing = pd.isna(cells)
    given = cells[~missing]
    as_numbers = pd.to_numeric(pd.Series(given, dtype=object), errors="coerce")
    plain: list[Any] = list(given)
    if len(given) and as_numbers.notna().all() and not any(isinstance(v, str) for v in given):
        plain = [float(value) for value in as_numbers]
    else:
        plain = [str(value) for value in given]
    if any(isinstance(v, float) and not np.isfinite(v) for v in plain):
        raise DataError(
            Text("a rating is infinite", "有一个评分是无穷大"),
            fix=Text("Mend it or leave it empty.", "请修正或留空。"),
        )
    values = tuple(sorted(set(plain)))
    place = {value: k for k, value in enumerate(values)}
    index = np.full(cells.shape, -1, dtype=np.int64)
    index[~missing] = [place[value] for value in plain]
    if not ((index >= 0).sum(axis=1) >= 2).any():
        raise DataError(
            Text("no unit was rated by two raters", "没有一个单位由两位评分者评定"),
            fix=Text("Let coders code the same material.", "请让编码者编码相同的材料。"),
        )
    return Ratings(index, values, tuple(map(str, frame.columns)))
