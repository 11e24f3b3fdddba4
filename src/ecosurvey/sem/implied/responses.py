"""Ordinal variables: the model speaks of the normal responses behind them.

A latent response y* has the model's mean and variance; what is observed of it are thresholds
and correlations, so its unit is free. Two ways to fix it: the residual variance follows from
the scale (delta), or the scale from the residual variance (theta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation import Places, pairs_of
from ecosurvey.sem.implied.derivatives import directions
from ecosurvey.sem.implied.inverse import inverse
from ecosurvey.sem.implied.layout import MATRICES, Cells, Layout, Matrices
from ecosurvey.sem.implied.lisrel import Implied, implied_moments

Floats = NDArray[np.float64]
_LAMBDA, _BETA = MATRICES.index("lambda"), MATRICES.index("beta")
_TAU, _DELTA = MATRICES.index("tau"), MATRICES.index("delta")


@dataclass(frozen=True, slots=True)
class LatentResponses:
    """Which variables of a group are ordinal, and in which order the statistics stand.

    Attributes
    ----------
    outcomes : (P,) array
        Positions, among the observed, of the variables that are not fixed covariates.
    ordered : (P,) bool array
        Which of the outcomes are ordinal.
    covariates : (q,) array
        Positions, among the factors, of the fixed covariates that everything is conditional on.
    structural : (s,) array
        Positions, among the outcomes, of ordinal variables that take part in regressions.
    structural_factors : (s,) array
        Their positions among the factors.
    places : Places
        Where each statistic stands.
    theta : bool
        Theta parameterization: scales follow from residual variances.
    """

    outcomes: NDArray[np.intp]
    ordered: NDArray[np.bool_]
    covariates: NDArray[np.intp]
    structural: NDArray[np.intp]
    structural_factors: NDArray[np.intp]
    places: Places
    theta: bool = False


def latent_responses(
    layout: Layout,
    ordered: tuple[str, ...],
    exogenous: tuple[str, ...],
    places: Places,
    *,
    theta: bool,
) -> LatentResponses:
    """Return the place of every latent response of a group's layout."""
    names = [name for name in layout.observed if name not in exogenous]
    chosen = np.array([name in ordered for name in names], dtype=bool)
    factor = {name: index for index, name in enumerate(layout.factors)}
    inside = [i for i, name in enumerate(names) if chosen[i] and name in factor]
    return LatentResponses(
        outcomes=np.array([layout.observed.index(name) for name in names], dtype=np.intp),
        ordered=chosen,
        covariates=np.array([factor[name] for name in exogenous if name in factor], dtype=np.intp),
        structural=np.array(inside, dtype=np.intp),
        structural_factors=np.array([factor[names[i]] for i in inside], dtype=np.intp),
        places=places,
        theta=theta,
    )


@dataclass(frozen=True, slots=True)
class Responses:
    """The moments of the latent responses of one group, given the covariates.

    Attributes
    ----------
    whole : Matrices
        The model matrices with the derived residual variances, or scales, filled in.
    bare : Matrices
        The same without the covariates' own means and covariances.
    given : Implied
        Moments given the covariates.
    scale : (P,) array
        What each outcome's response is multiplied by; 1 for continuous ones.
    spread : (m, m) array
        (I - B)^-1.
    released : (s, s) array
        How the structural residual variances follow from the total ones; empty for theta.
    """

    whole: Matrices
    bare: Matrices
    given: Implied
    scale: Floats
    spread: Floats
    released: Floats


def complete(filled: Matrices, of: LatentResponses) -> Responses:
    """Fill in what follows from the rest: residual variances (delta) or scales (theta)."""
    whole, bare = filled.copy(), filled.copy()
    spread, released = fill_in(whole, bare, of)
    scale = np.where(of.ordered, bare.delta[of.outcomes], 1.0)
    return Responses(whole, bare, implied_moments(bare), scale, spread, released)


