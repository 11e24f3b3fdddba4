"""How much the imputations differ about the factors: effects, missing information, ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecosurvey.core import Column, Finding, Result, Table, Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ecosurvey.sem.imputed import ImputedSem


@dataclass(frozen=True, slots=True)
class ImputedEffect:
    """One factor's standardized total effect over the imputed data sets.

    Attributes
    ----------
    factor : str
    estimate, se : float
        Pooled by Rubin's rules.
    fmi : float
        Fraction of missing information, ``(1 + 1/m) B / T``.
    lowest, highest : float
        Of the data sets' own estimates.
    best, worst : int
        Rank by size in the data set where the factor ranks highest, and lowest.
    """

    factor: str
    estimate: float
    se: float
    fmi: float
    lowest: float
    highest: float
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class ImputedEffects(Result):
    """The factors over the imputed data sets.

    Attributes
    ----------
    outcome : str
    m : int
        Data sets.
    rows : tuple of ImputedEffect
        In the order given.
    names : mapping of str to Text
    findings : tuple of Finding
        ``first_differs`` where the factor with the largest effect is not the same in all.
    """

    outcome: str
    m: int
    rows: tuple[ImputedEffect, ...]
    names: Mapping[str, Text] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one row a factor."""
        columns = (
            Column("factor", Text("Factor", "因素"), "label"),
            Column("estimate", Text("Total effect (β)", "总效应（β）"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("fmi", Text("FMI", "FMI"), decimals=3),
            Column("lowest", Text("Lowest β", "最小β"), decimals=3),
            Column("highest", Text("Highest β", "最大β"), decimals=3),
            Column("best", Text("Best rank", "最高排名"), "count"),
            Column("worst", Text("Worst rank", "最低排名"), "count"),
        )
        cells = tuple(
            (
                self.names.get(row.factor, row.factor), row.estimate, row.se, row.fmi, row.lowest,
                row.highest, row.best, row.worst,
            )
            for row in self.rows
        )  # fmt: skip
        note = Text(
            "{m} imputed data sets. β and SE pooled by Rubin's rules; FMI: share of the sampling "
            "variance that comes from missing answers; lowest to worst: of the single data sets.",
            "{m}个插补数据集。β与标准误按Rubin法则合并；FMI：抽样方差中由缺失引起的比例；"
            "其余各列为单个数据集的结果。",
        ).fill(m=self.m)
        title = Text("Key factors over the imputations", "各插补数据集的关键因素")
        return (Table("imputed_effects", title, columns, cells, (note,)),)


def imputed_effects(
    fit: ImputedSem,
    outcome: str,
    factors: Sequence[str],
    *,
    names: Mapping[str, Text] | None = None,
) -> ImputedEffects:
    """Return the factors' standardized total effects in each imputed data set, and pooled.

    ``T = W + (1 + 1/m) B``, with ``W`` the mean of the squared standard errors and ``B`` the
    variance of the estimates over the data sets; FMI is ``(1 + 1/m) B / T``.

    Parameters
    ----------
    fit : ImputedSem
        From :func:`ecosurvey.sem_mi`, of one group.
    outcome : str
    factors : sequence of str
        Those with a way to the outcome.
    names : mapping of str to Text, optional

    Returns
    -------
    ImputedEffects

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, eqs. 3.1.2-3.1.10.

    Examples
    --------
    >>> from ecosurvey import sem_mi, simulate
    >>> copies = [simulate("y ~ .5*a + .2*b", 300, seed=seed) for seed in (1, 2, 3)]
    >>> found = imputed_effects(sem_mi("y ~ a + b", copies), "y", ["a", "b"])
    >>> [(row.factor, row.best, row.worst) for row in found.rows]
    [('a', 1, 1), ('b', 2, 2)]
    """
    import numpy as np

    from ecosurvey.sem.imputed.rubin import combine

    est = np.zeros((len(fit.fits), len(factors)))
    se = np.zeros_like(est)
    for place, one in enumerate(fit.fits):
        totals = {row.source: row for row in one.effects(outcome).of_kind("total")}
        for column, factor in enumerate(factors):
            est[place, column] = totals[factor].std_all
            se[place, column] = totals[factor].std_se
    pooled = combine(est, se)
    ranks = (-np.abs(est)).argsort(axis=1, kind="stable").argsort(axis=1) + 1
    rows = tuple(
        ImputedEffect(
            factor, float(pooled.est[k]), float(np.sqrt(pooled.variance[k])), float(pooled.fmi[k]),
            float(est[:, k].min()), float(est[:, k].max()), int(ranks[:, k].min()),
            int(ranks[:, k].max()),
        )
        for k, factor in enumerate(factors)
    )  # fmt: skip
    known = dict(names or {})
    return ImputedEffects(outcome, len(est), rows, known, _first(rows, ranks, known))


def _first(
    rows: Sequence[ImputedEffect], ranks: NDArray[np.intp], names: Mapping[str, Text]
) -> tuple[Finding, ...]:
    counts = (ranks == 1).sum(axis=0)
    leading = [k for k in range(len(rows)) if counts[k]]
    if len(leading) < 2:
        return ()
    told = [(names.get(rows[k].factor, Text(rows[k].factor, rows[k].factor)), counts[k])
            for k in leading]  # fmt: skip
    en = ", ".join(f"{name.en} in {n}" for name, n in told)
    zh = "、".join(f"{name.zh}（{n}个）" for name, n in told)
    words = Text(
        f"which factor has the largest total effect depends on the imputation: {en} of "
        f"{len(ranks)} data sets",
        f"总效应最大的因素因插补而异（共{len(ranks)}个数据集）：{zh}",
    )
    return (Finding("first_differs", "warning", words),)
