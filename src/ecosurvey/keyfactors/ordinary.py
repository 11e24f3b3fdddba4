"""Ordinary regression of scale scores, beside the model: what most papers would have reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text

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
            Text(
                f"{n} complete rows are too few for {p} predictors",
                f"{n}行完整数据对{p}个预测变量来说太少",
            ),
            fix=Text("Name fewer candidates.", "请减少候选因素。"),
        )
    spread = joint.std(axis=0, ddof=1)
    if not (spread > 0).all():
        raise DataError(
            Text("a scale score is the same in every row", "有一个量表得分在每一行都相同"),
            fix=Text("Leave this scale out.", "请去掉该量表。"),
        )
    z = (joint - joint.mean(axis=0)) / spread
    x, y = z[:, :p], z[:, p]
    correlations = z.T @ z / (n - 1)
    if np.linalg.cond(correlations[:p, :p]) > 1e10:
        raise DataError(
            Text(
                "a scale score is a sum of others, so they have no separate slopes",
                "有一个量表得分是其他得分之和，无法分开其斜率",
            ),
            fix=Text(
                "Leave out a scale that is made of the same items.", "请去掉由相同题项构成的量表。"
            ),
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
