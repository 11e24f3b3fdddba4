"""The model matrices at many parameter vectors at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import MATRICES, Cells, Matrices, fill_in

Floats = NDArray[np.float64]


def fixed_cells(model: Model, group: int) -> NDArray[np.intp]:
    """Return which of a group's placed rows are moments of fixed covariates."""
    rows = model.table.rows
    return np.array(
        [at for at, row in enumerate(model.layouts[group].rows) if rows[row].exo], dtype=np.intp
    )


def filled_stacks(model: Model, group: int, x: Floats, fixed: Floats) -> list[Floats]:
    """Return the model matrices of one group, each stacked over the vectors.

    Parameters
    ----------
    model : Model
    group : int
    x : (b, npar) array
    fixed : (b, e) array
        The group's moments of fixed covariates, in the order of :func:`fixed_cells`.

    Returns
    -------
    list of (b, ., .) arrays
        In the order of ``MATRICES``; vectors as columns.
    """
    place = model.layouts[group]
    stacks = [
        np.repeat((array[:, None] if array.ndim == 1 else array)[None], len(x), axis=0)
        for array in place.base.arrays()
    ]
    _put(stacks, place.cells.take(fixed_cells(model, group)), fixed)
    _put(stacks, place.free, x[:, place.parameter])
    if model.responses:
        _complete(stacks, model, group)
    return stacks


def _complete(stacks: list[Floats], model: Model, group: int) -> None:
    """Fill in the residual variances, or scales, of ordinal variables that follow from the rest."""
    vectors = ("nu", "alpha", "tau", "delta")
    pairs = zip(MATRICES, stacks, strict=True)
    whole = Matrices(*(stack[:, :, 0] if name in vectors else stack for name, stack in pairs))
    fill_in(whole, whole.copy(), model.responses[group])


def _put(stacks: list[Floats], cells: Cells, values: Floats) -> None:
    for index, stack in enumerate(stacks):
        here = np.flatnonzero(cells.matrix == index)
        row, col = cells.row[here], cells.col[here]
        stack[:, row, col] = values[:, here]
        if MATRICES[index] in ("psi", "theta"):
            stack[:, col, row] = values[:, here]
