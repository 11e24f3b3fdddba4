"""The hull method: the last number of factors whose gain in fit is worth its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.factors.extraction import extract
from ecosurvey.factors.fit import degrees_of_freedom

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Hull:
    """Fit against degrees of freedom for 0, 1, 2, ... factors.

    Attributes
    ----------
    fit : ndarray, shape (m + 1,)
        One less the root mean square residual (SRMR) of a minres solution.
    df : ndarray, shape (m + 1,)
    st : ndarray, shape (m + 1,)
        Scree test values; NaN off the hull and at its ends.
    n_factors : int
        Where st is largest; 0 where there is no bend.
    """

    fit: NDArray[np.float64]
    df: NDArray[np.float64]
    st: NDArray[np.float64]
    n_factors: int


def hull(corr: NDArray[np.float64], most: int) -> Hull:
    """Choose the number of factors by the hull method, on the root mean square residual.

    Of the indices of the original this one always rises with the number of factors, so that
    the boundary does not end at the number sought, as it can with CFI at its ceiling.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
        Positive definite.
    most : int
        Largest number of factors tried; the original takes that of parallel analysis plus one.

    Returns
    -------
    Hull

    References
    ----------
    Lorenzo-Seva, U., Timmerman, M. E., & Kiers, H. A. L. (2011). The hull method for selecting
    the number of common factors. Multivariate Behavioral Research, 46, 340-364.

    Examples
    --------
    >>> import numpy as np
    >>> L = np.kron(np.eye(2), np.full((4, 1), .7))
    >>> r = L @ L.T
    >>> np.fill_diagonal(r, 1)
    >>> hull(r, 3).n_factors
    2
    """
    p = len(corr)
    numbers = [k for k in range(max(most, 2) + 1) if k == 0 or degrees_of_freedom(p, k) > 0]
    fit = np.array([_reproduction(corr, k) for k in numbers])
    df = np.array([float(degrees_of_freedom(p, k)) for k in numbers])
    kept = _on_hull(fit, df)
    st = np.full(len(numbers), np.nan)
    for left, mid, right in zip(kept, kept[1:], kept[2:], strict=False):
        gain = (fit[mid] - fit[left]) / (df[left] - df[mid])
        next_gain = (fit[right] - fit[mid]) / (df[mid] - df[right])
        st[mid] = gain / max(next_gain, 1e-9)
    chosen = int(np.nanargmax(st)) if np.isfinite(st).any() else 0
    if fit.max() > 1 - 1e-7:  # nothing left to explain: the boundary ends there
        chosen = int((fit > 1 - 1e-7).argmax())
    return Hull(fit, df, st, numbers[chosen])


def _reproduction(corr: NDArray[np.float64], k: int) -> float:
    """Return one less the root mean square of the residual correlations of k factors."""
    residual = corr.copy()
    if k:
        loadings = extract(corr, k, "minres").loadings
        residual = corr - loadings @ loadings.T
    np.fill_diagonal(residual, 0)
    p = len(corr)
    return 1 - float(np.sqrt((residual**2).sum() / (p * (p - 1))))


def _on_hull(fit: NDArray[np.float64], df: NDArray[np.float64]) -> list[int]:
    """Return the solutions on the upper boundary, by falling degrees of freedom."""
    kept: list[int] = []
    for i, value in enumerate(fit):
        if np.isfinite(value) and (not kept or value > fit[kept[-1]] + 1e-12):
            kept.append(i)
    again = True
    while again and len(kept) > 2:
        again = False
        for place in range(1, len(kept) - 1):
            a, b, c = kept[place - 1 : place + 2]
            share = (df[a] - df[b]) / (df[a] - df[c])
            if fit[b] <= fit[a] + share * (fit[c] - fit[a]):
                del kept[place]
                again = True
                break
    return kept
