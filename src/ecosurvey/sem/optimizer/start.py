"""Starting values: one factor at a time from the sample moments, then the structure between.

A factor's loadings come from its indicators' first principal axis, their residual variances
from what it leaves over, the covariances of the factors from the observed ones through these
loadings, the regressions by least squares on those covariances. Values the user gave stand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model, implied_group
from ecosurvey.sem.implied import MATRICES, LatentResponses, Layout, Matrices
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.types import ParameterTable

_LAMBDA, _BETA, _PSI, _THETA, _NU, _ALPHA, _TAU, _DELTA = range(len(MATRICES))


def start_values(model: Model) -> NDArray[np.float64]:
    """Return starting values that meet the linear equalities and imply admissible moments."""
    x = np.zeros(model.n_par)
    for group, place in enumerate(model.layouts):
        responses = model.responses[group] if model.responses else None
        guess = _guess(place, model.moments[group], responses)
        _read(x, place, guess)
    _take_user_values(x, model.table)
    x = _onto_equalities(model, x)
    if _admissible(model, x):
        return x
    return plain_start(model)


def _guess(place: Layout, moments: Moments, responses: LatentResponses | None) -> Matrices:
    """Return matrices with a guess in every free cell."""
    guess = place.base.copy()
    free = _free_masks(place)
    cov, mean = moments.cov, moments.mean
    derived = np.zeros(len(mean), dtype=bool)  # residual variances that follow from the rest
    if responses is not None:
        ordinal = responses.outcomes[responses.ordered]
        unit = np.ones(len(mean))
        if responses.theta:  # residual variances of 1 are the unit
            left = _loadings(place.base.copy(), cov, place, free)
            unit[ordinal] = 1 / np.sqrt(left[ordinal])
            cov = cov * np.outer(unit, unit)
        else:
            derived[ordinal] = True
        _thresholds(guess, moments, responses, unit)
    left = _loadings(guess, cov, place, free)
    kept = free[_THETA].diagonal() | derived
    residual = np.where(kept, left, place.base.theta.diagonal())
    guess.theta[np.diag_indices_from(guess.theta)] = residual
    factors = _factor_covariances(guess, cov, place, _measured(place, free))
    _structure(guess, factors, free, place)
    _means(guess, mean, free)
    return guess


def _measured(place: Layout, free: tuple[NDArray[np.bool_], ...]) -> list[int]:
    """Return the latent variables that have observed indicators."""
    return [
        factor
        for factor in range(place.n_latent)
        if (free[_LAMBDA][:, factor] | (place.base.lambda_[:, factor] != 0)).any()
    ]


def _loadings(
    guess: Matrices,
    cov: NDArray[np.float64],
    place: Layout,
    free: tuple[NDArray[np.bool_], ...],
) -> NDArray[np.float64]:
    """Write each factor's loadings, and return the variances that the factors leave over."""
    variances = np.diag(cov)
    communality = np.zeros(len(variances))
    for factor in _measured(place, free):
        items = np.flatnonzero(free[_LAMBDA][:, factor] | (place.base.lambda_[:, factor] != 0))
        anchors, at = _anchors(place, factor)  # markers that take part in regressions themselves
        every = np.concatenate([items, at])
        fixed = np.concatenate([place.base.lambda_[items, factor], anchors])
        loose = np.concatenate([free[_LAMBDA][items, factor], np.zeros(len(at), dtype=bool)])
        loadings, shared = _one_factor(cov[np.ix_(every, every)], fixed, loose)
        guess.lambda_[items, factor] = loadings[: len(items)]
        communality[items] = np.maximum(communality[items], shared[: len(items)])
    left = np.clip(variances - communality, 0.1 * variances, 0.95 * variances)
    return np.where(communality > 0, left, variances)


