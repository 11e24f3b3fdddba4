"""The sampling covariance of statistics, kept as what each row adds to them.

N times the covariance is Gamma = sum of z z' over rows, z the row's influence on the k statistics.
Weights and robust errors ask for its diagonal and for products with few vectors, which the
influences give; the k by k matrix, the most expensive part of a fit of many ordinal variables,
is formed only where a result needs all of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class SamplingCovariance:
    """Gamma, N times the sampling covariance of k statistics.

    Parameters
    ----------
    influences : (k, m) array, optional
        Gamma is their product with their own transpose.
    matrix : (k, k) array, optional
        Gamma itself; one of the two is given.

    Examples
    --------
    >>> import numpy as np
    >>> gamma = SamplingCovariance(np.array([[1.0, 2.0], [0.0, 3.0]]))
    >>> gamma.diagonal, gamma.matrix[0]
    (array([5., 9.]), array([5., 6.]))
    """

    __slots__ = ("_influences", "_matrix")

    def __init__(self, influences: Floats | None = None, matrix: Floats | None = None) -> None:
        if (influences is None) == (matrix is None):
            raise TypeError("either the influences or the matrix is needed")
        self._influences, self._matrix = influences, matrix

    @property
    def influences(self) -> Floats | None:
        """What each row adds to the statistics, (k, m); None where only the matrix is known."""
        return self._influences

    @property
    def matrix(self) -> Floats:
        """Gamma itself, (k, k), formed when first asked for."""
        if self._matrix is None:
            assert self._influences is not None  # noqa: S101 (one of the two was given)
            self._matrix = self._influences @ self._influences.T
        return self._matrix

    @property
    def diagonal(self) -> Floats:
        """N times the sampling variances, (k,)."""
        if self._influences is None:
            return np.diag(self.matrix)
        return np.asarray(np.einsum("km,km->k", self._influences, self._influences))

    def trace(self, weight: Floats) -> float:
        """Return tr(V Gamma), V given by its diagonal (k,) or whole (k, k)."""
        if weight.ndim == 1:
            return float(weight @ self.diagonal)
        return float(np.sum(weight * self.matrix))

    def square(self, weight: Floats) -> float:
        """Return tr((V Gamma)^2), V given by its diagonal (k,) or whole (k, k)."""
        if weight.ndim == 1:
            return float(weight @ np.square(self.matrix) @ weight)
        weighted = weight @ self.matrix
        return float(np.einsum("ij,ji->", weighted, weighted))
