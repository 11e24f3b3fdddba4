"""Standardized total effects over draws of the parameters: the raw material of rank uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.random import stream
from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import MATRICES, Layout

if TYPE_CHECKING:
    from ecosurvey.sem.effects import Effect

Floats = NDArray[np.float64]

_PSI = MATRICES.index("psi")
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


def standardized_ways(
    model: Model, x: Floats, fixed: Sequence[Floats], ways: Sequence[Effect]
) -> Floats:
    """Return specific effects, standardized, at each parameter vector, (b, ways).

    Parameters
    ----------
    model : Model
    x : (b, npar) array
    fixed : sequence of (b, e) arrays
        Each group's moments of fixed covariates, as they were in each draw.
    ways : sequence of Effect
        Products of regressions along a path; NaN where a variance is not positive.
    """
    from ecosurvey.sem.bootstrap.quantities import quantities
    from ecosurvey.sem.bootstrap.stacks import fixed_cells

    if model.responses or len(model.layouts) > 1:
        return quantities(model, x, fixed, ways).effects_std
    layout = model.layouts[0]
    at = {name: index for index, name in enumerate(layout.factors)}
    given = layout.cells.take(fixed_cells(model, 0))
    spreads = np.flatnonzero(given.matrix == _PSI)
    row, col = given.row[spreads], given.col[spreads]
    found = np.empty((len(x), len(ways)))
    for start in range(0, len(x), _TOGETHER):
        here = slice(start, start + _TOGETHER)
        beta, psi = stacked(layout, x[here], "beta"), stacked(layout, x[here], "psi")
        psi[:, row, col] = psi[:, col, row] = fixed[0][here][:, spreads]
        spread = _inverses(np.eye(len(at)) - beta)
        variances = np.einsum("bij,bij->bi", spread @ psi, spread)
        variances[~(variances > 0)] = np.nan
        for k, way in enumerate(ways):
            steps = [beta[:, at[b], at[a]] for a, b in pairwise(way.path)]
            ratio = variances[:, at[way.source]] / variances[:, at[way.target]]
            found[here, k] = np.prod(steps, axis=0) * np.sqrt(ratio)
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