def _anchors(place: Layout, factor: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the fixed loadings of a factor's structural indicators, and their positions."""
    below = np.flatnonzero(place.base.beta[:, factor])
    below = below[below >= place.n_latent]
    seen = [int(np.flatnonzero(place.base.lambda_[:, other])[0]) for other in below]
    return place.base.beta[below, factor], np.array(seen, dtype=np.intp)


def _thresholds(
    guess: Matrices,
    moments: Moments,
    responses: LatentResponses,
    unit: NDArray[np.float64],
) -> None:
    """Begin with the sample's thresholds, in the unit of the responses."""
    if moments.ordinal is None:
        return
    at = 0
    for index, cut in enumerate(responses.places.cuts):
        if responses.ordered[index]:
            width = cut.stop - cut.start
            own = unit[responses.outcomes[index]]
            guess.tau[at : at + width] = moments.ordinal.values[cut] * own
            at += width


def _free_masks(place: Layout) -> tuple[NDArray[np.bool_], ...]:
    masks = tuple(np.zeros(array.shape, dtype=bool) for array in place.base.arrays())
    for matrix, row, col in zip(place.free.matrix, place.free.row, place.free.col, strict=True):
        if masks[matrix].ndim == 1:
            masks[matrix][row] = True
        else:
            masks[matrix][row, col] = True
            if matrix in (_PSI, _THETA):
                masks[matrix][col, row] = True
    return masks


def _one_factor(
    cov: NDArray[np.float64], fixed: NDArray[np.float64], free: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return loadings of one factor and the variance each indicator shares with it.

    Where a loading is fixed the scale is set by it, else by a factor variance of 1.
    """
    if not free.any():
        return fixed, np.full(len(fixed), 0.5) * np.diag(cov)
    scale = np.sqrt(np.diag(cov))
    if len(cov) < 3:
        axis = np.full(len(cov), 0.7)
        if len(cov) == 2 and cov[0, 1] < 0:
            axis[1] = -0.7
    else:
        correlations = cov / np.outer(scale, scale)
        off = correlations - np.eye(len(cov))
        reduced = off + np.diag(np.abs(off).max(axis=1))
        values, vectors = np.linalg.eigh(reduced)
        axis = vectors[:, -1] * np.sqrt(max(values[-1], 0.1))
        axis = np.clip(axis, -0.95, 0.95)
        if axis.sum() < 0:
            axis = -axis
    loadings = axis * scale
    marker = np.flatnonzero(~free & (fixed != 0))
    if len(marker):
        anchor = loadings[marker[0]]
        if abs(anchor) < 0.2 * scale[marker[0]]:  # a poor marker would blow up the others
            anchor = 0.2 * scale[marker[0]] * (1.0 if anchor >= 0 else -1.0)
        loadings = loadings * (fixed[marker[0]] / anchor)
    return np.where(free, loadings, fixed), (axis * scale) ** 2


def _factor_covariances(
    guess: Matrices, cov: NDArray[np.float64], place: Layout, measured: list[int]
) -> NDArray[np.float64]:
    """Return a positive definite guess at the covariances of all factors.

    With weights W such that W Lambda = I, cov(eta) = W (S - Theta) W'. Observed variables
    that are factors have themselves as weight. Factors of factors follow from those below.
    """
    size = len(place.factors)
    direct = [*measured, *range(place.n_latent, size)]
    residual = np.clip(np.diag(guess.theta), 1e-3 * np.diag(cov), None)
    loadings = guess.lambda_[:, direct]
    weighted = loadings.T / residual
    weights = _scaled_pinv(weighted @ loadings) @ weighted
    theta = guess.theta.copy()
    known = weights @ (cov - theta) @ weights.T
    factors = np.zeros((size, size))
    factors[np.ix_(direct, direct)] = _positive(known)
    for factor in range(place.n_latent):  # factors measured by factors
        if factor in measured:
            continue
        below = np.flatnonzero(_targets(place, factor))
        below = np.array([b for b in below if factors[b, b] > 0], dtype=np.intp)
        if not len(below):
            factors[factor, factor] = 1.0
            continue
        fixed, free = place.base.beta[below, factor], _targets_free(place, factor)[below]
        block = factors[np.ix_(below, below)]
        slopes, _ = _one_factor(block, fixed, free)
        guess.beta[below, factor] = slopes
        squares = slopes @ slopes
        weight = slopes / squares if squares > 0 else slopes
        known_factors = np.flatnonzero(np.diag(factors) > 0)
        across = factors[np.ix_(known_factors, below)] @ weight
        factors[known_factors, factor] = factors[factor, known_factors] = across
        off = block - np.diag(np.diag(block))
        spread = np.outer(weight, weight)
        share = (spread - np.diag(np.diag(spread))).sum()
        guessed = (
            (weight @ off @ weight) / share * 1.0
            if len(below) > 2 and share > 0
            else 0.5 * np.diag(block).mean()
        )
        factors[factor, factor] = max(guessed, 0.05 * np.diag(block).mean())
    return _positive(factors)


def _targets(place: Layout, factor: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _targets_free(place, factor) | (place.base.beta[:, factor] != 0)
    return found


def _targets_free(place: Layout, factor: int) -> NDArray[np.bool_]:
    found = np.zeros(len(place.factors), dtype=bool)
    here = (place.free.matrix == _BETA) & (place.free.col == factor)
    found[place.free.row[here]] = True
    return found


def _structure(
    guess: Matrices,
    factors: NDArray[np.float64],
    free: tuple[NDArray[np.bool_], ...],
    place: Layout,
) -> None:
    """Regress the factors on one another, and take what is left as their (co)variances."""
    hierarchical = {
        factor
        for factor in range(place.n_latent)
        if not (free[_LAMBDA][:, factor] | (place.base.lambda_[:, factor] != 0)).any()
    }
    for row in range(len(factors)):
        sources = np.flatnonzero(free[_BETA][row])
        sources = np.array([s for s in sources if s not in hierarchical], dtype=np.intp)
        if len(sources):
            block = factors[np.ix_(sources, sources)]
            guess.beta[row, sources] = _scaled_pinv(block) @ factors[sources, row]
    apart = np.eye(len(factors)) - guess.beta
    left = apart @ factors @ apart.T
    floor = 0.05 * np.diag(factors)
    variances = np.maximum(np.diag(left), floor)
    mask = free[_PSI]
    diagonal = np.diag_indices_from(guess.psi)
    guess.psi[diagonal] = np.where(mask.diagonal(), variances, guess.psi[diagonal])
    scale = np.sqrt(np.abs(guess.psi[diagonal]))
    scale_left = np.sqrt(variances)
    correlations = np.clip(left / np.outer(scale_left, scale_left), -0.9, 0.9)
    off = mask & ~np.eye(len(mask), dtype=bool)
    guess.psi[off] = (correlations * np.outer(scale, scale))[off]


def _means(guess: Matrices, mean: NDArray[np.float64], free: tuple[NDArray[np.bool_], ...]) -> None:
    """Give free intercepts what is left of the means; free factor means come first."""
    alpha_free = np.flatnonzero(free[_ALPHA])
    reach = guess.lambda_ @ np.linalg.pinv(np.eye(len(guess.beta)) - guess.beta)
    if len(alpha_free):
        rest = mean - np.where(free[_NU], mean, guess.nu) - reach @ guess.alpha
        rest[free[_NU]] = 0.0
        rows = np.flatnonzero(~free[_NU])
        if len(rows):
            guess.alpha[alpha_free] = np.linalg.lstsq(
                reach[np.ix_(rows, alpha_free)], rest[rows], rcond=None
            )[0]
    fitted = reach @ guess.alpha
    guess.nu[free[_NU]] = (mean - fitted)[free[_NU]]


def _scaled_pinv(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the generalized inverse of a symmetric matrix, whatever the units of its rows."""
    scale = np.sqrt(np.abs(np.diag(matrix)))
    outer = np.outer(np.where(scale > 0, scale, 1.0), np.where(scale > 0, scale, 1.0))
    return np.asarray(np.linalg.pinv(matrix / outer, hermitian=True) / outer, dtype=float)


def _positive(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest matrix whose correlations have eigenvalues of at least 0.05."""
    if not len(matrix):
        return matrix
    diagonal = np.diag(matrix)
    top = diagonal.max(initial=0.0)
    variances = np.where(diagonal > 0, diagonal, 0.05 * top if top > 0 else 1.0)
    scale = np.sqrt(np.where(np.any(matrix != 0, axis=0), variances, 1.0))
    correlations = np.clip(matrix / np.outer(scale, scale), -0.95, 0.95)
    correlations[np.diag_indices_from(correlations)] = 1.0
    values, vectors = np.linalg.eigh(correlations)
    if values[0] < 0.05:
        mended = (vectors * np.maximum(values, 0.05)) @ vectors.T
        root = np.sqrt(np.diag(mended))
        correlations = mended / np.outer(root, root)
    found: NDArray[np.float64] = correlations * np.outer(scale, scale)
    empty = ~np.any(matrix != 0, axis=0)
    found[empty] = 0.0
    found[:, empty] = 0.0
    return found


def _read(x: NDArray[np.float64], place: Layout, guess: Matrices) -> None:
    for index, array in enumerate(guess.arrays()):
        here = place.free.matrix == index
        row, col = place.free.row[here], place.free.col[here]
        x[place.parameter[here]] = array[row] if array.ndim == 1 else array[row, col]


def _take_user_values(x: NDArray[np.float64], table: ParameterTable) -> None:
    for row in table.rows:
        if row.free and row.group and not np.isnan(row.ustart):
            x[row.free - 1] = row.ustart


def _onto_equalities(model: Model, x: NDArray[np.float64]) -> NDArray[np.float64]:
    held = model.constraints
    if held.basis.shape[0] == held.basis.shape[1]:
        return x
    return held.offset + held.basis @ (held.basis.T @ (x - held.offset))


def _admissible(model: Model, x: NDArray[np.float64]) -> bool:
    for group in range(len(model.layouts)):
        try:
            sigma = implied_group(model, group, x)[1].sigma
            np.linalg.cholesky(sigma)
        except np.linalg.LinAlgError:
            return False
        scale = np.sqrt(np.diag(model.moments[group].cov))
        if np.abs(sigma / np.outer(scale, scale)).max() > 50:
            return False
    return True


def plain_start(model: Model, *, shy: bool = False) -> NDArray[np.float64]:
    """Return the plainest start: loadings 1, residuals half the variances, no regressions.

    The ``shy`` one gives loadings the unit and sign that their items have beside the marker, and
    factors a twentieth of the marker's variance: nearly independence.
    """
    x = np.zeros(model.n_par)
    for group, place in enumerate(model.layouts):
        moments = model.moments[group]
        guess = place.base.copy()
        free = _free_masks(place)
        guess.lambda_[free[_LAMBDA]] = 1.0
        variances = np.diag(moments.cov)
        if shy:
            _graded(guess, moments.cov, place, free)
        for factor in range(len(place.factors)):
            if free[_PSI][factor, factor]:
                if shy and guess.psi[factor, factor] > 0:
                    continue
                items = guess.lambda_[:, factor] != 0
                typical = np.median(variances[items]) if items.any() else np.median(variances)
                guess.psi[factor, factor] = 0.5 * typical
        for item, variance in enumerate(variances):
            if free[_THETA][item, item]:
                guess.theta[item, item] = 0.5 * variance
        structural = np.arange(place.n_latent, len(place.factors))
        for factor in map(int, structural):
            item = int(np.flatnonzero(place.base.lambda_[:, factor])[0])
            if free[_PSI][factor, factor]:
                guess.psi[factor, factor] = variances[item]
        _means(guess, moments.mean, free)
        if model.responses:
            _thresholds(guess, moments, model.responses[group], np.ones(len(moments.mean)))
        _read(x, place, guess)
    _take_user_values(x, model.table)
    return _onto_equalities(model, x)


def _graded(
    guess: Matrices,
    cov: NDArray[np.float64],
    place: Layout,
    free: tuple[NDArray[np.bool_], ...],
) -> None:
    """Write the shy start's loadings, and the variances of factors that have a marker."""
    deviation = np.sqrt(np.diag(cov))
    for factor in range(place.n_latent):
        items = np.flatnonzero(free[_LAMBDA][:, factor])
        markers = np.flatnonzero(place.base.lambda_[:, factor])
        if len(markers):
            marker = int(markers[0])
            sign = np.where(cov[items, marker] < 0, -1.0, 1.0)
            guess.lambda_[items, factor] = sign * deviation[items] / deviation[marker]
            if free[_PSI][factor, factor]:
                guess.psi[factor, factor] = 0.05 * deviation[marker] ** 2
        elif not len(items):  # a factor of factors
            guess.beta[_targets_free(place, factor), factor] = 1.0
            if free[_PSI][factor, factor]:
                guess.psi[factor, factor] = 0.05
