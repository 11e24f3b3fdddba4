"""One model fitted to every completed data set, and the fits pooled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from math import nan
from typing import Any

import numpy as np

from ecosurvey.core import (
    ConvergenceError,
    DataError,
    OptionError,
    Text,
    by_severity,
    check_choice,
    did_you_mean,
)
from ecosurvey.core.frames import as_frame
from ecosurvey.sem.estimate import build_model
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit, TestStatistic
from ecosurvey.sem.fitting import fit_request
from ecosurvey.sem.imputed.findings import pooled_findings
from ecosurvey.sem.imputed.likelihood import has_likelihood, mean_likelihood, pooled_moments
from ecosurvey.sem.imputed.result import ImputedSem
from ecosurvey.sem.imputed.rubin import combine_covariances
from ecosurvey.sem.imputed.test import POOLINGS, PooledTest, Pooling, d2, d3
from ecosurvey.sem.inference.statistic import survival
from ecosurvey.sem.judgement import judge_fit
from ecosurvey.sem.measures.evidence import scaled_test
from ecosurvey.sem.options import ModelType
from ecosurvey.sem.request import Request
from ecosurvey.sem.results import SemResult

_NOT_HERE = ("model_type", "cov", "n", "mean", "missing", "auxiliary")


def sem_mi(
    model: str,
    datasets: Any,
    *,
    model_type: ModelType = "sem",
    pooling: Pooling | None = None,
    proportional: bool = False,
    **options: Any,
) -> ImputedSem:
    r"""Fit a model to multiply imputed data and pool the fits.

    Estimates are means over the data sets; standard errors follow Rubin's rules,
    :math:`T = W + (1 + 1/m) B`; tests of the model and of its baseline are pooled by D3 (Meng
    and Rubin 1992) or D2 (Li et al. 1991), and fit measures made from the pooled tests.

    Parameters
    ----------
    model : str
        lavaan's model language.
    datasets : sequence of DataFrame
        The m completed data sets, two or more, of the same rows and columns; or what
        ``es.impute`` returns.
    model_type : {"sem", "cfa", "growth"}
        Whose automatic rules apply.
    pooling : {"D3", "D2"}, optional
        How chi-squares are pooled. If not said, D3 where there is a normal likelihood, else D2.
    proportional : bool
        Standard errors from :math:`(1 + r) W`, r being the average relative increase in variance:
        semTools' default (``scale.W = TRUE``). Without it Rubin's rules for each parameter.
    **options
        Of :func:`cfa`: ``estimator``, ``group``, ``ordered``, ``sampling_weights`` …; ``missing``
        and moments have no place here.

    Returns
    -------
    ImputedSem
        A :class:`SemResult` of the pooled estimates: ``.parameters`` with df of t, ``fmi`` and
        ``riv`` beside every estimate, ``.fit_measures``, ``.pooled_test``, ``.findings``, and
        ``.fits``, those of the single data sets.

    Raises
    ------
    DataError
        If there are fewer than two data sets, one still has gaps, or they do not go together.
    ConvergenceError
        If fewer than two of the fits converged.
    OptionError
        For an option that does not exist or has no place here.

    Notes
    -----
    Digits are those of semTools 0.5-6 with lavaan 0.6-14: ``runMI``, ``summary(scale.W = FALSE)``,
    ``fitMeasures(asymptotic = TRUE)``. Scaled tests divide the pooled test by the mean scaling
    factor. Definitions (``:=``) are pooled by Rubin's rules as parameters are, where semTools
    takes the delta method at the pooled covariance. SRMR compares mean moments with those
    implied by the pooled estimates.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Meng & Rubin (1992), Biometrika
    79, 103-111; Li, Meng, Raghunathan & Rubin (1991), Statistica Sinica 1, 65-92; Enders &
    Mansolf (2018), Psychological Methods 23, 76-93 (fit measures from pooled tests).

    Examples
    --------
    >>> import numpy as np
    >>> from ecosurvey.sem import simulate
    >>> full = simulate("f =~ .8*x1 + .7*x2 + .6*x3 + .7*x4", 300, seed=1)
    >>> rng = np.random.default_rng(2)  # stands in for an imputation of a fifth of x1
    >>> copies = [full.assign(x1=full["x1"].where(rng.random(300) > 0.2, full["x2"] +
    ...           rng.normal(0, 0.7, 300))) for _ in range(5)]
    >>> found = sem_mi("f =~ x1 + x2 + x3 + x4", copies)
    >>> found.m, found.pooled_test.method, bool((found.parameters["fmi"][1:4] > 0).all())
    (5, 'D3', True)
    """
    frames = _frames(datasets)
    _check_options(options)
    if pooling is not None:
        check_choice("pooling", pooling, POOLINGS)
    request = Request(model_type, **options)
    results = [fit_request(request, model, frame) for frame in frames]
    for number, (frame, result) in enumerate(zip(frames, results, strict=True), start=1):
        _check_alike(number, frame, result, results[0])
    kept = [one for one in results if one.converged and _has_errors(one.fit)]
    if len(kept) < 2:
        raise ConvergenceError(
            Text(
                f"the model converged, with standard errors, in {len(kept)} of {len(results)} "
                "imputed data sets; two are needed",
                f"模型仅在{len(results)}个插补数据集中的{len(kept)}个上收敛并得到标准误，"
                "至少需要两个",
            ),
            fix=Text("Simplify the model.", "请简化模型。"),
        )
    method = _pooling(pooling, kept[0].fit)
    fit, test, baseline = _pooled_fit([one.fit for one in kept], method, proportional=proportional)
    return ImputedSem(
        fit=fit,
        model=model,
        findings=by_severity((*pooled_findings(results, kept, (test, baseline)), *judge_fit(fit))),
        group=kept[0].group,
        level=kept[0].level,
        engine=kept[0].engine,
        weights=kept[0].weights,
        cluster=kept[0].cluster,
        fits=tuple(kept),
        pooled_test=test,
        proportional=proportional,
    )


def _frames(datasets: Any) -> list[Any]:
    found = getattr(datasets, "datasets", datasets)
    if not isinstance(found, Iterable) or hasattr(found, "columns"):
        raise DataError(
            Text("datasets= is not a list of data frames", "datasets= 不是数据框列表"),
            fix=Text("Give the completed data sets: [df1, df2, …].",
                     "请给出各个插补数据集：[df1, df2, …]。"),
        )  # fmt: skip
    frames = [as_frame(one) for one in found]
    if len(frames) < 2:
        raise DataError(
            Text(f"{len(frames)} imputed data sets cannot be pooled",
                 f"{len(frames)}个插补数据集无法合并"),
            fix=Text("Give two or more, better 20.", "请给出至少两个，最好20个。"),
        )  # fmt: skip
    return frames


def _check_options(options: dict[str, Any]) -> None:
    known = [each.name for each in fields(Request) if each.name not in _NOT_HERE]
    for name in options:
        if name not in known:
            hint = "" if name in _NOT_HERE else did_you_mean(name, known)
            raise OptionError(
                Text(f"{name}= has no place in a fit of imputed data",
                     f"插补数据的拟合不接受选项{name}="),
                fix=hint or Text("Leave it out.", "请去掉该选项。"),
            )  # fmt: skip


def _check_alike(number: int, frame: Any, result: SemResult, first: SemResult) -> None:
    """Raise unless a data set is complete, and its model that of the first one."""
    refuse_rotated(result.fit, Text("pooling over imputations", "多重插补的合并"))
    where = Text(f"imputed data set {number}", f"第{number}个插补数据集")
    names = [name for name in result.table.observed if name in frame.columns]
    gaps = frame[names].isna().sum()
    if gaps.any():
        worst = str(gaps.idxmax())
        raise DataError(
            Text(f"{worst!r} still has {gaps.max()} gaps", f"“{worst}”仍有{gaps.max()}个缺失值"),
            where=where,
            fix=Text("Impute every variable of the model, or use es.sem(missing='fiml').",
                     "请插补模型中的全部变量，或使用es.sem(missing='fiml')。"),
        )  # fmt: skip
    same_groups = result.groups == first.groups
    one, other = result.fit.model.moments, first.fit.model.moments
    if not same_groups or [m.n_rows for m in one] != [m.n_rows for m in other]:
        raise DataError(
            Text("its groups or rows are not those of the first data set",
                 "其分组或行数与第一个数据集不同"),
            where=where,
            fix=Text("Impute neither rows nor the grouping column.", "请勿插补行或分组列。"),
        )  # fmt: skip
    if result.fit.model.n_par != first.fit.model.n_par:
        raise DataError(
            Text("its model has other parameters than that of the first data set: a category is "
                 "empty in one of them",
                 "其模型参数与第一个数据集不同：某个类别在其中一个数据集中无人选择"),
            where=where,
            fix=Text("Merge sparse categories before imputing.", "请在插补前合并稀少的类别。"),
        )  # fmt: skip


def _has_errors(fit: Fit) -> bool:
    return fit.method.se != "none" and bool(np.all(np.diag(fit.vcov) >= 0))


def _pooling(asked: Pooling | None, fit: Fit) -> Pooling:
    possible = has_likelihood(fit)
    if asked == "D3" and not possible:
        raise OptionError(
            Text(f"D3 needs a normal likelihood, which {fit.method.estimator} has not",
                 f"D3需要正态似然，而{fit.method.estimator}没有"),
            fix=Text("Use pooling='D2'.", "请使用pooling='D2'。"),
        )  # fmt: skip
    return asked or ("D3" if possible else "D2")


def _pooled_fit(
    fits: Sequence[Fit], pooling: Pooling, *, proportional: bool
) -> tuple[Fit, PooledTest, PooledTest]:
    """Return the fit of the pooled estimates, and the pooled tests of model and baseline."""
    moments = [
        pooled_moments(groups) for groups in zip(*(fit.model.moments for fit in fits), strict=True)
    ]
    fit = _at_means(fits, moments)
    vcov = combine_covariances(
        np.array([one.x for one in fits]),
        np.array([one.vcov for one in fits]),
        fit.n_par,
        proportional=proportional,
    )
    fit, test = _with_tests(replace(fit, vcov=vcov), fits, pooling)
    bases = [one.baseline for one in fits if one.baseline is not None]
    baseline, base_test = _with_tests(_at_means(bases, moments), bases, pooling)
    return replace(fit, baseline=baseline), test, base_test


def _at_means(fits: Sequence[Fit], moments: Sequence[Any]) -> Fit:
    first = fits[0]
    x = np.mean([fit.x for fit in fits], axis=0)
    return replace(
        first,
        model=build_model(first.model.table, moments),
        x=x,
        iterations=sum(fit.iterations for fit in fits),
        gradient=np.full(len(x), nan),
        objective=nan,
        objective_group=(nan,) * len(moments),
        information=np.mean([fit.information for fit in fits], axis=0),
        findings=(),
        corrected=None,
    )


def _with_tests(pooled: Fit, fits: Sequence[Fit], pooling: Pooling) -> tuple[Fit, PooledTest]:
    """Add the pooled test and the scaled one, divided by the mean scaling factor."""
    stats = [fit.test.stat for fit in fits]
    df = pooled.test.df
    if pooling == "D3":
        at = mean_likelihood(pooled, [fit.model for fit in fits])
        test = d3(float(np.mean(stats)), 2 * (at.saturated - at.model), df, len(fits))
    else:
        test = d2(stats, df)
    found = [TestStatistic("standard", test.chisq, df, test.pvalue)]
    scaled = [each for each in map(scaled_test, fits) if each is not None]
    if scaled:
        found.append(_scaled(test.chisq, scaled))
    return replace(pooled, tests=tuple(found)), test


def _scaled(chisq: float, tests: Sequence[TestStatistic]) -> TestStatistic:
    def mean(name: str) -> float:
        return float(np.mean([getattr(each, name) for each in tests]))

    factor, df, shift = mean("scaling_factor"), mean("df"), mean("shift")
    stat = chisq / factor + (shift if np.isfinite(shift) else 0.0)
    return TestStatistic(
        tests[0].name,
        stat,
        df,
        survival(stat, df),
        scaling_factor=factor,
        shift=shift,
        trace_ugamma=mean("trace_ugamma"),
        trace_ugamma2=mean("trace_ugamma2"),
    )
