"""Why a correlation matrix has no inverse, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Text


def explain_singular(corr: NDArray[np.float64], names: Sequence[str], n: int | None) -> Text:
    """Return in words why a correlation matrix has no inverse."""
    off = np.abs(corr) - np.eye(len(corr))
    i, j = map(int, np.unravel_index(off.argmax(), off.shape))
    if off[i, j] > 1 - 1e-8:
        return Text(
            f"items {names[i]!r} and {names[j]!r} correlate perfectly",
            f"题项“{names[i]}”与“{names[j]}”完全相关",
        )
    if n is not None and n <= len(corr):
        return Text(f"there are {n} rows for {len(corr)} items", f"{len(corr)}个题项仅有{n}行数据")
    either = "题项之间存在线性依赖，或成对相关彼此矛盾"
    values, vectors = np.linalg.eigh(corr)
    if values[0] < -1e-8:
        told = f"pairwise correlations contradict each other (smallest eigenvalue {values[0]:.3f})"
        return Text(told, either)
    heavy = np.argsort(-np.abs(vectors[:, 0]))
    involved = [str(names[k]) for k in heavy if abs(vectors[k, 0]) > 0.05][:8]
    return Text(f"these items determine each other exactly: {', '.join(involved)}", either)
