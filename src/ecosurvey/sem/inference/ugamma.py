"""Traces of V Gamma and its square, and the sandwich's middle, group by group.

V is the loss's weight for the moments, Gamma their sampling covariance. For likelihood the
weight is normal theory's, and everything follows from products of rows, as it does for ordinal
variables; for other weights Gamma is formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation import SamplingCovariance
from ecosurvey.sem.implied import Directions, moment_jacobian, symmetric_inverse
from ecosurvey.sem.inference.information import group_implied
from ecosurvey.sem.inference.scores import cross_product, moment_scores, weighted_trace
from ecosurvey.sem.loss import WeighsMoments
from ecosurvey.sem.observed import Contributions, contributions, moment_covariance
from ecosurvey.sem.optimizer import ObjectivePoint, ResponseObjectivePoint

_KERNEL_ROWS = 3_000  # up to here the rows' n by n kernel is cheaper than Gamma's square


@dataclass(frozen=True, slots=True)
class GroupGamma:
    """What a robust test needs of one group, J the moments' jacobian in its k cells.

    Attributes
    ----------
    middle : (k, k) J'V Gamma V J
    trace : float
        tr(V Gamma)
    square : float
        tr((V Gamma)^2); NaN unless asked for.
    middle_square : (k, k) J'V Gamma V Gamma V J; empty unless asked for.
    """

    middle: NDArray[np.float64]
    trace: float
    square: float = nan
    middle_square: NDArray[np.float64] | None = None


def gamma_groups(
    point: ObjectivePoint, loss: str, *, squares: bool, h1: str = "structured"
) -> list[GroupGamma]:
    """Return the traces and middles of every group.

    Parameters
    ----------
    point : ObjectivePoint
        The solution.
    loss : str
        Name of the loss, whose weight V is used.
    h1 : {"structured", "unstructured"}
        For likelihood: V at the implied or at the sample moments.
    squares : bool
        Whether the squares are needed too: they cost the most.
    """
    model = point.of.model
    found = []
    for group, moves in enumerate(point.moves):
        moments, means = model.moments[group], model.meanstructure
        if isinstance(point, ResponseObjectivePoint):
            found.append(_of_statistics(point, group, squares=squares))
            continue
        if loss not in ("ML", "GLS"):
            found.append(_dense(point, group, squares=squares))
            continue
        structured = loss == "ML" and h1 == "structured"
        weight = symmetric_inverse(group_implied(point, group).sigma if structured else moments.cov)
        parts = contributions(moments, model.exogenous)
        middle = cross_product(moment_scores(parts, weight, moves), moments)
        trace = weighted_trace(parts, weight, meanstructure=means)
        if not squares:
            found.append(GroupGamma(middle, trace))
        elif moments.n <= _KERNEL_ROWS:
            square, middle_square = _by_kernel(parts, weight, moves, means)
            found.append(GroupGamma(middle, trace, square, middle_square))
        else:
            gamma = moment_covariance(moments, model.exogenous, meanstructure=means)
            found.append(_by_gamma(gamma, weight, moves, means, middle, trace))
    return found


def _by_kernel(
    parts: Contributions, weight: NDArray[np.float64], moves: Directions, means: bool
) -> tuple[float, NDArray[np.float64]]:
    """Return the squares from z_i' V z_j, the rows' products under V."""
    e, h = parts.stacked()
    n = len(e)
    by_e, by_h = e @ weight, h @ weight
    spread = weight @ parts.mean
    own = np.einsum("ip,ip->i", by_e @ parts.mean, by_h)
    ee = by_e @ e.T
    eh = by_e @ h.T
    kernel = ee * (by_h @ h.T)
    kernel += eh * eh.T
    kernel -= own[:, None]
    kernel -= own[None, :]
    kernel += float(np.sum(spread * spread.T)) / 2
    if means:
        kernel += ee
    rows = np.concatenate(list(moment_scores(parts, weight, moves)))
    square = float(np.einsum("ij,ij->", kernel, kernel)) / n**2
    return square, rows.T @ (kernel @ rows) / n**2


def _by_gamma(
    gamma: NDArray[np.float64],
    weight: NDArray[np.float64],
    moves: Directions,
    means: bool,
    middle: NDArray[np.float64],
    trace: float,
) -> GroupGamma:
    """Return the squares from Gamma itself, V applied column by column as W x W."""
    jacobian = moment_jacobian(moves, meanstructure=means)
    weighted = _apply(weight, gamma, means)
    outer = _apply(weight, jacobian, means)
    square = float(np.einsum("ij,ji->", weighted, weighted))
    middle_square = outer.T @ gamma @ weighted @ outer
    return GroupGamma(middle, trace, square, (middle_square + middle_square.T) / 2)


def _apply(
    weight: NDArray[np.float64], columns: NDArray[np.float64], means: bool
) -> NDArray[np.float64]:
    """Return V @ columns for the normal-theory weight V."""
    p = len(weight)
    one, other = np.triu_indices(p)
    covariances = columns[p:] if means else columns
    full = np.zeros((covariances.shape[1], p, p))
    full[:, one, other] = covariances.T
    full[:, other, one] = covariances.T
    turned = weight @ full @ weight
    double = np.where(one == other, 0.5, 1.0)
    found = (turned[:, one, other] * double).T
    return np.concatenate([weight @ columns[:p], found]) if means else found


def _dense(point: ObjectivePoint, group: int, *, squares: bool) -> GroupGamma:
    """Return everything from Gamma, for a loss with diagonal or full weight."""
    model, means = point.of.model, point.of.model.meanstructure
    formed = moment_covariance(model.moments[group], model.exogenous, meanstructure=means)
    weight = _moment_weight(point, group)
    jacobian = moment_jacobian(point.moves[group], meanstructure=means)
    return _by_matrix(SamplingCovariance(matrix=formed), weight, jacobian, squares=squares)


def _of_statistics(point: ResponseObjectivePoint, group: int, *, squares: bool) -> GroupGamma:
    """Return everything of two-step statistics, by what each row adds where that is known."""
    ordinal = point.of.model.moments[group].ordinal
    assert ordinal is not None  # noqa: S101 (such points are made of nothing else)
    gamma, weight = ordinal.sampling, point.of.squares[group].moment_weight
    rows = gamma.influences
    if rows is None or weight.ndim == 2:
        return _by_matrix(gamma, weight, point.jacobians[group], squares=squares)
    turned, trace = point.slopes[group].weighed(weight), gamma.trace(weight)  # VJ
    if not squares:
        along = turned.pulled(rows)
        return GroupGamma(along @ along.T, trace)
    carried = turned.pulled(gamma.matrix).T
    middle = turned.pulled(carried)
    return GroupGamma(middle, trace, gamma.square(weight), carried.T @ _weigh(weight, carried))


def _by_matrix(
    gamma: SamplingCovariance,
    weight: NDArray[np.float64],
    jacobian: NDArray[np.float64],
    *,
    squares: bool,
) -> GroupGamma:
    turned = _weigh(weight, jacobian)
    carried = gamma.matrix @ turned
    middle, trace = turned.T @ carried, gamma.trace(weight)
    if not squares:
        return GroupGamma(middle, trace)
    return GroupGamma(middle, trace, gamma.square(weight), carried.T @ _weigh(weight, carried))


def _weigh(weight: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return V @ columns, V given by its diagonal or whole."""
    return np.asarray(weight[:, None] * columns if weight.ndim == 1 else weight @ columns)


def _moment_weight(point: ObjectivePoint, group: int) -> NDArray[np.float64]:
    """Return the loss's weight of the moments: (m,) if diagonal, else (m, m)."""
    loss = point.of.losses[group]
    if not isinstance(loss, WeighsMoments):
        raise TypeError(f"{type(loss).__name__} has no constant weight of the moments")
    return loss.moment_weight
