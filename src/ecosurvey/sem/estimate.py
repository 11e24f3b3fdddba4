"""From a parameter table and sample moments to a fit: the engine's steps in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.recent import Recent, content
from ecosurvey.sem.checks import check_solution
from ecosurvey.sem.exploratory import exploratory_start, rotated
from ecosurvey.sem.fit import Fit, Method, Model, TestStatistic, effective_equalities
from ecosurvey.sem.implied import LatentResponses, Layout, latent_responses, layout, put
from ecosurvey.sem.inference import (
    BROWNE,
    SATORRA,
    SECOND_ORDER,
    YUAN_BENTLER,
    GroupGamma,
    Saturated,
    baseline_solution,
    baseline_table,
    browne_test,
    corrected,
    covariance,
    degrees_of_freedom,
    first_order_groups,
    free_basis,
    gamma_groups,
    information_at_sample,
    information_for_errors,
    information_for_tests,
    invert,
    of_correlations,
    saturated_groups,
    scaled_test,
    standard_test,
    ugamma_traces,
    yuan_bentler_test,
)
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import (
    Objective,
    ObjectivePoint,
    Solution,
    confirmed,
    constraints,
    objective,
    search,
    start_values,
)
from ecosurvey.sem.reflection import upright
from ecosurvey.sem.rotation import Rotation
from ecosurvey.sem.types import ParameterTable


def build_model(table: ParameterTable, moments: Sequence[Moments]) -> Model:
    """Lay a parameter table into matrices, the fixed covariates' moments from the sample."""
    layouts = tuple(
        _with_exogenous(layout(table, group, observed.names), observed, table)
        for group, observed in enumerate(moments, start=1)
    )
    held = constraints(table)
    responses = _responses(table, layouts, moments)
    return Model(table, layouts, tuple(moments), held, table.meanstructure, responses)


def _responses(
    table: ParameterTable, layouts: Sequence[Layout], moments: Sequence[Moments]
) -> tuple[LatentResponses, ...]:
    theta = table.parameterization == "theta"
    return tuple(
        latent_responses(
            place, table.ordered, table.exogenous, observed.ordinal.places, theta=theta
        )
        for place, observed in zip(layouts, moments, strict=True)
        if observed.ordinal is not None
    )


Search = Callable[[Objective, NDArray[np.float64]], Solution]


def estimate(
    model: Model,
    method: Method,
    *,
    baseline: bool = True,
    start: NDArray[np.float64] | None = None,
    find: Search = search,
    rotation: Rotation | None = None,
) -> Fit:
    """Fit a model: search, standard errors, tests, the baseline's fit, checks.

    Parameters
    ----------
    model : Model
    method : Method
    baseline : bool
        Whether to fit the independence model too, which incremental fit measures need.
    start : (npar,) array, optional
        Starting values; meets the linear equalities.
    find : callable
        What searches from the start for the solution; another engine may.
    rotation : Rotation, optional
        Of exploratory blocks; they stay unrotated without it.

    Returns
    -------
    Fit
        Also where the search did not arrive: ``converged`` is then false, errors and tests are
        NaN, and a serious finding says so.
    """
    saturated = None
    wanted = baseline or any(name in YUAN_BENTLER for name in method.tests)
    if wanted and any(moments.rows is not None for moments in model.moments):
        saturated = saturated_groups(model, robust=len(method.tests) > 1)
    fit, point = _fitted(model, method, start, saturated, find, rotation)
    base = None
    if baseline:
        base = _baseline(model, replace(method, se="none"), saturated)
    findings = check_solution(fit, point) if baseline else ()
    return replace(fit, baseline=base, findings=findings)


def _baseline_bytes(made: Fit) -> int:
    kept = sum(moments.rows.x.nbytes for moments in made.model.moments if moments.rows is not None)
    return made.information.nbytes + made.vcov.nbytes + 2 * kept


# the models of one questionnaire share it, and with gaps it takes as long as they do
_RECENT: Recent[Fit] = Recent(1 << 25, size=_baseline_bytes)


def _baseline(model: Model, method: Method, saturated: tuple[Saturated, ...] | None) -> Fit:
    """Fit the independence model."""
    table = baseline_table(model.table)

    def fitted() -> Fit:
        independent = build_model(table, model.moments)
        if saturated is None:
            return _fitted(independent, method, None, saturated)[0]
        begin = baseline_solution(independent, start_values(independent))
        return _fitted(independent, method, begin, saturated, _confirm_or_search)[0]

    arrays = []
    for one in model.moments:
        if one.rows is None or one.rows.weights is not None or one.design is not None:
            return fitted()
        arrays += [one.rows.x, one.rows.observed, one.mean, one.cov]
    return _RECENT.get((content(*arrays), table, method), fitted)


def _confirm_or_search(aim: Objective, begin: NDArray[np.float64]) -> Solution:
    return confirmed(aim, begin) or search(aim, begin)


