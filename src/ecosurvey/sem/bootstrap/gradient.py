"""The derivative of the objective by all cells of the model matrices at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model, implied_group
from ecosurvey.sem.implied import MATRICES
from ecosurvey.sem.loss import Loss

Floats = NDArray[np.float64]
_PSI, _THETA = MATRICES.index("psi"), MATRICES.index("theta")


def gradient(model: Model, losses: tuple[Loss, ...], x: Floats) -> Floats:
    """Return the derivative in x, (npar,), by a few products of the model matrices.

    With dF = tr(Q dSigma)/2 + q'dmu and L = Lambda (I - B)^-1 it is Q (Phi Lambda')' + q k' for
    the loadings, L' of that for the regressions, L'QL for the factor covariances, Q for the
    residual ones, q and L'q for the intercepts: cheaper than moving each cell by itself.

    Raises
    ------
    numpy.linalg.LinAlgError
        If Sigma or I - B is singular.
    """
    total = np.zeros(len(x))
    for group, (place, loss, share) in enumerate(
        zip(model.layouts, losses, model.weights, strict=True)
    ):
        filled, moments = implied_group(model, group, x)
        slope = loss.at(moments).slope()
        turned = slope.sigma @ (filled.lambda_ @ moments.factor_cov)
        loadings = turned + np.outer(slope.mu, moments.factor_mean)
        inner = moments.reach.T @ slope.sigma @ moments.reach
        by_matrix = (
            loadings,
            moments.reach.T @ loadings,
            inner,
            slope.sigma,
            slope.mu[:, None],
            (moments.reach.T @ slope.mu)[:, None],
        )
        cells = place.free
        found = np.empty(len(cells))
        for index, values in enumerate(by_matrix):
            here = cells.matrix == index
            found[here] = values[cells.row[here], cells.col[here]]
        symmetric = (cells.matrix == _PSI) | (cells.matrix == _THETA)
        found[symmetric & (cells.row == cells.col)] *= 0.5  # one cell moves half of u v' + v u'
        total[place.parameter] += share * loss.share * found
    return total
