"""What the specification curve found: steadiness of each factor, and one honest sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.keyfactors.specifications import CHOICES, Specification

Floats = NDArray[np.float64]
CHOICE_WORDS: dict[str, Text] = {
    "rows": Text("exclusion of rows", "样本剔除规则"),
    "estimation": Text("estimator and missing data", "估计方法与缺失处理"),
    "measurement": Text("measurement", "测量方式"),
    "controls": Text("controls", "控制变量"),
}


@dataclass(frozen=True, slots=True)
class Steadiness:
    """One factor over all analyses.

    Attributes
    ----------
    factor : str
    name : Text
    median, lowest, highest : float
        Of the standardized total effect.
    same_sign, significant : float
        Share of analyses with the sign of the median; and with it and p below 0.05.
    best_rank, worst_rank : int
    usual_rank : int
        The commonest.
    at_usual : float
        Share of analyses that give it.
    matters_most : str
        The choice that moves the effect most; empty where nothing was varied.
    moved : float
        Share of the effect's variance over analyses that this choice accounts for.
    """

    factor: str
    name: Text
    median: float
    lowest: float
    highest: float
    same_sign: float
    significant: float
    best_rank: int
    worst_rank: int
    usual_rank: int
    at_usual: float
    matters_most: str
    moved: float


@dataclass(frozen=True, slots=True, eq=False)
class SpecificationCurve(Result):
    """The ranking under every reasonable analysis.

    Attributes
    ----------
    specifications : tuple of Specification
        Those that gave a result; the first is the analysis as it stands.
    effects, pvalues : (s, k) arrays
        Standardized total effects and their p, factors in the order of ``rows``.
    ranks : (s, k) int array
    rows : tuple of Steadiness
    outcome : str
    outcome_name : Text
    failed : tuple of (Specification, str)
        Analyses without a result, and why.
    seed : int
    findings : tuple of Finding
    control_names : Text or None
        Of the controls, for the reader.
    """

    specifications: tuple[Specification, ...]
    effects: Floats
    pvalues: Floats
    ranks: NDArray[np.int64]
    rows: tuple[Steadiness, ...]
    outcome: str
    outcome_name: Text
    failed: tuple[tuple[Specification, str], ...]
    seed: int
    findings: tuple[Finding, ...] = ()
    control_names: Text | None = None

    def sentence(self) -> Text:
        """Say in one sentence whether the first factor stays first."""
        first = self.rows[0]
        held = int((self.ranks[:, 0] == 1).sum())
        count = len(self.specifications)
        rivals = {
            self.rows[k].name for s in range(count) for k in [int(self.ranks[s].argmin())] if k
        }
        kept = self._kept(first)
        if held == count:
            return Text(
                "{a} is first in all {n} analyses tried; {k}.",
                "在所尝试的全部{n}种分析中，{a}均居首位；{k}。",
            ).fill(a=first.name, n=count, k=kept)
        others_en = ", ".join(sorted(name.en for name in rivals))
        others_zh = "、".join(sorted(name.zh for name in rivals))
        choice = self._decisive()
        return Text(
            f"{first.name.en} is first in {held} of {count} analyses tried, and {others_en} in the "
            f"others, where the choice that decides most is {choice.en}; {kept.en}.",
            f"在所尝试的{count}种分析中，{first.name.zh}有{held}次居首位，其余为{others_zh}，影响最大的选择是{choice.zh}；"
            f"{kept.zh}。",
        )

    def _kept(self, first: Steadiness) -> Text:
        """Say how often the first factor's effect keeps its sign and its significance."""
        count = len(self.specifications)
        signs, sure = round(first.same_sign * count), round(first.significant * count)
        if sure == count:
            return Text(
                "its effect keeps its sign and p < .05 in all of them",
                "其效应方向始终不变，且均为p < .05",
            )
        return Text(
            "its effect keeps its sign in {s} of them, and with it p < .05 in {p}",
            "其效应方向在其中{s}种分析中不变，且p < .05者{p}种",
        ).fill(s=signs, p=sure)

    def _decisive(self) -> Text:
        """Return the choice that accounts for most of whether the first stays first."""
        first = (self.ranks[:, 0] == 1).astype(float)
        shares = {name: explained(first, self.specifications, name) for name in CHOICES}
        return CHOICE_WORDS[max(shares, key=lambda name: shares[name])]

    def tables(self) -> tuple[Table, ...]:
        """Return one row a factor."""
        columns = (
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
            Column("median", Text("Median effect", "效应中位数"), decimals=3),
            Column("lowest", Text("Lowest", "最小"), decimals=3),
            Column("highest", Text("Highest", "最大"), decimals=3),
            Column("same_sign", Text("Same sign, %", "同号%"), "percent", 0),
            Column("significant", Text("and p < .05, %", "且p < .05%"), "percent", 0),
            Column("ranks", Text("Ranks", "排名范围"), "text"),
            Column("usual_rank", Text("Usual rank", "最常排名"), "count"),
            Column("at_usual", Text("at it, %", "占比%"), "percent", 0),
            Column("matters_most", Text("Moved most by", "最受影响于"), "text"),
            Column("moved", Text("% of variance", "占方差%"), "percent", 0),
        )
        rows: list[tuple[Cell, ...]] = [
            (
                r.factor, r.name, r.median, r.lowest, r.highest, 100 * r.same_sign,
                100 * r.significant, f"{r.best_rank}–{r.worst_rank}", r.usual_rank,
                100 * r.at_usual, CHOICE_WORDS.get(r.matters_most, ""), 100 * r.moved,
            )
            for r in self.rows
        ]  # fmt: skip
        note = Text(
            "{n} analyses; {failed} more gave no result. They share one sample, so they are no "
            "independent confirmations.",
            "共{n}种分析，另有{failed}种无结果。各分析基于同一样本，并非相互独立的验证。",
        ).fill(n=len(self.specifications), failed=len(self.failed))
        title = Text("The ranking under other analyses", "不同分析选择下的排名")
        return (Table("specification_curve", title, columns, tuple(rows), (self.sentence(), note)),)


def explained(values: Floats, made: Sequence[Specification], choice: str) -> float:
    """Return the share of variance between the options of one choice (eta squared)."""
    total = float(((values - values.mean()) ** 2).sum())
    if total <= 1e-24:
        return 0.0
    options = np.array([specification.choice(choice) for specification in made])
    between = sum(
        (options == option).sum() * (values[options == option].mean() - values.mean()) ** 2
        for option in np.unique(options)
    )
    return float(between / total)
