"""Correlations within rows, gaps left out pairwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TINY = 1e-12


def row_correlation(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return for each row the correlation of ``x`` and ``y``, and the number of pairs.

    Parameters
    ----------
    x, y : arrays of shape (n, k)

    Returns
    -------
    r : array of shape (n,)
        NaN with fewer than two pairs or where one of them does not vary.
    count : array of shape (n,)
    """
    import numpy as np

    both = np.isfinite(x) & np.isfinite(y)
    count = both.sum(axis=1)
    divisor = np.maximum(count, 1)[:, None]
    left = np.where(both, x, 0.0)
    right = np.where(both, y, 0.0)
    left = np.where(both, left - left.sum(axis=1, keepdims=True) / divisor, 0.0)
    right = np.where(both, right - right.sum(axis=1, keepdims=True) / divisor, 0.0)
    size = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    product = (left * right).sum(axis=1)
    varies = (count >= 2) & (size > _TINY)
    r = np.divide(product, size, out=np.full(len(size), np.nan), where=varies)
    return np.clip(r, -1.0, 1.0), count
