"""Alpha from pandas' covariances; omega from statsmodels' factor model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Text
from ecosurvey.report.second_engine.model import Recomputed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.reliability import Reliability
    from ecosurvey.report.second_engine.packed import Found

PART = Text("Reliability", "信度")
_EXACT, _SEARCHED = 1e-9, 1e-4


def coefficients(found: Reliability) -> dict[str, tuple[float, float]]:
    """Return alpha and omega of each scale; no omega where its model has a variance at its bound.

    There programs differ.
    """
    columns = found.scales["alpha"], found.scales["omega"]
    return {
        str(scale): (float(alpha), float(omega) if _inside(found, str(scale)) else nan)
        for scale, alpha, omega in zip(found.scales.index, *columns, strict=True)
    }


def recompute(
    answers: pd.DataFrame,
    scales: Mapping[str, Sequence[str]],
    known: Mapping[str, tuple[float, float]],
) -> Found:
    """Return alpha and omega of each scale that has them, from its :func:`coefficients`."""
    found: list[Recomputed] = []
    for scale, items in scales.items():
        alpha, omega = known[scale]
        part = answers[list(items)]
        if math.isfinite(alpha):
            other = alpha_of(part.cov().to_numpy())
            found.append(
                Recomputed(PART, Text("Alpha", "α"), scale, alpha, other, "pandas", _EXACT)
            )
        if math.isfinite(omega) and len(items) > 2:
            again = omega_of(part)
            if again is not None:
                found.append(
                    Recomputed(
                        PART, Text("Omega", "ω"), scale, omega, again, "statsmodels", _SEARCHED
                    )
                )
    return found, ()


def alpha_of(cov: NDArray[np.float64]) -> float:
    """Return alpha from the average covariance over the average element, k times."""
    k = len(cov)
    between = float((cov.sum() - np.trace(cov)) / (k * (k - 1)))
    return between / float(cov.mean()) if cov.mean() else math.nan


def omega_of(answers: pd.DataFrame) -> float | None:
    """Return omega of the one-factor model as statsmodels fits it; None if it does not arrive."""
    import warnings

    from statsmodels.multivariate.factor import Factor

    k = answers.shape[1]
    start = (np.full((k, 1), 0.6), np.full(k, 0.64))  # left to itself, it begins at random
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        corr = answers.corr().to_numpy()
        factor = Factor(corr=corr, n_factor=1, method="ml", nobs=len(answers)).fit(start=start)
    if said:  # it stopped before the maximum, so its number checks nothing
        return None
    spread = np.sqrt(np.diag(answers.cov().to_numpy()))
    lambdas = np.asarray(factor.loadings, dtype=float)[:, 0] * spread
    common = float(lambdas.sum()) ** 2
    return common / (common + float((np.asarray(factor.uniqueness) * spread**2).sum()))


def _inside(found: Reliability, scale: str) -> bool:
    """Tell whether the factor model has no variance at its bound."""
    omega = found.omegas.get(scale)
    return omega is not None and math.isfinite(omega.se)
