"""The moments of one group of rows with ordinal variables: two-step statistics, laid out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.correlation import two_step
from ecosurvey.sem.observed.design import Design
from ecosurvey.sem.observed.moments import Moments, OrdinalMoments


def ordinal_moments_of(
    data: NDArray[np.float64],
    n_categories: Sequence[int],
    covariates: NDArray[np.float64],
    names: Sequence[str],
    fixed: Sequence[str],
    design: Design | None = None,
) -> Moments:
    """Return the two-step statistics of some rows as moments of all variables.

    Parameters
    ----------
    data : (n, P) array
        The outcomes: category numbers from 0, or values; NaN where missing.
    n_categories : sequence of int
        0 for continuous variables.
    covariates : (n, q) array
        Without gaps.
    names : sequence of str
        All observed variables of the model, outcomes and covariates, in its order.
    fixed : sequence of str
        Which of them are the covariates, in the order of their columns.
    design : Design, optional
        Weights and clusters of the rows.
    """
    drawn = Design() if design is None else design
    steps = two_step(data, n_categories, covariates, weights=drawn.weights, clusters=drawn.clusters)
    assert steps.sampling is not None  # noqa: S101 (it was asked for)
    values, places = steps.values(), steps.places
    slopes = values[places.slopes]
    mass = np.ones(len(data)) if drawn.weights is None else drawn.weights
    centre = mass @ covariates / steps.n
    apart = covariates - centre
    # divided by N - 1, as lavaan does given covariates; with weights by their sum
    lost = 1 if drawn.weights is None else 0
    spread = (apart * mass[:, None]).T @ apart / (steps.n - lost)
    cov, mean = np.zeros((len(names), len(names))), np.zeros(len(names))
    x = np.array([names.index(name) for name in fixed], dtype=np.intp)
    y = np.array([i for i, name in enumerate(names) if name not in set(fixed)], dtype=np.intp)
    along = slopes @ spread
    cov[np.ix_(y, y)] = steps.covariances + along @ slopes.T
    cov[np.ix_(y, x)] = along
    cov[np.ix_(x, y)] = along.T
    cov[np.ix_(x, x)] = spread
    mean[x] = centre
    for index, (cut, count) in enumerate(zip(places.cuts, n_categories, strict=True)):
        if not count:
            mean[y[index]] = values[cut.start] + float(slopes[index] @ centre)
    ordinal = OrdinalMoments(
        values, steps.sampling, places, data, covariates, tuple(fixed), tuple(n_categories)
    )
    return Moments(tuple(names), steps.n, cov, mean, ordinal=ordinal, design=design)


def redrawn(moments: Moments, rows: NDArray[np.int64]) -> Moments:
    """Return the moments of rows drawn from the sample's.

    Raises
    ------
    DataError
        If nobody drawn chose one of the categories.
    """
    ordinal = moments.ordinal
    if ordinal is None:
        raise TypeError("these moments are not those of ordinal variables")
    data = ordinal.data[rows]
    for column, count in zip(data.T, ordinal.n_categories, strict=True):
        if count:
            seen = np.bincount(column[~np.isnan(column)].astype(np.intp), minlength=count)
            if not seen.all():
                raise DataError(
                    Text(
                        "a category is empty among the rows drawn", "抽出的样本中有一个类别无人选择"
                    )
                )
    return ordinal_moments_of(
        data, ordinal.n_categories, ordinal.covariates[rows], moments.names, ordinal.fixed,
        None if moments.design is None else moments.design.take(rows),
    )  # fmt: skip
