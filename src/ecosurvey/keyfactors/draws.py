"""Standardized total effects over draws of the parameters: the raw material of rank uncertainty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.random import stream
from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import MATRICES, Layout

Floats = NDArray[np.float64]

_TOGETHER = 256  # draws whose matrices stand side by side


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
    for start in range(0, len(draws), _TOGETHER):
        block = draws[start : start + _TOGETHER]
        spread = _inverses(identity - stacked(layout, block, "beta"))
        variances = np.einsum("bij,bij->bi", spread @ stacked(layout, block, "psi"), spread)
        good = (variances[:, [target, *sources]] > 0).all(axis=1)
        scale = np.sqrt(variances[good][:, sources] / variances[good][:, [target]])
        found[start : start + len(block)][good] = spread[good][:, target, sources] * scale
    return found


def stacked(layout: Layout, x: Floats, name: str) -> Floats:
    """Return one model matrix of a group at many parameter vectors (b, npar), (b, ., .)."""
    index = [str(matrix) for matrix in MATRICES].index(name)
    base = layout.base.arrays()[index]
    stack = np.repeat(base[None], len(x), axis=0)
    here = np.flatnonzero(layout.free.matrix == index)
    row, col = layout.free.row[here], layout.free.col[here]
    stack[:, row, col] = x[:, layout.parameter[here]]
    if name == "psi":
        stack[:, col, row] = x[:, layout.parameter[here]]
    return stack


def _inverses(stack: Floats) -> Floats:
    """Return the inverse of each matrix; NaN where it is singular."""
    try:
        return np.asarray(np.linalg.inv(stack), dtype=float)
    except np.linalg.LinAlgError:
        if len(stack) == 1:
            return np.full_like(stack, np.nan)
        return np.concatenate([_inverses(one[None]) for one in stack])
