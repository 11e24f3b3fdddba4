"""Content validity: what experts say of the items' relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.reliability.alpha import check_level

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

I_CVI_LOW, S_CVI_LOW, KAPPA_LOW = 0.78, 0.90, 0.60  # Lynn (1986); Polit & Beck (2006)


@dataclass(frozen=True, slots=True, repr=False)
class ContentValidity(Result):
    """Content validity of items rated by experts.

    Attributes
    ----------
    items : DataFrame by item
        ``experts``, ``agreeing`` (who called it relevant), ``i_cvi`` with ``i_cvi_ci_lower`` and
        ``i_cvi_ci_upper`` (Wilson), ``chance`` (that so many agree by chance), ``kappa``
        (modified: I-CVI corrected for chance), ``v`` with ``v_ci_lower`` and ``v_ci_upper``
        (Aiken's V, score interval), ``mean``.
    s_cvi_ave : float
        Mean of the items' I-CVI.
    s_cvi_ua : float
        Share of items that every expert calls relevant.
    v : float
        Mean of Aiken's V.
    scale : (float, float)
        Lowest and highest rating.
    relevant : float
        Ratings from here on say "relevant".
    level : float
    """

    items: pd.DataFrame
    s_cvi_ave: float
    s_cvi_ua: float
    v: float
    scale: tuple[float, float]
    relevant: float
    level: float
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"ContentValidity(s_cvi_ave={self.s_cvi_ave:.3f}, {len(self.items)} items)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.items

    def tables(self) -> tuple[Table, ...]:
        """Return one row an item, the scale's indices below."""
        percent = f"{100 * self.level:g}%"
        low, high = Text(f"{percent} CI lower", "置信下限"), Text(f"{percent} CI upper", "置信上限")
        low = Text(low.en, f"{percent}置信下限")
        high = Text(high.en, f"{percent}置信上限")
        cvi, aiken = Text("I-CVI", "I-CVI"), Text("Aiken's V", "Aiken's V")
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            Column("experts", Text("Experts", "专家数"), "count"),
            Column("i_cvi", Text("Index", "指数"), bounded=True, spanner=cvi),
            Column("i_cvi_ci_lower", low, bounded=True, spanner=cvi),
            Column("i_cvi_ci_upper", high, bounded=True, spanner=cvi),
            Column("kappa", Text("Modified κ", "修正κ"), bounded=True),
            Column("v", Text("V", "V"), bounded=True, spanner=aiken),
            Column("v_ci_lower", low, bounded=True, spanner=aiken),
            Column("v_ci_upper", high, bounded=True, spanner=aiken),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (str(item), int(row["experts"]), *(float(row[c.key]) for c in columns[2:]))
            for item, row in self.items.iterrows()
        )
        note = Text(
            f"S-CVI/Ave = {self.s_cvi_ave:.3f}, S-CVI/UA = {self.s_cvi_ua:.3f}, mean V = "
            f"{self.v:.3f}. Relevant: a rating of {self.relevant:g} or more, of "
            f"{self.scale[0]:g} to {self.scale[1]:g}. Wanted: I-CVI of {I_CVI_LOW} (1.00 with "
            f"five experts or fewer), S-CVI/Ave of {S_CVI_LOW:.2f}.",
            f"S-CVI/Ave = {self.s_cvi_ave:.3f}，S-CVI/UA = {self.s_cvi_ua:.3f}，"
            f"V均值 = {self.v:.3f}。评分范围{self.scale[0]:g}–{self.scale[1]:g}，"
            f"{self.relevant:g}分及以上视为相关。建议I-CVI不低于{I_CVI_LOW}"
            f"（专家不超过5人时应为1.00），S-CVI/Ave不低于{S_CVI_LOW:.2f}。",
        )
        title = Text("Content validity", "内容效度")
        return (Table("content_validity", title, columns, rows, (note,)),)


