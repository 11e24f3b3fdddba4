"""Comparison of nested models: chi-square differences, scaled where the tests are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Literal, Protocol

from ecosurvey.core import (
    Cell,
    Column,
    ConvergenceError,
    DataError,
    Finding,
    OptionError,
    Result,
    Table,
    Text,
    check_choice,
)
from ecosurvey.sem.difference import METHODS, CompareMethod, Difference, chisq_difference
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.measures import headline_measures

if TYPE_CHECKING:
    import pandas as pd


class Fitted(Protocol):
    """Anything that holds a fit, such as a SemResult."""

    @property
    def fit(self) -> Fit:
        """The engine's fit."""
        ...


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """One model of a comparison; measures are the plain ones."""

    name: str
    chisq: float
    df: float
    aic: float
    bic: float
    cfi: float
    rmsea: float
    srmr: float
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Comparison(Result):
    """Nested models, the freest first.

    Attributes
    ----------
    models : tuple of ComparedModel
        ``difference`` of the first is None.
    findings : tuple of Finding
    """

    models: tuple[ComparedModel, ...]
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a model, the freest first."""
        import pandas as pd

        names = [name for name in ComparedModel.__slots__ if name != "difference"]
        frame = pd.DataFrame([[getattr(m, n) for n in names] for m in self.models], columns=names)
        for name in Difference.__slots__:
            frame[name] = [getattr(m.difference, name, None) for m in self.models]
        return frame

    def tables(self) -> tuple[Table, ...]:
        """Return the comparison as a paper prints it."""
        columns = (
            Column("model", Text("Model", "模型"), "label"),
            Column("chisq", Text("χ²", "χ²")),
            Column("df", Text("df", "df"), "count"),
            Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
            Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3, bounded=True),
            Column("srmr", Text("SRMR", "SRMR"), decimals=3, bounded=True),
            Column("aic", Text("AIC", "AIC"), decimals=1),
            Column("bic", Text("BIC", "BIC"), decimals=1),
            Column("chisq_diff", Text("Δχ²", "Δχ²")),
            Column("df_diff", Text("Δdf", "Δdf"), decimals=0),
            Column("pvalue", Text("p", "p"), "p"),
        )
        rows: list[tuple[Cell, ...]] = []
        for m in self.models:
            d = m.difference
            gained = (None, None, None) if d is None else (d.chisq_diff, d.df_diff, d.pvalue)
            rows.append((m.name, m.chisq, m.df, m.cfi, m.rmsea, m.srmr, m.aic, m.bic, *gained))
        used = {m.difference.method for m in self.models if m.difference is not None}
        note = Text(
            "Each model is tested against the one above it. Method of the difference: {used}.",
            "每个模型与其上一行模型比较。差异检验方法：{used}。",
        ).fill(used=", ".join(sorted(used)))
        title = Text("Comparison of nested models", "嵌套模型比较")
        return (Table("model_comparison", title, columns, tuple(rows), (note,)),)


def compare(
    *fits: Fit | Fitted,
    method: CompareMethod = "default",
    names: Sequence[str] | None = None,
    a_method: Literal["delta", "exact"] = "delta",
    scaled_shifted: bool = True,
) -> Comparison:
    r"""Compare nested models by (scaled) chi-square differences.

    Parameters
    ----------
    fits : Fit or SemResult
        Two or more, in any order: they are sorted by degrees of freedom.
    method : str
        ``"default"``: plain differences where the tests are plain; the scaled difference of
        2001 for Satorra-Bentler and Yuan-Bentler tests; that of 2000, scaled and shifted, for
        tests adjusted in mean and variance.
    names : sequence of str, optional
        Of the models, in the order of ``fits``; "model 1" … by default.
    a_method : {"delta", "exact"}
        For 2000: whether the restrictions are found from the moments' derivatives, or from
        parameters of the same name.
    scaled_shifted : bool
        For 2000 with tests adjusted in mean and variance: shift rather than adjust df. Tests
        scaled in the mean only are scaled only, whatever is said here, when it is False.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If the fits are not of the same data, or not comparable.
    ConvergenceError
        If one of them is no solution.

    References
    ----------
    Satorra (2000), in Heijmans et al. (eds.), 233-247; Satorra & Bentler (2001), Psychometrika
    66, 507-514, eq. 5; Satorra & Bentler (2010), Psychometrika 75, 243-248; Asparouhov & Muthen
    (2010). In lavaan: ``lavTestLRT``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> freer = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m + f", data)
    >>> found = compare(fit, freer, names=["mediated", "direct too"])
    >>> [model.name for model in found.models], found.models[1].difference.df_diff
    (['direct too', 'mediated'], 1)
    """
    check_choice("method", method, METHODS)
    check_choice("a_method", a_method, ("delta", "exact"))
    found = [fit if isinstance(fit, Fit) else fit.fit for fit in fits]
    if any(hasattr(fit, "pooled_test") for fit in fits):
        raise OptionError(
            Text(
                "pooled fits of imputed data have pooled tests, whose differences are no tests",
                "多重插补数据的合并拟合给出的是合并检验，其差不是检验",
            ),
            fix=Text(
                "Use fit.compare(other), which pools the differences.",
                "请使用 fit.compare(other)，它合并的是各次的差异。",
            ),
        )
    _check(found)
    labels = list(names) if names is not None else [f"model {i + 1}" for i in range(len(found))]
    if len(labels) != len(found):
        raise OptionError(
            Text(
                f"{len(labels)} names for {len(found)} models",
                f"{len(labels)}个名称对应{len(found)}个模型",
            ),
            fix=Text("Give one a model.", "请为每个模型各给一个名称。"),
        )
    order = sorted(range(len(found)), key=lambda index: found[index].test.df)
    findings: list[Finding] = []
    models: list[ComparedModel] = []
    for place, index in enumerate(order):
        fit = found[index]
        difference = None
        if place:
            freer = found[order[place - 1]]
            difference = chisq_difference(fit, freer, method, a_method, scaled_shifted)
            where = f"{labels[index]} / {labels[order[place - 1]]}"
            findings += _doubts(fit, freer, difference, where)
        measures = headline_measures(fit)
        models.append(
            ComparedModel(
                labels[index],
                fit.test.stat,
                fit.test.df,
                aic=measures.get("aic", nan),
                bic=measures.get("bic", nan),
                cfi=measures.get("cfi", nan),
                rmsea=measures.get("rmsea", nan),
                srmr=measures.get("srmr", nan),
                difference=difference,
            )
        )
    return Comparison(tuple(models), tuple(findings))


def _check(fits: Sequence[Fit]) -> None:
    if len(fits) < 2:
        raise OptionError(
            Text("a comparison needs two models or more", "比较需要两个或更多的模型"),
            fix=Text("Give their fits.", "请给出它们的拟合。"),
        )
    first = fits[0]
    for fit in fits:
        if not fit.converged:
            raise ConvergenceError(
                Text("a model without a solution cannot be compared", "没有解的模型不能比较"),
                fix=Text("See its findings.", "请看其提示。"),
            )
        if fit.method.estimator != first.method.estimator:
            raise DataError(
                Text(
                    f"the models were estimated by {first.method.estimator} "
                    f"and {fit.method.estimator}",
                    f"各模型的估计方法不同：{first.method.estimator} 与 {fit.method.estimator}",
                ),
                fix=Text("Fit them all by the same estimator.", "请用同一估计方法拟合。"),
            )
        if [m.n for m in fit.model.moments] != [m.n for m in first.model.moments]:
            raise DataError(
                Text("the models were fitted to different rows", "各模型使用的数据行不同"),
                fix=Text(
                    "Fit them to the same complete rows, in the same groups.",
                    "请用相同的完整行、相同的分组拟合。",
                ),
            )
        if set(fit.model.table.observed) != set(first.model.table.observed):
            raise DataError(
                Text(
                    "the models have different observed variables, so they are not nested",
                    "各模型的观测变量不同，因此不是嵌套模型",
                ),
                fix=Text(
                    "Compare them by what they mean, or by measures of fit.",
                    "请按其含义或拟合指标比较。",
                ),
            )


def _doubts(restricted: Fit, freer: Fit, difference: Difference, where: str) -> list[Finding]:
    if restricted.test.df == freer.test.df:
        message = Text(
            "the models have the same degrees of freedom: there is nothing to test",
            "两模型自由度相同，无从检验",
        )
        return [Finding("same_df", "warning", message, where)]
    if restricted.test.stat < freer.test.stat - 1e-6 * max(1.0, freer.test.stat):
        message = Text(
            "the model with more restrictions fits better: they are not nested",
            "约束更多的模型拟合反而更好：两模型并非嵌套关系",
        )
        return [Finding("not_nested", "serious", message, where)]
    if difference.scaling_factor <= 0:
        message = Text(
            "the scaling factor of the difference is negative, so the test has no value",
            "差异检验的校正因子为负，检验无效",
        )
        hint = Text(
            "Use method='satorra.bentler.2010' or 'satorra.2000'.",
            "请改用method='satorra.bentler.2010'或'satorra.2000'。",
        )
        return [Finding("negative_scaling", "serious", message, where, hint)]
    if not isfinite(difference.chisq_diff):
        message = Text(
            "the difference cannot be tested: the freer model is not identified at its solution",
            "无法检验差异：约束较少的模型在其解处不可识别",
        )
        return [Finding("no_difference_test", "serious", message, where)]
    return []
