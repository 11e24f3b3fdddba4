"""Intraclass correlations: agreement of occasions (test and retest) or of raters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, counted
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.reliability.alpha import check_level

if TYPE_CHECKING:
    import pandas as pd

ICC_LOW = 0.50  # Koo & Li (2016): below .50 poor, .75 moderate, .90 good
_POINTS = float(np.sqrt(2) * 1.959963984540054)


@dataclass(frozen=True, slots=True, repr=False)
class Icc(Result):
    """Intraclass correlations of k measurements of the same respondents.

    Attributes
    ----------
    coefficients : DataFrame by form
        ICC1, ICC2, ICC3 of one measurement, ICC1k, ICC2k, ICC3k of the mean of all: ``icc``,
        ``ci_lower``, ``ci_upper``, ``f``, ``df1``, ``df2``, ``pvalue``.
    sem_consistency, sem_agreement : float
        Standard error of measurement of one score, without and with the differences of the
        measurements' means, in the scores' own units.
    smallest_change : float
        What two scores of one person must differ by to be told apart at the 95% level:
        1.96 sqrt(2) times ``sem_agreement``.
    means : Series by measurement
    level : float
    n, k, incomplete : int
        Respondents with all measurements, measurements, respondents left out.
    """

    coefficients: pd.DataFrame
    sem_consistency: float
    sem_agreement: float
    smallest_change: float
    means: pd.Series[float]
    level: float
    n: int
    k: int
    incomplete: int
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Icc(ICC2={self.coefficients['icc']['ICC2']:.3f}, n={self.n}, k={self.k})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a form."""
        return self.coefficients

    def tables(self) -> tuple[Table, ...]:
        """Return one row a form, with the errors of measurement below."""
        percent = f"{100 * self.level:g}%"
        columns = (
            Column("form", Text("Form", "形式"), "label"),
            Column("icc", Text("ICC", "ICC"), bounded=True, decimals=3),
            Column("ci_lower", Text(f"{percent} CI lower", f"{percent}置信下限"), decimals=3),
            Column("ci_upper", Text(f"{percent} CI upper", f"{percent}置信上限"), decimals=3),
            Column("f", Text("F", "F")),
            Column("df1", Text("df1", "df1"), "count"),
            Column("df2", Text("df2", "df2"), "count"),
            Column("pvalue", Text("p", "p"), "p"),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                _FORMS[str(form)],
                *(float(row[key]) for key in ("icc", "ci_lower", "ci_upper", "f")),
                int(row["df1"]),
                int(row["df2"]),
                float(row["pvalue"]),
            )
            for form, row in self.coefficients.iterrows()
        )
        note = Text(
            f"N = {self.n} with all {self.k} measurements. Standard error of measurement "
            f"{self.sem_agreement:.3f} (consistency {self.sem_consistency:.3f}); smallest "
            f"detectable change {self.smallest_change:.3f}.",
            f"{self.k}次测量齐全者N = {self.n}。测量标准误{self.sem_agreement:.3f}"
            f"（一致性{self.sem_consistency:.3f}）；最小可检测变化{self.smallest_change:.3f}。",
        )
        return (
            Table("icc", Text("Intraclass correlations", "组内相关系数"), columns, rows, (note,)),
        )


_FORMS = {
    "ICC1": Text("ICC(1,1): one-way, one measurement", "ICC(1,1)：单向随机，单次测量"),
    "ICC2": Text("ICC(2,1): agreement, one measurement", "ICC(2,1)：绝对一致性，单次测量"),
    "ICC3": Text("ICC(3,1): consistency, one measurement", "ICC(3,1)：相对一致性，单次测量"),
    "ICC1k": Text("ICC(1,k): one-way, mean of all", "ICC(1,k)：单向随机，平均值"),
    "ICC2k": Text("ICC(2,k): agreement, mean of all", "ICC(2,k)：绝对一致性，平均值"),
    "ICC3k": Text("ICC(3,k): consistency, mean of all", "ICC(3,k)：相对一致性，平均值"),
}


