"""Residuals of ordinal models: of the correlations of the responses, and of continuous means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.inference import free_basis, invert
from ecosurvey.sem.measures.responses import response_residuals
from ecosurvey.sem.optimizer import ResponseObjectivePoint, response_objective
from ecosurvey.sem.residual_group import GroupResiduals, ResidualKind

Floats = NDArray[np.float64]
_EXACT = 1e-12  # variance below which a statistic is fitted exactly


def response_residual_groups(fit: Fit, kind: ResidualKind) -> tuple[GroupResiduals, ...]:
    """Return the residuals of every group; see :func:`ecosurvey.sem.residuals.residuals`."""
    model = fit.model
    point = response_objective(model, fit.method.loss).at(fit.x)
    assert isinstance(point, ResponseObjectivePoint)  # noqa: S101 (it is made of nothing else)
    inverse = invert(point.expected_information(), free_basis(point)).matrix
    return tuple(_group(fit, point, inverse, group, kind) for group in range(len(model.layouts)))


def _group(
    fit: Fit, point: ResponseObjectivePoint, inverse: Floats, group: int, kind: ResidualKind
) -> GroupResiduals:
    model = fit.model
    of, moments = model.responses[group], model.moments[group]
    assert moments.ordinal is not None  # noqa: S101
    names = tuple(model.layouts[group].observed[index] for index in of.outcomes)
    left = response_residuals(fit, group)
    raw, unit = left.cov - left.sigma, np.outer(left.sd, left.sd)
    variance = _variances(point, inverse, group, own=kind == "normalized")
    places = of.places
    spread = np.where(places.pairs >= 0, variance[places.pairs], 0.0)
    own = np.where(of.ordered, 0.0, variance[places.variance])
    spread[np.diag_indices_from(spread)] = own
    if kind == "cor_bollen":
        sd = np.sqrt(np.diag(left.sigma))
        shown, scale = left.cov / unit - left.sigma / np.outer(sd, sd), unit
    elif kind == "cor_bentler":
        shown, scale = raw / unit, unit
    else:
        shown, scale = raw, np.ones_like(unit)
    means = np.zeros(len(names))
    mean_variance = np.zeros(len(names))
    apart = point.squares[group].residual
    for index, cut in enumerate(places.cuts):
        if not of.ordered[index]:
            means[index], mean_variance[index] = apart[cut.start], variance[cut.start]
    se, z = _errors(shown, spread / scale**2)
    mean_se, mean_z = _errors(means, mean_variance)
    if kind in ("normalized", "standardized"):
        shown, means = z, mean_z
    return GroupResiduals(names, shown, means, se, z, mean_se, mean_z)


def _variances(point: ResponseObjectivePoint, inverse: Floats, group: int, *, own: bool) -> Floats:
    """Return the sampling variances of the residual statistics: diag(Q Gamma Q') / N."""
    model = point.of.model
    moments, share = model.moments[group], model.weights[group]
    assert moments.ordinal is not None  # noqa: S101
    sampling = moments.ordinal.sampling
    if own:
        return np.asarray(sampling.diagonal / moments.n)
    layout, loss, slope = model.layouts[group], point.squares[group], point.jacobians[group]
    known = inverse[np.ix_(layout.parameter, layout.parameter)]
    turned = loss.weight[:, None] * slope if loss.weight.ndim == 1 else loss.weight @ slope
    keep = np.eye(len(slope)) - share * (slope @ known) @ turned.T
    return np.asarray(
        np.einsum("ij,jk,ik->i", keep, sampling.matrix, keep, optimize=True) / moments.n
    )


def _errors(shown: Floats, variance: Floats) -> tuple[Floats, Floats]:
    se = np.sqrt(np.where(variance < _EXACT, 0.0, variance))
    z = np.divide(shown, se, out=np.zeros_like(shown), where=se > 0)
    return se, z
