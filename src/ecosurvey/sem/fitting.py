"""From a request to a result: data, table, moments, checks, estimation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecosurvey.core import DataError, ModelSyntaxError, OptionError, Text, by_severity
from ecosurvey.sem.auxiliary import with_auxiliary
from ecosurvey.sem.checks import check_moments
from ecosurvey.sem.estimate import Search, build_model, estimate
from ecosurvey.sem.estimators import settle
from ecosurvey.sem.exploratory import has_blocks
from ecosurvey.sem.fit import Method
from ecosurvey.sem.judgement import judge_fit
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import search
from ecosurvey.sem.options import TableOptions, check_group_equal
from ecosurvey.sem.ordinal_sample import chosen_ordered, ordinal_data, ordinal_moments
from ecosurvey.sem.products import with_products
from ecosurvey.sem.request import FULL_INFORMATION, Request, check_request
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.rotation import Rotation, settle_rotation
from ecosurvey.sem.sample import (
    Grouped,
    by_group,
    frame_moments,
    full_information_moments,
    given_moments,
    moment_names,
    pairwise_moments,
)
from ecosurvey.sem.sampling import check_design, for_design, read_sampling
from ecosurvey.sem.syntax import model_roles, parameter_table
from ecosurvey.sem.syntax.exploratory import HELD
from ecosurvey.sem.types import ParameterTable


def fit_request(request: Request, model: str | ParameterTable, data: Any) -> SemResult:
    """Fit a model as asked: data, table, moments, checks, estimation, result."""
    if not isinstance(model, (str, ParameterTable)):
        raise ModelSyntaxError(
            Text(
                f"the model is a {type(model).__name__}, not text",
                f"模型的类型是 {type(model).__name__}，不是文本",
            ),
            fix=Text("Write it as 'f =~ x1 + x2'.", "请写成 'f =~ x1 + x2'。"),
        )
    check_request(request, data)
    if request.designed:
        request = for_design(request)
    method = settle(
        request.estimator or "ML",
        se=request.se,
        test=request.test,
        information=request.information,
        h1_information=request.h1_information,
        observed_information=request.observed_information,
        likelihood=request.likelihood,
        full_information=request.missing in FULL_INFORMATION,
    )
    unbiased = not (method.loss == "ML" and method.likelihood == "normal")
    if data is None:
        names, groups = moment_names(request.cov), _group_count(request)
        labels = tuple(f"Group {i + 1}" for i in range(groups)) if groups > 1 else ("",)
        table = _table(request, model, names, labels, method)
        if table.meanstructure and request.mean is None:
            raise DataError(
                Text("the model has means, and mean= is missing", "模型含有均值，却没有给出 mean="),
                fix=Text("Give mean=.", "请给出 mean=。"),
            )
        moments = given_moments(
            table.observed, request.cov, request.n or 0, request.mean,
            unbiased=unbiased, groups=groups,
        )  # fmt: skip
        findings: tuple[Any, ...] = ()
    else:
        grouped = by_group(data, request.group)
        written = _written(request, model) if isinstance(model, str) else model
        grouped = with_products(grouped, written)
        names = [str(name) for name in grouped.frame.columns]
        if request.ordered:
            return _fit_ordered(request, model, method, grouped)
        table = _table(request, model, names, grouped.labels, method)
        if request.auxiliary:
            table = with_auxiliary(table, request.auxiliary, names)
        drawn = read_sampling(grouped.frame, request)
        if request.missing in FULL_INFORMATION:
            fixed = () if request.missing.endswith("_x") else table.exogenous
            moments, findings = full_information_moments(grouped, table.observed, fixed, drawn)
        elif request.missing == "pairwise":
            moments, findings = pairwise_moments(grouped, table.observed, unbiased=unbiased)
        else:
            moments, findings = frame_moments(
                grouped, table.observed, unbiased=unbiased, sampling=drawn
            )
    return _fitted(request, model, method, table, moments, findings)


def _fit_ordered(
    request: Request, model: str | ParameterTable, method: Method, grouped: Grouped
) -> SemResult:
    """Fit a model of ordinal variables: categories before thresholds, thresholds before table."""
    names = [str(name) for name in grouped.frame.columns]
    if isinstance(model, ParameterTable):
        observed, exogenous = model.observed, model.exogenous
    else:
        roles = model_roles(_written(request, model), names)
        observed = roles.observed
        exogenous = roles.covariates if _fixed_x(request, method) else ()
    outcomes = [name for name in observed if name not in exogenous]
    ordered = chosen_ordered(request.ordered or (), outcomes, names)
    data = ordinal_data(
        grouped, outcomes, exogenous, ordered, missing=request.missing, collapse=request.collapse,
        sampling=read_sampling(grouped.frame, request),
    )  # fmt: skip
    table = _table(request, model, names, grouped.labels, method, data.thresholds)
    moments, doubts = ordinal_moments(data, table.observed)
    return _fitted(request, model, method, table, moments, (*data.findings, *doubts))


def _fitted(
    request: Request,
    model: str | ParameterTable,
    method: Method,
    table: ParameterTable,
    moments: tuple[Moments, ...],
    findings: tuple[Any, ...],
) -> SemResult:
    """Check the moments, estimate, and put everything into the result."""
    findings = (*findings, *check_moments(moments, table.groups, table.n_free))
    findings += check_design(moments, table.groups, table.n_free)
    built, find = build_model(table, moments), _searcher(request.engine)
    rotation = _rotation(request, table, method)
    fit = estimate(built, method, baseline=request.baseline, find=find, rotation=rotation)
    return SemResult(
        fit=fit,
        model=model if isinstance(model, str) else "",
        findings=by_severity((*fit.findings, *judge_fit(fit), *findings)),
        group=request.group,
        level=request.level,
        engine=request.engine,
        weights=request.sampling_weights,
        cluster=request.cluster,
    )


def _rotation(request: Request, table: ParameterTable, method: Method) -> Rotation | None:
    """Return how exploratory blocks are rotated, None without any; raise where they cannot be."""
    found = settle_rotation(request.rotation, request.rotation_args)
    if not has_blocks(table):
        return None
    if any(row.user == HELD and row.free for row in table.rows):
        raise OptionError(
            Text("this table is that of a rotated model", "该参数表来自旋转后的模型"),
            fix=Text("Give the model's text.", "请给出模型文本。"),
        )
    if request.ordered or method.loss != "ML" or request.engine != "own" or request.auxiliary:
        raise OptionError(
            Text(
                "exploratory blocks are for continuous variables, maximum likelihood, the own "
                "engine and no auxiliary variables",
                "探索性因子块只用于连续变量、最大似然、自带引擎，且不能有辅助变量",
            ),
            fix=Text(
                "Use estimator='ML' or 'MLR', and leave ordered=, engine= and auxiliary= out.",
                "请使用 estimator='ML' 或 'MLR'，并去掉 ordered=、engine= 与 auxiliary=。",
            ),
        )
    return found


def _searcher(engine: str) -> Search:
    """Return what searches for the solution; semopy takes seconds to import, so only here."""
    if engine == "own":
        return search
    from ecosurvey.sem.engines import semopy_search

    return semopy_search


def _table(
    request: Request,
    model: str | ParameterTable,
    columns: Sequence[str],
    labels: tuple[str, ...],
    method: Method,
    thresholds: dict[str, int] | None = None,
) -> ParameterTable:
    if isinstance(model, ParameterTable):
        return model
    equal = check_group_equal(request.group_equal)
    if thresholds and {"thresholds", "intercepts"} & set(equal):
        # one implies the other, as in lavaan: the cuts of ordinal, the origins of other variables
        equal = tuple(dict.fromkeys((*equal, "thresholds", "intercepts")))
    means = request.meanstructure
    if means is None:
        means = len(labels) > 1 or request.missing in FULL_INFORMATION or bool(request.cluster)
    if request.model_type == "growth" or "intercepts" in equal or "means" in equal:
        means = True
    partial = request.group_partial
    return parameter_table(
        _written(request, model),
        columns=columns,
        groups=labels,
        thresholds=thresholds,
        options=TableOptions(
            model_type=request.model_type,
            std_lv=request.std_lv,
            fixed_x=_fixed_x(request, method),
            orthogonal=request.orthogonal,
            meanstructure=means,
            group_equal=equal,
            group_partial=(partial,) if isinstance(partial, str) else tuple(partial),
            parameterization="theta" if request.parameterization == "theta" else "delta",
        ),
    )


def _written(request: Request, model: str) -> str:
    """Return the model's text with the constraints written beside it."""
    return f"{model}\n{request.constraints}" if request.constraints else model


def _fixed_x(request: Request, method: Method) -> bool:
    """Tell whether covariates are taken as they are: for likelihood, and given ordinal outcomes."""
    if request.fixed_x is not None:
        return request.fixed_x
    if request.auxiliary:
        return False
    return method.loss == "ML" or bool(request.ordered)


def _group_count(request: Request) -> int:
    return len(request.cov) if isinstance(request.cov, (list, tuple)) else 1
