"""Power and precision of the test of a whole model, from its degrees of freedom alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
_MOST = 10_000_000  # rows beyond which no survey goes


@dataclass(frozen=True, slots=True)
class RmseaPower(Result):
    """Power of a test of the RMSEA, by sample size.

    Attributes
    ----------
    n : tuple of int
        Rows over all groups.
    power : tuple of float
    df : int
    null, alternative : float
        RMSEA under the hypothesis that is tested, and as it is taken to be.
    alpha : float
    groups : int
    findings : tuple of Finding
    """

    n: tuple[int, ...]
    power: tuple[float, ...]
    df: int
    null: float
    alternative: float
    alpha: float
    groups: int
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return power by sample size."""
        kind = (
            Text("close fit is rejected", "拒绝近似拟合")
            if self.null < self.alternative
            else Text("poor fit is rejected", "拒绝不良拟合")
        )
        title = Text(
            "Power of the RMSEA test (df = {df}, H0: {null:g}, truth: {alternative:g}): {kind}",
            "RMSEA检验的统计功效（df = {df}，H0：{null:g}，真值：{alternative:g}）：{kind}",
        ).fill(df=self.df, null=self.null, alternative=self.alternative, kind=kind)
        columns = (
            Column("n", Text("N", "样本量"), "count"),
            Column("power", Text("Power", "统计功效"), decimals=3, bounded=True),
        )
        rows = tuple(zip(self.n, self.power, strict=True))
        return (Table("rmsea_power", title, columns, rows),)


def rmsea_power(
    df: int,
    n: int | Sequence[int],
    *,
    null: float = 0.05,
    alternative: float = 0.08,
    alpha: float = 0.05,
    groups: int = 1,
) -> RmseaPower:
    r"""Return the power to reject a hypothesis about the RMSEA.

    The test statistic is non-central :math:`\chi^2_{df}(\lambda)` with
    :math:`\lambda = (n-1)\,df\,\varepsilon^2/G`. With ``null`` below ``alternative`` it is the
    power to reject close fit of a model that does not fit so well; with ``null`` above, the power
    to reject poor fit of a model that does fit (the one that a researcher hopes for).

    Parameters
    ----------
    df : int
        Degrees of freedom of the model.
    n : int or sequence of int
        Rows over all groups.
    null, alternative : float
        RMSEA of the hypothesis, and of the population.
    alpha : float
    groups : int
        The RMSEA is taken per group, as Steiger (1998) and lavaan do.

    Returns
    -------
    RmseaPower

    Raises
    ------
    OptionError

    References
    ----------
    MacCallum, Browne & Sugawara (1996), Psychological Methods 1, 130-149. In R:
    ``semTools::findRMSEApower``, ``WebPower::wp.sem.rmsea``.

    Examples
    --------
    >>> round(rmsea_power(50, 200).power[0], 3)
    0.769
    """
    _check(df, null, alternative, alpha, groups)
    sizes = (n,) if isinstance(n, (int, np.integer)) else tuple(n)
    if not sizes or min(sizes) < 2:
        raise OptionError(
            Text(f"n={n!r} is no sample size", f"n={n!r} 不是样本量"),
            fix=Text("Give 2 or more.", "请给出2或更大的数。"),
        )
    power = tuple(
        _rejects(df, _shift(df, null, size, groups), _shift(df, alternative, size, groups), alpha)
        for size in sizes
    )
    return RmseaPower(
        tuple(int(size) for size in sizes), power, df, null, alternative, alpha, groups
    )


