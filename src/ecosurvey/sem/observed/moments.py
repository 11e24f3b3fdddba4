"""What was observed in one group: size, means, covariances, and the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation import Places, SamplingCovariance
from ecosurvey.sem.observed.design import Design, weighed
from ecosurvey.sem.observed.incomplete import Incomplete

_CHUNK = 65_536  # rows at a time, so that centring never copies the whole


@dataclass(frozen=True, slots=True)
class OrdinalMoments:
    """The two-step statistics of ordinal (and other) variables of one group.

    Attributes
    ----------
    values : (k,) array
        Thresholds and means, slopes on the covariates, variances, correlations.
    sampling : SamplingCovariance
        Gamma, N times their sampling covariance.
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
    sampling: SamplingCovariance
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
    n : float
        Number of rows used, or the sum of their weights.
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
    design : Design or None
        Weights and clusters of the rows; None for rows that count alike, drawn one by one.
    """

    names: tuple[str, ...]
    n: float
    cov: NDArray[np.float64]
    mean: NDArray[np.float64]
    unbiased: bool = False
    data: NDArray[np.float64] | None = None
    rows: Incomplete | None = None
    loglik: float = nan
    ordinal: OrdinalMoments | None = None
    design: Design | None = None

    @property
    def n_rows(self) -> int:
        """How many rows there are, whatever they weigh."""
        if self.rows is not None:
            return self.rows.n
        return round(self.n) if self.data is None else len(self.data)

    @property
    def cov_n(self) -> NDArray[np.float64]:
        """The covariances divided by N."""
        return self.cov * ((self.n - 1) / self.n) if self.unbiased else self.cov


def moments_of(
    data: NDArray[np.float64],
    names: tuple[str, ...],
    *,
    unbiased: bool,
    design: Design | None = None,
) -> Moments:
    """Return the moments of complete rows, in one pass over centred chunks.

    Parameters
    ----------
    data : (n, p) array without gaps
    unbiased : bool
        Divide by N - 1 rather than by N.
    design : Design, optional
        Weights and clusters of the rows.
    """
    rows, p = data.shape
    weights = None if design is None else design.weights
    n = rows if design is None else design.total(rows)
    mean = data.mean(axis=0) if weights is None else weights @ data / n
    cross = np.zeros((p, p))
    for start in range(0, rows, _CHUNK):
        centred = data[start : start + _CHUNK] - mean
        cross += centred.T @ weighed(centred, design, start)
    cov = cross / (n - 1 if unbiased else n)
    return Moments(names, n, cov, mean, unbiased, data, design=design)
