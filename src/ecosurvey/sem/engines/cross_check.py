"""The same model by two engines, number beside number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text, counted
from ecosurvey.sem.engines.semopy import SemopyFit, semopy_fit
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.measures import fit_measures

if TYPE_CHECKING:
    import pandas as pd

# What semopy can claim: estimates within 1e-7 of its optimum where its gradient is 1e-8, a
# baseline stopped at scipy's default. Ten times more than was seen over all fixtures.
TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number by both engines.

    Attributes
    ----------
    kind : str
        ``"loading"``, ``"path"``, ``"covariance"``, ``"intercept"``, ``"se"`` or ``"fit"``.
    quantity : str
        The parameter as in the model text, or the measure.
    own, other : float
    difference : float
        |own - other| / max(unit, |own|).
    agrees : bool
        Whether that is within the tolerance.
    unit : float
        One, or the power of ten that brings the variables' standard deviations near one: a
        covariance near nought of raw scores in the millions is judged as that of scores near one.
    """

    kind: str
    quantity: str
    own: float
    other: float
    difference: float
    agrees: bool
    unit: float = 1.0


@dataclass(frozen=True, slots=True)
class CrossCheck(Result):
    """What two engines say of one model.

    Attributes
    ----------
    comparisons : tuple of Comparison
    tolerance : float
    gradient : float
        Where the other engine stopped: its largest derivative.
    findings : tuple of Finding
        A serious one where a number differs by more than the tolerance.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float
    gradient: float
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether every number agrees within the tolerance."""
        return all(one.agrees for one in self.comparisons)

    def tables(self) -> tuple[Table, ...]:
        """Return the comparison, one row a number."""
        columns = (
            Column("kind", Text("Kind", "类别"), "label"),
            Column("quantity", Text("Quantity", "数量"), "label"),
            Column("own", Text("ecosurvey", "ecosurvey"), decimals=6),
            Column("other", Text("semopy", "semopy"), decimals=6),
            Column("difference", Text("Difference", "差异"), decimals=8),
            Column("agrees", Text("Agrees", "一致"), "label"),
        )
        rows = tuple(
            (
                _KINDS[one.kind], one.quantity, one.own, one.other, one.difference,
                Text("yes", "是") if one.agrees else Text("NO", "否"),
            )
            for one in self.comparisons
        )  # fmt: skip
        note = Text(
            "Difference: absolute, or relative where the value exceeds 1, after variables of "
            "large or small size are divided by a power of ten. Tolerance {t:g}; "
            "semopy's largest gradient {g:.1e}. semopy's RMSEA, GFI, log-likelihood, AIC and "
            "BIC are defined otherwise and are not compared.",
            "差异：绝对值；数值大于 1 时为相对值；数量级过大或过小的变量先除以10的幂。"
            "容差 {t:g}；semopy 的最大梯度 {g:.1e}。"
            "semopy 的 RMSEA、GFI、对数似然、AIC 与 BIC 定义不同，不作比较。",
        ).fill(t=self.tolerance, g=self.gradient)
        title = Text("Cross-check by a second engine", "第二引擎交叉核对")
        return (Table("cross_check", title, columns, rows, (note,)),)

    def to_frame(self) -> pd.DataFrame:
        """Return kind, quantity, own, other, difference and agrees."""
        import pandas as pd

        names = [name for name in Comparison.__slots__ if name != "unit"]
        return pd.DataFrame(
            [[getattr(one, name) for name in names] for one in self.comparisons],
            columns=names,
        )


_KINDS = {
    "loading": Text("Loading", "载荷"),
    "path": Text("Path", "路径"),
    "covariance": Text("(Co)variance", "方差/协方差"),
    "intercept": Text("Intercept", "截距"),
    "se": Text("Standard error", "标准误"),
    "fit": Text("Fit", "拟合"),
}
_KIND_OF = {"=~": "loading", "~": "path", "~~": "covariance", "~1": "intercept"}


