"""The value of every row of the parameter table, and how it moves with the free parameters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.estimates import Estimates, delta_method
from ecosurvey.sem.fit import Fit, Model, implied_group, matrices_at
from ecosurvey.sem.optimizer import named_values


def row_values(
    model: Model, x: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values (rows,) and gradients (rows, npar) at ``x``; NaN and zero for constraints.

    Definitions (``:=``) are evaluated; moments of fixed covariates are the sample's.
    """
    table = model.table
    values = np.full(len(table), np.nan)
    jacobian = np.zeros((len(table), model.n_par))
    for layout, filled in zip(model.layouts, matrices_at(model, x), strict=True):
        arrays, cells = filled.arrays(), layout.cells
        for position, index in enumerate(layout.rows):
            array = arrays[cells.matrix[position]]
            row, col = cells.row[position], cells.col[position]
            values[index] = array[row] if array.ndim == 1 else array[row, col]
    for index, entry in enumerate(table.rows):
        if entry.free and entry.group:
            jacobian[index, entry.free - 1] = 1.0
    defined = [index for index, entry in enumerate(table.rows) if entry.op == ":="]
    if defined:
        named = named_values(table, x)
        for index in defined:
            value, gradient = named[table.rows[index].lhs]
            values[index] = value
            if gradient is not None:
                jacobian[index] = gradient
    return values, jacobian


def row_estimates(fit: Fit, level: float = 0.95) -> Estimates:
    """Return estimate, standard error, z, p and interval of every row of the table.

    Definitions by the delta method; rows that no free parameter moves have a standard error
    of 0 and no z.
    """
    values, jacobian = row_values(fit.model, fit.x)
    return delta_method(values, jacobian, fit.vcov, level)


def explained_variance(model: Model, x: NDArray[np.float64]) -> dict[tuple[str, str], float]:
    """Return 1 - residual / implied variance by (group label, dependent variable).

    NaN where the residual variance is negative, as a share above 1 has no meaning.
    """
    found: dict[tuple[str, str], float] = {}
    for group, (label, place) in enumerate(zip(model.table.groups, model.layouts, strict=True)):
        filled, moments = implied_group(model, group, x)
        for item, name in enumerate(place.observed):
            if name not in place.factors and filled.lambda_[item].any():
                found[label, name] = _share(filled.theta[item, item], moments.sigma[item, item])
        rows = model.table.rows
        regressed = [row.lhs for row in rows if row.op == "~" and row.group == group + 1]
        dependent = filled.beta.any(axis=1) | np.isin(place.factors, regressed)
        for factor in np.flatnonzero(dependent):
            whole = moments.factor_cov[factor, factor]
            found[label, place.factors[factor]] = _share(filled.psi[factor, factor], whole)
    return found


def _share(residual: float, whole: float) -> float:
    return float(1 - residual / whole) if residual >= 0 and whole > 0 else float("nan")
