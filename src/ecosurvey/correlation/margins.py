"""One variable at a time: thresholds or mean and variance, slopes on covariates, row scores.

First of the two steps of Muthén (1984): what one variable says alone, before any pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.bivariate import FAR, normal_density
from ecosurvey.correlation.probit import ordered_probit


@dataclass(frozen=True, slots=True)
class OrderedMargin:
    """An ordinal variable seen as a cut-up standard normal (given the covariates).

    Attributes
    ----------
    codes : (n,) int array
        Category of each row from 0; -1 where it is missing.
    thresholds : (c - 1,) array
        Given covariates: at covariates of zero.
    slopes : (q,) array
        Of the latent response on the covariates.
    lower, upper : (n,) arrays
        Bounds of each row's latent residual; ``-FAR`` and ``FAR`` where open.
    """

    codes: NDArray[np.intp]
    thresholds: NDArray[np.float64]
    slopes: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def n_categories(self) -> int:
        """Number of categories."""
        return len(self.thresholds) + 1

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Rows where the variable is answered."""
        return np.asarray(self.codes >= 0)

    def scores(self, covariates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return d log-likelihood / d [thresholds, slopes] of each row; zero where missing."""
        if not covariates.shape[1]:
            return self.category_scores()[self.codes]
        found, pull = _cut_scores(self.codes, self.lower, self.upper, len(self.thresholds))
        return np.concatenate([found, pull[:, None] * covariates], axis=1)

    def category_scores(self) -> NDArray[np.float64]:
        """Return the scores of each category, without covariates; the last are zero."""
        codes = np.append(np.arange(self.n_categories), -1)
        edges = np.concatenate([[-FAR], self.thresholds, [FAR, FAR]])
        return _cut_scores(codes, edges[codes], edges[codes + 1], len(self.thresholds))[0]


def _cut_scores(
    codes: NDArray[np.intp],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    count: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the slopes of log P(lower < z < upper) in the thresholds, and in a shift of both."""
    from scipy.special import ndtr

    seen = codes >= 0
    probability = np.where(seen, ndtr(upper) - ndtr(lower), 1.0)
    at_upper, at_lower = normal_density(upper) / probability, normal_density(lower) / probability
    steps = np.arange(count)
    found = np.where(codes[:, None] == steps, at_upper[:, None], 0.0)
    found -= np.where(codes[:, None] == steps + 1, at_lower[:, None], 0.0)
    return found, np.where(seen, at_lower - at_upper, 0.0)


@dataclass(frozen=True, slots=True)
class NumericMargin:
    """A continuous variable: its regression on the covariates, or its mean and variance.

    Attributes
    ----------
    mean : float
        The intercept, if there are covariates.
    slopes : (q,) array
    variance : float
        Residual variance divided by the number of rows.
    residual : (n,) array
        Standardized; zero where missing.
    seen : (n,) bool array
    values : (u,) array
        Those that the residual takes, in order.
    levels : (n,) int array
        Which of them each row has; -1 where missing.
    """

    mean: float
    slopes: NDArray[np.float64]
    variance: float
    residual: NDArray[np.float64]
    seen: NDArray[np.bool_]
    values: NDArray[np.float64]
    levels: NDArray[np.intp]

    def scores(self, covariates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return d log-likelihood / d [mean, slopes, variance] of each row; zero where missing."""
        pull = self.residual / np.sqrt(self.variance)
        spread = np.where(self.seen, (self.residual**2 - 1) / (2 * self.variance), 0.0)
        return np.concatenate([pull[:, None], pull[:, None] * covariates, spread[:, None]], axis=1)

    def category_scores(self) -> NDArray[np.float64]:
        """Return the scores of each of ``values``, without covariates; the last are zero."""
        pull = self.values / np.sqrt(self.variance)
        spread = (self.values**2 - 1) / (2 * self.variance)
        return np.concatenate([np.stack([pull, spread], axis=1), np.zeros((1, 2))])


Margin = OrderedMargin | NumericMargin


def categories_of(margin: Margin) -> tuple[NDArray[np.intp], int]:
    """Return each row's category, or value if continuous, from 0, -1 if missing; and how many."""
    if isinstance(margin, OrderedMargin):
        return margin.codes, margin.n_categories
    return margin.levels, len(margin.values)


def ordered_margin(
    codes: NDArray[np.intp],
    n_categories: int,
    covariates: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> OrderedMargin:
    """Return thresholds, and slopes by ordered probit if there are covariates.

    Parameters
    ----------
    codes : (n,) int array
        From 0; -1 where missing. Every category occurs.
    covariates : (n, q) array
        Without gaps; q may be 0.
    weights : (n,) array, optional
        How much each row counts.
    """
    from scipy.special import ndtri

    seen = codes >= 0
    mine = None if weights is None else weights[seen]
    counts = np.bincount(codes[seen], mine, minlength=n_categories)
    shares = np.cumsum(counts)[:-1] / counts.sum()
    thresholds, slopes = ndtri(shares), np.zeros(covariates.shape[1])
    if covariates.shape[1]:
        thresholds, slopes = ordered_probit(codes[seen], covariates[seen], thresholds, mine)
    shift = covariates @ slopes
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    safe = np.maximum(codes, 0)
    return OrderedMargin(
        codes=codes,
        thresholds=thresholds,
        slopes=slopes,
        lower=np.clip(edges[safe] - shift, -FAR, FAR),
        upper=np.clip(edges[safe + 1] - shift, -FAR, FAR),
    )


def numeric_margin(
    values: NDArray[np.float64],
    covariates: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> NumericMargin:
    """Return mean, slopes and variance by (weighted) least squares over the rows not NaN."""
    seen = ~np.isnan(values)
    mine = np.ones(int(seen.sum())) if weights is None else weights[seen]
    design = np.column_stack([np.ones(len(mine)), covariates[seen]])
    root = np.sqrt(mine)
    slopes = np.linalg.lstsq(design * root[:, None], values[seen] * root, rcond=None)[0]
    left = np.asarray(values[seen] - design @ slopes, dtype=float)
    variance = float(mine @ left**2) / float(mine.sum())
    residual = np.zeros(len(values))
    residual[seen] = left / np.sqrt(variance)
    levels = np.full(len(values), -1, dtype=np.intp)
    different, levels[seen] = np.unique(residual[seen], return_inverse=True)
    return NumericMargin(
        float(slopes[0]), np.asarray(slopes[1:], dtype=float), variance, residual, seen,
        different, levels,
    )  # fmt: skip
