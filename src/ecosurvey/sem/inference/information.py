"""The information of one row about the parameters, in all the ways lavaan knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Implied, symmetric_inverse
from ecosurvey.sem.inference.gaps import saturated_information, score_products
from ecosurvey.sem.inference.scores import cross_product, moment_scores, normal_scores
from ecosurvey.sem.loss import normal_information
from ecosurvey.sem.observed import contributions
from ecosurvey.sem.optimizer import ObjectivePoint


def information(
    point: ObjectivePoint, loss: str, kind: str, h1: str, observed: str
) -> NDArray[np.float64]:
    """Return the information matrix of one row, (npar, npar), not inverted.

    Parameters
    ----------
    point : ObjectivePoint
        The solution.
    loss : str
        Least squares know only their own weight: ``h1`` is of no effect there.
    kind : {"expected", "observed", "first.order"}
    h1 : {"structured", "unstructured"}
        The saturated model's information at the implied or at the sample moments.
    observed : {"hessian", "h1"}
        Whether observed information is the Hessian or J'AJ of the saturated model's.
    """
    if kind == "first.order":
        return sum_groups(point, first_order_groups(point, h1))
    if kind == "observed" and observed == "hessian":
        return point.hessian()
    if loss == "ML" and h1 == "unstructured":
        return sum_groups(point, _at_sample(point, kind))
    if kind == "observed" and loss == "ML":
        return sum_groups(point, _observed_h1(point))
    return point.expected_information()


def first_order_groups(point: ObjectivePoint, h1: str) -> list[NDArray[np.float64]]:
    """Return each group's mean outer product of casewise scores, in its own cells."""
    model = point.of.model
    found = []
    for group, moves in enumerate(point.moves):
        moments = model.moments[group]
        if moments.rows is not None:
            at = group_implied(point, group)
            where = (at.mu, at.sigma) if h1 == "structured" else (moments.mean, moments.cov)
            found.append(score_products(moments, *where, moves))
            continue
        if h1 == "structured":
            rows = normal_scores(moments, group_implied(point, group), moves)
        else:
            parts = contributions(moments, model.exogenous)
            rows = moment_scores(parts, symmetric_inverse(moments.cov), moves)
        found.append(cross_product(rows, moments))
    return found


def sum_groups(point: ObjectivePoint, blocks: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the groups' blocks weighted by their share of the rows, in x, (npar, npar)."""
    model = point.of.model
    total = np.zeros((model.n_par, model.n_par))
    for layout, share, block in zip(model.layouts, model.weights, blocks, strict=True):
        total[np.ix_(layout.parameter, layout.parameter)] += share * block
    return total


def group_implied(point: ObjectivePoint, group: int) -> Implied:
    """Return one group's implied moments at the point."""
    if point.groups is None:
        raise np.linalg.LinAlgError("I - B is singular")
    return point.groups[group][1]


def _at_sample(point: ObjectivePoint, kind: str) -> list[NDArray[np.float64]]:
    return [
        normal_information(symmetric_inverse(moments.cov), moves)
        if moments.rows is None
        else saturated_information(moments, moves, kind)
        for moments, moves in zip(point.of.model.moments, point.moves, strict=True)
    ]


def _observed_h1(point: ObjectivePoint) -> list[NDArray[np.float64]]:
    if point.groups is None:
        raise np.linalg.LinAlgError("I - B is singular")
    return [
        loss_point.observed(moves)
        for (_, _, loss_point), moves in zip(point.groups, point.moves, strict=True)
    ]
