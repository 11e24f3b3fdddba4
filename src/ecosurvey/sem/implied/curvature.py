"""Second derivatives of the implied moments, contracted with given weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied.derivatives import Directions
from ecosurvey.sem.implied.inverse import inverse
from ecosurvey.sem.implied.layout import MATRICES, Cells, Matrices
from ecosurvey.sem.implied.lisrel import Implied

_LAMBDA, _BETA, _PSI = (MATRICES.index(name) for name in ("lambda", "beta", "psi"))
_ALPHA = MATRICES.index("alpha")


def curvature(
    cells: Cells,
    model: Matrices,
    implied: Implied,
    moves: Directions,
    weight: NDArray[np.float64],
    mean_weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return tr(Q d2Sigma)/2 + q' d2mu for every pair of cells.

    With L = Lambda (I - B)^-1 and K the covariances of the factors with the observed
    variables, a loading or regression in column j moves Sigma by u K_j' + K_j u'. Moving u and
    K_j in turn gives the second derivatives; residual covariances and intercepts have none.

    Parameters
    ----------
    cells : Cells
        The k cells.
    model, implied, moves
        The matrices, their moments and the first-order moves of ``cells``.
    weight : (p, p) symmetric array
        Q, the loss's slope in Sigma.
    mean_weight : (p,) array
        q, the loss's slope in mu.

    Returns
    -------
    (k, k) array
    """
    k = len(cells)
    found = np.zeros((k, k))
    slopes = np.flatnonzero((cells.matrix == _LAMBDA) | (cells.matrix == _BETA))
    if not len(slopes):
        return found
    spread = inverse(np.eye(len(model.beta)) - model.beta)  # (I - B)^-1
    reach, carried = implied.reach, implied.factor_cov @ model.lambda_.T
    u, column = moves.u[slopes], cells.col[slopes]
    regression = cells.matrix[slopes] == _BETA
    source = np.zeros((len(slopes), len(spread)))  # which factors each regression moves
    source[regression] = spread[:, cells.row[slopes][regression]].T

    weighted = u @ weight
    chain = source[:, column] * (weighted @ carried.T)[:, column].T
    chain += chain.T
    chain += implied.factor_cov[np.ix_(column, column)] * (weighted @ u.T)
    pull = u @ mean_weight
    means = source[:, column] * pull[None, :] * implied.factor_mean[column][:, None]
    found[np.ix_(slopes, slopes)] = chain + means + means.T

    _with_variances(found, cells, slopes, weighted @ reach, column, spread)
    _with_factor_means(found, cells, slopes, pull, column, spread)
    return found


def _with_variances(
    found: NDArray[np.float64],
    cells: Cells,
    slopes: NDArray[np.intp],
    weighted_reach: NDArray[np.float64],
    column: NDArray[np.intp],
    spread: NDArray[np.float64],
) -> None:
    """Fill in the pairs of a slope with a factor (co)variance."""
    variances = np.flatnonzero(cells.matrix == _PSI)
    if not len(variances):
        return
    one, other = cells.row[variances], cells.col[variances]
    half = np.where(one == other, 0.5, 1.0)
    block = half * (
        spread[np.ix_(column, one)] * weighted_reach[:, other]
        + spread[np.ix_(column, other)] * weighted_reach[:, one]
    )
    found[np.ix_(slopes, variances)] = block
    found[np.ix_(variances, slopes)] = block.T


def _with_factor_means(
    found: NDArray[np.float64],
    cells: Cells,
    slopes: NDArray[np.intp],
    pull: NDArray[np.float64],
    column: NDArray[np.intp],
    spread: NDArray[np.float64],
) -> None:
    """Fill in the pairs of a slope with a factor mean."""
    means = np.flatnonzero(cells.matrix == _ALPHA)
    if not len(means):
        return
    block = pull[:, None] * spread[np.ix_(column, cells.row[means])]
    found[np.ix_(slopes, means)] = block
    found[np.ix_(means, slopes)] = block.T