def rmsea_power_nested(
    df: tuple[int, int],
    n: int,
    *,
    alternative: tuple[float, float],
    null: tuple[float, float] = (0.0, 0.0),
    alpha: float = 0.05,
    groups: int = 1,
) -> float:
    r"""Return the power to tell two nested models apart by the difference of their chi-squares.

    The difference is :math:`\chi^2` with :math:`df_A-df_B` degrees of freedom and
    :math:`\lambda = (n-1)(df_A\varepsilon_A^2-df_B\varepsilon_B^2)/G`.

    Parameters
    ----------
    df : tuple of int
        Of the more restricted model (A), then of the less restricted (B).
    n : int
        Rows over all groups.
    alternative, null : tuple of float
        RMSEA of A and of B, in the population and under the hypothesis.
    alpha : float
    groups : int

    References
    ----------
    MacCallum, Browne & Cai (2006), Psychological Methods 11, 19-35. In R:
    ``semTools::findRMSEApowernested``.

    Examples
    --------
    >>> round(rmsea_power_nested((22, 20), 200, alternative=(0.06, 0.04)), 3)
    0.789
    """
    (more, less), (a1, b1), (a0, b0) = df, alternative, null
    if not more > less >= 0:
        raise OptionError(
            Text(f"df={df} is not in order", f"df={df} 的顺序不对"),
            fix=Text(
                "Give the more restricted model's df, the larger, first.",
                "请先给出限制更多的模型的自由度，即较大者。",
            ),
        )
    shifts = [
        _shift(more, a, n, groups) - _shift(less, b, n, groups) for a, b in ((a0, b0), (a1, b1))
    ]
    if min(shifts) < 0 or n < 2 or groups < 1 or not 0 < alpha < 1:
        raise OptionError(
            Text(
                "a more restricted model cannot fit better than the one it is nested in",
                "限制更多的模型不可能比它所嵌套的模型拟合得更好",
            ),
            fix=Text(
                "Give it the larger df * RMSEA^2, and n of 2 or more.",
                "请使它的 df * RMSEA^2 较大，且n不小于2。",
            ),
        )
    if shifts[1] <= shifts[0]:
        raise OptionError(
            Text(
                "alternative= does not part the models further than null=",
                "alternative= 所设两模型之差没有大于 null=",
            ),
            fix=Text("Enlarge its first.", "请增大其第一个值。"),
        )
    return _rejects(more - less, shifts[0], shifts[1], alpha)


def rmsea_sample_size(
    df: int,
    power: float = 0.80,
    *,
    null: float = 0.05,
    alternative: float = 0.08,
    alpha: float = 0.05,
    groups: int = 1,
) -> int:
    """Return the smallest number of rows, over all groups, with which the test has the power.

    Parameters
    ----------
    df, null, alternative, alpha, groups
        As for :func:`rmsea_power`.
    power : float

    References
    ----------
    MacCallum, Browne & Sugawara (1996). In R: ``semTools::findRMSEAsamplesize`` (which divides
    by the groups).

    Examples
    --------
    The entries of MacCallum, Browne and Sugawara's Table 4 for 50 degrees of freedom:

    >>> rmsea_sample_size(50), rmsea_sample_size(50, alternative=0.01)
    (214, 268)
    """
    _check(df, null, alternative, alpha, groups)
    if not alpha < power < 1:
        raise OptionError(
            Text(
                f"power={power!r} is not between alpha and 1", f"power={power!r} 不在alpha与1之间"
            ),
            fix=Text("Use 0.80.", "请使用0.80。"),
        )

    def enough(n: int) -> bool:
        before, after = _shift(df, null, n, groups), _shift(df, alternative, n, groups)
        return _rejects(df, before, after, alpha) >= power

    return _smallest(enough, 2)


