"""What a bootstrap gives: intervals for parameters and effects, and the draws behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.sem.bootstrap.intervals import IntervalKind, bootstrap_intervals
from ecosurvey.sem.bootstrap.quantities import Values
from ecosurvey.sem.bootstrap.replicates import Draws
from ecosurvey.sem.checks import free_names
from ecosurvey.sem.effects import Effect
from ecosurvey.sem.fit import Fit

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_HIDDEN = ("==", "<", ">")
_KINDS: dict[str, Text] = {
    "perc": Text("percentile", "百分位数法"),
    "bca": Text("bias-corrected and accelerated", "偏差校正加速法（BCa）"),
    "bc": Text("bias-corrected", "偏差校正法（BC）"),
    "norm": Text("normal, bias taken off", "正态近似（扣除偏差）"),
    "basic": Text("basic", "基本法"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Bootstrap judgements of some quantities, one entry each.

    Attributes
    ----------
    est, se, bias, ci_lower, ci_upper : (k,) arrays
        ``se``: standard deviation of the draws; ``bias``: their mean less the estimate.
    """

    est: Floats
    se: Floats
    bias: Floats
    ci_lower: Floats
    ci_upper: Floats


@dataclass(frozen=True)
class BootstrapResult(Result):
    """Parameters, standardized parameters and effects with bootstrap intervals.

    Attributes
    ----------
    fit : Fit
    draws : Draws
        Every replicate, the failed ones too.
    estimate, drawn, jackknifed : Values
        What the estimates, the replicates that arrived, and the samples without one row say;
        the last is None unless BCa intervals were asked for.
    rate : array or None
        The acceleration of every quantity.
    terms : tuple of Effect
    ci : str
        Kind of the intervals.
    level : float
    seed : int
    findings : tuple of Finding
    """

    fit: Fit
    draws: Draws
    estimate: Values
    drawn: Values
    rate: Floats | None
    terms: tuple[Effect, ...]
    ci: IntervalKind
    level: float
    seed: int
    findings: tuple[Finding, ...]

    @property
    def n(self) -> int:
        """Replicates that arrived, and so enter the intervals."""
        return int(self.draws.good.sum())

    @property
    def n_failed(self) -> int:
        """Replicates without a solution."""
        return len(self.draws.reasons) - self.n

    @property
    def failures(self) -> dict[str, int]:
        """How many replicates failed for which reason."""
        reasons = [reason for reason in self.draws.reasons if reason]
        return {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)}

    def with_intervals(self, ci: IntervalKind, level: float | None = None) -> BootstrapResult:
        """Return other intervals of the same draws; BCa only if it was asked for at first."""
        from ecosurvey.core import OptionError

        if ci == "bca" and self.rate is None:
            raise OptionError(
                Text(
                    "BCa intervals need the acceleration, which was not computed",
                    "BCa区间需要加速系数，而它没有被计算",
                ),
                fix=Text("Call bootstrap(ci='bca').", "请调用 bootstrap(ci='bca')。"),
            )
        return replace(self, ci=ci, level=self.level if level is None else level)

    def judge(self) -> Judged:
        """Return the judgement of all quantities, in the order of ``Values.joined()``."""
        values, centre = self.drawn.joined(), self.estimate.joined()[0]
        lower, upper = bootstrap_intervals(values, centre, self.ci, self.level, self.rate)
        se, bias = np.full(len(centre), np.nan), np.full(len(centre), np.nan)
        for column in np.flatnonzero(np.isfinite(centre)):
            known = values[np.isfinite(values[:, column]), column]
            if len(known) > 1:
                se[column], bias[column] = known.std(ddof=1), known.mean() - centre[column]
        return Judged(centre, se, bias, lower, upper)

    @property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: lhs op rhs label group est se bias ci_* std_all std_se std_ci_*."""
        import pandas as pd

        rows, judged = self.fit.model.table.rows, self.judge()
        size = len(rows)
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "label": [row.label for row in rows],
                "group": [row.group for row in rows],
                **_columns(judged, 0, size, size),
            }
        )
        return frame[~frame["op"].isin(_HIDDEN)].reset_index(drop=True)

    @property
    def effects(self) -> pd.DataFrame:
        """One row an effect: group source target kind path, and the columns of ``parameters``."""
        import pandas as pd

        judged, first = self.judge(), 2 * len(self.fit.model.table.rows)
        return pd.DataFrame(
            {
                "group": [term.group for term in self.terms],
                "source": [term.source for term in self.terms],
                "target": [term.target for term in self.terms],
                "kind": [term.kind for term in self.terms],
                "path": [" -> ".join(term.path) for term in self.terms],
                **_columns(judged, first, first + len(self.terms), len(self.terms)),
            }
        )

    @property
    def free_draws(self) -> pd.DataFrame:
        """One row a replicate, one column a free parameter; failed replicates are NaN."""
        import pandas as pd

        return pd.DataFrame(self.draws.x.copy(), columns=free_names(self.fit.model))

    def to_frame(self) -> pd.DataFrame:
        """Return :attr:`parameters`."""
        return self.parameters

    def tables(self) -> tuple[Table, ...]:
        """Return the parameters with their intervals, then the effects."""
        frame = self.parameters
        moving = frame[(frame["se"] > 0) | (frame["std_se"] > 0)]
        names = [f"{r['lhs']} {r['op']} {r['rhs']}".strip() for r in moving.to_dict("records")]
        found = [
            self._table(
                "bootstrap_parameters",
                Text("Bootstrap intervals of the parameters", "参数的自助法置信区间"),
                (Column("parameter", Text("Parameter", "参数"), "label"),),
                [(name,) for name in names],
                moving,
            )
        ]
        if self.terms:
            heads = (
                Column("target", Text("Outcome", "结果变量"), "label"),
                Column("source", Text("Predictor", "预测变量"), "label"),
                Column("kind", Text("Effect", "效应"), "text"),
            )
            cells = [(t.target, t.source, Text(t.kind, _EFFECTS[t.kind])) for t in self.terms]
            title = Text("Bootstrap intervals of the effects", "效应的自助法置信区间")
            found.append(self._table("bootstrap_effects", title, heads, cells, self.effects))
        return tuple(found)

    def _table(
        self,
        key: str,
        title: Text,
        heads: tuple[Column, ...],
        labels: Sequence[tuple[Cell, ...]],
        frame: pd.DataFrame,
    ) -> Table:
        rows = tuple(
            (*label, *(float(row[c.key]) for c in _NUMBERS))
            for label, row in zip(labels, frame.to_dict("records"), strict=True)
        )
        starts: list[tuple[int, Text]] = []
        if len(self.fit.model.table.groups) > 1:
            seen = None
            for at, group in enumerate(frame["group"]):
                if group != seen:
                    seen = group
                    label = self._group_label(group)
                    starts.append((at, Text(label, label)))
        note = Text(
            "{n} of {wanted} bootstrap samples; intervals: {kind}, {level}%; seed {seed}.",
            "自助样本{n}/{wanted}个；置信区间：{kind}，{level}%；随机种子{seed}。",
        ).fill(
            n=self.n,
            wanted=self.draws.wanted,
            kind=_KINDS[self.ci],
            level=f"{100 * self.level:g}",
            seed=self.seed,
        )
        return Table(key, title, (*heads, *_NUMBERS), rows, (note,), tuple(starts))

    def _group_label(self, group: object) -> str:
        if isinstance(group, str):
            return group
        number = int(str(group))
        return self.fit.model.table.groups[number - 1] if number else ":="


_EFFECTS = {"total": "总效应", "direct": "直接效应", "indirect": "间接效应", "specific": "特定路径"}
_NUMBERS = (
    Column("est", Text("Estimate", "估计值"), decimals=3),
    Column("se", Text("Boot SE", "自助标准误"), decimals=3),
    Column("ci_lower", Text("CI low", "置信下限"), decimals=3),
    Column("ci_upper", Text("CI high", "置信上限"), decimals=3),
    Column("std_all", Text("Standardized", "标准化值"), decimals=3),
    Column("std_ci_lower", Text("Std. CI low", "标准化置信下限"), decimals=3),
    Column("std_ci_upper", Text("Std. CI high", "标准化置信上限"), decimals=3),
)


def _columns(judged: Judged, raw: int, std: int, size: int) -> dict[str, Floats]:
    found = {}
    for name in Judged.__slots__:
        values = getattr(judged, name)
        found[name] = values[raw : raw + size]
    for name in Judged.__slots__:
        values = getattr(judged, name)
        found["std_all" if name == "est" else f"std_{name}"] = values[std : std + size]
    return found
