"""Item statistics: how many answered, where the answers lie, how they are shaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import (
    Cell,
    Column,
    DataError,
    Finding,
    OptionError,
    Result,
    Severity,
    Table,
    Text,
)
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.descriptives.frequencies import MOST_POINTS, Frequencies, frequencies
from ecosurvey.descriptives.moments import moments

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Scale = tuple[float, float]

SKEW_LIMIT = 2.0  # West, Finch and Curran (1995): beyond these, ML estimates of an SEM suffer
KURTOSIS_LIMIT = 7.0
END_LIMIT = 0.15  # Terwee et al. (2007): share of respondents at an end of the scale
MISSING_LIMIT = 0.20
_SHOWN = 6  # items that a message names; `where` names them all

_COLUMNS = (
    Column("item", Text("Item", "题项"), "label"),
    Column("n", Text("n", "n"), "count"),
    Column("missing_percent", Text("Missing (%)", "缺失(%)"), "percent", 1),
    Column("mean", Text("M", "均值")),
    Column("sd", Text("SD", "标准差")),
    Column("min", Text("Min", "最小值"), decimals=0),
    Column("max", Text("Max", "最大值"), decimals=0),
    Column("skew", Text("Skewness", "偏度")),
    Column("kurtosis", Text("Kurtosis", "峰度")),
    Column("floor_percent", Text("Floor (%)", "下限(%)"), "percent", 1),
    Column("ceiling_percent", Text("Ceiling (%)", "上限(%)"), "percent", 1),
)

_WORDS: dict[str, tuple[Severity, Text]] = {
    "empty_item": ("serious", Text("nobody answered", "无人作答")),
    "constant_item": ("serious", Text("all answers are the same in", "全部作答相同")),
    "too_few_answers": ("warning", Text("fewer than four answers to", "作答不足四份")),
    "many_missing": ("warning", Text("more than 20% missing in", "缺失超过20%")),
    "long_tail": ("warning", Text("skewness beyond ±2 in", "偏度绝对值超过2")),
    "heavy_tail": ("warning", Text("kurtosis beyond ±7 in", "峰度绝对值超过7")),
    "floor": ("note", Text("more than 15% chose the lowest point in", "选择最低点者超过15%")),
    "ceiling": ("note", Text("more than 15% chose the highest point in", "选择最高点者超过15%")),
}


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
        columns = tuple(
            c for c in _COLUMNS if ends or c.key not in ("floor_percent", "ceiling_percent")
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
                f"N = {self.n_rows}。偏度与峰度为校正偏差的G1与G2,峰度以正态分布为0。",
            )
        ]
        if self.reverse:
            marked = ", ".join(self.reverse)
            notes.append(
                Text(
                    f"Reverse-keyed items, shown in the scoring direction: {marked}.",
                    f"反向题(已转换为计分方向):{marked}。",
                )
            )
        if ends:
            notes.append(
                Text(
                    "Floor and ceiling: answers at the lowest and highest point of the scale.",
                    "下限与上限:选择量尺最低点与最高点的比例。",
                )
            )
        title = Text("Item statistics", "题项描述统计")
        return Table("items", title, columns, rows, tuple(notes))


def describe_items(
    data: Any,
    names: Mapping[str, Text] | None = None,
    scale: Scale | Mapping[str, Scale] | None = None,
    *,
    reverse: Sequence[str] = (),
) -> ItemStatistics:
    r"""Describe each item over the answers that were given to it.

    Skewness and excess kurtosis are the bias-corrected G1 and G2 (see
    :func:`ecosurvey.descriptives.moments.moments`), as SPSS prints them.

    Parameters
    ----------
    data : DataFrame
        Items in columns; NaN is no answer.
    names : mapping of str to Text, optional
        The items' words, for the table.
    scale : (float, float) or mapping of str to (float, float), optional
        Lowest and highest point of the response scale, of all items or of each. It decides
        floor and ceiling: the observed ends would not do, as an end may be unused. Answers on
        scales of whole points are counted too.
    reverse : sequence of str, optional
        Items that were turned into the scoring direction before; the table's notes
        name them.

    Returns
    -------
    ItemStatistics

    Raises
    ------
    DataError
        If there are no rows or columns, a column holds text, or an answer lies outside the scale.
    OptionError
        If a scale runs backward.

    Notes
    -----
    Findings: ``constant_item`` and ``empty_item`` (serious), ``too_few_answers``,
    ``long_tail`` (\|G1\| > 2) and ``heavy_tail`` (\|G2\| > 7; West, Finch and Curran 1995),
    ``many_missing`` (> 20 %), ``floor`` and ``ceiling`` (> 15 % of the answers; the criterion of
    Terwee et al. 2007 is meant for scale scores, so for single items it is only a note).

    R's psych prints type-3 skewness unless told otherwise; ``psych::describe(x, type = 2)`` gives
    these values.

    Examples
    --------
    >>> import pandas as pd
    >>> found = describe_items(pd.DataFrame({"q1": [1, 2, 2, 3, 5, None]}), scale=(1, 5))
    >>> round(float(found.statistics.loc["q1", "skew"]), 3)
    1.118
    >>> round(float(found.statistics.loc["q1", "ceiling"]), 3)
    0.2
    """
    import pandas as pd

    frame = as_frame(data)
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise DataError(
            f"there is nothing to describe: {frame.shape[0]} rows and {frame.shape[1]} items",
            fix="Check what was excluded before this.",
        )
    items = [str(name) for name in frame.columns]
    values = numeric_matrix(frame, list(frame.columns))
    found = moments(values)
    answered = found.n > 0
    middle, lowest, highest = _positions(values)
    ends = _ends(values, items, scale, frame.index)
    stats = pd.DataFrame(
        {
            "n": found.n.astype(int),
            "missing": (len(frame) - found.n).astype(int),
            "missing_share": 1.0 - found.n / len(frame),
            "mean": found.mean,
            "sd": found.sd,
            "median": middle,
            "min": lowest,
            "max": highest,
            "skew": found.skew,
            "skew_se": found.skew_se,
            "kurtosis": found.kurtosis,
            "kurtosis_se": found.kurtosis_se,
            "floor": np.where(answered, ends[0], np.nan),
            "ceiling": np.where(answered, ends[1], np.nan),
        },
        index=pd.Index(items, name="item"),
    )
    spread = _frequencies(pd.DataFrame(values, index=frame.index, columns=items), scale)
    return ItemStatistics(
        stats,
        dict(names or {}),
        tuple(item for item in items if item in set(reverse)),
        len(frame),
        spread,
        (*_findings(stats), *(finding for one in spread for finding in one.findings)),
    )


def _positions(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return median, minimum and maximum of each column's answers, (3, p); NaN where none."""
    found = np.full((3, values.shape[1]), np.nan)
    for j, column in enumerate(values.T):
        kept = column[~np.isnan(column)]
        if len(kept):
            found[:, j] = np.median(kept), kept.min(), kept.max()
    return found


