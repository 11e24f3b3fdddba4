"""Chi-square tests over imputations as one test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import numpy as np

from ecosurvey.sem.inference.statistic import survival

Pooling = Literal["D3", "D2"]
POOLINGS: tuple[Pooling, ...] = ("D3", "D2")


@dataclass(frozen=True, slots=True)
class PooledTest:
    """A chi-square test pooled over imputations.

    Attributes
    ----------
    method : {"D3", "D2"}
    chisq, df, pvalue : float
        As if there were endlessly many imputations: ``f * df`` against chi-square.
    f, df2, pvalue_f : float
        The F test with ``df`` and ``df2`` degrees of freedom, which allows for their number.
    ariv : float
        Average relative increase in variance by what is missing.
    fmi : float
        ``ariv / (1 + ariv)``.
    negative : bool
        Whether the pooled statistic was below zero and was set to it.
    """

    method: Pooling
    chisq: float
    df: float
    pvalue: float
    f: float
    df2: float
    pvalue_f: float
    ariv: float
    fmi: float
    negative: bool = False


def d3(mean: float, constrained: float, df: float, m: int) -> PooledTest:
    r"""Pool likelihood ratios.

    With :math:`\bar T` the mean of the tests and :math:`\tilde T` the mean of those at the
    pooled estimates of both models, :math:`r = (m + 1) (\bar T - \tilde T) / [df (m - 1)]` and
    :math:`F = \tilde T / [df (1 + r)]`.

    Parameters
    ----------
    mean : float
        Mean of the m test statistics.
    constrained : float
        Mean of twice the log-likelihood ratio of each data set, both models at their pooled
        estimates.
    df : float
    m : int

    Source: Meng & Rubin (1992), Biometrika 79, 103-111, eqs. 2.1-2.7.

    Examples
    --------
    >>> pooled = d3(60.0, 50.0, 24, 20)
    >>> round(pooled.ariv, 3), round(pooled.chisq, 2)
    (0.461, 34.23)
    """
    if df <= 0:
        return _saturated("D3", df)
    a = df * (m - 1)
    ariv = (m + 1) / a * (mean - constrained)
    f = constrained / (df * (1 + ariv))
    if ariv == 0:
        df2 = np.inf
    elif a > 4:
        df2 = 4 + (a - 4) * (1 + (1 - 2 / a) / ariv) ** 2
    else:
        df2 = a * (1 + 1 / df) * (1 + 1 / ariv) ** 2 / 2
    return _pooled("D3", f, df, df2, ariv)


def d2(statistics: Sequence[float], df: float) -> PooledTest:
    r"""Pool chi-square statistics by their values alone.

    With r = (1 + 1/m) times the variance of their roots,
    :math:`F = [\bar T / df - r (m + 1) / (m - 1)] / (1 + r)`.

    Parameters
    ----------
    statistics : sequence of float
        One for each of the m data sets.
    df : float

    Source: Li, Meng, Raghunathan & Rubin (1991), Statistica Sinica 1, 65-92, eqs. 2.1-2.2. Cruder
    than D3 where a likelihood is at hand.

    Examples
    --------
    >>> pooled = d2([55.0, 60.0, 65.0, 58.0], 24)
    >>> round(pooled.ariv, 3), round(pooled.chisq, 2)
    (0.092, 51.12)
    """
    if df <= 0:
        return _saturated("D2", df)
    values = np.asarray(statistics, dtype=float)
    m = len(values)
    ariv = (1 + 1 / m) * float(np.sqrt(values).var(ddof=1))
    f = (float(values.mean()) / df - (m + 1) * ariv / (m - 1)) / (1 + ariv)
    df2 = df ** (-3 / m) * (m - 1) * (1 + 1 / ariv) ** 2 if ariv > 0 else np.inf
    return _pooled("D2", f, df, df2, ariv)


def _saturated(method: Pooling, df: float) -> PooledTest:
    stat = 0.0 if df == 0 else nan
    return PooledTest(method, stat, df, nan, stat, nan, nan, nan, nan)


def _pooled(method: Pooling, f: float, df: float, df2: float, ariv: float) -> PooledTest:
    from scipy.stats import f as f_distribution

    negative = f < 0
    f = max(f, 0.0)
    many = survival(f * df, df)
    few = float(f_distribution.sf(f, df, df2)) if isfinite(df2) and df2 > 0 else many
    return PooledTest(method, f * df, df, many, f, df2, few, ariv, ariv / (1 + ariv), negative)
