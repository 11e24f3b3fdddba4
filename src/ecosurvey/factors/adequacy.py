"""Are the correlations worth factoring? Kaiser-Meyer-Olkin, Bartlett, determinant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text, p_relation
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.moments import Missing, Moments, invert, read_moments

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

KMO_LOWEST = 0.60  # Kaiser (1974): below .50 unacceptable, .60 mediocre, .80 meritorious


@dataclass(frozen=True, slots=True)
class Kmo(Result):
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    Attributes
    ----------
    overall : float
        The measure over all items.
    items : Series
        The measure of each item.
    n : int or None
        Rows used.
    note : Text
        How missing answers were treated.
    """

    overall: float
    items: pd.Series
    n: int | None
    note: Text
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the measure of each item, the overall one first."""
        rows = [("overall", self.overall), *zip(self.items.index, self.items, strict=True)]
        return (
            Table(
                "kmo",
                Text("Sampling adequacy (KMO)", "取样适切性量数（KMO）"),
                (
                    Column("item", Text("Item", "题项"), "label"),
                    Column("kmo", Text("KMO", "KMO"), bounded=True, decimals=3),
                ),
                tuple(
                    (Text("Overall", "总体") if i == 0 else k, v) for i, (k, v) in enumerate(rows)
                ),
                (self.note,),
            ),
        )


@dataclass(frozen=True, slots=True)
class Bartlett(Result):
    """Bartlett's test that all correlations are zero.

    Attributes
    ----------
    chisq, df, pvalue : float
        The test.
    log_determinant : float
        Natural logarithm of the determinant of the correlation matrix.
    n : int
        Rows used.
    """

    chisq: float
    df: int
    pvalue: float
    log_determinant: float
    n: int
    findings: tuple[Finding, ...] = ()

    @property
    def determinant(self) -> float:
        """Determinant of the correlation matrix."""
        return math.exp(self.log_determinant)

    def tables(self) -> tuple[Table, ...]:
        """Return the test as one row."""
        return (
            Table(
                "bartlett",
                Text("Bartlett's test of sphericity", "Bartlett球形度检验"),
                (
                    Column("chisq", Text("χ²", "χ²")),
                    Column("df", Text("df", "自由度"), "count"),
                    Column("pvalue", Text("p", "p"), "p"),
                    Column("determinant", Text("Determinant", "行列式"), decimals=6),
                ),
                ((self.chisq, self.df, self.pvalue, self.determinant),),
                (Text(f"N = {self.n}.", f"N = {self.n}。"),),
            ),
        )


@dataclass(frozen=True, slots=True)
class Adequacy(Result):
    """Sampling adequacy and sphericity together.

    Attributes
    ----------
    kmo : Kmo
    bartlett : Bartlett
    """

    kmo: Kmo
    bartlett: Bartlett
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the summary as the paper prints it, then the measure of each item."""
        rows = (
            (Text("KMO, overall", "KMO取样适切性量数"), self.kmo.overall, None, None),
            (
                Text("Lowest KMO of an item", "单个题项KMO最小值"),
                float(self.kmo.items.min()),
                None,
                None,
            ),
            (
                Text("Bartlett's test of sphericity, χ²", "Bartlett球形度检验近似卡方"),
                self.bartlett.chisq,
                self.bartlett.df,
                self.bartlett.pvalue,
            ),
            (
                Text("Log determinant of the correlations", "相关矩阵行列式的对数"),
                self.bartlett.log_determinant,
                None,
                None,
            ),
        )
        return (
            Table(
                "adequacy",
                Text("Fitness of the correlations for factor analysis", "因子分析适切性检验"),
                (
                    Column("measure", Text("Measure", "指标"), "label"),
                    Column("value", Text("Value", "值"), decimals=3),
                    Column("df", Text("df", "自由度"), "count"),
                    Column("pvalue", Text("p", "p"), "p"),
                ),
                rows,
                (self.kmo.note,),
            ),
            *self.kmo.tables(),
        )


