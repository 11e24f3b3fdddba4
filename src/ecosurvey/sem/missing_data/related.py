"""Whether those who left an item out differ in what else is known of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, stdtr

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.core.frames import numeric_matrix

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MIN_GROUP = 5
SHOWN = 15


@dataclass(frozen=True, slots=True)
class RelatedGap:
    """One test of whether leaving out a variable goes with another variable.

    Attributes
    ----------
    variable : str
        What is left out by some.
    covariate : str
        What is compared between those who left it out and the others.
    kind : {"welch", "chi_squared"}
    n_missing, n_observed : int
        Rows compared: those with a value of the covariate.
    statistic, df, pvalue : float
    effect : float
        Welch: standardized mean difference, missing less observed; else Cramér's V.
    pvalue_holm : float
        Adjusted for the number of tests made.
    """

    variable: str
    covariate: str
    kind: str
    n_missing: int
    n_observed: int
    statistic: float
    df: float
    pvalue: float
    effect: float
    pvalue_holm: float


def related_gaps(
    data: pd.DataFrame,
    covariates: pd.DataFrame | None = None,
    *,
    categorical: Collection[str] = (),
) -> tuple[RelatedGap, ...]:
    """Test each variable's gaps against each covariate, with Holm's adjustment.

    Numbers are compared by Welch's t test, categories by Pearson's chi-squared test. Groups of
    fewer than 5 are not compared.

    Parameters
    ----------
    data : DataFrame
        Variables with gaps.
    covariates : DataFrame, optional
        What may explain the gaps, with the same rows; by default the other columns of ``data``.
    categorical : collection of str
        Covariates whose codes are names, not amounts.

    Returns
    -------
    tuple of RelatedGap
        By p value. Where any is small after adjustment, the gaps are not completely at random,
        and the covariate belongs in the treatment of missing data (Enders 2010, ch. 1).

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"a": [1.0] * 6 + [None] * 6})
    >>> old = pd.DataFrame({"age": [20.0, 21, 22, 23, 24, 25, 40, 41, 42, 43, 44, 46]})
    >>> found = related_gaps(df, old)[0]
    >>> found.variable, found.covariate, round(found.statistic, 2)
    ('a', 'age', 17.29)
    """
    others = data if covariates is None else covariates
    names = [str(name) for name in others.columns]
    matrix = numeric_matrix(others, list(others.columns))
    rows: list[tuple[str, str, str, int, int, float, float, float, float]] = []
    for variable in data.columns:
        gap = data[variable].isna().to_numpy(dtype=bool)
        if min(gap.sum(), (~gap).sum()) < MIN_GROUP:
            continue
        for place, name in enumerate(names):
            known = np.isfinite(matrix[:, place])
            out, seen = matrix[gap & known, place], matrix[~gap & known, place]
            if name == str(variable) or min(len(out), len(seen)) < MIN_GROUP:
                continue
            test = _chi_squared if name in categorical else _welch
            kind = "chi_squared" if name in categorical else "welch"
            rows.append((str(variable), name, kind, len(out), len(seen), *test(out, seen)))
    rows = sorted((row for row in rows if row[7] == row[7]), key=lambda row: row[7])
    highest, adjusted = 0.0, []
    for rank, row in enumerate(rows):
        highest = max(highest, min(1.0, (len(rows) - rank) * row[7]))
        adjusted.append(highest)
    return tuple(RelatedGap(*row, p) for row, p in zip(rows, adjusted, strict=True))


def _welch(out: Floats, seen: Floats) -> tuple[float, float, float, float]:
    """Return t, its degrees of freedom, p and the standardized difference of means."""
    a, b = out.var(ddof=1) / len(out), seen.var(ddof=1) / len(seen)
    if a + b <= 0:
        return (float("nan"),) * 4
    difference = out.mean() - seen.mean()
    t = difference / np.sqrt(a + b)
    df = (a + b) ** 2 / (a**2 / (len(out) - 1) + b**2 / (len(seen) - 1))
    pooled = (len(out) - 1) * out.var(ddof=1) + (len(seen) - 1) * seen.var(ddof=1)
    sd = np.sqrt(pooled / (len(out) + len(seen) - 2))
    return float(t), float(df), float(2 * stdtr(df, -abs(t))), float(difference / sd)


def _chi_squared(out: Floats, seen: Floats) -> tuple[float, float, float, float]:
    """Return Pearson's statistic, its degrees of freedom, p and Cramér's V."""
    codes = np.unique(np.concatenate([out, seen]))
    if len(codes) < 2:
        return (float("nan"),) * 4
    counts = np.array([[(part == code).sum() for code in codes] for part in (out, seen)], float)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    df = len(codes) - 1
    return (
        statistic,
        float(df),
        float(chdtrc(df, statistic)),
        float(np.sqrt(statistic / counts.sum())),
    )


def related_table(
    related: tuple[RelatedGap, ...], names: Mapping[str, Text] | None = None
) -> Table:
    """Return the tests with the smallest p values, covariates by their words if they have any."""
    told = names or {}
    columns = (
        Column("variable", Text("Left out", "缺失变量"), "label"),
        Column("covariate", Text("Compared on", "比较变量"), "label"),
        Column("n_missing", Text("n missing", "缺失人数"), "count"),
        Column("statistic", Text("t or χ²", "t或χ²")),
        Column("df", Text("df", "df"), decimals=1),
        Column("effect", Text("d or V", "d或V")),
        Column("pvalue", Text("p", "p"), "p"),
        Column("pvalue_holm", Text("p (Holm)", "p（Holm校正）"), "p"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            g.variable,
            told.get(g.covariate, g.covariate),
            g.n_missing,
            g.statistic,
            g.df,
            g.effect,
            g.pvalue,
            g.pvalue_holm,
        )
        for g in related[:SHOWN]
    )
    note = Text(
        "Those who left the variable out against those who answered; {n} tests in all.",
        "比较缺失者与作答者；共{n}次检验。",
    ).fill(n=len(related))
    title = Text("Do gaps go with other variables?", "缺失与其他变量的关系")
    return Table("missing_related", title, columns, rows, (note,))
