"""Ordinary regression of scale scores, beside the model: what most papers would have reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrdinaryRegression:
    """Standardized least squares with HC3 errors.

    Attributes
    ----------
    beta, se, vif : (p,) arrays
    r_squared : float
    n : int
        Rows without gaps.
    correlations : (p + 1, p + 1) array
        Of predictors and outcome, the outcome last.
    """

    beta: Floats
    se: Floats
    vif: Floats
    r_squared: float
    n: int
    correlations: Floats


def ordinary_regression(predictors: Floats, outcome: Floats) -> OrdinaryRegression:
    """Regress a standardized outcome on standardized predictors, rows with gaps left out.

    Parameters
    ----------
    predictors : (n, p) array
    outcome : (n,) array

    Raises
    ------
    DataError
        If there are too few rows, or a predictor is constant or a sum of others.

    References
    ----------
    Long & Ervin (2000), American Statistician 54, 217-224 (HC3); VIF: 1 / (1 - R_j squared).
    """
    joint = np.column_stack([predictors, outcome])
    joint = joint[np.isfinite(joint).all(axis=1)]
    n, p = len(joint), predictors.shape[1]
    if n < p + 3:
        raise DataError(
            f"{n} complete rows are too few for {p} predictors", fix="Name fewer candidates."
        )
    spread = joint.std(axis=0, ddof=1)
    if not (spread > 0).all():
        raise DataError("a scale score is the same in every row", fix="Leave this scale out.")
    z = (joint - joint.mean(axis=0)) / spread
    x, y = z[:, :p], z[:, p]
    correlations = z.T @ z / (n - 1)
    if np.linalg.cond(correlations[:p, :p]) > 1e10:
        raise DataError(
            "a scale score is a sum of others, so they have no separate slopes",
            fix="Leave out a scale that is made of the same items.",
        )
    inverse = np.linalg.inv(correlations[:p, :p])
    beta = inverse @ correlations[:p, p]
    residual = y - x @ beta
    bread = inverse / (n - 1)
    leverage = np.einsum("ij,jk,ik->i", x, bread, x) + 1 / n
    meat = (x * (residual / (1 - leverage))[:, None] ** 2).T @ x
    se = np.sqrt(np.diag(bread @ meat @ bread))
    explained = float(beta @ correlations[:p, p])
    return OrdinaryRegression(beta, se, np.diag(inverse).copy(), explained, n, correlations)