def _fitted(
    model: Model,
    method: Method,
    start: NDArray[np.float64] | None,
    saturated: tuple[Saturated, ...] | None,
    find: Search = search,
    rotation: Rotation | None = None,
) -> tuple[Fit, ObjectivePoint]:
    """Fit one model, its baseline and the checks left to the caller."""
    aim = objective(model, method.loss)
    begin = exploratory_start(model, start_values(model)) if start is None else start
    solution = find(aim, begin)
    x = upright(model, begin, solution.x)
    known = solution.point if np.array_equal(x, solution.x) else None
    solution = replace(solution, x=x, point=None)
    point = known or aim.at(x)
    df = degrees_of_freedom(model, model.n_par - effective_equalities(model))
    fit = _bare(model, method, solution, point, df)
    if rotation is not None and rotation.method != "none" and fit.converged:
        turned, at = rotated(model, x, rotation)
        point = objective(turned, method.loss).at(at)
        fit = _bare(turned, method, replace(solution, x=at), point, df)
    if fit.converged:
        fit = _inferred(fit, point, df, saturated)
    return fit, point


def _bare(model: Model, method: Method, solution: Solution, point: ObjectivePoint, df: int) -> Fit:
    """Return a fit without errors and tests."""
    size = model.n_par
    finite = np.isfinite(point.value)
    groups = (nan,) * len(model.layouts)
    return Fit(
        model=model,
        method=method,
        x=solution.x,
        converged=solution.converged and bool(finite),
        iterations=solution.iterations,
        gradient=point.gradient() if finite else np.full(size, nan),
        objective=point.value,
        objective_group=point.value_groups,
        information=np.full((size, size), nan),
        vcov=np.full((size, size), nan),
        tests=tuple(TestStatistic(name, nan, df, nan, groups) for name in method.tests),
    )


def _inferred(
    fit: Fit, point: ObjectivePoint, df: int, saturated: tuple[Saturated, ...] | None
) -> Fit:
    """Add information, standard errors and tests at a solution."""
    method = fit.method
    basis = free_basis(point)
    needed = information_for_errors(point, method)
    inverse = invert(needed, basis).matrix
    same = (
        method.information == method.test_information
        and method.h1_information == method.test_h1_information
        and (
            method.information == "expected"
            or method.observed_information == method.test_observed_information
        )
    )
    scaled = any(name in (*SATORRA, *YUAN_BENTLER) for name in method.tests)
    for_tests = inverse
    if scaled and not same:
        for_tests = invert(information_for_tests(point, method), basis).matrix
    gammas: list[GroupGamma] | None = None
    if method.se == "robust.sem" or any(name in SATORRA for name in method.tests):
        squares = any(name in SECOND_ORDER for name in method.tests) and df > 0
        gammas = gamma_groups(point, method.loss, squares=squares, h1=method.h1_information)
    scores = None
    if any(name in YUAN_BENTLER for name in method.tests) and df > 0:
        scores = first_order_groups(point, method.test_h1_information)
    vcov = fit.vcov
    if method.se != "none":
        known = scores if method.h1_information == method.test_h1_information else None
        vcov = covariance(point, method, inverse, gammas, known)
    standard = standard_test(point, method, df)
    tests = _tests(point, method, standard, for_tests, gammas, saturated, scores)
    found = replace(fit, information=needed, vcov=vcov, tests=tests)
    if fit.model.responses and len(tests) > 1:
        independent = not len(fit.model.table.latent) and fit.method.se == "none"
        likelihood = of_correlations(found, point, inverse, baseline=independent)
        return replace(found, corrected=likelihood)
    if saturated is None:
        return found
    at_sample = information_at_sample(point, method, saturated)
    return replace(found, corrected=corrected(found, invert(at_sample, basis).matrix, saturated))


def _tests(
    point: ObjectivePoint,
    method: Method,
    standard: TestStatistic,
    inverse: NDArray[np.float64],
    gammas: list[GroupGamma] | None,
    saturated: tuple[Saturated, ...] | None,
    scores: list[NDArray[np.float64]] | None,
) -> tuple[TestStatistic, ...]:
    found = [standard]
    shares = point.of.model.weights
    traces = (nan, nan) if gammas is None else ugamma_traces(point, inverse, gammas)
    for name in method.tests[1:]:
        if name in SATORRA:
            found.append(scaled_test(name, standard, *traces, shares))
        elif name in YUAN_BENTLER:
            found.append(
                yuan_bentler_test(name, point, method, standard, inverse, saturated, scores)
            )
        elif name in BROWNE:
            found.append(browne_test(name, point, method, standard))
    return tuple(found)


def _with_exogenous(place: Layout, moments: Moments, table: ParameterTable) -> Layout:
    """Fill the moments of fixed covariates in from the sample."""
    seen = {name: index for index, name in enumerate(moments.names)}
    filled = place.base.copy()
    for position, index in enumerate(place.rows):
        row = table.rows[index]
        if not row.exo or row.free or row.op not in ("~~", "~1"):
            continue
        value = (
            moments.mean[seen[row.lhs]]
            if row.op == "~1"
            else moments.cov[seen[row.lhs], seen[row.rhs]]
        )
        put(filled, place.cells.take(np.array([position])), np.array([value]))
    return replace(place, base=filled)