def fill_in(whole: Matrices, bare: Matrices, of: LatentResponses) -> tuple[Floats, Floats]:
    """Write what follows from the rest into both; take the covariates' own moments from the second.

    All arrays may be stacks: of b matrices, (b, ., .), and of b vectors, (b, .).

    Returns
    -------
    spread, released : (..., m, m) and (..., s, s) arrays
        As :class:`Responses` has them.
    """
    bare.psi[..., of.covariates, :] = 0.0
    bare.psi[..., of.covariates] = 0.0
    bare.alpha[..., of.covariates] = 0.0
    items = of.outcomes[of.ordered]
    spread: Floats = np.eye(bare.beta.shape[-1])
    if bare.beta.any():
        spread = inverse(spread - bare.beta)
    released: Floats = np.empty((0, 0))
    if of.theta:
        variances = _explained(bare, spread, items) + bare.theta[..., items, items]
        scale = 1 / np.sqrt(np.maximum(variances, 1e-300))
        whole.delta[..., items] = bare.delta[..., items] = scale
        return spread, released
    # every ordinal residual has the variance that makes the response's 1 / delta^2
    total = 1 / bare.delta**2
    structural = of.outcomes[of.structural]
    if len(structural):
        own = of.structural_factors
        bare.psi[..., own, own] = 0.0
        rows = spread[..., own, :]
        known = ((rows @ bare.psi) * rows).sum(axis=-1)
        released = inverse(rows[..., own] ** 2)
        value = (released @ (total[..., structural] - known)[..., None])[..., 0]
        whole.psi[..., own, own] = bare.psi[..., own, own] = value
    measured = np.setdiff1d(items, structural)
    rest = total[..., measured] - _explained(bare, spread, measured)
    whole.theta[..., measured, measured] = bare.theta[..., measured, measured] = rest
    return spread, released


def _explained(bare: Matrices, spread: Floats, some: NDArray[np.intp]) -> Floats:
    """Return the variances that the factors give to some of the observed variables."""
    reach = bare.lambda_[..., some, :] @ spread
    return np.asarray(((reach @ bare.psi) * reach).sum(axis=-1))


def statistics(found: Responses, of: LatentResponses) -> Floats:
    """Return thresholds and means, slopes, variances, correlations, as :class:`Places` has them."""
    y, d, places = of.outcomes, found.scale, of.places
    sigma, mu = found.given.sigma[np.ix_(y, y)], found.given.mu[y]
    values = np.zeros(places.size)
    at = 0
    for index, cut in enumerate(places.cuts):
        if of.ordered[index]:
            width = cut.stop - cut.start
            values[cut] = (found.bare.tau[at : at + width] - mu[index]) * d[index]
            at += width
        else:
            values[cut] = mu[index]
    if len(of.covariates):
        slopes = found.given.reach[np.ix_(y, of.covariates)]
        values[places.slopes] = slopes * d[:, None]
    numeric = ~of.ordered
    values[places.variance[numeric]] = np.diag(sigma)[numeric]
    one, other = pairs_of(len(y))
    values[places.pairs[one, other]] = sigma[one, other] * d[one] * d[other]
    return values


def statistics_jacobian(cells: Cells, found: Responses, of: LatentResponses) -> Floats:
    """Return d statistics / d cell, of shape (statistics, k)."""
    y, d, places = of.outcomes, found.scale, of.places
    moves = directions(cells, found.bare, found.given)
    u, v, mean = moves.u[:, y], moves.v[:, y], moves.mean[:, y]
    sigma, mu = found.given.sigma[np.ix_(y, y)], found.given.mu[y]
    one, other = pairs_of(len(y))
    own = 2 * u * v  # of the variances
    by_u, by_v = np.ascontiguousarray(u.T), np.ascontiguousarray(v.T)  # rows are quick to gather
    pairs = by_u[one] * by_v[other]  # (pairs, k)
    pairs += by_v[one] * by_u[other]
    scaled = np.zeros_like(own)  # of the scales
    at_delta = np.flatnonzero(cells.matrix == _DELTA)
    outcome = {int(position): index for index, position in enumerate(y)}
    delta_of = np.array([outcome[int(row)] for row in cells.row[at_delta]], dtype=np.intp)
    if of.theta:
        scaled = np.where(of.ordered, -0.5 * d**3 * own, 0.0)
    else:
        scaled[at_delta, delta_of] = 1.0
        if len(of.structural):
            target = np.zeros_like(own)
            target[at_delta, delta_of] = -2 / d[delta_of] ** 3
            inner = of.structural
            moved = (target - own)[:, inner] @ found.released.T
            reach = found.given.reach[np.ix_(y, of.structural_factors)]
            own = own + moved @ (reach**2).T
            pairs += (reach[one] * reach[other]) @ moved.T
    pairs *= (d[one] * d[other])[:, None]
    if scaled.any():
        bent = scaled.T[one] * d[other, None] + d[one, None] * scaled.T[other]
        pairs += bent * sigma[one, other, None]
    first = np.zeros((places.first_step, len(cells)))
    numeric = ~of.ordered
    first[places.variance[numeric]] = own[:, numeric].T
    _move_cuts(first, cells, found, of, mean, scaled, mu)
    if len(of.covariates):
        _move_slopes(first, cells, found, of, u, scaled)
    return np.concatenate([first, pairs])  # pairs come last, in this order


