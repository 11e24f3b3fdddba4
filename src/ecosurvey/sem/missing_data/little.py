"""Little's test of whether those who left out different items differ in their means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.sem.loss.saturated import saturated_moments
from ecosurvey.sem.observed.incomplete import incomplete

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
ROWS_PER_VARIABLE = 3


@dataclass(frozen=True, slots=True)
class LittleMcar(Result):
    """Little's test that answers are missing completely at random.

    Attributes
    ----------
    statistic : float
        d², chi-squared with ``df`` degrees of freedom if nothing depends on anything.
    df : int
    pvalue : float
        NaN where nothing is missing.
    n : int
        Rows with at least one answer.
    n_patterns : int
        Different patterns of gaps, the complete one included.
    share : float
        Share of missing cells among these rows.
    converged : bool
        Whether the EM algorithm arrived.
    dropped : tuple of str
        Columns without variation, which were left out.
    findings : tuple of Finding
    """

    statistic: float
    df: int
    pvalue: float
    n: int
    n_patterns: int
    share: float
    converged: bool
    dropped: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the test as a table of one row."""
        columns = (
            Column("statistic", Text("χ²", "χ²"), decimals=2),
            Column("df", Text("df", "df"), "count"),
            Column("pvalue", Text("p", "p"), "p"),
            Column("n", Text("N", "N"), "count"),
            Column("n_patterns", Text("Patterns", "缺失模式数"), "count"),
            Column("missing", Text("Missing cells (%)", "缺失单元格(%)"), "percent", 2),
        )
        row = (self.statistic, self.df, self.pvalue, self.n, self.n_patterns, 100 * self.share)
        note = Text(
            "H0: missing completely at random. The test compares means between patterns, so that "
            "it can show that gaps are not completely at random, never that they are.",
            "H0：完全随机缺失。该检验比较各缺失模式间的均值，只能否定、不能证实完全随机缺失。",
        )
        title = Text("Little's MCAR test", "Little完全随机缺失(MCAR)检验")
        return (Table("little_mcar", title, columns, (row,), (note,)),)


def little_mcar(data: pd.DataFrame, *, corrected: bool = False) -> LittleMcar:
    """Test whether answers are missing completely at random.

    ``d² = Σ_j n_j (m_j - mu_j)' S_j^-1 (m_j - mu_j)`` over the patterns j of gaps, with the
    means m_j of the n_j rows of a pattern over its observed variables, and mean and covariance
    estimated from all rows by maximum likelihood (EM); ``df = Σ_j p_j - p``.

    Parameters
    ----------
    data : DataFrame of shape (n, p)
        Numbers; NaN where there is no answer. Rows without any answer are left out, as are
        columns that do not vary.
    corrected : bool
        Use the covariance times ``n / (n - 1)``, as Little's eq. 5 has it. By default the
        covariance of greatest likelihood is used as it is, as most programs do; the
        statistics differ by the factor ``(n - 1) / n``.

    Returns
    -------
    LittleMcar

    Raises
    ------
    DataError
        With fewer than two varying columns or no more rows than columns.

    References
    ----------
    Little (1988). J. American Statistical Association 83, 1198-1202.
    doi:10.1080/01621459.1988.10478722

    Examples
    --------
    >>> import pandas as pd
    >>> gaps = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [2.0, 1, 4, 3, None, None]})
    >>> test = little_mcar(gaps)
    >>> test.df, round(test.statistic, 4), round(test.pvalue, 4)
    (1, 4.1143, 0.0425)
    """
    frame = as_frame(data)
    names = [str(name) for name in frame.columns]
    values = numeric_matrix(frame, list(frame.columns))
    varies = np.array([_varies(values[:, j]) for j in range(values.shape[1])], dtype=bool)
    dropped = tuple(name for name, good in zip(names, varies, strict=True) if not good)
    rows = incomplete(values[:, varies])
    n, p = rows.n, int(varies.sum())
    if p < 2 or n <= p:
        raise DataError(
            Text(
                f"{n} rows with {p} varying columns are too few for Little's test",
                f"{n}行、{p}个有变化的列不足以进行Little检验",
            ),
            fix=Text(
                "Give more rows than columns, and at least two columns with different answers.",
                "请给出多于列数的行，且至少两列有不同的答案。",
            ),
        )
    share = float(1 - rows.observed.mean())
    if share == 0:
        findings = _remarks(n, p, True, dropped)
        return LittleMcar(0.0, 0, float("nan"), n, 1, 0.0, True, dropped, findings)
    centre = rows.x.sum(axis=0) / rows.observed.sum(axis=0)
    rows = incomplete(values[:, varies] - centre)  # EM in deviations loses fewer digits
    try:
        moments = saturated_moments(rows)
    except np.linalg.LinAlgError as error:
        raise DataError(
            Text(
                "the covariance matrix of the answers there are cannot be estimated",
                "无法估计现有答案的协方差矩阵",
            ),
            fix=Text(
                "Leave out columns that others determine, or that are answered by few.",
                "请去掉由其他列决定的列，或很少有人作答的列。",
            ),
        ) from error
    cov = moments.cov * (n / (n - 1) if corrected else 1.0)
    statistic, df = distance_of_patterns(rows.x, rows.observed, moments.mean, cov)
    return LittleMcar(
        statistic,
        df,
        float(chdtrc(df, statistic)) if df else float("nan"),
        n,
        rows.n_patterns,
        share,
        moments.converged,
        dropped,
        _remarks(n, p, moments.converged, dropped),
    )


def distance_of_patterns(
    x: Floats, observed: NDArray[np.bool_], mean: Floats, cov: Floats
) -> tuple[float, int]:
    """Return d² and its degrees of freedom, given the moments of all rows."""
    patterns, which = np.unique(observed, axis=0, return_inverse=True)
    which = which.reshape(-1)
    counts = np.bincount(which)
    sums = np.zeros(patterns.shape)
    np.add.at(sums, which, np.where(observed, x, 0.0))
    statistic = 0.0
    for seen, total, count in zip(patterns, sums, counts, strict=True):
        off = total[seen] / count - mean[seen]
        statistic += float(count * off @ np.linalg.solve(cov[np.ix_(seen, seen)], off))
    return statistic, int(patterns.sum() - x.shape[1])


def _varies(column: Floats) -> bool:
    known = column[np.isfinite(column)]
    return len(known) > 1 and bool(known.min() < known.max())


def _remarks(n: int, p: int, converged: bool, dropped: tuple[str, ...]) -> tuple[Finding, ...]:
    found = []
    if not converged:
        found.append(
            Finding(
                "em_not_converged",
                "serious",
                Text(
                    "the EM algorithm did not converge, so that Little's statistic is unsure",
                    "EM算法未收敛，Little检验统计量不可靠",
                ),
            )
        )
    if n < ROWS_PER_VARIABLE * p:
        found.append(
            Finding(
                "few_rows_for_mcar",
                "warning",
                Text(
                    f"{n} rows for {p} variables: the chi-squared approximation is poor",
                    f"{n}行数据对应{p}个变量，卡方近似不可靠",
                ),
                hint=Text("Test scale scores instead of items.", "可改用量表得分进行检验。"),
            )
        )
    if dropped:
        found.append(
            Finding(
                "constant_left_out",
                "note",
                Text(
                    f"columns without variation were left out: {', '.join(dropped)}",
                    f"未纳入无变异的变量：{'、'.join(dropped)}",
                ),
            )
        )
    return tuple(found)