def rmsea_interval_width(
    df: int, n: int, rmsea: float, *, level: float = 0.90, groups: int = 1
) -> float:
    r"""Return how wide the interval of the RMSEA is where the sample shows this RMSEA.

    The limits solve :math:`P(\chi^2_{df}(\lambda) < T) = (1\pm level)/2` at
    :math:`T = df + (n-1)\,df\,\varepsilon^2/G`.

    Parameters
    ----------
    df, n, groups
        As for :func:`rmsea_power`.
    rmsea : float
    level : float

    References
    ----------
    Kelley & Lai (2011), Multivariate Behavioral Research 46, 1-32; Browne & Cudeck (1992).

    Examples
    --------
    >>> round(rmsea_interval_width(50, 200, 0.05), 3)
    0.049
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    _check(df, 0.0, 1.0, 0.05, groups)
    if n < 2 or rmsea < 0 or not 0 < level < 1:
        raise OptionError(
            Text("n, rmsea or level is out of range", "n、rmsea或level超出范围"),
            fix=Text("Use n=200, rmsea=0.05.", "请使用 n=200, rmsea=0.05。"),
        )
    seen = df + _shift(df, rmsea, n, groups)

    def limit(share: float) -> float:
        if chi2.cdf(seen, df) <= share:
            return 0.0
        above = 2 * seen + 100
        while ncx2.cdf(seen, df, above) > share:
            above *= 2
        found = brentq(lambda shift: ncx2.cdf(seen, df, shift) - share, 1e-9, above, xtol=1e-9)
        return sqrt(groups * found / (df * (n - 1)))

    return limit((1 - level) / 2) - limit((1 + level) / 2)


def rmsea_precision_sample_size(
    df: int, width: float, rmsea: float, *, level: float = 0.90, groups: int = 1
) -> int:
    """Return the smallest number of rows with which the interval of the RMSEA is this narrow.

    Parameters
    ----------
    width : float
        Of the whole interval.
    df, rmsea, level, groups
        As for :func:`rmsea_interval_width`.

    References
    ----------
    Kelley & Lai (2011).

    Examples
    --------
    >>> n = rmsea_precision_sample_size(50, 0.04, 0.05)
    >>> rmsea_interval_width(50, n, 0.05) <= 0.04 < rmsea_interval_width(50, n - 1, 0.05)
    True
    """
    if not width > 0:
        raise OptionError(
            Text(f"width={width!r} is not positive", f"width={width!r} 不是正数"),
            fix=Text("Use 0.04.", "请使用0.04。"),
        )
    return _smallest(
        lambda n: rmsea_interval_width(df, n, rmsea, level=level, groups=groups) <= width,
        max(10, ceil(2 * groups)),
    )


def _smallest(enough: Callable[[int], bool], first: int) -> int:
    """Return the smallest n from which on ``enough`` holds, by doubling and halving."""
    low, high = first - 1, first
    while not enough(high):
        low, high = high, 2 * high
        if high > _MOST:
            raise OptionError(
                Text(f"not even {_MOST:,} rows are enough", f"即使{_MOST:,}行也不够"),
                fix=Text(
                    "Ask for less, or expect a larger effect.", "请降低要求，或假定更大的效应。"
                ),
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _shift(df: int, rmsea: float, n: int, groups: int) -> float:
    """Return the non-centrality that an RMSEA stands for."""
    return (n - 1) * df * rmsea**2 / groups


def _rejects(df: int, null: float, alternative: float, alpha: float) -> float:
    """Return the probability to reject non-centrality ``null`` where it is ``alternative``."""
    from scipy.stats import chi2, ncx2

    def beyond(shift: float) -> float:  # scipy's ncx2 has no central case in every release
        return float(ncx2.sf(limit, df, shift) if shift else chi2.sf(limit, df))

    upper = null < alternative
    share = 1 - alpha if upper else alpha
    limit = float(ncx2.ppf(share, df, null) if null else chi2.ppf(share, df))
    found = beyond(alternative)
    return found if upper else 1 - found


def _check(df: int, null: float, alternative: float, alpha: float, groups: int) -> None:
    if df < 1:
        raise OptionError(
            Text(f"df={df!r} leaves nothing to test", f"df={df!r} 没有可检验的内容"),
            fix=Text("Give 1 or more.", "请给出1或更大的数。"),
        )
    if min(null, alternative) < 0 or null == alternative:
        raise OptionError(
            Text(
                f"null={null!r} and alternative={alternative!r} are no two RMSEAs",
                f"null={null!r} 与 alternative={alternative!r} 不是两个不同的RMSEA",
            ),
            fix=Text(
                "Use null=0.05 and alternative=0.08.", "请使用 null=0.05 和 alternative=0.08。"
            ),
        )
    if not 0 < alpha < 1:
        raise OptionError(
            Text(f"alpha={alpha!r} is not between 0 and 1", f"alpha={alpha!r} 不在0与1之间"),
            fix=Text("Use 0.05.", "请使用0.05。"),
        )
    if groups < 1:
        raise OptionError(
            Text(f"groups={groups!r} is no number of groups", f"groups={groups!r} 不是组数"),
            fix=Text("Use 1 or more.", "请使用1或更大的数。"),
        )