def kmo(
    data: Any,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> Kmo:
    r"""Compute the Kaiser-Meyer-Olkin measure of sampling adequacy, overall and by item.

    .. math:: KMO = \frac{\sum_{i \ne j} r_{ij}^2}{\sum_{i \ne j} (r_{ij}^2 + q_{ij}^2)}

    with the correlations r and the anti-image correlations q (from the inverse of R). The
    measure of an item takes the sums over its own row only.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix.
    n_obs : int, optional
        Respondents behind a correlation matrix; used in messages only.
    missing : {"pairwise", "listwise"}
        Treatment of gaps; pairwise as R's psych.
    correlation : {"pearson", "spearman", "polychoric"}

    Returns
    -------
    Kmo

    Raises
    ------
    DataError
        If the correlation matrix has no inverse; the message names the reason.

    References
    ----------
    Kaiser, H. F. (1974). An index of factorial simplicity. Psychometrika, 39, 31-36.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]], list("abc"), list("abc"))
    >>> round(kmo(r).overall, 3)
    0.658

    In R: ``psych::KMO(x)$MSA``.
    """
    moments = read_moments(data, n_obs=n_obs, missing=missing, what="KMO", correlation=correlation)
    return _kmo(moments)


def _kmo(moments: Moments) -> Kmo:
    import pandas as pd

    overall, items = kmo_measure(moments.corr, invert(moments, "KMO"))
    findings = list(moments.findings)
    if overall < KMO_LOWEST:
        findings.append(
            Finding(
                "low_kmo",
                "warning",
                Text(
                    f"KMO is {overall:.2f}, below {KMO_LOWEST:.2f} (Kaiser, 1974).",
                    f"KMO值为{overall:.2f}，低于{KMO_LOWEST:.2f}（Kaiser, 1974）。",
                ),
                hint=Text(
                    "The items share too little for factor analysis.",
                    "题项间共同成分过少，不宜进行因子分析。",
                ),
            )
        )
    findings += [
        Finding(
            "low_kmo_item",
            "warning",
            Text(
                f"KMO of item {name!r} is {value:.2f}, below .50.",
                f"题项“{name}”的KMO值为{value:.2f}，低于0.50。",
            ),
            where=name,
            hint=Text("Consider dropping it.", "可考虑删除该题项。"),
        )
        for name, value in zip(moments.names, items, strict=True)
        if value < 0.50
    ]
    series = pd.Series(items, index=list(moments.names), name="kmo")
    return Kmo(overall, series, moments.n, moments.missing_note(), tuple(findings))


def kmo_measure(
    corr: NDArray[np.float64], inverse: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the overall measure and that of each item, from a correlation matrix and its inverse.

    A matrix without any correlation has no adequacy: zero.
    """
    scale = 1 / np.sqrt(np.diag(inverse))
    anti = inverse * scale[:, None] * scale
    r2 = corr**2 - np.eye(len(corr))
    q2 = anti**2 - np.eye(len(corr))
    total = r2.sum(axis=0) + q2.sum(axis=0)
    items = np.divide(r2.sum(axis=0), total, out=np.zeros(len(corr)), where=total > 0)
    overall = float(r2.sum() / total.sum()) if total.sum() > 0 else 0.0
    return overall, items


def bartlett(
    data: Any,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> Bartlett:
    r"""Test with Bartlett that the items are uncorrelated.

    .. math:: \chi^2 = -\left(n - 1 - \frac{2p + 5}{6}\right) \ln |R|, \quad df = p(p - 1)/2

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix with ``n_obs``.
    n_obs : int, optional
        Respondents behind a correlation matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps; with pairwise deletion n is the number of rows, as R's psych.
    correlation : {"pearson", "spearman", "polychoric"}
        The test is exact for Pearson correlations of normal answers; of others take it as a
        description.

    Returns
    -------
    Bartlett

    Raises
    ------
    DataError
        If the correlation matrix is singular; the message names the reason.

    References
    ----------
    Bartlett, M. S. (1951). The effect of standardization on a chi-square approximation in
    factor analysis. Biometrika, 38, 337-344.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]], list("abc"), list("abc"))
    >>> test = bartlett(r, n_obs=100)
    >>> round(test.chisq, 2), test.df
    (73.36, 3)

    In R: ``psych::cortest.bartlett(x)``.
    """
    moments = read_moments(
        data, n_obs=n_obs, missing=missing, what="Bartlett's test", correlation=correlation
    )
    return _bartlett(moments)


def _bartlett(moments: Moments) -> Bartlett:
    from scipy.special import chdtrc

    n, p = moments.need_n("Bartlett's test"), moments.p
    invert(moments, "Bartlett's test")
    log_determinant = float(np.linalg.slogdet(moments.corr)[1])
    chisq = -(n - 1 - (2 * p + 5) / 6) * log_determinant
    df = p * (p - 1) // 2
    pvalue = float(chdtrc(df, max(chisq, 0.0)))
    findings = list(moments.findings)
    if pvalue >= 0.05:
        findings.append(
            Finding(
                "bartlett_not_significant",
                "warning",
                Text(
                    "Bartlett's test does not reject that the items are uncorrelated "
                    f"(p {p_relation(pvalue)}).",
                    f"Bartlett检验未能拒绝题项互不相关的假设（p {p_relation(pvalue)}）。",
                ),
            )
        )
    if n < 3 * p:
        findings.append(
            Finding(
                "few_rows",
                "warning",
                Text(
                    f"{n} rows for {p} items are few for factor analysis.",
                    f"{p}个题项仅有{n}份作答，样本量对因子分析偏小。",
                ),
            )
        )
    return Bartlett(chisq, df, pvalue, log_determinant, n, tuple(findings))


def adequacy(
    data: Any,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> Adequacy:
    """Return KMO, Bartlett's test and the determinant together.

    Parameters, errors and conventions are those of :func:`kmo` and :func:`bartlett`.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]], list("abc"), list("abc"))
    >>> round(adequacy(r, n_obs=100).bartlett.determinant, 3)
    0.47
    """
    moments = read_moments(
        data, n_obs=n_obs, missing=missing, least=3, what="factor analysis", correlation=correlation
    )
    if moments.n is None:
        raise DataError(
            Text("the number of respondents is not known", "不知道受访者人数"),
            fix=Text("Give n_obs.", "请给出 n_obs。"),
        )
    measure, test = _kmo(moments), _bartlett(moments)
    findings = tuple(dict.fromkeys((*measure.findings, *test.findings)))
    return Adequacy(measure, test, findings)
