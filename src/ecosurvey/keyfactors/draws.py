"""Standardized total effects over draws of the parameters: the raw material of rank uncertainty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.random import stream
from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import implied_moments, matrices

Floats = NDArray[np.float64]


def parameter_draws(x: Floats, vcov: Floats, n_draws: int, seed: int) -> Floats:
    """Draw parameter vectors from their large-sample distribution, (n_draws, npar).

    Equality constraints hold in every draw, since the covariance matrix has no variance across
    them.

    References
    ----------
    MacKinnon, Lockwood & Williams (2004), Multivariate Behavioral Research 39, 99-128.
    """
    values, vectors = np.linalg.eigh((vcov + vcov.T) / 2)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    normal = stream(seed, "key factors").standard_normal((n_draws, len(x)))
    return np.asarray(x + normal @ root.T)


def standardized_totals(model: Model, draws: Floats, target: int, sources: list[int]) -> Floats:
    """Return the standardized total effect of each source on the target in each draw.

    Rows of draws that imply a variance below zero for one of them are NaN: they have no
    standardized effect.

    Parameters
    ----------
    model : Model
        Of one group.
    draws : (n_draws, npar)
    target, sources : int, list of int
        Positions among the factors of the model.

    Returns
    -------
    (n_draws, len(sources))
    """
    layout = model.layouts[0]
    identity = np.eye(len(layout.factors))
    found = np.full((len(draws), len(sources)), np.nan)
    for index, x in enumerate(draws):
        filled = matrices(layout, x)
        try:
            variances = np.diag(implied_moments(filled).factor_cov)
            total = np.linalg.solve((identity - filled.beta).T, identity[target])
        except np.linalg.LinAlgError:
            continue
        if variances[target] > 0 and (variances[sources] > 0).all():
            found[index] = total[sources] * np.sqrt(variances[sources] / variances[target])
    return found
