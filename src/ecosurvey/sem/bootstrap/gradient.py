"""The derivative of the objective by all cells of the model matrices at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
        at = _Stacked.of(model, group, x)
        by_sigma, by_mu, fine = own.slopes(at.sigma, at.mu)
        valid &= fine
        total[:, place.parameter] += share * _by_cells(
            place.free, by_sigma, by_mu[:, :, None], at.reach, at.carried, at.factor_mean
        )
    return total, valid


def informations(model: Model, x: Floats) -> Floats:
    """Return the expected information of each parameter in a complete row, at many x.

    For dSigma = u v' + v u' it is (u'Ku)(v'Kv) + (u'Kv)^2, and dmu'K dmu, K = Sigma^-1: what
    the diagonal of the information is made of.

    Parameters
    ----------
    model : Model
        Without fixed covariates.
    x : (b, npar) array

    Returns
    -------
    (b, npar) array
        NaN where Sigma is not positive definite.

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular at one of them.
    """
    total = np.zeros_like(x)
    for group, (place, share) in enumerate(zip(model.layouts, model.weights, strict=True)):
        at = _Stacked.of(model, group, x)
        k, valid = inverses(at.sigma)
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
        found[~valid] = np.nan
        total[:, place.parameter] += share * found
    return total


@dataclass(frozen=True, slots=True)
class _Stacked:
    """What the parameters of b samples imply for one group, stacked.

    ``carried`` holds the covariances of the observed with the factors, Lambda Phi.
    """

    sigma: Floats
    mu: Floats
    reach: Floats
    carried: Floats
    factor_mean: Floats

    @classmethod
    def of(cls, model: Model, group: int, x: Floats) -> _Stacked:
        none = np.empty((len(x), 0))
        loadings, beta, psi, theta, nu, alpha = filled_stacks(model, group, x, none)[:6]
        reach, factor_cov, factor_mean = loadings, psi, alpha
        if beta.any():
            spread = np.asarray(np.linalg.inv(np.eye(beta.shape[1]) - beta))
            reach, factor_mean = loadings @ spread, spread @ alpha
            factor_cov = spread @ psi @ spread.transpose(0, 2, 1)
        sigma = reach @ psi @ reach.transpose(0, 2, 1) + theta
        mu = (nu + reach @ alpha)[:, :, 0]
        return cls(sigma, mu, reach, loadings @ factor_cov, factor_mean)


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
