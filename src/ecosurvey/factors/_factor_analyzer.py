"""The only door to the factor_analyzer package: its extraction and its rotations, mended.

Release 0.5.1 asks scikit-learn for a keyword that was renamed in 1.6 and removed in 1.8; the
name is translated here, in that package's own namespace. Extraction and rotation are called
one after the other, because its combined fit sorts the factors but not their correlations.
Its search takes the slope by differences, one evaluation an item and step: 60 items took
seconds. The slope of its own objective is handed to its own search instead.
"""

from __future__ import annotations

import inspect
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import MissingExtraError, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

# ours -> theirs, for the rotations that it has and does as published
ROTATIONS = {
    "varimax": "varimax",
    "promax": "promax",
    "quartimax": "quartimax",
    "oblimin": "oblimin",
    "quartimin": "quartimin",
    "geomin": "geomin_obl",
    "geomin_orthogonal": "geomin_ort",
}


def uniquenesses(corr: NDArray[np.float64], n_factors: int, method: str) -> NDArray[np.float64]:
    """Return the uniquenesses that factor_analyzer finds by ``"minres"`` or ``"ml"``."""
    theirs = _module().FactorAnalyzer(
        n_factors=n_factors, method=method, rotation=None, is_corr_matrix=True
    )
    with warnings.catch_warnings():
        # its optimiser's complaints do not matter: the solution is taken further afterwards
        warnings.simplefilter("ignore", UserWarning)
        theirs.fit(corr.copy())
    communality: NDArray[np.float64] = (np.asarray(theirs.loadings_, dtype=float) ** 2).sum(axis=1)
    return 1 - communality


def rotation_start(loadings: NDArray[np.float64], rotation: str) -> NDArray[np.float64] | None:
    """Return the transformation T that factor_analyzer rotates by, or ``None`` if it has none."""
    if rotation not in ROTATIONS or rotation == "promax" or loadings.shape[1] < 2:
        return None
    rotator = _module().Rotator(method=ROTATIONS[rotation], max_iter=500, tol=1e-5)
    rotator.fit(loadings.copy())
    return np.asarray(rotator.rotation_, dtype=float)


@cache
def _module() -> Any:
    try:
        import factor_analyzer.factor_analyzer as module
    except ImportError as error:
        raise MissingExtraError(
            Text("factor_analyzer cannot be imported", "无法导入 factor_analyzer"),
            fix=Text(
                "pip install 'factor-analyzer>=0.5.1,<0.6', or say engine='own'.",
                "请运行 pip install 'factor-analyzer>=0.5.1,<0.6'，或使用 engine='own'。",
            ),
        ) from error
    if "force_all_finite" not in inspect.signature(module.check_array).parameters or _deprecated(
        module.check_array
    ):
        module.check_array = _translate(module.check_array)
    module.minimize = _with_slope(module.minimize)
    return module


def _with_slope(minimize: Any) -> Any:
    """Return its minimiser, given the slope of whichever of its two objectives it is asked for."""

    def informed(objective: Any, start: Any, *, args: Any, **options: Any) -> Any:
        return minimize(objective, start, args=args, jac=SLOPES[objective.__name__], **options)

    return informed


def uls_slope(psi: NDArray[np.float64], corr: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the slope of the sum of squared residuals: of the eigenvalues not kept, squared."""
    reduced = corr.copy()
    np.fill_diagonal(reduced, 1 - psi)
    values, vectors = np.linalg.eigh(reduced)
    rest, w = values[: len(psi) - k], vectors[:, : len(psi) - k]
    found: NDArray[np.float64] = -2 * w**2 @ rest
    return found


def ml_slope(psi: NDArray[np.float64], corr: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the slope of the maximum-likelihood objective, sum of (e - log e) over the rest."""
    scale = 1 / np.sqrt(psi)
    values, vectors = np.linalg.eigh(corr * scale[:, None] * scale)
    rest, w = values[: len(psi) - k], vectors[:, : len(psi) - k]
    found: NDArray[np.float64] = (w**2 @ (1 - rest)) / psi
    return found


SLOPES = {"_fit_uls_objective": uls_slope, "_fit_ml_objective": ml_slope}


def _deprecated(check_array: Any) -> bool:
    """Tell whether scikit-learn has both names and warns of the old one (1.6 and 1.7)."""
    return "ensure_all_finite" in inspect.signature(check_array).parameters


def _translate(check_array: Any) -> Any:
    def translated(array: Any, *args: Any, force_all_finite: Any = True, **options: Any) -> Any:
        return check_array(array, *args, ensure_all_finite=force_all_finite, **options)

    return translated
