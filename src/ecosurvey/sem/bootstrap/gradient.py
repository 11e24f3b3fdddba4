"""The derivative of the objective by all cells of the model matrices at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.bootstrap.drawn_patterns import EXACT
from ecosurvey.sem.bootstrap.redrawn_rows import RedrawnRows, inverses
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
    model: Model,
    rows: Sequence[RedrawnRows],
    points: Sequence[Stacked],
    error: float = EXACT,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the derivative of minus the log-likelihood per row of many drawn samples.

    Parameters
    ----------
    model : Model
        Without fixed covariates.
    rows : sequence of RedrawnRows
        Of b samples, one entry a group.
    points : sequence of Stacked
        What the parameters of each imply, one entry a group.
    error : float
        That the inverses on the way may have, relative.

    Returns
    -------
    gradients : (b, npar) array
    valid : (b,) array
        Whether Sigma is positive definite; where not, the numbers mean nothing.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a sample's moments of its gaps are singular.
    """
    count = len(points[0].k)
    total, valid = np.zeros((count, model.n_par)), np.ones(count, dtype=bool)
    for place, own, at, share in zip(model.layouts, rows, points, model.weights, strict=True):
        by_sigma, by_mu = own.slopes(at.k, at.mu, error)
        valid &= at.valid
        total[:, place.parameter] += share * _by_cells(
            place.free, by_sigma, by_mu[:, :, None], at.reach, at.carried, at.factor_mean
        )
    return total, valid


def informations(model: Model, points: Sequence[Stacked]) -> Floats:
    """Return the expected information of each parameter in a complete row, at many x.

    For dSigma = u v' + v u' it is (u'Ku)(v'Kv) + (u'Kv)^2, and dmu'K dmu, K = Sigma^-1: what
    the diagonal of the information is made of.

    Parameters
    ----------
    model : Model
        Without fixed covariates.
    points : sequence of Stacked
        What b parameter vectors imply, one entry a group.

    Returns
    -------
    (b, npar) array
        NaN where Sigma is not positive definite.
    """
    total = np.zeros((len(points[0].k), model.n_par))
    for place, at, share in zip(model.layouts, points, model.weights, strict=True):
        k = at.k
        turned, brought = at.reach.transpose(0, 2, 1) @ k, at.carried.transpose(0, 2, 1) @ k
        own = np.diagonal(k, axis1=1, axis2=2)[:, :, None]
        inner = turned @ at.reach
        first = np.diagonal(inner, axis1=1, axis2=2)[:, :, None]
        second = np.diagonal(brought @ at.carried, axis1=1, axis2=2)[:, None, :]
        mean = at.factor_mean.transpose(0, 2, 1) ** 2
        found = _gathered(
            place.free,
            (
                own * second + brought.transpose(0, 2, 1) ** 2 + own * mean,
                first * second + (turned @ at.carried) ** 2 + first * mean,
                first * first.transpose(0, 2, 1) + inner**2,
                own * own.transpose(0, 2, 1) + k**2,
                own,
                first,
            ),
        )
        found[:, _on_diagonal(place.free)] *= 0.25  # u is half of v there
        found[~at.valid] = np.nan
        total[:, place.parameter] += share * found
    return total


@dataclass(frozen=True, slots=True)
class Stacked:
    """What the parameters of b samples imply for one group, stacked.

    Attributes
    ----------
    k : (b, p, p)
        The inverses of the covariances,
    valid : (b,)
        where these are positive definite.
    mu : (b, p)
    reach : (b, p, m)
        Lambda (I - B)^-1.
    carried : (b, p, m)
        The covariances of the observed with the factors, Lambda Phi.
    factor_mean : (b, m, 1)
    """

    k: Floats
    valid: NDArray[np.bool_]
    mu: Floats
    reach: Floats
    carried: Floats
    factor_mean: Floats


def stacked(model: Model, x: Floats) -> list[Stacked]:
    """Return what parameters, (b, npar), imply for each group.

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular at one of them.
    """
    none, found = np.empty((len(x), 0)), []
    for group in range(len(model.layouts)):
        loadings, beta, psi, theta, nu, alpha = filled_stacks(model, group, x, none)[:6]
        reach, factor_cov, factor_mean = loadings, psi, alpha
        if beta.any():
            spread = np.asarray(np.linalg.inv(np.eye(beta.shape[1]) - beta))
            reach, factor_mean = loadings @ spread, spread @ alpha
            factor_cov = spread @ psi @ spread.transpose(0, 2, 1)
        k, valid = inverses(reach @ psi @ reach.transpose(0, 2, 1) + theta)
        mu = (nu + reach @ alpha)[:, :, 0]
        found.append(Stacked(k, valid, mu, reach, loadings @ factor_cov, factor_mean))
    return found


def _by_cells(
    cells: Cells, sigma: Floats, mu: Floats, reach: Floats, carried: Floats, factor_mean: Floats
) -> Floats:
    """Return the derivatives by cells, (b, k), of b slopes Q = ``sigma`` and q = ``mu``."""
    turned = reach.transpose(0, 2, 1)
    loadings = sigma @ carried + mu @ factor_mean.transpose(0, 2, 1)
    by_matrix = (loadings, turned @ loadings, turned @ sigma @ reach, sigma, mu, turned @ mu)
    found = _gathered(cells, by_matrix)
    found[:, _on_diagonal(cells)] *= 0.5  # one cell moves half of u v' + v u'
    return found


def _gathered(cells: Cells, by_matrix: Sequence[Floats]) -> Floats:
    """Return the entries of the cells, (b, k), of stacks in the order of ``MATRICES``."""
    flat = np.concatenate([values.reshape(len(values), -1) for values in by_matrix], axis=1)
    widths = np.array([values.shape[2] for values in by_matrix])
    begins = np.cumsum([0, *(values[0].size for values in by_matrix[:-1])])
    return flat[:, begins[cells.matrix] + cells.row * widths[cells.matrix] + cells.col]


def _on_diagonal(cells: Cells) -> NDArray[np.bool_]:
    symmetric = (cells.matrix == _PSI) | (cells.matrix == _THETA)
    return np.asarray(symmetric & (cells.row == cells.col))