def icc(data: Any, measurements: Sequence[str] | None = None, *, level: float = 0.95) -> Icc:
    r"""Compute the six intraclass correlations of Shrout and Fleiss, with F intervals.

    For test-retest reliability give one column an occasion (the same scale's score, say) and
    read ICC2, which counts a shift of everybody as disagreement, as ICC3 does not:

    .. math:: ICC_{2} = \frac{MS_B - MS_E}{MS_B + (k - 1) MS_E + k (MS_J - MS_E) / n}

    with mean squares between persons (B), between measurements (J) and of the rest (E).

    Parameters
    ----------
    data : DataFrame
        One row a person (or object), one column a measurement (occasion, rater).
    measurements : sequence of str, optional
        The columns; all by default.
    level : float

    Returns
    -------
    Icc

    Raises
    ------
    DataError
        For fewer than two measurements, fewer than three complete rows, or no variation.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
    reliability. Psychological Bulletin, 86, 420-428. Weir, J. P. (2005). Journal of Strength
    and Conditioning Research, 19, 231-240, for the standard error of measurement.

    Examples
    --------
    >>> import pandas as pd
    >>> judges = pd.DataFrame({"a": [9, 6, 8, 7, 10, 6], "b": [2, 1, 4, 1, 5, 2],
    ...                        "c": [5, 3, 6, 2, 6, 4], "d": [8, 2, 8, 6, 9, 7]})
    >>> icc(judges).coefficients["icc"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]

    In R: ``psych::ICC(x, lmer = FALSE)``.
    """
    import pandas as pd

    check_level(level)
    frame = as_frame(data).rename(columns=str)
    names = [str(name) for name in (measurements if measurements is not None else frame.columns)]
    if len(names) < 2:
        raise DataError(
            Text(
                f"an intraclass correlation needs two measurements, but there are {len(names)}",
                f"组内相关需要两次测量，但只有{len(names)}次",
            ),
            fix=Text("Give one column an occasion or rater.", "请每个场合或评分者一列。"),
        )
    every = numeric_matrix(frame, names)
    x = every[~np.isnan(every).any(axis=1)]
    n, k = x.shape
    if n < 3:
        raise DataError(
            Text(
                f"only {counted(n, 'row has', 'rows have')} all {k} measurements",
                f"只有{n}行具有全部{k}次测量",
            ),
            fix=Text("At least 3 are needed.", "至少需要3个。"),
        )
    rows, columns, grand = x.mean(axis=1), x.mean(axis=0), x.mean()
    between = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    within = float(((x - rows[:, None]) ** 2).sum()) / (n * (k - 1))
    judges = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    rest = x - rows[:, None] - columns + grand
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    if between + within <= 1e-12 * float((x**2).mean()):
        raise DataError(
            Text("the measurements do not vary", "测量值没有变化"),
            fix=Text("Check the columns.", "请检查各列。"),
        )
    table = _coefficients(between, within, judges, error, n, k, level)
    agreement = sqrt(max(error + (judges - error) / n, 0.0))
    found = float(table["icc"]["ICC2"])
    return Icc(
        table,
        sqrt(error),
        agreement,
        _POINTS * agreement,
        pd.Series(columns, index=names, name="mean"),
        level,
        n,
        k,
        len(every) - n,
        () if not found < ICC_LOW else (_low(found),),
    )


def _coefficients(
    between: float, within: float, judges: float, error: float, n: int, k: int, level: float
) -> pd.DataFrame:
    import pandas as pd
    from scipy.special import fdtrc

    one = (between - within) / (between + (k - 1) * within)
    two = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    three = (between - error) / (between + (k - 1) * error)
    values = {
        "ICC1": one,
        "ICC2": two,
        "ICC3": three,
        "ICC1k": (between - within) / between if between > 0 else nan,
        "ICC2k": (between - error) / (between + (judges - error) / n),
        "ICC3k": (between - error) / between if between > 0 else nan,
    }
    free = {"within": n * (k - 1), "error": (n - 1) * (k - 1)}
    f_one = between / within if within > 0 else np.inf
    f_two = between / error if error > 0 else np.inf
    one_bounds = _by_f(f_one, n - 1, free["within"], level)
    three_bounds = _by_f(f_two, n - 1, free["error"], level)
    two_bounds = _of_agreement(two, between, judges, error, n, k, level)
    single = {
        "ICC1": tuple((f - 1) / (f + k - 1) for f in one_bounds),
        "ICC2": two_bounds,
        "ICC3": tuple((f - 1) / (f + k - 1) for f in three_bounds),
        "ICC1k": tuple(1 - 1 / f for f in one_bounds),
        "ICC2k": tuple(k * b / (1 + b * (k - 1)) for b in two_bounds),
        "ICC3k": tuple(1 - 1 / f for f in three_bounds),
    }
    records = []
    for form, value in values.items():
        first = form.startswith("ICC1")
        f, df2 = (f_one, free["within"]) if first else (f_two, free["error"])
        low, high = single[form]
        p = float(fdtrc(n - 1, df2, f)) if np.isfinite(f) else 0.0
        records.append((value, low, high, f, n - 1, df2, p))
    names = ["icc", "ci_lower", "ci_upper", "f", "df1", "df2", "pvalue"]
    return pd.DataFrame(records, index=list(values), columns=names)


def _by_f(f: float, df1: int, df2: int, level: float) -> tuple[float, float]:
    """Return the bounds of the ratio of the two expected mean squares."""
    from scipy.special import fdtri

    upper = 0.5 + level / 2
    return f / float(fdtri(df1, df2, upper)), f * float(fdtri(df2, df1, upper))


def _of_agreement(
    value: float, between: float, judges: float, error: float, n: int, k: int, level: float
) -> tuple[float, float]:
    """Return Shrout and Fleiss' bounds of ICC(2,1), by Satterthwaite's degrees of freedom."""
    from scipy.special import fdtri

    if error <= 0:
        return nan, nan
    f_judges = judges / error
    whole = n * (1 + (k - 1) * value) - k * value
    above = (k - 1) * (n - 1) * (k * value * f_judges + whole) ** 2
    below = (n - 1) * k**2 * value**2 * f_judges**2 + whole**2
    df, upper = above / below, 0.5 + level / 2
    f_up, f_low = float(fdtri(n - 1, df, upper)), float(fdtri(df, n - 1, upper))
    rest = k * judges + (k * n - k - n) * error
    low = n * (between - f_up * error) / (f_up * rest + n * between)
    high = n * (f_low * between - error) / (rest + n * f_low * between)
    return low, high


def _low(value: float) -> Finding:
    return Finding(
        "low_icc",
        "warning",
        Text(
            f"The intraclass correlation is {value:.2f}, below {ICC_LOW:.2f} (Koo & Li, 2016).",
            f"组内相关系数为{value:.2f}，低于{ICC_LOW:.2f}（Koo & Li, 2016）。",
        ),
        hint=Text(
            "One measurement tells little of another: average several, or revise the scale.",
            "单次测量的一致性不足，建议取多次测量的平均值或修订量表。",
        ),
    )
