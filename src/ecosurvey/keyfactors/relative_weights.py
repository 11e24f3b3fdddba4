"""Johnson's relative weights: importance by way of the nearest uncorrelated variables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def relative_weights(correlations: Floats) -> Floats:
    r"""Return the relative weight of each predictor; they sum to R squared.

    With the predictors' correlations :math:`R = P \Delta P'` and :math:`\Lambda = P
    \Delta^{1/2} P'`, weights are :math:`\Lambda^{2} (\Lambda^{-1} r)^{2}`, squares taken cell
    by cell.

    Parameters
    ----------
    correlations : (b, p + 1, p + 1) or (p + 1, p + 1) array
        Predictors first, the outcome last.

    Returns
    -------
    (b, p) array

    Notes
    -----
    Quick, but without the rationale of dominance (Thomas, Zumbo, Kwan & Schweitzer 2014):
    reported beside it, not instead.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35, 1-19, eqs. 1-6.

    Examples
    --------
    >>> r = np.array([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]])
    >>> relative_weights(r).round(2).tolist()
    [[0.36, 0.09]]
    """
    stack = correlations[None] if correlations.ndim == 2 else correlations
    p = stack.shape[1] - 1
    values, vectors = np.linalg.eigh(stack[:, :p, :p])
    root = (vectors * np.sqrt(np.clip(values, 0, None))[:, None, :]) @ vectors.transpose(0, 2, 1)
    slopes = np.linalg.solve(root, stack[:, :p, p:])
    return np.asarray((root**2 @ slopes**2)[:, :, 0])