def cross_check(fit: Fit, *, tolerance: float = TOLERANCE) -> CrossCheck:
    """Refit a model with semopy and compare.

    Parameters
    ----------
    fit : Fit
        Complete data, one group, maximum likelihood (any of its robust kin: estimates and
        chi-square are the same; standard errors are compared for ``"ML"`` alone).
    tolerance : float
        How far two numbers may be apart, relative to max(unit, |value|).

    Raises
    ------
    OptionError
        If semopy does not fit such a model.
    ConvergenceError
        If it does not converge.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from ecosurvey.sem import cfa
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(300, 1))
    >>> df = pd.DataFrame(f + rng.normal(size=(300, 4)), columns=["x1", "x2", "x3", "x4"])
    >>> cross_check(cfa("f =~ x1 + x2 + x3 + x4", df).fit).agrees
    True
    """
    refuse_rotated(fit, Text("the check by semopy", "semopy核对"))
    if fit.method.loss != "ML" or fit.method.likelihood != "normal":
        raise OptionError(
            Text("semopy cross-checks maximum likelihood only", "semopy只能核对极大似然估计"),
            fix=Text(
                "Fit with estimator='ML' to cross-check the estimates.",
                "请用 estimator='ML' 拟合，以核对估计值。",
            ),
        )
    if any(moments.rows is not None for moments in fit.model.moments):
        raise OptionError(
            Text("semopy cross-checks complete data only", "semopy只能核对完整数据"),
            fix=Text("Fit with missing='listwise' first.", "请先用 missing='listwise' 拟合。"),
        )
    if any(moments.design is not None for moments in fit.model.moments):
        raise OptionError(
            Text("semopy knows no weights and no clusters", "semopy不支持权重与群组"),
            fix=Text("Fit without them to cross-check.", "请不用它们拟合，再作核对。"),
        )
    other = semopy_fit(fit.model)
    found = (*_parameters(fit, other, tolerance), *_measures(fit, other, tolerance))
    apart = [one.quantity for one in found if not one.agrees]
    findings: tuple[Finding, ...] = ()
    if apart:
        message = Text(
            "two engines disagree on {n}: {names}",
            "两个引擎有 {n} 个数值不一致：{names}",
        ).fill(
            n=Text(counted(len(apart), "number", "numbers"), str(len(apart))),
            names=", ".join(apart[:5]),
        )
        findings = (Finding("engines_disagree", "serious", message),)
    return CrossCheck(found, tolerance, other.gradient, findings)


def _parameters(fit: Fit, other: SemopyFit, tolerance: float) -> list[Comparison]:
    errors = np.sqrt(np.clip(np.diag(fit.vcov), 0, None))
    usual = fit.method.se == "standard" and fit.method.information == "expected"
    found, ses = [], []
    for row in fit.model.table.rows:
        if not row.free or row.op not in _KIND_OF:
            continue
        name, i = f"{row.lhs} {row.op} {row.rhs}".strip(), row.free - 1
        unit = float(other.units[i])
        found.append(_compare(_KIND_OF[row.op], name, fit.x[i], other.x[i], tolerance, unit))
        if usual and np.isfinite(other.se[i]):
            ses.append(_compare("se", name, errors[i], other.se[i], tolerance, unit))
    return found + ses


def _measures(fit: Fit, other: SemopyFit, tolerance: float) -> list[Comparison]:
    measures = fit_measures(fit)
    pairs = {"chisq": other.chisq}
    if not _regresses_observed(fit):  # else semopy's baseline and its count of moments differ
        pairs |= {
            "df": other.df,
            "baseline_chisq": other.baseline_chisq,
            "cfi": other.cfi,
            "tli": other.tli,
        }
    return [
        _compare("fit", name, measures[name], value, tolerance) for name, value in pairs.items()
    ]


def _regresses_observed(fit: Fit) -> bool:
    table = fit.model.table
    inside = {name for row in table.rows if row.op == "~" for name in (row.lhs, row.rhs)}
    return not inside.isdisjoint(table.observed)


def _compare(
    kind: str, name: str, own: float, other: float, tolerance: float, unit: float = 1.0
) -> Comparison:
    difference = abs(own - other) / max(unit, abs(own))
    return Comparison(
        kind,
        name,
        float(own),
        float(other),
        float(difference),
        bool(difference <= tolerance),
        unit,
    )