def threshold_places(of: LatentResponses) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the outcome of each threshold or mean, and the place of each element of tau."""
    sizes = [cut.stop - cut.start for cut in of.places.cuts]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return owner, np.flatnonzero(of.ordered[owner])


@dataclass(frozen=True, slots=True)
class Derived:
    """How what follows from the rest moves with each of k cells.

    Attributes
    ----------
    theta : (k, p) array
        Residual variances of the observed variables.
    psi : (k, m) array
        Residual variances of the factors: of ordinal variables that take part in regressions.
    """

    theta: Floats
    psi: Floats


def derived_moves(cells: Cells, found: Responses, of: LatentResponses) -> Derived:
    """Return the moves of the residual variances that follow from the scales; zero for theta."""
    k, p, m = len(cells), len(found.given.mu), len(found.bare.beta)
    theta, psi = np.zeros((k, p)), np.zeros((k, m))
    if of.theta:
        return Derived(theta, psi)
    moves = directions(cells, found.bare, found.given)
    own = 2 * moves.u * moves.v
    target = np.zeros((k, p))
    at_delta = np.flatnonzero(cells.matrix == _DELTA)
    target[at_delta, cells.row[at_delta]] = -2 / found.bare.delta[cells.row[at_delta]] ** 3
    inner = of.outcomes[of.structural]
    if len(inner):
        psi[:, of.structural_factors] = (target - own)[:, inner] @ found.released.T
        own = own + psi @ (found.given.reach**2).T
    measured = np.setdiff1d(of.outcomes[of.ordered], inner)
    theta[:, measured] = (target - own)[:, measured]
    return Derived(theta, psi)


def _move_cuts(
    jacobian: Floats,
    cells: Cells,
    found: Responses,
    of: LatentResponses,
    mean: Floats,
    scaled: Floats,
    mu: Floats,
) -> None:
    """Write the rows of thresholds and means."""
    d = found.scale
    owner, stands = threshold_places(of)
    jacobian[: len(owner)] = mean.T[owner]
    jacobian[stands] *= -d[owner[stands], None]
    if scaled.any():
        apart = found.bare.tau - mu[owner[stands]]
        jacobian[stands] += apart[:, None] * scaled.T[owner[stands]]
    at_tau = np.flatnonzero(cells.matrix == _TAU)
    column = stands[cells.row[at_tau]]
    jacobian[column, at_tau] += d[owner[column]]


def _move_slopes(
    jacobian: Floats,
    cells: Cells,
    found: Responses,
    of: LatentResponses,
    u: Floats,
    scaled: Floats,
) -> None:
    """Write the rows of the slopes on the covariates."""
    d, places = found.scale, of.places
    here = np.flatnonzero((cells.matrix == _LAMBDA) | (cells.matrix == _BETA))
    onward = found.spread[np.ix_(cells.col[here], of.covariates)]
    for covariate in range(len(of.covariates)):
        column = places.slopes[:, covariate]
        jacobian[np.ix_(column, here)] = (u[here] * onward[:, covariate, None] * d).T
        if scaled.any():
            reach = found.given.reach[of.outcomes, of.covariates[covariate]]
            jacobian[column] += (reach * scaled).T
