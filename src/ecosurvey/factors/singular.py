"""Why a correlation matrix has no inverse, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def explain_singular(corr: NDArray[np.float64], names: Sequence[str], n: int | None) -> str:
    """Return in words why a correlation matrix has no inverse."""
    off = np.abs(corr) - np.eye(len(corr))
    i, j = map(int, np.unravel_index(off.argmax(), off.shape))
    if off[i, j] > 1 - 1e-8:
        return f"items {names[i]!r} and {names[j]!r} correlate perfectly"
    if n is not None and n <= len(corr):
        return f"there are {n} rows for {len(corr)} items"
    values, vectors = np.linalg.eigh(corr)
    if values[0] < -1e-8:
        return f"pairwise correlations contradict each other (smallest eigenvalue {values[0]:.3f})"
    heavy = np.argsort(-np.abs(vectors[:, 0]))
    involved = [str(names[k]) for k in heavy if abs(vectors[k, 0]) > 0.05][:8]
    return f"these items determine each other exactly: {', '.join(involved)}"


def explain_singular_zh(corr: NDArray[np.float64], names: Sequence[str], n: int | None) -> str:
    """Return the same in Chinese."""
    off = np.abs(corr) - np.eye(len(corr))
    i, j = map(int, np.unravel_index(off.argmax(), off.shape))
    if off[i, j] > 1 - 1e-8:
        return f"题项“{names[i]}”与“{names[j]}”完全相关"
    if n is not None and n <= len(corr):
        return f"{len(corr)}个题项仅有{n}行数据"
    return "题项之间存在线性依赖，或成对相关彼此矛盾"
