"""Fit of incomplete data as it would be had the data been complete: FIML-corrected statistics.

The likelihood ratio of incomplete data counts misfit by how much of it the gaps let through,
so RMSEA and CFI made from it move with the missing data. Zhang and Savalei hold the estimates
against the saturated moments by the complete-data discrepancy instead, and give the mean of
that statistic under the model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Corrected, Fit, Method, Model, free_directions, implied_group
from ecosurvey.sem.inference.gaps import score_rows
from ecosurvey.sem.inference.information import information, sum_groups
from ecosurvey.sem.inference.saturated import Saturated, saturated
from ecosurvey.sem.loss import normal_information
from ecosurvey.sem.loss.ml import MaximumLikelihood
from ecosurvey.sem.optimizer import ObjectivePoint

Floats = NDArray[np.float64]


def saturated_groups(model: Model, *, robust: bool) -> tuple[Saturated, ...]:
    """Return what every statistic of incomplete data shares, model and baseline alike.

    Parameters
    ----------
    robust : bool
        Whether rows may be non-normal: their scores are then kept.
    """
    return tuple(saturated(moments, model.exogenous, robust=robust) for moments in model.moments)


def information_at_sample(
    point: ObjectivePoint, method: Method, groups: tuple[Saturated, ...]
) -> Floats:
    """Return one row's information of the saturated model at its own moments, (npar, npar)."""
    if method.information != "observed":
        return information(point, method.loss, method.information, "unstructured", "h1")
    fixed = point.of.model.exogenous
    blocks = [
        known.observed(moves, fixed) for known, moves in zip(groups, point.moves, strict=True)
    ]
    return sum_groups(point, blocks)


def corrected(fit: Fit, inverse: Floats, groups: tuple[Saturated, ...]) -> Corrected:
    """Return the corrected statistic of a fit: its value, and its mean under the model.

    Without the scores this is version 6 of the correction (normal rows), with them
    version 3; lavaan chooses by whether there is a scaled test.

    Parameters
    ----------
    fit : Fit
    inverse : (npar, npar) array
        Of the information of one row with the saturated model's taken at the saturated
        moments, along the directions that constraints leave free.
    groups : tuple of Saturated

    References
    ----------
    Zhang & Savalei (2023), Psychological Methods 28, 263-283.
    """
    model = fit.model
    size = model.n_par
    alone = 0.0  # tr(Wc Gamma), of the saturated model
    across, from_complete, from_rows = (np.zeros((size, size)) for _ in range(3))
    stat = 0.0
    for group, (known, moments, share) in enumerate(
        zip(groups, model.moments, model.weights, strict=True)
    ):
        stat += 2 * moments.n * _discrepancy(model, group, fit.x)
        alone += known.mean
        moves, own = free_directions(model, group, fit.x), model.layouts[group].parameter
        here = np.ix_(own, own)
        from_complete[here] += share * normal_information(known.k, moves)
        if known.turned is None:
            continue
        along = score_rows(moments, moments.mean, moments.cov, moves)
        turned = known.turned @ known.complete(moves, model.exogenous)
        across[here] += share * turned.T @ along / moments.n
        from_rows[here] += share * along.T @ along / moments.n
    complete = from_complete @ inverse
    if groups[0].turned is None:
        mean = alone - float(np.trace(complete))
    else:
        rows = from_rows @ inverse
        mean = alone - 2 * float(np.sum(across * inverse)) + float(np.sum(rows * complete.T))
    df = fit.test.df
    return Corrected(stat, df, mean / df if df > 0 else float("nan"))


def _discrepancy(model: Model, group: int, x: Floats) -> float:
    loss = MaximumLikelihood(model.moments[group], meanstructure=True)
    return loss.at(implied_group(model, group, x)[1]).value