def content_validity(
    ratings: Any,
    items: Sequence[str] | None = None,
    *,
    scale: tuple[float, float] = (1, 4),
    relevant: float | None = None,
    level: float = 0.95,
) -> ContentValidity:
    r"""Compute content validity indices from experts' ratings of the items.

    With A of N experts calling an item relevant,

    .. math:: \text{I-CVI} = \frac{A}{N}, \quad p_c = \binom{N}{A} 0.5^N, \quad
              \kappa^* = \frac{\text{I-CVI} - p_c}{1 - p_c}, \quad
              V = \frac{\bar x - l}{h - l}

    with the mean rating and the scale's lowest and highest point.

    Parameters
    ----------
    ratings : DataFrame
        One row an expert, one column an item; gaps are experts who did not rate the item.
    items : sequence of str, optional
        The columns; all by default.
    scale : (float, float)
        Lowest and highest rating possible.
    relevant : float, optional
        Ratings from here on count as relevant; by default the upper half of the scale (3 of
        1 to 4).
    level : float

    Returns
    -------
    ContentValidity

    Raises
    ------
    DataError
        For ratings outside the scale, or an item that nobody or one expert rated.

    References
    ----------
    Lynn, M. R. (1986). Nursing Research, 35, 382-385. Polit, D. F., Beck, C. T., & Owen, S. V.
    (2007). Is the CVI an acceptable indicator of content validity? Research in Nursing &
    Health, 30, 459-467. Aiken, L. R. (1985). Educational and Psychological Measurement, 45,
    131-142. Penfield, R. D., & Giacobbi, P. R. (2004). Measurement in Physical Education and
    Exercise Science, 8, 213-225, for the interval of V.

    Examples
    --------
    >>> import pandas as pd
    >>> experts = pd.DataFrame({"a": [4, 4, 3, 4, 4, 2], "b": [4, 3, 4, 4, 3, 4]})
    >>> found = content_validity(experts)
    >>> found.items[["i_cvi", "kappa"]].round(2).values.tolist(), round(found.s_cvi_ave, 3)
    ([[0.83, 0.82], [1.0, 1.0]], 0.917)
    """
    import pandas as pd

    check_level(level)
    low, high = float(scale[0]), float(scale[1])
    if not low < high:
        raise OptionError(
            Text(f"scale=({low:g}, {high:g}) has no length", f"scale=({low:g}, {high:g}) 没有长度"),
            fix=Text("Give (1, 4), say.", "如 (1, 4)。"),
        )
    line = (low + high) / 2 if relevant is None else float(relevant)
    if not low < line <= high:
        raise OptionError(
            Text(
                f"relevant={line:g} lies outside the scale {low:g} to {high:g}",
                f"relevant={line:g} 不在量表{low:g}到{high:g}之内",
            ),
            fix=Text("Give 3, say.", "如 3。"),
        )
    frame = as_frame(ratings, Text("ratings", "评分")).rename(columns=str)
    names = [str(name) for name in (items if items is not None else frame.columns)]
    if not names:
        raise DataError(
            Text("no item was rated", "没有题项被评分"),
            fix=Text("Give one column an item.", "请每个题项一列。"),
        )
    values = numeric_matrix(frame, names)
    _check(values, names, low, high)
    experts = (~np.isnan(values)).sum(axis=0)
    agreeing = (values >= line).sum(axis=0)
    share = agreeing / experts
    chance = np.array(
        [comb(int(n), int(a)) * 0.5**n for n, a in zip(experts, agreeing, strict=True)]
    )
    mean = np.nanmean(values, axis=0)
    v = (mean - low) / (high - low)
    bounds = wilson(share, experts.astype(float), level)
    v_bounds = wilson(v, experts * (high - low), level)
    table = pd.DataFrame(
        {
            "experts": experts,
            "agreeing": agreeing,
            "i_cvi": share,
            "i_cvi_ci_lower": bounds[0],
            "i_cvi_ci_upper": bounds[1],
            "chance": chance,
            "kappa": (share - chance) / (1 - chance),
            "v": v,
            "v_ci_lower": v_bounds[0],
            "v_ci_upper": v_bounds[1],
            "mean": mean,
        },
        index=names,
    )
    average = float(share.mean())
    return ContentValidity(
        table,
        average,
        float((agreeing == experts).mean()),
        float(v.mean()),
        (low, high),
        line if relevant is not None else float(np.ceil(line)),
        level,
        tuple(_findings(table, average)),
    )


def wilson(
    share: NDArray[np.float64], n: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score interval of a share of n; for Aiken's V n is experts times steps."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    middle = 2 * n * share + z**2
    half = z * np.sqrt(4 * n * share * (1 - share) + z**2)
    below = 2 * (n + z**2)
    return np.maximum((middle - half) / below, 0.0), np.minimum((middle + half) / below, 1.0)


def _check(values: NDArray[np.float64], names: Sequence[str], low: float, high: float) -> None:
    with np.errstate(invalid="ignore"):
        outside = (values < low) | (values > high)
    if outside.any():
        row, column = map(int, np.argwhere(outside)[0])
        raise DataError(
            Text(
                f"item {names[column]!r} has the rating {values[row, column]:g} from expert "
                f"{row + 1}, outside {low:g} to {high:g}",
                f"专家{row + 1}对题项 {names[column]!r} 的评分 "
                f"{values[row, column]:g} 不在{low:g}到{high:g}之内",
            ),
            fix=Text(
                "Mend it, or give the scale: content_validity(ratings, scale=(1, 5)).",
                "请修正，或给出量表：content_validity(ratings, scale=(1, 5))。",
            ),
        )
    experts = (~np.isnan(values)).sum(axis=0)
    if (experts < 2).any():
        name, count = names[int(experts.argmin())], int(experts.min())
        raise DataError(
            Text(
                f"item {name!r} was rated by {count} experts",
                f"题项 {name!r} 只有{count}位专家评分",
            ),
            fix=Text("At least 2 are needed, 5 usual.", "至少需要2位，通常5位。"),
        )


def _findings(items: pd.DataFrame, average: float) -> list[Finding]:
    found: list[Finding] = []
    if int(items["experts"].min()) < 3:
        found.append(_FEW)
    for name, row in items.iterrows():
        wanted = 1.0 if row["experts"] <= 5 else I_CVI_LOW
        if row["i_cvi"] < wanted:
            found.append(
                Finding(
                    "low_i_cvi",
                    "warning" if row["kappa"] < KAPPA_LOW else "note",
                    Text(
                        f"{int(row['agreeing'])} of {int(row['experts'])} experts call item "
                        f"{str(name)!r} relevant (I-CVI {row['i_cvi']:.2f}, κ {row['kappa']:.2f}).",
                        f"{int(row['experts'])}位专家中有{int(row['agreeing'])}位认为题项“{name}”"
                        f"相关（I-CVI = {row['i_cvi']:.2f}，κ = {row['kappa']:.2f}）。",
                    ),
                    where=str(name),
                    hint=Text("Revise or drop it.", "建议修改或删除该题项。"),
                )
            )
    if average < S_CVI_LOW:
        found.append(
            Finding(
                "low_s_cvi",
                "warning",
                Text(
                    f"S-CVI/Ave is {average:.2f}, below {S_CVI_LOW:.2f}.",
                    f"S-CVI/Ave为{average:.2f}，低于{S_CVI_LOW:.2f}。",
                ),
            )
        )
    return found


_FEW = Finding(
    "few_experts",
    "warning",
    Text("Some item was rated by two experts only.", "部分题项仅有两位专家评分。"),
    hint=Text("Ask at least three, better six.", "建议至少3位、最好6位以上专家。"),
)
