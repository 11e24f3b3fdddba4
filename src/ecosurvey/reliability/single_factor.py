"""Harman's test, confirmatory form: does one factor fit as well as the constructs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text
from ecosurvey.reliability.fit_columns import INDEX_COLUMNS, TEST_COLUMNS

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult


@dataclass(frozen=True, slots=True, repr=False)
class SingleFactor(Result):
    """A model with one factor for all items beside the measurement model.

    Attributes
    ----------
    one : SemResult
        The one-factor model.
    constructs : SemResult
        The measurement model it is compared with.
    delta_chisq, delta_df, pvalue : float
        Difference of the unscaled chi-squares; NaN p where the models cannot be compared.
    """

    one: SemResult
    constructs: SemResult
    delta_chisq: float
    delta_df: int
    pvalue: float
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"SingleFactor(delta_chisq={self.delta_chisq:.2f}, delta_df={self.delta_df})"

    def tables(self) -> tuple[Table, ...]:
        """Return the fit of both models, and their difference."""
        keys = ("chisq", "df", "cfi", "tli", "rmsea", "srmr")
        rows = tuple(
            (name, *(float(fit.fit_measures[key]) for key in keys), None)
            for name, fit in (
                (Text("One factor", "单因子模型"), self.one),
                (Text("Constructs", "理论构念模型"), self.constructs),
            )
        )
        difference = (Text("Difference", "差异"), self.delta_chisq, self.delta_df)
        return (
            Table(
                "single_factor",
                Text("Single-factor model against the constructs", "单因子模型与理论构念模型比较"),
                (
                    Column("model", Text("Model", "模型"), "label"),
                    *TEST_COLUMNS,
                    *INDEX_COLUMNS,
                    Column("pvalue", Text("p", "p"), "p"),
                ),
                (*rows, (*difference, None, None, None, None, self.pvalue)),
                (
                    Text(
                        "A poor fit of one factor speaks against, but does not rule out, common "
                        "method variance.",
                        "单因子模型拟合不佳不支持共同方法偏差主导，但不能排除其存在。",
                    ),
                ),
            ),
        )


def single_factor(fit: SemResult, data: Any, *, missing: str = "listwise") -> SingleFactor:
    """Fit one factor to all items of a measurement model, and compare the two.

    Parameters
    ----------
    fit : SemResult
        A one-group confirmatory factor analysis by ML, MLR or MLM.
    data : DataFrame
        The answers it was fitted to.
    missing : {"listwise", "fiml"}
        As in the fit.

    Returns
    -------
    SingleFactor

    Raises
    ------
    OptionError
        If the model has groups, ordered items, or was fitted to other rows.

    Notes
    -----
    The difference is of the plain chi-squares; it is far from its limits in practice, so that
    a scaled difference would say the same.

    References
    ----------
    Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y., & Podsakoff, N. P. (2003). Journal of
    Applied Psychology, 88, 879-903.
    """
    from scipy.special import chdtrc

    from ecosurvey.reliability.standard_solution import read_loadings
    from ecosurvey.sem import cfa

    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"the comparison is made in one group, but the fit has {len(fit.groups)}",
                f"该比较只在一个组内进行，而拟合有{len(fit.groups)}个组",
            ),
            fix=Text(
                "Fit the measurement model without group.", "请去掉 group，重新拟合测量模型。"
            ),
        )
    if fit.estimator not in _CONTINUOUS:
        raise OptionError(
            Text(
                f"estimator={fit.estimator!r}: the comparison is made for continuous items",
                f"estimator={fit.estimator!r}：该比较适用于连续题项",
            ),
            fix=Text(
                f"Fit the measurement model by one of: {', '.join(_CONTINUOUS)}.",
                f"请用以下方法之一拟合测量模型：{'、'.join(_CONTINUOUS)}。",
            ),
        )
    items = list(dict.fromkeys(read_loadings(fit.standardized("std_all"))["item"]))
    model = f"one_factor =~ {' + '.join(items)}"
    one = cfa(model, data, estimator=fit.estimator, missing=missing)
    if one.n != fit.n:
        raise OptionError(
            Text(
                f"the one-factor model used {one.n} rows, the measurement model {fit.n}",
                f"单因子模型使用了{one.n}行，而测量模型使用了{fit.n}行",
            ),
            fix=Text(
                "Give the data that the measurement model was fitted to.",
                "请给出测量模型所用的数据。",
            ),
        )
    delta = float(one.fit_measures["chisq"] - fit.fit_measures["chisq"])
    df = int(one.fit_measures["df"] - fit.fit_measures["df"])
    pvalue = float(chdtrc(df, max(delta, 0.0))) if df > 0 else float("nan")
    findings = one.findings
    if not pvalue < 0.05 or one.fit_measures["cfi"] >= 0.90:
        findings += (_FITS,)
    return SingleFactor(one, fit, delta, df, pvalue, findings)


_CONTINUOUS = ("ML", "MLR", "MLM")

_FITS = Finding(
    "one_factor_fits",
    "warning",
    Text(
        "One factor fits the items about as well as the constructs do.",
        "单因子模型的拟合与理论构念模型相近。",
    ),
    hint=Text(
        "Common method variance or constructs that are not distinct cannot be ruled out.",
        "无法排除共同方法偏差，或构念之间缺乏区分。",
    ),
)
