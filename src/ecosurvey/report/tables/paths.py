"""The paths of a structural model that makes no hypotheses: every regression with its test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text

if TYPE_CHECKING:
    import pandas as pd


_INTERVAL = Text("95% CI of b", "b的95%置信区间")


def paths_table(parameters: pd.DataFrame, name_of: Callable[[str], Text]) -> Table:
    """Return the regressions of a fitted model.

    Parameters
    ----------
    parameters : DataFrame
        ``SemResult.parameters``.
    name_of : callable
        From a name in the model to words.
    """
    paths = parameters[parameters["op"] == "~"]
    columns = (
        Column("path", Text("Path", "路径"), "label"),
        Column("std_all", Text("β", "β"), decimals=3),
        Column("est", Text("b", "b"), decimals=3),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("z", Text("z", "z")),
        Column("pvalue", Text("p", "p"), "p"),
        Column("ci_lower", Text("lower", "下限"), decimals=3, spanner=_INTERVAL),
        Column("ci_upper", Text("upper", "上限"), decimals=3, spanner=_INTERVAL),
    )
    fields = ["lhs", "rhs", *(column.key for column in columns[1:])]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Text("{a} → {b}", "{a} → {b}").fill(a=name_of(str(rhs)), b=name_of(str(lhs))),
            *map(float, values),
        )
        for lhs, rhs, *values in paths[fields].itertuples(index=False)
    )
    note = Text(
        "β = standardized coefficient; b = unstandardized coefficient, to which SE, z, p and the "
        "interval belong.",
        "β为标准化系数；b为非标准化系数，标准误、z、p及置信区间均对应b。",
    )
    return Table(
        "paths", Text("Paths of the structural model", "结构模型路径"), columns, rows, (note,)
    )
