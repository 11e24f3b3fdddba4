"""Multivariate normality: Mardia's skewness and kurtosis, and the test of Henze and Zirkler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns, numeric_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS = 20_000  # Henze-Zirkler compares every row with every other
LEVEL = 0.05
_BLOCK = 1_000_000  # distances in memory at once


@dataclass(frozen=True, slots=True, repr=False)
class Normality(Result):
    """Tests that the answers to several items are jointly normal.

    Attributes
    ----------
    b1p, skew_chisq, skew_pvalue : float
        Mardia's skewness; n b1p / 6, with the correction for small samples, and its p value.
    skew_df : float
        p (p + 1) (p + 2) / 6.
    skew_uncorrected : float
        n b1p / 6 itself.
    b2p, kurtosis_z, kurtosis_pvalue : float
        Mardia's kurtosis; p (p + 2) is that of a normal distribution; two-sided p value.
    hz, hz_pvalue : float
        Henze and Zirkler's statistic; NaN above 20,000 rows, which it would compare pairwise.
    n, p : int
        Complete rows, items.
    incomplete : int
        Rows left out because an answer is missing.
    """

    b1p: float
    skew_chisq: float
    skew_df: float
    skew_pvalue: float
    skew_uncorrected: float
    b2p: float
    kurtosis_z: float
    kurtosis_pvalue: float
    hz: float
    hz_pvalue: float
    n: int
    p: int
    incomplete: int
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Normality(b1p={self.b1p:.3f}, b2p={self.b2p:.3f}, hz={self.hz:.3f}, n={self.n})"

    def tables(self) -> tuple[Table, ...]:
        """Return one row a test."""
        rows: tuple[tuple[Cell, ...], ...] = (
            (
                Text("Mardia's skewness, χ²", "Mardia多元偏度（χ²）"),
                self.b1p,
                self.skew_chisq,
                self.skew_df,
                self.skew_pvalue,
            ),
            (
                Text("Mardia's kurtosis, z", "Mardia多元峰度（z）"),
                self.b2p,
                self.kurtosis_z,
                None,
                self.kurtosis_pvalue,
            ),
            (Text("Henze-Zirkler", "Henze-Zirkler检验"), self.hz, None, None, self.hz_pvalue),
        )
        return (
            Table(
                "normality",
                Text("Multivariate normality of the items", "题项的多元正态性检验"),
                (
                    Column("test", Text("Test", "检验"), "label"),
                    Column("value", Text("Coefficient", "系数")),
                    Column("statistic", Text("Statistic", "统计量")),
                    Column("df", Text("df", "自由度"), "count"),
                    Column("pvalue", Text("p", "p"), "p"),
                ),
                rows,
                (
                    Text(
                        f"N = {self.n} complete rows, {self.p} items; a normal distribution has "
                        f"a kurtosis of {self.p * (self.p + 2)}. Answers on rating scales are "
                        "never normal; in large samples small departures are significant.",
                        f"完整作答N = {self.n}，题项数{self.p}；多元正态分布的峰度为"
                        f"{self.p * (self.p + 2)}。量表作答不可能严格服从正态分布，"
                        "大样本下轻微偏离也会显著。",
                    ),
                ),
            ),
        )


def multivariate_normality(data: Any, items: Sequence[str] | None = None) -> Normality:
    r"""Test whether items are jointly normal.

    With :math:`d_{ij} = (x_i - \bar x)' S^{-1} (x_j - \bar x)`,

    .. math:: b_{1p} = \frac{1}{n^2} \sum_{ij} d_{ij}^3, \qquad
              b_{2p} = \frac{1}{n} \sum_i d_{ii}^2,

    and Henze and Zirkler's distance of the empirical from the normal characteristic function.

    S has the denominator n - 1 in Mardia's coefficients, as in psych (with n they are larger by
    (n / (n - 1))^3 and (n / (n - 1))^2), and n in Henze and Zirkler's.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; rows with a gap are left out.
    items : sequence of str, optional
        All columns by default.

    Returns
    -------
    Normality

    Raises
    ------
    DataError
        For text, a constant item, or items whose covariance matrix has no inverse.

    References
    ----------
    Mardia, K. V. (1970). Measures of multivariate skewness and kurtosis with applications.
    Biometrika, 57, 519-530. Henze, N., & Zirkler, B. (1990). A class of invariant consistent
    tests for multivariate normality. Communications in Statistics - Theory and Methods, 19,
    3595-3617, whose lognormal approximation gives the p value.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> normal = np.random.default_rng(1).normal(size=(500, 3))
    >>> found = multivariate_normality(pd.DataFrame(normal, columns=list("abc")))
    >>> found.kurtosis_pvalue > 0.05, found.hz_pvalue > 0.05
    (True, True)

    In R: ``psych::mardia(x)``.
    """
    frame = as_frame(data).rename(columns=str)
    names = [str(name) for name in (items if items is not None else frame.columns)]
    need_columns(frame, names)
    every = numeric_matrix(frame, names)
    rows = every[~np.isnan(every).any(axis=1)]
    n, p = rows.shape
    if p < 1 or n <= p + 1:
        raise DataError(
            Text(
                f"multivariate normality needs more complete rows than items, but {n} rows have "
                f"answers to all {p} items",
                f"多元正态性检验要求完整的行多于题项，但只有{n}行回答了全部{p}个题项",
            ),
            fix=Text(
                "Take fewer items, or impute the missing answers first.",
                "请减少题项，或先插补缺失的答案。",
            ),
        )
    z = _sphere(rows, names)
    shrink = (n - 1) / n
    b1p = shrink**3 * _skewness(z)
    b2p = shrink**2 * float(((z**2).sum(axis=1) ** 2).mean())
    return _judge(b1p, b2p, z, len(every) - n)


def _sphere(rows: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    """Return rows with mean zero and (denominator n) covariance one."""
    centred = rows - rows.mean(axis=0)
    spread = centred.std(axis=0)
    if (spread <= 1e-12 * np.maximum(np.abs(rows).max(axis=0), 1e-300)).any():
        name = list(names)[int(spread.argmin())]
        raise DataError(
            Text(f"item {name!r} does not vary", f"题项 {name!r} 没有变化"),
            fix=Text("Leave it out.", "请去掉它。"),
        )
    values, vectors = np.linalg.eigh(np.corrcoef(centred, rowvar=False).reshape(len(spread), -1))
    if values[0] < 1e-10:
        involved = np.abs(vectors[:, 0]) > 0.05
        heavy = [name for name, here in zip(names, involved, strict=True) if here][:8]
        raise DataError(
            Text(
                f"these items determine each other exactly: {', '.join(heavy)}",
                f"这些题项互相完全决定：{'、'.join(heavy)}",
            ),
            fix=Text("Drop one of them.", "请去掉其中一个。"),
        )
    turned: NDArray[np.float64] = (centred / spread) @ vectors / np.sqrt(values)
    return turned


def _skewness(z: NDArray[np.float64]) -> float:
    """Return the mean cubed inner product of two rows: the squared length of all third moments."""
    n, p = z.shape
    third = np.zeros((p, p * p))
    size = max(1, _BLOCK // (p * p))
    for first in range(0, n, size):
        part = z[first : first + size]
        third += part.T @ (part[:, :, None] * part[:, None, :]).reshape(len(part), -1)
    return float(((third / n) ** 2).sum())


def henze_zirkler(z: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the statistic of sphered rows, and its mean and variance under normality."""
    n, p = z.shape
    b2 = (((2 * p + 1) * n / 4) ** (1 / (p + 4)) / sqrt(2)) ** 2
    length = (z**2).sum(axis=1)
    size, total = max(1, _BLOCK // n), 0.0
    for first in range(0, n, size):
        part = z[first : first + size]
        apart = length[first : first + size, None] + length - 2 * part @ z.T
        total += float(np.exp(-b2 / 2 * np.maximum(apart, 0.0)).sum())
    middle = float(np.exp(-b2 / (2 * (1 + b2)) * length).mean())
    value = n * (total / n**2 - 2 * (1 + b2) ** (-p / 2) * middle + (1 + 2 * b2) ** (-p / 2))
    a, w, b4, b8 = 1 + 2 * b2, (1 + b2) * (1 + 3 * b2), b2**2, b2**4
    mean = 1 - a ** (-p / 2) * (1 + p * b2 / a + p * (p + 2) * b4 / (2 * a**2))
    variance = (
        2 * (1 + 4 * b2) ** (-p / 2)
        + 2 * a**-p * (1 + 2 * p * b4 / a**2 + 3 * p * (p + 2) * b8 / (4 * a**4))
        - 4 * w ** (-p / 2) * (1 + 3 * p * b4 / (2 * w) + p * (p + 2) * b8 / (2 * w**2))
    )
    return value, mean, variance


def _judge(b1p: float, b2p: float, z: NDArray[np.float64], incomplete: int) -> Normality:
    from scipy.special import chdtrc, ndtr

    n, p = z.shape
    df = p * (p + 1) * (p + 2) / 6
    plain = n * b1p / 6
    # Mardia's (1974) correction, as psych writes it
    small = plain * (p + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (p + 1) - 6))
    kurtosis_z = (b2p - p * (p + 2)) * sqrt(n / (8 * p * (p + 2)))
    hz = hz_pvalue = nan
    findings: list[Finding] = []
    if n <= MOST_ROWS:
        hz, mean, variance = henze_zirkler(z)
        shape = sqrt(np.log1p(variance / mean**2))
        centre = np.log(mean) - shape**2 / 2
        hz_pvalue = float(ndtr((centre - np.log(hz)) / shape)) if hz > 0 else 1.0
    else:
        findings.append(_TOO_MANY)
    skew_p = float(chdtrc(df, small))
    kurtosis_p = float(2 * ndtr(-abs(kurtosis_z)))
    if min(skew_p, kurtosis_p) < LEVEL:
        findings.append(_not_normal(b2p, p))
    return Normality(
        b1p, small, df, skew_p, plain, b2p, kurtosis_z, kurtosis_p, hz, hz_pvalue, n, p,
        incomplete, tuple(findings),
    )  # fmt: skip


_TOO_MANY = Finding(
    "henze_zirkler_left_out",
    "note",
    Text(
        f"Henze and Zirkler's test compares all pairs of rows; it is left out above {MOST_ROWS}.",
        f"Henze-Zirkler检验需两两比较所有样本，超过{MOST_ROWS}行时不计算。",
    ),
)


def _not_normal(b2p: float, p: int) -> Finding:
    return Finding(
        "not_normal",
        "note",
        Text(
            f"The items are not jointly normal (Mardia's kurtosis {b2p:.1f}, where {p * (p + 2)} "
            "is normal).",
            f"题项不服从多元正态分布（Mardia峰度{b2p:.1f}，正态分布下应为{p * (p + 2)}）。",
        ),
        hint=Text(
            "Use a robust estimator (MLR), or WLSMV for ordinal answers.",
            "建议采用稳健估计（MLR），或将作答视为有序类别而采用WLSMV。",
        ),
    )
