"""Item analysis as Chinese practice asks for it: critical ratio, item-total, loading, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.factors import Moments, read_moments
from ecosurvey.factors.extraction import extract
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.alpha import alpha_of, runs_against
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SHARE = 0.27  # Kelley (1939): the tails that separate best
CR_LOW, ITEM_REST_LOW, LOADING_LOW = 3.0, 0.40, 0.45  # Wu Minglong (2010)


@dataclass(frozen=True, slots=True, repr=False)
class ItemAnalysis(Result):
    """What speaks for and against each item.

    Attributes
    ----------
    items : DataFrame
        One row an item: construct, item, n, mean, sd, mean_low, mean_high (of the lowest and
        highest 27% on the construct's score), critical_ratio (their t), df, pvalue, cohen_d,
        item_rest, alpha, alpha_if_dropped, loading, communality, failed (criteria not met).
    names : mapping of construct to Text
    missing : Text
    """

    items: pd.DataFrame
    names: Mapping[str, Text]
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        weak = int((self.items["failed"] != "").sum())
        return f"ItemAnalysis({len(self.items)} items, {weak} of them doubtful)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.items

    def tables(self) -> tuple[Table, ...]:
        """Return the items, grouped by construct."""
        keys = (
            "item", "mean", "sd", "critical_ratio", "pvalue", "item_rest", "alpha_if_dropped",
            "loading",
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for i, (_, row) in enumerate(self.items.iterrows()):
            if i == 0 or row["construct"] != self.items["construct"].iloc[i - 1]:
                groups.append((i, self.names[row["construct"]]))
            verdict = _KEEP if not row["failed"] else _REVIEW
            rows.append((str(row["item"]), *(float(row[key]) for key in keys[1:]), verdict))
        return (
            Table(
                "item_analysis",
                Text("Item analysis", "项目分析"),
                (
                    Column("item", Text("Item", "题项"), "label"),
                    Column("mean", Text("M", "均值")),
                    Column("sd", Text("SD", "标准差")),
                    Column("critical_ratio", Text("Critical ratio (t)", "决断值（CR）")),
                    Column("pvalue", Text("p", "p"), "p"),
                    Column("item_rest", Text("Item-rest r", "校正题总相关（CITC）"), bounded=True),
                    Column(
                        "alpha_if_dropped",
                        Text("α if dropped", "删除后α"),
                        bounded=True,
                        decimals=3,
                    ),
                    Column("loading", Text("Loading", "因子载荷"), bounded=True),
                    Column("verdict", Text("Verdict", "结论"), "text"),
                ),
                tuple(rows),
                (
                    Text(
                        "Critical ratio: Welch's t between the highest and lowest 27% on the "
                        "construct. Review: critical ratio below 3 or not significant, item-rest r "
                        "below .40, α rising when dropped, or loading below .45 (Wu, 2010).",
                        "决断值为构念得分高低27%组的Welch t值。满足以下任一情形者建议复核："
                        "决断值低于3或不显著、校正题总相关低于0.40、删除后α升高、因子载荷低于0.45（吴明隆，2010）。",
                    ),
                    self.missing,
                ),
                tuple(groups),
            ),
        )


_KEEP, _REVIEW = Text("keep", "保留"), Text("review", "复核")


def item_analysis(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    missing: Missing = "pairwise",
) -> ItemAnalysis:
    """Judge every item by the criteria of classical item analysis.

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in their construct's direction.
    scales : mapping of construct to items
    names : mapping of construct to Text, optional
    missing : {"pairwise", "listwise"}
        Treatment of gaps in alpha and loadings; the groups take the mean of the items
        answered.

    Returns
    -------
    ItemAnalysis
        ``failed`` names the criteria not met: critical_ratio, item_rest, alpha_if_dropped,
        loading. Thresholds of Wu (2010); they are habits, not laws.

    Notes
    -----
    The critical ratio is Welch's t, which does not ask for equal variances; SPSS prints it in
    the second row of its t test.

    References
    ----------
    Kelley, T. L. (1939). The selection of upper and lower groups for the validation of test
    items. Journal of Educational Psychology, 30, 17-24. 吴明隆 (2010). 问卷统计分析实务.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> trait = np.random.default_rng(1).normal(size=(200, 1))
    >>> noise = np.random.default_rng(2).normal(size=(200, 4))
    >>> answers = pd.DataFrame(trait + noise, columns=list("abcd"))
    >>> bool((item_analysis(answers, {"A": list("abcd")}).items.critical_ratio > 3).all())
    True
    """
    import pandas as pd

    membership(scales, least=1)
    called = {c: (names or {}).get(c, Text(c, c)) for c in scales}
    parts: list[pd.DataFrame] = []
    note = Text("", "")
    findings: list[Finding] = []
    for construct, items in scales.items():
        moments = read_moments(data, items, missing=missing, least=1, what="item analysis")
        note = moments.missing_note() if moments.p > 1 else note
        parts.append(analyse_scale(moments, construct))
        # skipped scales are ordinary answers here: the numbers of rows say it already
        findings += [f for f in moments.findings if f.code != "empty_rows"]
    frame = pd.concat(parts, ignore_index=True)
    findings += [_finding(row) for _, row in frame.iterrows() if row["failed"]]
    return ItemAnalysis(frame, called, note, tuple(findings))


def analyse_scale(moments: Moments, construct: str) -> pd.DataFrame:
    """Return the statistics of one construct's items."""
    import pandas as pd

    rows = moments.need_rows("item analysis")
    k = moments.p
    several = k > 1
    base = alpha_of(moments) if several else None
    loadings = _loadings(moments)
    records = []
    score = np.nanmean(rows, axis=1)
    low, high = np.quantile(score, [SHARE, 1 - SHARE])
    for i, item in enumerate(moments.names):
        test = welch(rows[score <= low, i], rows[score >= high, i])
        rest = float(base.items["item_rest"].iloc[i]) if base else nan
        dropped = float(base.items["alpha_if_dropped"].iloc[i]) if base else nan
        failed = [] if several else ["single_item"]
        if not (test.t >= CR_LOW and test.pvalue < 0.05):
            failed.append("critical_ratio")
        if several and rest < ITEM_REST_LOW:
            failed.append("item_rest")
        if base and dropped > base.raw:
            failed.append("alpha_if_dropped")
        if k > 2 and not loadings[i] >= LOADING_LOW:
            failed.append("loading")
        values = rows[~np.isnan(rows[:, i]), i]
        records.append(
            {
                "construct": construct,
                "item": item,
                "n": len(values),
                "mean": float(values.mean()),
                "sd": float(values.std(ddof=1)),
                "mean_low": test.mean_low,
                "mean_high": test.mean_high,
                "critical_ratio": test.t,
                "df": test.df,
                "pvalue": test.pvalue,
                "cohen_d": test.cohen_d,
                "item_rest": rest,
                "alpha": base.raw if base else nan,
                "alpha_if_dropped": dropped,
                "loading": float(loadings[i]),
                "communality": float(loadings[i] ** 2),
                "failed": " ".join(failed),
            }
        )
    return pd.DataFrame(records)


def _loadings(moments: Moments) -> NDArray[np.float64]:
    if moments.p < 3:  # one factor is not determined
        return np.full(moments.p, nan)
    return extract(moments.corr, 1, "minres").loadings[:, 0]


@dataclass(frozen=True, slots=True)
class Welch:
    """Welch's t test of two groups.

    Attributes
    ----------
    mean_low, mean_high, t, df, pvalue, cohen_d : float
        NaN where a group has fewer than two answers; t is infinite where neither varies.
    """

    mean_low: float
    mean_high: float
    t: float
    df: float
    pvalue: float
    cohen_d: float


def welch(low: NDArray[np.float64], high: NDArray[np.float64]) -> Welch:
    """Compare two groups of answers, gaps left out, by Welch's t test (two-sided)."""
    from scipy.special import stdtr

    a, b = low[~np.isnan(low)], high[~np.isnan(high)]
    if len(a) < 2 or len(b) < 2:
        return Welch(nan, nan, nan, nan, nan, nan)
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    gap = float(b.mean() - a.mean())
    if va + vb == 0:
        t = float(np.sign(gap)) * np.inf if gap else 0.0
        return Welch(float(a.mean()), float(b.mean()), t, nan, 0.0 if gap else 1.0, nan)
    t = gap / sqrt(va + vb)
    df = float((va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1)))
    pooled = sqrt(
        ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    )
    return Welch(
        float(a.mean()), float(b.mean()), t, df, float(2 * stdtr(df, -abs(t))), gap / pooled
    )


_CRITERIA = {
    "critical_ratio": Text("critical ratio", "决断值"),
    "item_rest": Text("item-rest correlation", "校正题总相关"),
    "alpha_if_dropped": Text("alpha rises when it is dropped", "删除后α升高"),
    "loading": Text("loading", "因子载荷"),
    "single_item": Text("the construct has one item", "构念仅有一个题项"),
}


def _finding(row: pd.Series) -> Finding:
    if row["item_rest"] < 0:
        return runs_against(str(row["item"]), float(row["item_rest"]))
    failed = [_CRITERIA[code] for code in str(row["failed"]).split()]
    return Finding(
        "item_review",
        "note",
        Text(
            f"Item {row['item']!r} falls short on: {'; '.join(t.en for t in failed)}.",
            f"题项“{row['item']}”未达标准：{'；'.join(t.zh for t in failed)}。",
        ),
        where=str(row["item"]),
    )
