"""How often each answer was given, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, numeric_matrix

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 25


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies(Result):
    """Counts of the answers.

    Attributes
    ----------
    counts : DataFrame
        Rows are items, columns the points of the scale, cells how many gave this answer.
    missing : Series
        How many gave none, by item.
    labels : mapping of int to Text
        What the points mean, as far as they are named.
    names : mapping of str to Text
        The items' words.
    findings : tuple of Finding
        Points that nobody chose.
    """

    counts: pd.DataFrame
    missing: pd.Series[int]
    labels: Mapping[int, Text]
    names: Mapping[str, Text]
    findings: tuple[Finding, ...]

    @property
    def shares(self) -> pd.DataFrame:
        """Return the counts as shares of the answers given (0 to 1); NaN if there are none."""
        total = self.counts.sum(axis=1)
        return self.counts.div(total.where(total > 0), axis=0)

    def tables(self) -> tuple[Table, ...]:
        """Return one table: the percentage of each answer, and n."""
        percent = self.shares * 100.0
        columns = [
            Column("item", Text("Item", "题项"), "label"),
            Column("n", Text("n", "n"), "count"),
        ]
        columns += [
            Column(f"percent_{point}", Text(str(point), str(point)), "percent", 1)
            for point in self.counts.columns
        ]
        rows = tuple(
            (str(item), int(self.counts.loc[item].sum()), *(_cell(v) for v in percent.loc[item]))
            for item in self.counts.index
        )
        notes = [Text("Percentages of the answers given.", "百分比以有效作答为基数。")]
        if self.labels:
            named = sorted(self.labels.items())
            en = "; ".join(f"{point} = {label.en}" for point, label in named)
            zh = "；".join(f"{point} = {label.zh}" for point, label in named)
            notes.append(Text(f"{en}.", f"{zh}。"))
        title = Text("Distribution of the answers (%)", "各题作答分布（%）")
        return (Table("item_frequencies", title, tuple(columns), rows, tuple(notes)),)


def frequencies(
    data: Any,
    scale: tuple[int, int],
    *,
    labels: Mapping[int, Text] | None = None,
    names: Mapping[str, Text] | None = None,
) -> Frequencies:
    """Count how often each point of the scale was chosen, item by item.

    Parameters
    ----------
    data : DataFrame
        Items in columns; NaN is no answer.
    scale : (int, int)
        Lowest and highest point. Points that nobody chose are counted as 0.
    labels : mapping of int to Text, optional
        What the points mean.
    names : mapping of str to Text, optional
        The items' words.

    Returns
    -------
    Frequencies

    Raises
    ------
    DataError
        If an answer is not a point of the scale.
    OptionError
        If the scale runs backward or has more than 25 points.

    Examples
    --------
    >>> import pandas as pd
    >>> found = frequencies(pd.DataFrame({"q1": [1, 2, 2, None], "q2": [3, 3, 3, 1]}), (1, 3))
    >>> found.counts.loc["q1"].tolist(), int(found.missing["q1"])
    ([1, 2, 0], 1)
    """
    import pandas as pd

    frame = as_frame(data)
    items = [str(name) for name in frame.columns]
    values = numeric_matrix(frame, list(frame.columns))
    lowest, highest = scale
    if not 0 < highest - lowest < MOST_POINTS:
        raise OptionError(
            Text(
                f"the scale {lowest} to {highest} does not have 2 to {MOST_POINTS} points",
                f"量表{lowest}到{highest}的点数不在2到{MOST_POINTS}之间",
            ),
            fix=Text(
                "Give the lowest point first; describe_items serves continuous scores.",
                "请先给出最低点；连续得分请用 describe_items。",
            ),
        )
    points = list(range(lowest, highest + 1))
    strange = ~np.isnan(values) & ~np.isin(values, points)
    if strange.any():
        row, column = (int(k) for k in np.argwhere(strange)[0])
        raise DataError(
            Text(
                f"{values[row, column]:g} is not a point of the scale {lowest} to {highest}",
                f"{values[row, column]:g} 不是量表{lowest}到{highest}上的点",
            ),
            where=Text(
                f"item {items[column]}, row {frame.index[row]}",
                f"题项{items[column]}，第{frame.index[row]}行",
            ),
            fix=Text(
                "Clean the answers first, or give the scale that was used.",
                "请先清理答卷，或给出实际使用的量表。",
            ),
        )
    counts = pd.DataFrame(
        {point: (values == point).sum(axis=0) for point in points}, index=items, dtype=int
    )
    missing = pd.Series(np.isnan(values).sum(axis=0), index=items, dtype=int)
    return Frequencies(counts, missing, labels or {}, names or {}, _findings(counts))


def _findings(counts: pd.DataFrame) -> tuple[Finding, ...]:
    """Name the items with points that nobody chose: ordinal models stumble over them."""
    empty = [
        str(item)
        for item in counts.index
        if counts.loc[item].sum() > 0 and (counts.loc[item] == 0).any()
    ]
    if not empty:
        return ()
    where = ", ".join(empty)
    message = Text(
        f"some points of the scale were chosen by nobody in: {where}.",
        f"以下题项有量尺点无人选择：{where}。",
    )
    return (Finding("unused_category", "note", message, where),)


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
