"""Velicer's minimum average partial: components out until what is left is noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class AveragePartial:
    """Average partial correlations after taking out 0, 1, 2, ... components.

    Attributes
    ----------
    squared, fourth : ndarray, shape (p - 1,)
        Mean squared and mean fourth power of the partial correlations.
    n_factors, n_factors_revised : int
        Where each is smallest: the original rule (1976) and the revised one (2000).
    """

    squared: NDArray[np.float64]
    fourth: NDArray[np.float64]
    n_factors: int
    n_factors_revised: int


def average_partial(corr: NDArray[np.float64]) -> AveragePartial:
    """Compute Velicer's minimum average partial, original and revised.

    Parameters
    ----------
    corr : ndarray, shape (p, p)

    Returns
    -------
    AveragePartial

    References
    ----------
    Velicer, W. F. (1976). Psychometrika, 41, 321-327. Velicer, W. F., Eaton, C. A., & Fava,
    J. L. (2000). In Problems and solutions in human assessment (pp. 41-71).

    Examples
    --------
    >>> import numpy as np
    >>> average_partial(np.where(np.eye(6) == 1, 1, .4)).n_factors
    1

    In R: ``psych::vss(x)$map`` gives ``squared`` from one component on.
    """
    p = len(corr)
    values, vectors = np.linalg.eigh(corr)
    components = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0))
    squared, fourth = np.full(p - 1, np.nan), np.full(p - 1, np.nan)
    partial = corr.copy()
    for m in range(p - 1):
        if m:
            partial = partial - np.outer(components[:, m - 1], components[:, m - 1])
        left = np.diag(partial)
        if left.min() < 1e-12:  # an item is used up: nothing is left to correlate
            break
        size = (partial / np.sqrt(np.outer(left, left))) ** 2
        np.fill_diagonal(size, 0)
        squared[m] = size.sum() / (p * (p - 1))
        fourth[m] = (size**2).sum() / (p * (p - 1))
    return AveragePartial(squared, fourth, int(np.nanargmin(squared)), int(np.nanargmin(fourth)))
