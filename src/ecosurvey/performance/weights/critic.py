"""CRITIC weights: spread, and disagreement with the other criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.performance.weights.entropy import checked_matrix, normed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def critic_weights(matrix: ArrayLike) -> NDArray[np.float64]:
    r"""Return CRITIC weights of criteria (criteria importance through intercriteria correlation).

    :math:`C_j=s_j\sum_k(1-r_{jk})`, :math:`w_j=C_j/\sum_k C_k`, with the standard deviations and
    Pearson correlations over units of criteria on a common scale.

    Parameters
    ----------
    matrix : (n, k) array
        Units by criteria, each between the same two ends (in the original: min-max normed).

    Returns
    -------
    (k,) array
        Weights that sum to 1; equal ones if no criterion tells units apart. A criterion without
        spread has weight 0, and the others count as uncorrelated with it.

    Raises
    ------
    DataError
        With fewer than two units, or values that are not finite.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22, 763-770, eq. 4.

    Examples
    --------
    >>> critic_weights([[0, 0, 1], [0.5, 0.5, 0], [1, 1, 0.5]]).round(3).tolist()
    [0.25, 0.25, 0.5]
    """
    x = checked_matrix(matrix)
    centred = x - x.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    varies = spread > 1e-12 * max(1.0, float(np.abs(x).max()))
    unit = np.divide(centred, spread, out=np.zeros_like(x), where=varies)
    correlation = unit.T @ unit / len(x)
    np.fill_diagonal(correlation, 1.0)
    conflict = np.maximum((1 - correlation).sum(axis=1), 0.0)
    return normed(np.where(varies, spread, 0.0) * conflict)
