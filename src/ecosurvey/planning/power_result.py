"""Power as it was found by simulation, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text

if TYPE_CHECKING:
    from ecosurvey.planning.assumptions import Assumptions
    from ecosurvey.planning.trial import TargetKind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PowerRow:
    """One claim at one sample size.

    Attributes
    ----------
    id : str
    kind : {"path", "indirect", "correlation", "mean", "invariance", "fit"}
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
        Asked for, at each size.
    alpha : float
    estimator : str
    seed : int
    findings : tuple of Finding
    """

    rows: tuple[PowerRow, ...]
    assumptions: Assumptions
    replicates: int
    alpha: float
    estimator: str
    seed: int
    findings: tuple[Finding, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sample sizes."""
        return tuple(dict.fromkeys(row.n for row in self.rows))

    @property
    def ids(self) -> tuple[str, ...]:
        """The claims."""
        return tuple(dict.fromkeys(row.id for row in self.rows))

    def of(self, claim: str) -> tuple[PowerRow, ...]:
        """Return one claim's rows, by size."""
        found = tuple(row for row in self.rows if row.id == claim)
        if not found:
            raise OptionError(f"{claim!r} was not asked", fix=f"There are: {', '.join(self.ids)}.")
        return found

    def smallest_n(self, claim: str, power: float = 0.80) -> float:
        r"""Return the sample size at which a claim reaches a power, read off a fitted curve.

        The curve is :math:`\Phi(a + b\sqrt n)`, fitted to all sizes by maximum likelihood: the
        shape that the power of a Wald test has. Simulate at the size found before relying on it.

        Returns
        -------
        float
            A whole number; NaN with fewer than two sizes, without an effect, or where the curve
            would have to be followed beyond a quarter of the smallest or four times the largest
            size.
        """
        if not 0 < power < 1:
            raise OptionError(f"power={power!r} is no share", fix="Use 0.80.")
        rows = self.of(claim)
        if len(rows) < 2 or rows[0].true == 0:
            return nan
        a, b = probit_curve(
            np.array([row.n for row in rows], dtype=float),
            np.array([row.power for row in rows]),
            np.array([row.used for row in rows], dtype=float),
        )
        from scipy.special import ndtri

        if not b > 0 or float(ndtri(power)) <= a:
            return nan
        n = float(np.ceil(((float(ndtri(power)) - a) / b) ** 2))
        return n if min(self.sizes) / 4 <= n <= 4 * max(self.sizes) else nan

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
            "{r} replicates at each size, seed {seed}, {estimator}, alpha = {alpha:g}; low and "
            "high: 95% interval of the simulated power. Where the assumed value is 0 the power is "
            "the rate of false alarms. Indirect effects are judged by Monte Carlo intervals.",
            "每个样本量重复{r}次，种子{seed}，{estimator}，α = {alpha:g}；"
            "下限与上限为模拟功效的95%区间。设定值为0时，“功效”即误报率。间接效应以蒙特卡罗区间判断。",
        ).fill(r=self.replicates, seed=self.seed, estimator=self.estimator, alpha=self.alpha)
        title = Text("Power by simulation", "模拟得到的统计功效")
        return (Table("power", title, columns, tuple(body), notes=(note,)), *self._sizes_table())

    def _sizes_table(self) -> tuple[Table, ...]:
        """Return the sample size that each claim needs, if several sizes were tried."""
        if len(self.sizes) < 2:
            return ()
        columns = (
            Column("id", Text("Claim", "命题"), "label"),
            Column("label", Text("Effect", "效应"), "text"),
            Column("n80", Text("N for .80", "功效.80所需样本量"), "count"),
            Column("n90", Text("N for .90", "功效.90所需样本量"), "count"),
        )
        body: list[tuple[Cell, ...]] = []
        for claim in self.ids:
            needed = [self.smallest_n(claim, power) for power in (0.80, 0.90)]
            cells = [int(n) if isfinite(n) else None for n in needed]
            body.append((claim, self.of(claim)[0].label, *cells))
        title = Text("Sample size needed, read off a fitted curve", "由拟合曲线得出的所需样本量")
        note = Text(
            "—: no effect is assumed, or the size lies far outside those that were simulated.",
            "—：未设定效应，或所需样本量远在模拟范围之外。",
        )
        return (Table("power_sizes", title, columns, tuple(body), notes=(note,)),)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's (1927) 95% interval of a share.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if n == 0:
        return nan, nan
    z, share = 1.959963984540054, successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def probit_curve(n: Floats, power: Floats, used: Floats) -> tuple[float, float]:
    r"""Return a and b of power = :math:`\Phi(a+b\sqrt n)` by maximum likelihood.

    Half a success and half a failure are added at each size, so that a power of 0 or 1 has a
    finite curve.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> n = np.array([100.0, 200.0, 400.0])
    >>> a, b = probit_curve(n, ndtr(-1.96 + 0.15 * np.sqrt(n)), np.full(3, 1e9))
    >>> round(a, 3), round(b, 3)
    (-1.96, 0.15)
    """
    from scipy.optimize import minimize
    from scipy.special import log_ndtr

    total = used + 1.0
    hits = power * used + 0.5
    root = np.sqrt(n)
    centre, spread = root.mean(), float(np.ptp(root)) or 1.0
    x = (root - centre) / spread

    def lack(beta: Floats) -> float:
        eta = beta[0] + beta[1] * x
        fit = hits * log_ndtr(eta) + (total - hits) * log_ndtr(-eta)
        return -float(fit.sum() / total.sum())

    found = minimize(lack, np.array([0.0, 1.0]), method="BFGS", options={"gtol": 1e-9}).x
    slope = float(found[1]) / spread
    return float(found[0]) - slope * float(centre), slope
