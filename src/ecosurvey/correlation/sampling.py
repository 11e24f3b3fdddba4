"""The sampling covariance of statistics, kept as what each row adds to them.

N times the covariance is Gamma = sum of z z' over rows, z the row's influence on the k statistics.
Weights and robust errors ask for its diagonal and for products with few vectors, which the
influences give; the k by k matrix, the most expensive part of a fit of many ordinal variables,
is formed only where a result needs all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class SamplingCovariance:
    """Gamma, N times the sampling covariance of k statistics.

    Parameters
    ----------
    influences : (k, m) array or callable, optional
        Gamma is their product with their own transpose. A callable is asked when first needed.
    matrix : (k, k) array, optional
        Gamma itself; one of the two is given.
    diagonal : (k,) array, optional
        Its diagonal, where that is known without either.

    Examples
    --------
    >>> import numpy as np
    >>> gamma = SamplingCovariance(np.array([[1.0, 2.0], [0.0, 3.0]]))
    >>> gamma.diagonal, gamma.matrix[0]
    (array([5., 9.]), array([5., 6.]))
    """

    __slots__ = ("_diagonal", "_influences", "_matrix")

    def __init__(
        self,
        influences: Floats | Callable[[], Floats] | None = None,
        matrix: Floats | None = None,
        diagonal: Floats | None = None,
    ) -> None:
        if (influences is None) == (matrix is None):
            raise TypeError("either the influences or the matrix is needed")
        self._influences, self._matrix, self._diagonal = influences, matrix, diagonal

    def __reduce__(self) -> tuple[type, tuple[Floats | None, Floats | None, Floats | None]]:
        """Let copies in other processes hold arrays only."""
        known = self.influences
        return type(self), (known, self._matrix if known is None else None, self._diagonal)

    @property
    def influences(self) -> Floats | None:
        """What each row adds to the statistics, (k, m); None where only the matrix is known."""
        if callable(self._influences):
            self._influences = self._influences()
        return self._influences

    @property
    def matrix(self) -> Floats:
        """Gamma itself, (k, k), formed when first asked for."""
        if self._matrix is None:
            rows = self.influences
            assert rows is not None  # noqa: S101 (one of the two was given)
            self._matrix = rows @ rows.T
        return self._matrix

    @property
    def diagonal(self) -> Floats:
        """N times the sampling variances, (k,)."""
        if self._diagonal is None:
            rows = self.influences
            self._diagonal = (
                np.diag(self.matrix) if rows is None else np.einsum("km,km->k", rows, rows)
            )
        return self._diagonal

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
