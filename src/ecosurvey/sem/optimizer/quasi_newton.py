"""Quasi-Newton steps: slow and shy, which now and then is what a rugged likelihood needs."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.optimizer.objective import Objective

_FAR = 1e10  # stands for the value where there is none
_STEPS = 300


def quasi_newton(
    objective: Objective,
    start: NDArray[np.float64],
    basis: NDArray[np.float64],
    *,
    scaled: bool = False,
) -> NDArray[np.float64]:
    """Return where BFGS ends, moving along ``basis`` from the start; not yet a solution.

    ``scaled`` takes the expected information's diagonal at the start for the unit of each
    direction.
    """
    from scipy.optimize import minimize

    if scaled:
        first = objective.at(start)
        if not np.isfinite(first.value):
            return start
        root = np.sqrt(np.einsum("ik,ij,jk->k", basis, first.scoring_matrix(), basis))
        basis = basis / np.where(root > 0, root, 1.0)

    def value(z: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        point = objective.at(start + basis @ z)
        if not np.isfinite(point.value):
            return _FAR, np.zeros(len(z))
        return point.value, basis.T @ point.gradient()

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of lost precision; the scoring that follows judges
        found = minimize(
            value,
            np.zeros(basis.shape[1]),
            jac=True,
            method="BFGS",
            options={"gtol": 1e-6, "maxiter": _STEPS},
        )
    return np.asarray(start + basis @ found.x)
