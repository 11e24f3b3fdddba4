"""The Yuan-Bentler test, in EQS's form and in Mplus's."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Method, Model, TestStatistic
from ecosurvey.sem.implied import moment_jacobian, symmetric_inverse
from ecosurvey.sem.inference.information import first_order_groups, group_implied
from ecosurvey.sem.inference.saturated import Saturated
from ecosurvey.sem.inference.scores import weighted_trace
from ecosurvey.sem.inference.statistic import moments_count, survival
from ecosurvey.sem.observed import contributions, moment_covariance
from ecosurvey.sem.optimizer import ObjectivePoint

YUAN_BENTLER = ("yuan.bentler", "yuan.bentler.mplus")


def yuan_bentler_test(
    name: str,
    point: ObjectivePoint,
    method: Method,
    standard: TestStatistic,
    inverse: NDArray[np.float64],
    saturated: tuple[Saturated, ...] | None = None,
    scores: list[NDArray[np.float64]] | None = None,
) -> TestStatistic:
    """Return the test scaled by (c1 p1 - c0 p0) / df (Yuan & Bentler 2000, eq. 20).

    c1 and c0 compare the variance of the casewise scores with the information, in the
    saturated and in the fitted model. Mplus's form takes them apart so; the other form takes
    the trace of U Gamma with U at the implied moments, as EQS does.

    Parameters
    ----------
    inverse : (npar, npar) array
        Of the information of one row that the tests use.
    saturated : tuple of Saturated, optional
        For data with gaps.
    scores : list of arrays, optional
        Of :func:`first_order_groups`, if already known.
    """
    if standard.df <= 0:
        return replace(standard, name=name, pvalue=nan)
    model = point.of.model
    if saturated is not None:
        sample = [known.trace for known in saturated]
    else:
        sample = [_trace_at_sample(model, group) for group in range(len(model.moments))]
    blocks = scores or first_order_groups(point, method.test_h1_information)
    if name == "yuan.bentler.mplus":
        fitted = [
            _trace(inverse, block, layout.parameter, share)
            for block, layout, share in zip(blocks, model.layouts, model.weights, strict=True)
        ]
        trace = sum(sample) - sum(fitted)
    else:
        trace, fitted = _structured(point, method, inverse, blocks)
    factor = trace / standard.df if trace > 0 else nan
    stat = standard.stat / factor
    return TestStatistic(
        name,
        stat,
        standard.df,
        survival(stat, standard.df),
        tuple(value / factor for value in standard.stat_group),
        scaling_factor=factor,
        trace_ugamma=trace,
        scaling_h1=sum(sample) / moments_count(model),
        scaling_h0=sum(fitted) / model.n_written if model.n_written else nan,
    )


def _trace_at_sample(model: Model, group: int) -> float:
    moments, means = model.moments[group], model.meanstructure
    weight = symmetric_inverse(moments.cov)
    if moments.design is None:
        parts = contributions(moments, model.exogenous)
        return weighted_trace(parts, weight, meanstructure=means)
    gamma = moment_covariance(moments, model.exogenous, meanstructure=means)
    none = np.zeros(len(weight))
    formed = _formed(weight, weight, none, model.exogenous, meanstructure=means)
    return float(np.sum(formed * gamma))


def _trace(
    inverse: NDArray[np.float64],
    block: NDArray[np.float64],
    parameter: NDArray[np.intp],
    share: float,
) -> float:
    return share * float(np.sum(inverse[np.ix_(parameter, parameter)] * block))


def _structured(
    point: ObjectivePoint,
    method: Method,
    inverse: NDArray[np.float64],
    blocks: list[NDArray[np.float64]],
) -> tuple[float, list[float]]:
    """Return tr(U Gamma) with the saturated information at the implied moments, and tr(B E^-1)."""
    model = point.of.model
    total, fitted = 0.0, []
    for group, (layout, share) in enumerate(zip(model.layouts, model.weights, strict=True)):
        means = model.meanstructure
        gamma = moment_covariance(model.moments[group], model.exogenous, meanstructure=means)
        weight = saturated_information(point, group, method)
        jacobian = weight @ moment_jacobian(point.moves[group], meanstructure=means)
        block = jacobian.T @ gamma @ jacobian
        total += float(np.sum(weight * gamma)) - _trace(inverse, block, layout.parameter, share)
        fitted.append(_trace(inverse, blocks[group], layout.parameter, share))
    return total, fitted


def saturated_information(point: ObjectivePoint, group: int, method: Method) -> NDArray[np.float64]:
    """Return the saturated model's information of one row about [mu; vech(Sigma)], formed.

    Expected or observed, at the implied or the sample moments, as ``method`` says for tests.
    Rows and columns of fixed covariates are zero.
    """
    model = point.of.model
    moments, implied = model.moments[group], group_implied(point, group)
    structured = method.test_h1_information == "structured"
    inner = symmetric_inverse(implied.sigma if structured else moments.cov)
    outer, pull = inner, np.zeros(len(inner))
    if method.test_information == "observed" and structured:
        gap = moments.mean - implied.mu
        pull = inner @ gap
        outer = 2 * (inner @ (moments.cov + np.outer(gap, gap)) @ inner) - inner
    return _formed(inner, outer, pull, model.exogenous, meanstructure=model.meanstructure)


def _formed(
    inner: NDArray[np.float64],
    outer: NDArray[np.float64],
    pull: NDArray[np.float64],
    exogenous: NDArray[np.intp],
    *,
    meanstructure: bool,
) -> NDArray[np.float64]:
    """Return [inner, cross; cross', inner x outer / 2], rows of fixed covariates zero."""
    p = len(inner)
    one, other = np.triu_indices(p)
    doubled = np.where(one == other, 0.5, 1.0)
    grid = np.ix_
    block = (
        inner[grid(one, one)] * outer[grid(other, other)]
        + inner[grid(one, other)] * outer[grid(other, one)]
        + inner[grid(other, one)] * outer[grid(one, other)]
        + inner[grid(other, other)] * outer[grid(one, one)]
    ) / 2
    block = block * np.outer(doubled, doubled)
    if meanstructure:
        cross = (inner[:, one] * pull[other] + inner[:, other] * pull[one]) * doubled
        block = np.block([[inner, cross], [cross.T, block]])
    covariates = np.isin(np.arange(p), exogenous)
    out = covariates[one] & covariates[other]
    if meanstructure:
        out = np.concatenate([covariates, out])
    block[out] = 0.0
    block[:, out] = 0.0
    return block
