"""The engine's front door: a model's text and data in, a fitted model out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecosurvey.core import DataError, ModelSyntaxError, by_severity
from ecosurvey.sem.auxiliary import with_auxiliary
from ecosurvey.sem.checks import check_moments
from ecosurvey.sem.estimate import Search, build_model, estimate
from ecosurvey.sem.estimators import settle
from ecosurvey.sem.fit import Method
from ecosurvey.sem.judgement import judge_fit
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import search
from ecosurvey.sem.options import TableOptions, check_group_equal
from ecosurvey.sem.ordinal_sample import chosen_ordered, ordinal_data, ordinal_moments
from ecosurvey.sem.request import FULL_INFORMATION, Request, check_request
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.sample import (
    Grouped,
    by_group,
    frame_moments,
    full_information_moments,
    given_moments,
    moment_names,
    pairwise_moments,
)
from ecosurvey.sem.syntax import model_roles, parameter_table
from ecosurvey.sem.types import ParameterTable

__all__ = ["Request", "cfa", "fit_request", "growth", "sem"]


def cfa(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
) -> SemResult:
    """Fit a confirmatory factor analysis.

    Parameters
    ----------
    model : str
        lavaan's model language.
    data : DataFrame, optional
        One row a respondent; pandas, polars or Arrow. Or give ``cov`` and ``n``.
    estimator : str, optional
        ``"ML"`` ``"MLR"`` ``"MLM"`` ``"MLMV"`` ``"MLMVS"`` ``"MLF"`` ``"GLS"`` ``"ULS"``
        ``"WLS"`` ``"DWLS"``, and the robust forms of ULS and DWLS (``"ULSMV"``, ``"WLSMV"``).
        If not said, ML; WLSMV with ordinal variables, for which the least squares are meant.
    missing : {"listwise", "fiml", "fiml_x", "pairwise"}
        ``"listwise"``: rows with a gap in the model's variables are left out, and counted in
        ``findings``. ``"fiml"`` (or ``"ml"``): every answer is used, by full-information
        maximum likelihood; unbiased if answers are missing at random. ``"fiml_x"`` (``"ml_x"``)
        keeps rows without a value of a fixed covariate too. ``"pairwise"``: each covariance, or
        correlation of ordinal variables, from the rows that have both answers.
    ordered : bool or list of str, optional
        Which variables are ordinal; True means all but the covariates. The model then speaks
        of normal responses behind the answers, cut by thresholds (Muthén 1984); with fixed
        covariates it is conditional on them.
    group : str, optional
        Column whose values are the groups, in order of appearance.
    group_equal : list of str
        What is equal over groups: ``loadings intercepts means residuals residual_covariances
        lv_variances lv_covariances regressions``.
    group_partial : list of str
        Parameters exempt from it: ``"f=~x3"``, ``"x2~1"``.
    std_lv : bool
        Factor variances fixed at 1 instead of a marker loading.
    orthogonal : bool
        Factors uncorrelated.
    meanstructure : bool, optional
        Whether means are modelled; if not said, with groups and where the text has ``~ 1``.
    fixed_x : bool, optional
        Whether moments of observed covariates are taken from the sample; if not said, for
        likelihood only, as in lavaan.
    likelihood : {"normal", "wishart"}
    se : str, optional
        ``"standard"`` ``"robust_sem"`` ``"robust_huber_white"`` ``"first_order"`` ``"none"``;
        if not said, what the estimator stands for.
    test : str or list of str, optional
        ``"satorra_bentler"`` ``"mean_var_adjusted"`` ``"scaled_shifted"`` ``"yuan_bentler"``
        ``"yuan_bentler_mplus"`` ``"browne_residual_nt"`` ``"browne_residual_adf"``.
    information : {"expected", "observed", "first_order"}, optional
    h1_information : {"structured", "unstructured"}, optional
    observed_information : {"hessian", "h1"}, optional
    cov, n, mean : DataFrame, int, Series; or lists of them, one a group
        Moments in place of data; ``cov`` as divided by n - 1.
    constraints : str
        More lines for the model.
    level : float
        Of confidence intervals.
    engine : {"own", "semopy"}
        What searches for the estimates; errors, tests and measures are computed here from
        either's. semopy: complete data, likelihood, one group.
    parameterization : {"delta", "theta"}
        For ordinal variables: residual variances follow from scales of 1, or scales from
        residual variances of 1.
    collapse : bool
        For ordinal variables and groups: merge a category that nobody of a group chose with
        its neighbour; without it that is an error.
    auxiliary : list of str
        With ``missing="fiml"``: columns that are no part of the model but tell of what is missing.
        They correlate freely with everything (Graham 2003), in the baseline model too; estimates
        then hold under weaker assumptions about who did not answer.

    Returns
    -------
    SemResult
        ``.parameters`` (lhs op rhs label group est se z pvalue ci_lower ci_upper std_lv
        std_all), ``.fit_measures``, ``.findings`` and everything that follows a fit.

    Raises
    ------
    ModelSyntaxError, DataError, OptionError
        With what was found, where, and what to do.

    Notes
    -----
    Defaults are lavaan 0.6-14's, number for number. In R: ``cfa(model, data, ...)``.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, ch. 7.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(300, 1))
    >>> df = pd.DataFrame(f + rng.normal(size=(300, 4)), columns=["x1", "x2", "x3", "x4"])
    >>> fit = cfa("f =~ x1 + x2 + x3 + x4", df)
    >>> fit.converged, int(fit.fit_measures["df"])
    (True, 2)
    """
    return fit_request(
        Request(
            "cfa", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary,
        ),
        model,
        data,
    )  # fmt: skip


def sem(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
) -> SemResult:
    """Fit a structural equation model; every option is that of :func:`cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=400)
    >>> y = 0.5 * x + rng.normal(size=400)
    >>> fit = sem("y ~ x", pd.DataFrame({"x": x, "y": y}))
    >>> bool(abs(fit.parameters["est"][0] - 0.5) < 0.1)
    True
    """
    return fit_request(
        Request(
            "sem", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary,
        ),
        model,
        data,
    )  # fmt: skip


def growth(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
) -> SemResult:
    """Fit a growth curve: factor means free, intercepts of indicators zero; options of :func:`cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> start, rise = rng.normal(3, 1, (500, 1)), rng.normal(1, 0.5, (500, 1))
    >>> waves = start + rise * np.arange(4) + rng.normal(0, 0.5, (500, 4))
    >>> df = pd.DataFrame(waves, columns=["t1", "t2", "t3", "t4"])
    >>> model = "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4; s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4"
    >>> found = growth(model, df).parameters
    >>> found[found["op"].eq("~1") & found["lhs"].isin(["i", "s"])]["est"].round(0).tolist()
    [3.0, 1.0]
    """
    return fit_request(
        Request(
            "growth", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary,
        ),
        model,
        data,
    )  # fmt: skip


def fit_request(request: Request, model: str | ParameterTable, data: Any) -> SemResult:
    """Fit a model as asked: data, table, moments, checks, estimation, result."""
    if not isinstance(model, (str, ParameterTable)):
        raise ModelSyntaxError(
            f"the model is a {type(model).__name__}, not text", fix="Write it as 'f =~ x1 + x2'."
        )
    check_request(request, data)
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
            raise DataError("the model has means, and mean= is missing", fix="Give mean=.")
        moments = given_moments(
            table.observed, request.cov, request.n or 0, request.mean,
            unbiased=unbiased, groups=groups,
        )  # fmt: skip
        findings: tuple[Any, ...] = ()
    else:
        grouped = by_group(data, request.group)
        names = [str(name) for name in grouped.frame.columns]
        if request.ordered:
            return _fit_ordered(request, model, method, grouped)
        table = _table(request, model, names, grouped.labels, method)
        if request.auxiliary:
            table = with_auxiliary(table, request.auxiliary, names)
        if request.missing in FULL_INFORMATION:
            fixed = () if request.missing.endswith("_x") else table.exogenous
            moments, findings = full_information_moments(grouped, table.observed, fixed)
        elif request.missing == "pairwise":
            moments, findings = pairwise_moments(grouped, table.observed, unbiased=unbiased)
        else:
            moments, findings = frame_moments(grouped, table.observed, unbiased=unbiased)
    return _fitted(request, model, method, table, moments, findings)


def _fit_ordered(
    request: Request, model: str | ParameterTable, method: Method, grouped: Grouped
) -> SemResult:
    """Fit a model of ordinal variables: categories before thresholds, thresholds before table."""
    names = [str(name) for name in grouped.frame.columns]
    if isinstance(model, ParameterTable):
        observed, exogenous = model.observed, model.exogenous
    else:
        roles = model_roles(f"{model}\n{request.constraints}", names)
        observed = roles.observed
        exogenous = roles.covariates if _fixed_x(request, method) else ()
    outcomes = [name for name in observed if name not in exogenous]
    ordered = chosen_ordered(request.ordered or (), outcomes, names)
    data = ordinal_data(
        grouped, outcomes, exogenous, ordered, missing=request.missing, collapse=request.collapse
    )
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
    built, find = build_model(table, moments), _searcher(request.engine)
    fit = estimate(built, method, baseline=request.baseline, find=find)
    return SemResult(
        fit=fit,
        model=model if isinstance(model, str) else "",
        findings=by_severity((*fit.findings, *judge_fit(fit), *findings)),
        group=request.group,
        level=request.level,
        engine=request.engine,
    )


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
    means = request.meanstructure
    if means is None:
        means = len(labels) > 1 or request.missing in FULL_INFORMATION
    if request.model_type == "growth" or "intercepts" in equal or "means" in equal:
        means = True
    partial = request.group_partial
    text = f"{model}\n{request.constraints}" if request.constraints else model
    return parameter_table(
        text,
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


def _fixed_x(request: Request, method: Method) -> bool:
    """Tell whether covariates are taken as they are: for likelihood, and given ordinal outcomes."""
    if request.fixed_x is not None:
        return request.fixed_x
    if request.auxiliary:
        return False
    return method.loss == "ML" or bool(request.ordered)


def _group_count(request: Request) -> int:
    return len(request.cov) if isinstance(request.cov, (list, tuple)) else 1
