"""Eigenvalues from a singular value decomposition; EFA by factor-analyzer and statsmodels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Text
from ecosurvey.report.second_engine.model import Recomputed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.factors import EfaResult
    from ecosurvey.report.second_engine.packed import Found

PART = Text("Exploratory factor analysis", "探索性因子分析")
_EXACT = 1e-9
_SINGULAR = 1e-6
_SEARCHED = 1e-3  # where factor-analyzer's search stops by its own rule


def recompute(answers: pd.DataFrame, eigenvalues: NDArray[np.float64], found: EfaResult) -> Found:
    """Return the eigenvalues, the communalities and the rotated loadings."""
    return list(_numbers(answers, eigenvalues, found)), ()


def _numbers(
    answers: pd.DataFrame, eigenvalues: NDArray[np.float64], found: EfaResult
) -> Iterator[Recomputed]:
    corr = answers.corr().to_numpy()
    left, values, right = np.linalg.svd(corr)
    values = np.sort(values * np.sign(np.einsum("ij,ji->i", right, left)))[::-1]
    own = np.sort(np.asarray(eigenvalues, dtype=float))[::-1]
    kind = Text("Eigenvalues", "特征值")
    for number, (a, b) in enumerate(zip(own, values, strict=True), 1):
        yield Recomputed(PART, kind, str(number), float(a), float(b), "numpy (SVD)", _EXACT)
    if found.method not in ("minres", "ml") or not found.converged or values.min() < _SINGULAR:
        return  # an improper matrix is mended before it is factored, by each program otherwise
    from ecosurvey.factors._factor_analyzer import uniquenesses

    unique = uniquenesses(corr, found.n_factors, found.method)
    kind = Text("Communalities", "共同度")
    for item, a, u in zip(found.communality.index, found.communality, unique, strict=True):
        yield Recomputed(
            PART, kind, str(item), float(a), 1 - float(u), "factor-analyzer", _SEARCHED
        )
    if found.rotation != "oblimin" or found.n_factors < 2:
        return
    kind = Text("Pattern loadings", "模式载荷")
    own_pattern = found.loadings.to_numpy(dtype=float)
    pattern = _rotated(corr, unique, own_pattern)
    for i, item in enumerate(found.loadings.index):
        for j, factor in enumerate(found.loadings.columns):
            yield Recomputed(
                PART, kind, f"{item} {factor}", float(own_pattern[i, j]), float(pattern[i, j]),
                "factor-analyzer, statsmodels", 5 * _SEARCHED,
            )  # fmt: skip


def _rotated(
    corr: NDArray[np.float64], unique: NDArray[np.float64], own: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return factor-analyzer's solution rotated by statsmodels' direct oblimin.

    The search begins at the rotation that comes nearest to ours: rotations have several local
    minima, and the question is whether statsmodels finds ours to be one.
    """
    from statsmodels.multivariate.factor_rotation import rotate_factors

    reduced = corr - np.diag(unique)
    values, vectors = np.linalg.eigh(reduced)
    keep = np.argsort(values)[::-1][: own.shape[1]]
    plain = vectors[:, keep] * np.sqrt(np.clip(values[keep], 0, None))
    # own = plain (T')^-1, with columns of T of length one
    back = np.linalg.lstsq(plain, own, rcond=None)[0]
    start = np.linalg.inv(back).T
    start /= np.linalg.norm(start, axis=0)
    pattern = rotate_factors(
        plain, "oblimin", 0, "oblique", T=start, algorithm="gpa", max_tries=2000, tol=1e-7
    )[0]
    return np.asarray(pattern, dtype=float)
