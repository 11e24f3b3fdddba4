"""Which way up a factor is: a solution and its reflection fit alike; a search may end in either."""

from __future__ import annotations

from math import isnan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.types import Parameter


def upright(
    model: Model, start: NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the solution with every factor the way up that its starting values have it.

    A factor whose scale is its variance may be turned: its loadings, paths, covariances and mean
    change sign, the implied moments do not. Where its loadings did not begin negative on the
    whole but ended so, it is turned back. Models with constraints stay as they are: what is
    equal or bounded may not be turned alone.

    Parameters
    ----------
    start, x : (npar,) arrays
    """
    held = model.constraints
    if held.basis.shape[1] != model.n_par or held.equalities or held.inequalities or held.bounded:
        return x
    found = x.copy()
    for group in range(1, len(model.table.groups) + 1):
        mine = [row for row in model.table.rows if row.group == group]
        loadings: dict[str, list[int]] = {}
        for row in mine:
            if row.free and row.op == "=~":
                loadings.setdefault(row.lhs, []).append(row.free - 1)
        for factor in model.table.latent:
            own = loadings.get(factor, [])
            if not start[own].sum() >= 0 > found[own].sum():
                continue
            rows = [row for row in mine if _moves(row, factor)]
            if any(not row.free and row.ustart and not isnan(row.ustart) for row in rows):
                continue
            found[[row.free - 1 for row in rows if row.free]] *= -1
    return found


def _moves(row: Parameter, factor: str) -> bool:
    """Tell whether a row changes sign with the factor."""
    return factor in (row.lhs, row.rhs) and not (row.op == "~~" and row.lhs == row.rhs)
