"""How the precision of an estimate changes with its value: the acceleration of BCa intervals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.bootstrap.gradient import gradient
from ecosurvey.sem.bootstrap.refit import Refit, fixed_values, model_at
from ecosurvey.sem.bootstrap.replicates import BY_MOMENTS
from ecosurvey.sem.bootstrap.resample import clusters_of, drawn_moments, weighted_moments
from ecosurvey.sem.fit import Fit, free_directions, implied_group
from ecosurvey.sem.inference import normal_scores
from ecosurvey.sem.inference.gaps import rows_at
from ecosurvey.sem.loss.casewise import scores
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import objective

Floats = NDArray[np.float64]
_BLOCKS = 2_000  # of rows in one group, deleted together where there are more rows
_SLOW_BLOCKS = 200  # where the weights must be computed anew for each
_CHUNK = 64


def acceleration(jackknifed: Floats, groups: NDArray[np.intp]) -> Floats:
    r"""Return :math:`\sum d^3 / 6(\sum d^2)^{3/2}` of every column.

    Parameters
    ----------
    jackknifed : (b, k) array
        Values without one row (or block of rows) each; d is their mean less each, by group.
    groups : (b,) array
        To which group the left-out rows belong.

    References
    ----------
    Efron (1987), JASA 82, 171-185, eq. 6.6.

    Examples
    --------
    >>> acceleration(np.array([[1.0], [2.0], [6.0]]), np.zeros(3, dtype=int)).round(4).tolist()
    [-0.0573]
    """
    d = np.empty_like(jackknifed)
    for group in np.unique(groups):
        here = groups == group
        d[here] = jackknifed[here].mean(axis=0) - jackknifed[here]
    squares = (d**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(squares > 0, (d**3).sum(axis=0) / (6 * squares**1.5), 0.0)


def jackknife(fit: Fit, refit: Refit) -> tuple[Floats, tuple[Floats, ...], NDArray[np.intp]]:
    """Return the estimates without each row, to first order, with no model fitted again.

    Likelihood: x less H^-1 times the row's score, the infinitesimal jackknife. Other losses: one
    Newton step from x at the moments of the rows that are left. Many rows are left out by blocks,
    which leaves the acceleration's expectation as it is.

    Returns
    -------
    x : (b, npar) array
    fixed : tuple of (b, e) arrays
        Moments of fixed covariates of the rows that are left.
    groups : (b,) array
    """
    found: list[Floats] = []
    fixed: list[tuple[Floats, ...]] = []
    groups: list[NDArray[np.intp]] = []
    by_scores = refit.loss == "ML" and not fit.model.table.exogenous
    for group in range(len(fit.model.layouts)):
        if by_scores:
            x = _by_scores(fit, refit, group)
            here = [fixed_values(fit.model)] * len(x)
        else:
            x, here = _by_steps(fit, refit, group)
        found.append(x)
        fixed += here
        groups.append(np.full(len(x), group, dtype=np.intp))
    stacked = tuple(
        np.stack([one[group] for one in fixed]) for group in range(len(fit.model.layouts))
    )
    return np.concatenate(found), stacked, np.concatenate(groups)


def _by_scores(fit: Fit, refit: Refit, group: int) -> Floats:
    model = fit.model
    moments = model.moments[group]
    moves = free_directions(model, group, fit.x)
    at = implied_group(model, group, fit.x)[1]
    if moments.rows is not None:
        rows, parts = rows_at(moments, at.mu, at.sigma)
        slopes = scores(rows, parts, moves)
    else:
        slopes = np.concatenate(list(normal_scores(moments, at, moves)))
    summed = np.stack([slopes[rows].sum(axis=0) for rows in _blocks(moments, _BLOCKS)])
    full = np.zeros((len(summed), model.n_par))
    full[:, model.layouts[group].parameter] = summed
    return np.asarray(fit.x - full @ refit.spread / model.n)


def _by_steps(fit: Fit, refit: Refit, group: int) -> tuple[Floats, list[tuple[Floats, ...]]]:
    own = fit.model.moments[group]
    found, fixed = [], []
    for left in _without_blocks(own, refit.loss):
        moments = [
            left if index == group else other for index, other in enumerate(fit.model.moments)
        ]
        model = model_at(fit.model, moments)
        aim = objective(model, refit.loss)
        found.append(fit.x - refit.spread @ gradient(aim.model, aim.losses, fit.x))
        fixed.append(fixed_values(model))
    return np.stack(found), fixed


def _without_blocks(moments: Moments, loss: str) -> list[Moments]:
    """Return the moments without each block of rows."""
    by_moments = loss in BY_MOMENTS and moments.data is not None
    n = moments.n_rows
    blocks = _blocks(moments, _BLOCKS if by_moments else _SLOW_BLOCKS)
    if not by_moments:
        every = np.arange(n)
        return [drawn_moments(moments, np.delete(every, rows)) for rows in blocks]
    found: list[Moments] = []
    for at in range(0, len(blocks), _CHUNK):
        some = blocks[at : at + _CHUNK]
        weights = np.ones((len(some), n))
        for row, left_out in enumerate(some):
            weights[row, left_out] = 0.0
        found += weighted_moments(moments, weights)
    return found


def _blocks(moments: Moments, count: int) -> list[NDArray[np.intp]]:
    """Return which rows are left out together: a cluster, or a ``count``-th of the rows."""
    clusters = clusters_of(moments)
    if clusters:
        return clusters
    bounds = np.linspace(0, moments.n_rows, min(moments.n_rows, count) + 1).astype(np.intp)
    return [np.arange(*pair) for pair in pairwise(bounds)]
