"""A correlation matrix made positive definite, as little changed as its eigenvalues allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def smooth_correlations(matrix: NDArray[np.float64], floor: float = 1e-4) -> NDArray[np.float64]:
    """Raise eigenvalues below ``floor`` to it and rescale to a unit diagonal.

    Parameters
    ----------
    matrix : (p, p) array
        Symmetric, with a unit diagonal.
    floor : float
        lavaan's ``cor.smooth.tol``; psych's ``cor.smooth`` goes to 1e-10.

    Examples
    --------
    >>> bent = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> bool(np.linalg.eigvalsh(smooth_correlations(bent))[0] > 0)
    True
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= floor:
        return matrix.copy()
    raised = (vectors * np.maximum(values, floor)) @ vectors.T
    scale = np.sqrt(np.diag(raised))
    found: NDArray[np.float64] = raised / np.outer(scale, scale)
    np.fill_diagonal(found, 1.0)
    return (found + found.T) / 2
