"""Loadings of the measurement model, grouped by construct."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text

if TYPE_CHECKING:
    import pandas as pd


def loadings_table(
    key: str, parameters: pd.DataFrame, name_of: Callable[[str], Text], r_squared: pd.Series[float]
) -> Table:
    """Return the loadings of a fitted model.

    Parameters
    ----------
    key : str
        Key of the table.
    parameters : DataFrame
        ``SemResult.parameters`` with columns lhs op rhs est se z pvalue std_all.
    name_of : callable
        From a name in the model to words.
    r_squared : Series
        By name of the item or facet.
    """
    loadings = parameters[parameters["op"] == "=~"]
    columns = (
        Column("item", Text("Item", "题项"), "label"),
        Column("std_all", Text("λ", "标准化载荷"), decimals=3),
        Column("est", Text("b", "非标准化载荷"), decimals=3),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("z", Text("z", "z")),
        Column("pvalue", Text("p", "p"), "p"),
        Column("r_squared", Text("R²", "R²"), decimals=3, bounded=True),
    )
    rows: list[tuple[Cell, ...]] = []
    groups: list[tuple[int, Text]] = []
    before = ""
    fields = ("lhs", "rhs", "std_all", "est", "se", "z", "pvalue")
    for lhs, rhs, *values in loadings[list(fields)].itertuples(index=False):
        if lhs != before:
            groups.append((len(rows), name_of(lhs)))
            before = lhs
        std, est, se, z, p = map(float, values)
        fixed = se == 0 or se != se
        explained = float(r_squared[rhs]) if rhs in r_squared.index else None
        tested = (None, None, None) if fixed else (se, z, p)
        rows.append((str(rhs), std, est, *tested, explained))
    note = Text(
        "λ = standardized loading; b = unstandardized loading. The first loading of each "
        "construct is fixed to 1 to set its scale and so has no standard error.",
        "每个构念的第一个载荷固定为1以设定量尺，因此没有标准误。",
    )
    title = Text("Loadings of the confirmatory factor analysis", "验证性因子分析载荷")
    marker = any(row[3] is None for row in rows)
    return Table(key, title, columns, tuple(rows), (note,) if marker else (), tuple(groups))
