"""The hull method: the last number of factors whose gain in fit is worth its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.factors.adequacy import kmo_measure
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
        Common part accounted for (CAF): one less the sampling adequacy (KMO) of the residual
        correlations of a minres solution; 1 where nothing is left.
    df : ndarray, shape (m + 1,)
    st : ndarray, shape (m + 1,)
        Scree test values; NaN off the hull and at its ends.
    n_factors : int
        Where st is largest; 0 where the rule says nothing: the boundary has no bend, or there
        are fewer than six items.
    """

    fit: NDArray[np.float64]
    df: NDArray[np.float64]
    st: NDArray[np.float64]
    n_factors: int


def hull(corr: NDArray[np.float64], most: int) -> Hull:
    r"""Choose the number of factors by the hull method, on the common part accounted for.

    Of the solutions with 0, 1, ... factors those on the upper boundary of fit against degrees
    of freedom are kept; that one is chosen after which fit gains least, relative to before:

    .. math:: st_i = \frac{(f_i - f_{i-1}) / (df_{i-1} - df_i)}
                          {(f_{i+1} - f_i) / (df_i - df_{i+1})}

    CAF with unweighted least squares is what the authors' own program and R packages take by
    default; with the root mean square residual in its place one large general factor wins.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
        Positive definite.
    most : int
        Largest number of factors tried: that of parallel analysis plus one. The number sought
        must lie below it, so take the most liberal parallel analysis.

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
    numbers = [k for k in range(max(most, 3) + 1) if k == 0 or degrees_of_freedom(p, k) > 0]
    fit = np.array([_accounted(corr, k) for k in numbers])
    df = np.array([float(degrees_of_freedom(p, k)) for k in numbers])
    kept = _on_hull(fit, df)
    st = np.full(len(numbers), np.nan)
    for left, mid, right in zip(kept, kept[1:], kept[2:], strict=False):
        gain = (fit[mid] - fit[left]) / (df[left] - df[mid])
        next_gain = (fit[right] - fit[mid]) / (df[mid] - df[right])
        st[mid] = gain / max(next_gain, 1e-9)
    spoken = p >= _FEWEST and bool(np.isfinite(st).any())
    chosen = int(np.nanargmax(st)) if spoken else 0
    if fit.max() == 1:  # nothing left to explain: the boundary ends there
        chosen = int((fit == 1).argmax())
    return Hull(fit, df, st, numbers[chosen])


def _accounted(corr: NDArray[np.float64], k: int) -> float:
    """Return one less the sampling adequacy of the residual correlations of k factors."""
    residual = corr.copy()
    if k:
        loadings = extract(corr, k, "minres").loadings
        residual = corr - loadings @ loadings.T
        np.fill_diagonal(residual, 1.0)
    off = residual - np.eye(len(corr))
    if float((off**2).mean()) < _NOTHING**2:
        return 1.0
    if np.linalg.eigvalsh(residual)[0] < 1e-10:
        return float("nan")  # no anti-image correlations: not a solution to choose
    inverse = np.asarray(np.linalg.inv(residual), dtype=np.float64)
    return 1.0 - kmo_measure(residual, inverse)[0]


_FEWEST = 6  # items; of fewer the boundary has three points or less
_NOTHING = 1e-7  # residuals of this size are those of rounding


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
