"""Derivatives of the implied moments: every cell moves Sigma by a matrix of rank two.

For each cell there are vectors u, v with dSigma = u v' + v u', so that traces against dSigma
cost a few products of slim matrices instead of p (p + 1) / 2 columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied.layout import MATRICES, Cells, Matrices
from ecosurvey.sem.implied.lisrel import Implied


@dataclass(frozen=True, slots=True)
class Directions:
    """How the moments move with each of k cells: dSigma = u v' + v u', dmu.

    Attributes
    ----------
    u, v : (k, p)
    mean : (k, p) derivative of mu
    """

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    mean: NDArray[np.float64]

    @property
    def moves_mean(self) -> bool:
        """Whether any cell moves mu at all."""
        return bool(self.mean.any())


def directions(cells: Cells, model: Matrices, implied: Implied) -> Directions:
    """Return the directions in which the moments move with each cell.

    Parameters
    ----------
    cells : Cells
        Any cells, free or not: modification indices ask for fixed ones. Thresholds and scales
        of latent responses move nothing here.
    """
    p = len(implied.mu)
    k = len(cells)
    u, v, mean = np.zeros((k, p)), np.zeros((k, p)), np.zeros((k, p))
    reach = implied.reach.T  # (m, p)
    carried = implied.factor_cov @ model.lambda_.T  # (m, p): covariances of factors with observed
    eye = np.eye(p)
    for index, name in enumerate(MATRICES):
        here = np.flatnonzero(cells.matrix == index)
        if not len(here):
            continue
        row, col = cells.row[here], cells.col[here]
        if name == "lambda":
            u[here], v[here] = eye[row], carried[col]
            mean[here] = eye[row] * implied.factor_mean[col, None]
        elif name == "beta":
            u[here], v[here] = reach[row], carried[col]
            mean[here] = reach[row] * implied.factor_mean[col, None]
        elif name == "psi":
            half = np.where(row == col, 0.5, 1.0)[:, None]
            u[here], v[here] = half * reach[row], reach[col]
        elif name == "theta":
            half = np.where(row == col, 0.5, 1.0)[:, None]
            u[here], v[here] = half * eye[row], eye[col]
        elif name == "nu":
            mean[here] = eye[row]
        elif name == "alpha":
            mean[here] = reach[row]
    return Directions(u, v, mean)


def moment_jacobian(moves: Directions, *, meanstructure: bool) -> NDArray[np.float64]:
    """Return d[mu; vech(Sigma)] / d cell, of shape (moments, k); without mu if so asked.

    vech takes the lower triangle column by column, as lavaan does.
    """
    one, other = np.triu_indices(moves.u.shape[1])
    covariances = moves.u[:, one] * moves.v[:, other] + moves.v[:, one] * moves.u[:, other]
    blocks = [moves.mean, covariances] if meanstructure else [covariances]
    return np.ascontiguousarray(np.concatenate(blocks, axis=1).T)


def vech(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lower triangle of a symmetric matrix, column by column."""
    return matrix[np.triu_indices(len(matrix))]
