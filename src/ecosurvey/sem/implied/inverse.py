"""Inverses of small dense matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse; raises ``LinAlgError`` if the matrix is singular."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def symmetric_inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of a symmetric matrix, exactly symmetric."""
    found = inverse(matrix)
    return (found + found.T) / 2
