"""Scale scores: the mean of each scale's items, and how the scores hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.descriptives.moments import moments, pairwise_correlations

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class ScaleStatistics(Result):
    """Statistics of the scale scores.

    Attributes
    ----------
    scores : DataFrame
        The scores themselves, respondents by scales.
    statistics : DataFrame
        Indexed by scale: ``n``, ``missing``, ``mean``, ``sd``, ``skew``, ``kurtosis``.
    correlations, pvalues, pairs : DataFrame
        Pearson correlations of the scores, their two-sided p values, and the rows in each.
    names : mapping of str to Text
    findings : tuple of Finding
    min_answered : float
        Share of a scale's items that a score needs.
    """

    scores: pd.DataFrame
    statistics: pd.DataFrame
    correlations: pd.DataFrame
    pvalues: pd.DataFrame
    pairs: pd.DataFrame
    names: Mapping[str, Text]
    findings: tuple[Finding, ...]
    min_answered: float = 0.5

    def tables(self) -> tuple[Table, ...]:
        """Return one table: means, standard deviations and the correlations below the diagonal."""
        scales = [str(scale) for scale in self.statistics.index]
        spanner = Text("Correlations", "相关系数")
        columns = [
            Column("number", Text("", ""), "count"),
            Column("scale", Text("Scale", "量表"), "label"),
            Column("n", Text("n", "n"), "count"),
            Column("mean", Text("M", "均值")),
            Column("sd", Text("SD", "标准差")),
        ]
        columns += [
            Column(f"r_{scale}", Text(str(k), str(k)), "text", spanner=spanner)
            for k, scale in enumerate(scales[:-1], start=1)
        ]
        r, p = self.correlations.to_numpy(dtype=float), self.pvalues.to_numpy(dtype=float)
        n = self.statistics["n"].to_numpy(dtype=int)
        mean, sd = (self.statistics[k].to_numpy(dtype=float) for k in ("mean", "sd"))
        rows: list[tuple[Cell, ...]] = []
        for k, scale in enumerate(scales):
            cells = [_marked(r[k, j], p[k, j]) if j < k else "" for j in range(len(scales) - 1)]
            name: Cell = self.names.get(scale, scale)
            rows.append((k + 1, name, int(n[k]), _cell(mean[k]), _cell(sd[k]), *cells))
        notes = (
            Text(
                "Scores are means of the items answered, reverse-keyed items turned, where at "
                "least {p}% of a scale's items were. Pearson correlations over pairwise "
                "complete rows.",
                "量表分为已作答题项的均值（反向题已转换），须至少作答该量表{p}%的题项。"
                "相关为成对有效数据的皮尔逊相关。",
            ).fill(p=f"{100 * self.min_answered:g}"),
            Text("* p < .05. ** p < .01. *** p < .001.", "* p < .05；** p < .01；*** p < .001。"),
        )
        title = Text(
            "Means, standard deviations and correlations of the scales", "量表均值、标准差与相关"
        )
        return (Table("scales", title, tuple(columns), tuple(rows), notes),)

    def to_frame(self) -> pd.DataFrame:
        """Return the unrounded statistics with the correlations beside them."""
        r = self.correlations.add_prefix("r_")
        return self.statistics.join(r).reset_index(names="scale")


def scale_scores(
    data: Any, scales: Mapping[str, Sequence[str]], *, min_answered: float = 0.5
) -> pd.DataFrame:
    """Return each respondent's mean over the answered items of each scale.

    Parameters
    ----------
    data : DataFrame
        Items in columns, turned into the scoring direction; NaN is no answer.
    scales : mapping of str to sequence of str
        The items of each scale.
    min_answered : float
        Share of a scale's items that must be answered, more than 0 up to 1; else the score is NaN.
        With less than half, the mean of what is left says little about the whole scale.

    Returns
    -------
    DataFrame
        Respondents by scales.

    Raises
    ------
    DataError
        If an item is missing or holds text, or a scale has no items.
    OptionError
        If ``min_answered`` is not a share.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"a": [1, 2, None], "b": [3, None, None]})
    >>> scale_scores(data, {"s": ["a", "b"]})["s"].tolist()
    [2.0, 2.0, nan]
    """
    import pandas as pd

    if not 0 < min_answered <= 1:
        raise OptionError(
            Text(
                f"min_answered={min_answered} is not a share",
                f"min_answered={min_answered} 不是比例",
            ),
            fix=Text("Give more than 0, at most 1.", "请给出大于0、至多为1的数。"),
        )
    frame = as_frame(data)
    columns: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
    for scale, items in scales.items():
        if not items:
            raise DataError(
                Text(f"the scale {scale!r} has no items", f"量表 {scale!r} 没有题项"),
                fix=Text("Name its items.", "请给出其题项。"),
            )
        values = numeric_matrix(frame, list(items))
        there = ~np.isnan(values)
        count = there.sum(axis=1)
        total = np.where(there, values, 0.0).sum(axis=1)
        enough = (count > 0) & (count >= min_answered * len(items) - 1e-9)
        columns[scale] = np.where(enough, total / np.maximum(count, 1), np.nan)
    return pd.DataFrame(columns, index=frame.index)


def describe_scales(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    min_answered: float = 0.5,
) -> ScaleStatistics:
    """Describe the scale scores and their correlations: the first table of most papers.

    Parameters
    ----------
    data : DataFrame
        Items in columns, turned into the scoring direction; NaN is no answer.
    scales : mapping of str to sequence of str
        The items of each scale.
    names : mapping of str to Text, optional
        The scales' words.
    min_answered : float
        See :func:`scale_scores`.

    Returns
    -------
    ScaleStatistics

    Raises
    ------
    DataError, OptionError
        As :func:`scale_scores`.

    Notes
    -----
    These are correlations of observed scores, weakened by measurement error; those of the latent
    variables are in the measurement model.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 2, 4, 4], "c": [4, 3, 1, 2]})
    >>> found = describe_scales(data, {"s": ["a", "b"], "t": ["c"]})
    >>> round(float(found.correlations.loc["s", "t"]), 3)
    -0.868
    """
    import pandas as pd

    if not scales:
        raise DataError(
            Text("there are no scales to describe", "没有可描述的量表"),
            fix=Text("Give the items of each scale.", "请给出每个量表的题项。"),
        )
    scores = scale_scores(data, scales, min_answered=min_answered)
    if scores.empty:
        raise DataError(
            Text("there are no rows to describe", "没有可描述的数据行"),
            fix=Text("Check what was excluded before.", "请检查此前剔除了什么。"),
        )
    values = scores.to_numpy(dtype=float, copy=True)
    found = moments(values)
    labels = pd.Index(list(scales), name="scale")
    statistics = pd.DataFrame(
        {
            "n": found.n.astype(int),
            "missing": (len(scores) - found.n).astype(int),
            "mean": found.mean,
            "sd": found.sd,
            "skew": found.skew,
            "kurtosis": found.kurtosis,
        },
        index=labels,
    )
    r, p, n = (
        pd.DataFrame(matrix, index=labels, columns=list(scales))
        for matrix in pairwise_correlations(values)
    )
    return ScaleStatistics(
        scores, statistics, r, p, n, dict(names or {}), _findings(statistics), min_answered
    )


def _findings(statistics: pd.DataFrame) -> tuple[Finding, ...]:
    flat = [str(s) for s in statistics.index[(statistics["sd"].fillna(0.0) == 0).to_numpy()]]
    if not flat:
        return ()
    where = ", ".join(flat)
    message = Text(f"scores without spread: {where}.", f"量表分无变异：{'、'.join(flat)}。")
    return (Finding("constant_scale", "serious", message, where),)


def _marked(r: float, p: float) -> str:
    """Return a correlation with its stars, or a dash."""
    from ecosurvey.core import number

    if np.isnan(r):
        return number(None)
    stars = "***" if p < 0.001 else "**" if p < 0.01 else "*" if p < 0.05 else ""
    return f"{number(r, 2, bounded=True)}{stars}"


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