def _ends(
    values: NDArray[np.float64],
    items: Sequence[str],
    scale: Scale | Mapping[str, Scale] | None,
    index: pd.Index[Any],
) -> NDArray[np.float64]:
    """Return the shares of answers at the lowest and highest point, (2, p)."""
    shares = np.full((2, len(items)), np.nan)
    for j, item in enumerate(items):
        own = scale.get(item) if isinstance(scale, Mapping) else scale
        if own is None:
            continue
        lowest, highest = own
        if lowest >= highest:
            raise OptionError(
                f"the scale ({lowest:g}, {highest:g}) of {item} runs backward",
                fix="Give the lowest point first.",
            )
        outside = (values[:, j] < lowest) | (values[:, j] > highest)
        if outside.any():
            row = int(np.flatnonzero(outside)[0])
            raise DataError(
                f"{values[row, j]:g} lies outside the scale {lowest:g} to {highest:g}",
                where=f"item {item}, row {index[row]}",
                fix="Clean the answers first, or give the scale that was used.",
            )
        n = int((~np.isnan(values[:, j])).sum())
        if n:
            shares[:, j] = (values[:, j] == lowest).sum() / n, (values[:, j] == highest).sum() / n
    return shares


def _frequencies(
    frame: pd.DataFrame, scale: Scale | Mapping[str, Scale] | None
) -> tuple[Frequencies, ...]:
    """Count the answers on each scale of whole points; continuous scores have nothing to count."""
    groups: dict[tuple[int, int], list[str]] = {}
    for item in frame.columns:
        own = scale.get(item) if isinstance(scale, Mapping) else scale
        values = frame[item].to_numpy()
        if (
            own is not None
            and all(float(end).is_integer() for end in own)
            and own[1] - own[0] < MOST_POINTS
            and (np.isnan(values) | (values == np.round(values))).all()
        ):
            groups.setdefault((int(own[0]), int(own[1])), []).append(item)
    return tuple(frequencies(frame[items], ends) for ends, items in groups.items())


def _findings(stats: pd.DataFrame) -> tuple[Finding, ...]:
    """Say what is unusual; one finding names all items that it concerns."""
    n = stats["n"]
    hits = {
        "empty_item": n == 0,
        "constant_item": (n > 1) & (stats["sd"] == 0),
        "too_few_answers": (n > 0) & (n < 4),
        "many_missing": (n > 0) & (stats["missing_share"] > MISSING_LIMIT),
        "long_tail": stats["skew"].abs() > SKEW_LIMIT,
        "heavy_tail": stats["kurtosis"].abs() > KURTOSIS_LIMIT,
        "floor": stats["floor"] > END_LIMIT,
        "ceiling": stats["ceiling"] > END_LIMIT,
    }
    findings: list[Finding] = []
    for code, hit in hits.items():
        items = [str(item) for item in stats.index[hit.to_numpy()]]
        if items:
            severity, words = _WORDS[code]
            en, zh = f"{len(items)} of {len(stats)} items", f"{len(items)}题(共{len(stats)}题)"
            first, more = items[:_SHOWN], " …" if len(items) > _SHOWN else ""
            message = Text(
                f"{words.en} {en}: {', '.join(first)}{more}.",
                f"{words.zh}:{zh},{'、'.join(first)}{more}。",
            )
            findings.append(Finding(code, severity, message, ", ".join(items)))
    return tuple(findings)


def _cell(key: str, value: Any) -> Cell:
    if key == "item":
        return str(value)
    if key == "n":
        return int(value)
    return None if np.isnan(value) else float(value)
