"""The item statistics as a result: unrounded values, and the table of a paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.descriptives.frequencies import Frequencies

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS: tuple[Column, ...] = (
    Column("item", Text("Item", "题项"), "label"),
    Column("n", Text("n", "n"), "count"),
    Column("missing_percent", Text("Missing (%)", "缺失（%）"), "percent", 1),
    Column("mean", Text("M", "均值")),
    Column("sd", Text("SD", "标准差")),
    Column("min", Text("Min", "最小值"), decimals=0),
    Column("max", Text("Max", "最大值"), decimals=0),
    Column("skew", Text("Skewness", "偏度")),
    Column("kurtosis", Text("Kurtosis", "峰度")),
    Column("floor_percent", Text("Floor (%)", "地板（%）"), "percent", 1),
    Column("ceiling_percent", Text("Ceiling (%)", "天花板（%）"), "percent", 1),
)


@dataclass(frozen=True, slots=True, eq=False)
class ItemStatistics(Result):
    """Statistics of each item.

    Attributes
    ----------
    statistics : DataFrame
        Indexed by item: ``n``, ``missing``, ``missing_share``, ``mean``, ``sd``, ``median``,
        ``min``, ``max``, ``skew``, ``skew_se``, ``kurtosis``, ``kurtosis_se``, ``floor`` and
        ``ceiling`` (shares of the answers at the ends of the scale; NaN without a scale).
    names : mapping of str to Text
        The items' words.
    reverse : tuple of str
        Items that were turned before; the table's notes name them.
    n_rows : int
        Rows of the data.
    frequencies : tuple of Frequencies
        Counts of the answers, one for each response scale of whole points.
    findings : tuple of Finding
        Constant or empty items, long tails, crowded ends, many gaps.
    """

    statistics: pd.DataFrame
    names: Mapping[str, Text]
    reverse: tuple[str, ...]
    n_rows: int
    frequencies: tuple[Frequencies, ...]
    findings: tuple[Finding, ...]

    def tables(self) -> tuple[Table, ...]:
        """Return the table of the items, then the distribution of answers on each scale."""
        spread = [one.tables()[0] for one in self.frequencies]
        numbered = [
            replace(table, key=f"{table.key}_{k}") if k > 1 else table
            for k, table in enumerate(spread, start=1)
        ]
        return (self._item_table(), *numbered)

    def _item_table(self) -> Table:
        stats = self.statistics
        shown = stats.assign(
            item=stats.index,
            missing_percent=stats["missing_share"] * 100,
            floor_percent=stats["floor"] * 100,
            ceiling_percent=stats["ceiling"] * 100,
        )
        ends = bool(stats["floor"].notna().any())
        columns = _COLUMNS if ends else _COLUMNS[:-2]
        if (stats[["min", "max"]].dropna() % 1 != 0).any(axis=None):  # scores, not points
            columns = tuple(
                replace(column, decimals=2) if column.key in ("min", "max") else column
                for column in columns
            )
        keys = [column.key for column in columns]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            tuple(_cell(key, value) for key, value in zip(keys, row, strict=True))
            for row in shown[keys].itertuples(index=False, name=None)
        )
        if self.names:
            words = Column("text", Text("Wording", "题目"), "text")
            columns = (columns[0], words, *columns[1:])
            rows = tuple(
                (row[0], self.names.get(str(row[0]), Text("", "")), *row[1:]) for row in rows
            )
        notes = [
            Text(
                f"N = {self.n_rows}. Skewness and excess kurtosis are bias-corrected (G1, G2).",
                f"N = {self.n_rows}。偏度与峰度为校正偏差的G1与G2，峰度以正态分布为0。",
            )
        ]
        if self.reverse:
            marked = ", ".join(self.reverse)
            notes.append(
                Text(
                    f"Reverse-keyed items, shown in the scoring direction: {marked}.",
                    f"反向题（已转换为计分方向）：{marked}。",
                )
            )
        if ends:
            notes.append(
                Text(
                    "Floor and ceiling: answers at the lowest and highest point of the scale.",
                    "地板与天花板：选择量尺最低点与最高点的比例。",
                )
            )
        title = Text("Item statistics", "题项描述统计")
        return Table("items", title, columns, rows, tuple(notes))


def _cell(key: str, value: Any) -> Cell:
    if key == "item":
        return str(value)
    if key == "n":
        return int(value)
    return None if np.isnan(value) else float(value)
