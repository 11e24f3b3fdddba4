"""Item statistics: how many answered, where the answers lie, how they are shaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.descriptives.frequencies import MOST_POINTS, Frequencies, frequencies
from ecosurvey.descriptives.item_findings import item_findings
from ecosurvey.descriptives.item_statistics import ItemStatistics
from ecosurvey.descriptives.moments import moments

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Scale = tuple[float, float]


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
            Text(
                f"there is nothing to describe: {frame.shape[0]} rows and {frame.shape[1]} items",
                f"没有可描述的内容：{frame.shape[0]}行、{frame.shape[1]}个题项",
            ),
            fix=Text("Check what was excluded before this.", "请检查此前剔除了什么。"),
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
        (*item_findings(stats), *(finding for one in spread for finding in one.findings)),
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
                Text(
                    f"the scale ({lowest:g}, {highest:g}) of {item} runs backward",
                    f"{item} 的量表（{lowest:g}，{highest:g}）方向相反",
                ),
                fix=Text("Give the lowest point first.", "请先给出最低点。"),
            )
        outside = (values[:, j] < lowest) | (values[:, j] > highest)
        if outside.any():
            row = int(np.flatnonzero(outside)[0])
            raise DataError(
                Text(
                    f"{values[row, j]:g} lies outside the scale {lowest:g} to {highest:g}",
                    f"{values[row, j]:g} 不在量表{lowest:g}到{highest:g}之内",
                ),
                where=Text(f"item {item}, row {index[row]}", f"题项{item}，第{index[row]}行"),
                fix=Text(
                    "Clean the answers first, or give the scale that was used.",
                    "请先清理答卷，或给出实际使用的量表。",
                ),
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
