"""Power as it was found by simulation, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text
from ecosurvey.planning.curve import NOWHERE, NeededSize, PowerCurve, power_curve

if TYPE_CHECKING:
    from ecosurvey.planning.assumptions import Assumptions
    from ecosurvey.planning.targets import TargetKind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PowerRow:
    """One claim at one sample size.

    Attributes
    ----------
    id : str
    kind : {"path", "indirect", "total", "correlation", "mean", "invariance", "fit"}
    label : Text
    n : int
        Rows over all groups.
    true : float
        Standardized value in the population; NaN for tests of a model.
    est : float
        Mean of the estimates.
    se_ratio : float
        Mean standard error / standard deviation of the estimates: 1 where errors are right.
    coverage : float
        Share of intervals that hold the true value.
    power : float
        Share of replicates that reject the absence of the effect; where ``true`` is 0, or for
        the test of a correct model, the share of false alarms.
    power_lower, power_upper : float
        Wilson's 95% interval of ``power``: how far the simulation itself is to be trusted.
    power_holm : float
        With p adjusted by Holm's method over the hypotheses, as the analysis does; NaN where it
        does not.
    used : int
        Replicates with a result.
    """

    id: str
    kind: TargetKind | str
    label: Text
    n: int
    true: float
    est: float
    se_ratio: float
    coverage: float
    power: float
    power_lower: float
    power_upper: float
    power_holm: float
    used: int


@dataclass(frozen=True, slots=True)
class Power(Result):
    """Power of each claim of a planned study, by sample size.

    Attributes
    ----------
    rows : tuple of PowerRow
        In the order of sizes, then claims.
    assumptions : Assumptions
    replicates : int
        Asked for, at each size but those tried first in a search.
    alpha : float
    estimator : str
    seed : int
    first : int or None
        Rows of the first wave, where only the second one's size is to be planned.
    findings : tuple of Finding
    """

    rows: tuple[PowerRow, ...]
    assumptions: Assumptions
    replicates: int
    alpha: float
    estimator: str
    seed: int
    first: int | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sample sizes."""
        return tuple(dict.fromkeys(row.n for row in self.rows))

    @property
    def interrupted(self) -> bool:
        """True if the user stopped the simulation before its end."""
        return any(finding.code == "power_interrupted" for finding in self.findings)

    @property
    def ids(self) -> tuple[str, ...]:
        """The claims."""
        return tuple(dict.fromkeys(row.id for row in self.rows))

    def of(self, claim: str) -> tuple[PowerRow, ...]:
        """Return one claim's rows, by size."""
        found = tuple(row for row in self.rows if row.id == claim)
        if not found:
            raise OptionError(
                Text(f"{claim!r} was not asked", f"没有计算 {claim!r} 的功效"),
                fix=Text(
                    f"There are: {', '.join(self.ids)}.", f"可用的有：{'、'.join(self.ids)}。"
                ),
            )
        return found

    def curve(self, claim: str) -> PowerCurve | None:
        r"""Return the curve through one claim's power, if at least two sizes were tried.

        It is :math:`\Phi(a + b\sqrt m)` with :math:`m` the rows; where the first wave is given,
        :math:`m = 4 n_1 n_2/(n_1+n_2)`, the size of two equal waves of the same information.
        """
        rows = [row for row in self.of(claim) if row.used]
        if len({row.n for row in rows}) < 2:
            return None
        return power_curve(
            np.array([self.informative(row.n) for row in rows]),
            np.array([row.power for row in rows]),
            np.array([row.used for row in rows], dtype=float),
        )

    def needed(self, claim: str, power: float = 0.80) -> NeededSize:
        """Return the sample size at which a claim reaches a power, with its 95% interval.

        It is read off the curve fitted to all sizes. Simulate at the size found before relying
        on it, or let :func:`ecosurvey.sample_size` do so.

        Returns
        -------
        NeededSize
            NaN with fewer than two sizes, without an effect, or where the curve would have to be
            followed beyond a quarter of the smallest or four times the largest size.
        """
        if not 0 < power < 1:
            raise OptionError(
                Text(f"power={power!r} is no share", f"power={power!r} 不是比例"),
                fix=Text("Use 0.80.", "请使用0.80。"),
            )
        curve = self.curve(claim)
        if curve is None or self.of(claim)[0].true == 0:
            return NOWHERE
        found = curve.reaches(power)
        sizes = [self.informative(n) for n in self.sizes]
        if not min(sizes) / 4 <= found.n <= 4 * max(sizes):
            return NOWHERE
        n, lower, upper = (self.rows_for(m) for m in (found.n, found.lower, found.upper))
        return NeededSize(n, lower, upper) if isfinite(n) else NOWHERE

    def smallest_n(self, claim: str, power: float = 0.80) -> float:
        """Return the sample size that :meth:`needed` reads off the curve; NaN if it tells none."""
        return self.needed(claim, power).n

    def informative(self, n: float) -> float:
        """Return the rows of two equal waves that tell as much as these; of one wave, its rows."""
        return n if self.first is None else 4 * self.first * (n - self.first) / n

    def rows_for(self, informative: float) -> float:
        """Return the rows of both waves that tell as much; infinite where no second wave does."""
        if self.first is None or not isfinite(informative):
            return informative
        if informative >= 4 * self.first:
            return inf
        second = informative * self.first / (4 * self.first - informative)
        return float(ceil(self.first + second))

    def tables(self) -> tuple[Table, ...]:
        """Return power by claim and size, and how good the estimates are."""
        columns = (
            Column("id", Text("Claim", "命题"), "label"),
            Column("label", Text("Effect", "效应"), "text"),
            Column("n", Text("N", "样本量"), "count"),
            Column("true", Text("Assumed", "设定值"), decimals=3),
            Column("est", Text("Mean estimate", "平均估计值"), decimals=3),
            Column("se_ratio", Text("SE/SD", "SE/SD")),
            Column("coverage", Text("Coverage", "区间覆盖率"), decimals=3, bounded=True),
            Column("power", Text("Power", "功效"), decimals=3, bounded=True),
            Column("power_lower", Text("low", "下限"), decimals=3, bounded=True),
            Column("power_upper", Text("high", "上限"), decimals=3, bounded=True),
            Column("power_holm", Text("Power (Holm)", "功效（Holm）"), decimals=3, bounded=True),
            Column("used", Text("Replicates", "重复次数"), "count"),
        )
        body: list[tuple[Cell, ...]] = []
        for row in self.rows:
            values = (row.true, row.est, row.se_ratio, row.coverage, row.power, row.power_lower)
            more = (row.power_upper, row.power_holm)
            cells = [value if isfinite(value) else None for value in (*values, *more)]
            body.append((row.id, row.label, row.n, *cells, row.used))
        note = Text(
            "Up to {r} replicates at each size, seed {seed}, {estimator}, alpha = {alpha:g}; low "
            "and high: 95% interval of the simulated power. Where the assumed value is 0 the "
            "power is the rate of false alarms. Indirect and total effects are judged by Monte "
            "Carlo intervals.",
            "每个样本量最多重复{r}次，种子{seed}，{estimator}，α = {alpha:g}；"
            "下限与上限为模拟功效的95%区间。设定值为0时，“功效”即误报率。"
            "间接效应与总效应以蒙特卡罗区间判断。",
        ).fill(r=self.replicates, seed=self.seed, estimator=self.estimator, alpha=self.alpha)
        title = Text("Power by simulation", "模拟得到的统计功效")
        return (Table("power", title, columns, tuple(body), notes=(note,)), *self._sizes_table())

    def _sizes_table(self) -> tuple[Table, ...]:
        """Return the sample size that each claim needs, if several sizes were tried."""
        claims = [claim for claim in self.ids if self.of(claim)[0].kind != "fit"]
        if len(self.sizes) < 2 or not claims:
            return ()
        columns = (
            Column("id", Text("Claim", "命题"), "label"),
            Column("label", Text("Effect", "效应"), "text"),
            Column("n80", Text("N for .80", "功效.80所需样本量"), "count"),
            Column("n80_interval", Text("95% interval", "95%区间"), "text"),
            Column("n90", Text("N for .90", "功效.90所需样本量"), "count"),
            Column("n90_interval", Text("95% interval", "95%区间"), "text"),
        )
        body: list[tuple[Cell, ...]] = []
        for claim in claims:
            cells: list[Cell] = []
            for power in (0.80, 0.90):
                found = self.needed(claim, power)
                cells += [int(found.n) if isfinite(found.n) else None, _interval(found)]
            body.append((claim, self.of(claim)[0].label, *cells))
        title = Text("Sample size needed, read off a fitted curve", "由拟合曲线得出的所需样本量")
        notes = [
            Text(
                "Interval: what the number of replicates leaves open. —: no effect is assumed, or "
                "the size lies far outside those that were simulated.",
                "区间反映重复次数带来的不确定性。—：未设定效应，或所需样本量远在模拟范围之外。",
            )
        ]
        if any(self.of(claim)[0].kind == "mean" for claim in claims):
            notes.append(Text("N counts both waves.", "样本量为两轮之和。"))
        return (Table("power_sizes", title, columns, tuple(body), notes=tuple(notes)),)


def _interval(found: NeededSize) -> str | None:
    if not isfinite(found.n):
        return None
    high = f"{found.upper:.0f}" if isfinite(found.upper) else "∞"
    return f"[{found.lower:.0f}, {high}]"
