"""Fit of ordinal models by the likelihood of their correlations: for robust RMSEA and CFI.

The weighted squares of WLSMV are no measure of misfit that can be compared between samples or
with other estimators. Savalei puts the estimates into the normal likelihood of the polychoric
correlations instead, and divides by the mean that this statistic has under the model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Corrected, Fit, Model
from ecosurvey.sem.implied import MATRICES, LatentResponses, Responses, symmetric_inverse
from ecosurvey.sem.optimizer import ObjectivePoint, ResponseObjectivePoint

Floats = NDArray[np.float64]
_TAU = MATRICES.index("tau")


def of_correlations(
    fit: Fit, point: ObjectivePoint, inverse: Floats, *, baseline: bool
) -> Corrected | None:
    """Return the statistic of the correlations' likelihood; None where it is not defined.

    It is defined as in lavaan: all variables ordinal, no covariates, positive definite
    polychoric matrices, thresholds free.

    Parameters
    ----------
    fit : Fit
    point : ObjectivePoint
        The solution.
    inverse : (npar, npar) array
        Of the information of one row.
    baseline : bool
        For the independence model the weight is the identity; with several groups lavaan does
        not multiply it by the groups' shares, and so do we.

    References
    ----------
    Savalei (2021), Multivariate Behavioral Research 56, 390-407, eq. 9-13.
    """
    model = fit.model
    if not isinstance(point, ResponseObjectivePoint) or not _defined(model):
        return None
    stat, mean, count = 0.0, 0.0, 0
    weights, gammas, jacobians, turned = [], [], [], []
    for group, (of, share) in enumerate(zip(model.responses, model.weights, strict=True)):
        ordinal = model.moments[group].ordinal
        assert ordinal is not None and point.responses is not None  # noqa: S101
        places = of.places
        one, other = np.triu_indices(len(of.outcomes), 1)
        at = places.pairs[one, other]
        sample = _matrix(ordinal.values, places.pairs)
        implied = _implied(point.responses[group], of)
        try:
            stat += model.moments[group].n * _discrepancy(sample, implied)
        except np.linalg.LinAlgError:
            return None
        count += len(at)
        if baseline:
            mean += float(ordinal.sampling.diagonal[at].sum()) / share
            continue
        gamma = ordinal.sampling.matrix[np.ix_(at, at)] / share
        weight = point.of.squares[group].moment_weight
        own = weight[at] if weight.ndim == 1 else weight[np.ix_(at, at)]
        full = np.zeros((len(at), model.n_par))
        full[:, model.layouts[group].parameter] = point.jacobians[group][at]
        weights.append(share * _normal_weight(implied, one, other))
        gammas.append(gamma)
        jacobians.append(full)
        turned.append(share * (own[:, None] * full if own.ndim == 1 else own @ full))
    df = count if baseline else fit.test.df
    if not baseline:
        mean = _mean(weights, gammas, jacobians, turned, inverse)
    return Corrected(stat, df, mean / df if df > 0 else float("nan"))


def _mean(
    weights: list[Floats],
    gammas: list[Floats],
    jacobians: list[Floats],
    turned: list[Floats],
    inverse: Floats,
) -> float:
    """Return tr(P'VP Gamma), P = I - J E^-1 J'W over all groups.

    With K = E^-1 J'W it is tr(V Gamma) - 2 tr(V J K Gamma) + tr(J'VJ K Gamma K').
    """
    moving = np.any([j.any(axis=0) for j in jacobians], axis=0)  # thresholds move no correlation
    jacobians, turned = [j[:, moving] for j in jacobians], [wj[:, moving] for wj in turned]
    inverse = inverse[np.ix_(moving, moving)]
    size = len(inverse)
    alone, crossed = 0.0, 0.0
    bread, filling = np.zeros((size, size)), np.zeros((size, size))
    for v, gamma, j, wj in zip(weights, gammas, jacobians, turned, strict=True):
        alone += float(np.sum(v * gamma))
        vj, gwj = v @ j, gamma @ wj
        crossed += float(np.sum((vj @ inverse) * gwj))
        bread += j.T @ vj
        filling += wj.T @ gwj
    return alone - 2 * crossed + float(np.sum(bread * (inverse @ filling @ inverse)))


def _defined(model: Model) -> bool:
    """Tell whether thresholds are free, everything is ordinal, and nothing is conditional."""
    for layout, of in zip(model.layouts, model.responses, strict=True):
        if not of.ordered.all() or len(of.covariates):
            return False
        cuts = layout.parameter[layout.free.matrix == _TAU]
        if len(cuts) < len(layout.thresholds):
            return False
        held = np.abs(model.constraints.linear[:, cuts]).any() if len(cuts) else False
        if held or model.constraints.equalities or model.constraints.inequalities:
            return False
    return True


def _matrix(values: Floats, pairs: NDArray[np.intp]) -> Floats:
    found = np.where(pairs >= 0, values[pairs], 1.0)
    return np.asarray(found)


def _implied(found: Responses, of: LatentResponses) -> Floats:
    y, d = of.outcomes, found.scale
    sigma = found.given.sigma[np.ix_(y, y)] * np.outer(d, d)
    sigma[np.diag_indices_from(sigma)] = 1.0
    return np.asarray(sigma)


def _discrepancy(sample: Floats, implied: Floats) -> float:
    """Return log|Sigma| - log|R| + tr(R Sigma^-1) - p; raise if either is not definite."""
    observed = 2 * float(np.sum(np.log(np.diag(np.linalg.cholesky(sample)))))
    modelled = 2 * float(np.sum(np.log(np.diag(np.linalg.cholesky(implied)))))
    return modelled - observed + float(np.sum(symmetric_inverse(implied) * sample)) - len(sample)


def _normal_weight(implied: Floats, one: NDArray[np.intp], other: NDArray[np.intp]) -> Floats:
    """Return the normal-theory information of the correlations below the diagonal."""
    w = symmetric_inverse(implied)
    found: Floats = w[np.ix_(one, one)] * w[np.ix_(other, other)]
    found += w[np.ix_(one, other)] * w[np.ix_(other, one)]
    return found
