"""The derivative of the objective by all cells of the model matrices at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.bootstrap.redrawn_rows import RedrawnRows
from ecosurvey.sem.bootstrap.stacks import filled_stacks
from ecosurvey.sem.fit import Model, implied_group
from ecosurvey.sem.implied import MATRICES, Cells
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
        carried = filled.lambda_ @ moments.factor_cov
        found = _by_cells(
            place.free, slope.sigma[None], slope.mu[None, :, None], moments.reach[None],
            carried[None], moments.factor_mean[None, :, None],
        )  # fmt: skip
        total[place.parameter] += share * loss.share * found[0]
    return total


def gradients(
    model: Model, rows: Sequence[RedrawnRows], x: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the derivative of minus the log-likelihood per row of many drawn samples.

    Parameters
    ----------
    model : Model
        Without fixed covariates.
    rows : sequence of RedrawnRows
        Of b samples, one entry a group.
    x : (b, npar) array
        The parameters of each.

    Returns
    -------
    gradients : (b, npar) array
    valid : (b,) array
        Whether Sigma is positive definite; where not, the numbers mean nothing.

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular in a sample.
    """
    total, valid = np.zeros_like(x), np.ones(len(x), dtype=bool)
    for group, (place, own, share) in enumerate(
        zip(model.layouts, rows, model.weights, strict=True)
    ):
        loadings, beta, psi, theta, nu, alpha = filled_stacks(
            model, group, x, np.empty((len(x), 0))
        )[:6]
        reach, factor_cov, factor_mean = loadings, psi, alpha
        if beta.any():
            spread = np.asarray(np.linalg.inv(np.eye(beta.shape[1]) - beta))
            reach, factor_mean = loadings @ spread, spread @ alpha
            factor_cov = spread @ psi @ spread.transpose(0, 2, 1)
        sigma = reach @ psi @ reach.transpose(0, 2, 1) + theta
        mu = nu + reach @ alpha
        by_sigma, by_mu, fine = own.slopes(sigma, mu[:, :, 0])
        valid &= fine
        total[:, place.parameter] += share * _by_cells(
            place.free, by_sigma, by_mu[:, :, None], reach, loadings @ factor_cov, factor_mean
        )
    return total, valid


def _by_cells(
    cells: Cells, sigma: Floats, mu: Floats, reach: Floats, carried: Floats, factor_mean: Floats
) -> Floats:
    """Return the derivatives by cells, (b, k), of b slopes Q = ``sigma`` and q = ``mu``.

    ``carried`` holds the covariances of the observed with the factors, Lambda Phi.
    """
    turned = reach.transpose(0, 2, 1)
    loadings = sigma @ carried + mu @ factor_mean.transpose(0, 2, 1)
    by_matrix = (loadings, turned @ loadings, turned @ sigma @ reach, sigma, mu, turned @ mu)
    flat = np.concatenate([values.reshape(len(values), -1) for values in by_matrix], axis=1)
    widths = np.array([values.shape[2] for values in by_matrix])
    begins = np.cumsum([0, *(values[0].size for values in by_matrix[:-1])])
    found = flat[:, begins[cells.matrix] + cells.row * widths[cells.matrix] + cells.col]
    symmetric = (cells.matrix == _PSI) | (cells.matrix == _THETA)
    found[:, symmetric & (cells.row == cells.col)] *= 0.5  # one cell moves half of u v' + v u'
    return found
