"""What was observed in one group: size, means, covariances, and the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation import Places
from ecosurvey.sem.observed.incomplete import Incomplete

_CHUNK = 65_536  # rows at a time, so that centring never copies the whole


@dataclass(frozen=True, slots=True)
class OrdinalMoments:
    """The two-step statistics of ordinal (and other) variables of one group.

    Attributes
    ----------
    values : (k,) array
        Thresholds and means, slopes on the covariates, variances, correlations.
    gamma : (k, k) array
        N times their sampling covariance.
    places : Places
        Which stands where; of the variables that are not fixed covariates.
    data : (n, P) array
        The rows: category numbers from 0, or values of continuous variables; NaN where missing.
    covariates : (n, q) array
    fixed : tuple of str
        Their names.
    n_categories : tuple of int
        0 for continuous variables.
    """

    values: NDArray[np.float64]
    gamma: NDArray[np.float64]
    places: Places
    data: NDArray[np.float64]
    covariates: NDArray[np.float64]
    fixed: tuple[str, ...]
    n_categories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """The sample moments of one group.

    Attributes
    ----------
    names : tuple of str
        The p observed variables.
    n : int
        Number of rows used.
    cov : (p, p)
        Covariances as the estimator fits them: divided by N for the normal likelihood, else
        by N - 1.
    mean : (p,)
    unbiased : bool
        Whether ``cov`` is divided by N - 1.
    data : (n, p) array or None
        The complete rows; None if only moments were given, or if rows have gaps.
    rows : Incomplete or None
        The rows with their gaps, for full-information likelihood; ``cov`` and ``mean`` are then
        the saturated maximum-likelihood moments.
    loglik : float
        Log-likelihood of ``rows`` at those moments.
    ordinal : OrdinalMoments or None
        For ordinal variables: what is fitted. ``cov`` then holds correlations (given fixed
        covariates), and the covariates' own covariances.
    """

    names: tuple[str, ...]
    n: int
    cov: NDArray[np.float64]
    mean: NDArray[np.float64]
    unbiased: bool = False
    data: NDArray[np.float64] | None = None
    rows: Incomplete | None = None
    loglik: float = nan
    ordinal: OrdinalMoments | None = None

    @property
    def cov_n(self) -> NDArray[np.float64]:
        """The covariances divided by N."""
        return self.cov * ((self.n - 1) / self.n) if self.unbiased else self.cov


def moments_of(data: NDArray[np.float64], names: tuple[str, ...], *, unbiased: bool) -> Moments:
    """Return the moments of complete rows, in one pass over centred chunks.

    Parameters
    ----------
    data : (n, p) array without gaps
    unbiased : bool
        Divide by N - 1 rather than by N.
    """
    n, p = data.shape
    mean = data.mean(axis=0)
    cross = np.zeros((p, p))
    for start in range(0, n, _CHUNK):
        centred = data[start : start + _CHUNK] - mean
        cross += centred.T @ centred
    return Moments(names, n, cross / (n - 1 if unbiased else n), mean, unbiased, data)
