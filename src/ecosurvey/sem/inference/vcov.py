"""The sampling covariance of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Method
from ecosurvey.sem.inference.information import first_order_groups, information, sum_groups
from ecosurvey.sem.inference.ugamma import GroupGamma
from ecosurvey.sem.optimizer import ObjectivePoint, binding


@dataclass(frozen=True, slots=True)
class Inverse:
    """The inverse of the information along the directions that the constraints leave free.

    Attributes
    ----------
    matrix : (npar, npar) array
        Z (Z' I Z)^-1 Z' with Z a basis of those directions; NaN if singular.
    deficiency : (npar, d) array
        Directions in x about which there is no information; empty if it is invertible.
    """

    matrix: NDArray[np.float64]
    deficiency: NDArray[np.float64]

    @property
    def singular(self) -> bool:
        """Whether the information cannot be inverted."""
        return bool(self.deficiency.shape[1])


def free_basis(point: ObjectivePoint) -> NDArray[np.float64]:
    """Return a basis of the directions in which x may move at the solution, (npar, q)."""
    basis = point.of.model.constraints.basis
    held = binding(point.of.model, point.x)
    if not len(held):
        return basis
    _, singular, right = np.linalg.svd(held @ basis)
    rank = int(np.sum(singular > 1e-10 * max(singular.max(initial=0.0), 1.0)))
    return np.asarray(basis @ right[rank:].T, dtype=float)


def invert(matrix: NDArray[np.float64], basis: NDArray[np.float64]) -> Inverse:
    """Invert an information matrix along a basis; say which directions it does not know."""
    size = len(matrix)
    identity = basis.shape[0] == basis.shape[1]
    reduced = matrix if identity else basis.T @ matrix @ basis
    none = np.empty((size, 0))
    if not len(reduced):
        return Inverse(np.zeros((size, size)), none)
    scale = np.sqrt(np.maximum(np.abs(np.diag(reduced)), 1e-300))
    scaled = reduced / np.outer(scale, scale)
    quick = _definite_inverse(scaled)
    if quick is not None:
        inside = quick / np.outer(scale, scale)
        return Inverse(inside if identity else basis @ inside @ basis.T, none)
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    empty = np.abs(values) < 1e-9 * max(values[-1], 1.0)
    if empty.any() or not np.isfinite(values).all():
        lost = vectors[:, empty] / scale[:, None]
        return Inverse(np.full((size, size), np.nan), lost if identity else basis @ lost)
    inside = (vectors / values) @ vectors.T / np.outer(scale, scale)
    return Inverse(inside if identity else basis @ inside @ basis.T, none)


def _definite_inverse(scaled: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the inverse by Cholesky; None unless safely positive definite."""
    from scipy.linalg.lapack import dpotrf, dpotri

    if not np.isfinite(scaled).all():
        return None
    factor, failed = dpotrf(scaled, lower=1)
    if failed or np.diag(factor).min() <= 1e-3:
        return None
    lower, failed = dpotri(factor, lower=1)
    if failed:
        return None
    found: NDArray[np.float64] = np.tril(lower)
    return found + np.tril(found, -1).T


def divisor(point: ObjectivePoint, method: Method) -> float:
    """Return what the inverse information is divided by: N, or N less the groups."""
    model = point.of.model
    if method.loss == "ML" and method.likelihood == "normal":
        return model.n
    return model.n - len(model.moments)


def covariance(
    point: ObjectivePoint,
    method: Method,
    inverse: NDArray[np.float64],
    gammas: list[GroupGamma] | None,
    scores: list[NDArray[np.float64]] | None = None,
) -> NDArray[np.float64]:
    """Return the covariance matrix of x, (npar, npar).

    Parameters
    ----------
    point : ObjectivePoint
    method : Method
    inverse : (npar, npar) array
        Of the information that ``method`` names.
    gammas : list of GroupGamma
        Needed for ``se="robust.sem"``.
    scores : list of arrays, optional
        Of :func:`first_order_groups`, if already known.
    """
    if method.se == "robust.sem" and gammas is not None:
        middle = sum_groups(point, [group.middle for group in gammas])
        found = inverse @ middle @ inverse
    elif method.se == "robust.huber.white":
        scores = scores or first_order_groups(point, method.h1_information)
        middle = sum_groups(point, scores)
        found = inverse @ middle @ inverse
    else:
        found = inverse
    return found / divisor(point, method)


def information_for_errors(point: ObjectivePoint, method: Method) -> NDArray[np.float64]:
    """Return the information matrix that the standard errors are made of."""
    return information(
        point, method.loss, method.information, method.h1_information, method.observed_information
    )


def information_for_tests(point: ObjectivePoint, method: Method) -> NDArray[np.float64]:
    """Return the information matrix that the robust tests are made of."""
    return information(
        point,
        method.loss,
        method.test_information,
        method.test_h1_information,
        method.test_observed_information,
    )
