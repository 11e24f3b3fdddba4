"""The score test that judges drift: of releasing equalities, whatever the estimator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.inference import (
    first_order_groups,
    free_basis,
    gamma_groups,
    information_for_errors,
    sum_groups,
    survival,
)
from ecosurvey.sem.modification import point_at
from ecosurvey.sem.optimizer import ObjectivePoint

Floats = NDArray[np.float64]
_NOTHING = 1e-8  # share of the largest below which a direction has no information of its own


def robust_score_test(fit: Fit, release: Sequence[int]) -> tuple[float, int, float]:
    r"""Return the generalized score test of releasing equality constraints: chi-square, df, p.

    With A the information and B the variance of the score g of one row, K the directions free
    under the constraints and C those that the release adds,

    .. math:: T = N\,(C'g)'(D B D')^{-1}(C'g),\quad D = C' - C'AK(K'AK)^{-1}K'.

    B = A for plain maximum likelihood, where this is Rao's test. For MLR and WLSMV B is the
    middle of the sandwich that the standard errors are made of, so that the test keeps its level
    under non-normal and ordinal answers, where Rao's does not.

    Parameters
    ----------
    fit : Fit
    release : sequence of int
        Numbers from 1 of the linear equalities.

    References
    ----------
    Boos (1992), The American Statistician 46, 327-333, eq. 7; Satorra (1989), Psychometrika 54,
    131-151.
    """
    point = point_at(fit)
    slope = point.gradient()
    bread = information_for_errors(point, fit.method)
    middle = _middle(fit, point, bread)
    held = free_basis(point)
    kept = np.delete(fit.model.constraints.linear, [number - 1 for number in release], axis=0)
    added = _beyond(_null_space(kept, len(slope)), held)
    inside = np.linalg.pinv(held.T @ bread @ held, hermitian=True)
    project = added.T - added.T @ bread @ held @ inside @ held.T
    own = project @ bread @ added
    values, vectors = np.linalg.eigh((own + own.T) / 2)
    known = vectors[:, values > _NOTHING * max(float(np.diag(bread).max()), 1e-300)]
    if not known.shape[1]:
        return 0.0, 0, float("nan")
    project = known.T @ project
    score = project @ slope
    spread = project @ middle @ project.T
    stat = float(fit.model.n * score @ np.linalg.solve(spread, score))
    return stat, known.shape[1], survival(stat, known.shape[1])


def _middle(fit: Fit, point: ObjectivePoint, bread: Floats) -> Floats:
    method = fit.method
    if method.se == "robust.huber.white":
        return sum_groups(point, first_order_groups(point, method.h1_information))
    if method.se == "robust.sem":
        groups = gamma_groups(point, method.loss, squares=False, h1=method.h1_information)
        return sum_groups(point, [group.middle for group in groups])
    return bread


def _null_space(matrix: Floats, size: int) -> Floats:
    if not len(matrix):
        return np.eye(size)
    _, singular, right = np.linalg.svd(matrix)
    rank = int(np.sum(singular > 1e-10 * singular.max()))
    return np.asarray(right[rank:].T, dtype=float)


def _beyond(loose: Floats, held: Floats) -> Floats:
    """Return a basis of the directions of ``loose`` at right angles to ``held``."""
    base, _ = np.linalg.qr(held)
    rest = loose - base @ (base.T @ loose)
    left, singular, _ = np.linalg.svd(rest, full_matrices=False)
    return np.asarray(left[:, singular > 1e-8], dtype=float)
