"""A wave as its moments: all that a comparison of complete answers needs of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text, counted
from ecosurvey.core.frames import as_frame, numeric_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WaveMoments:
    """Means and covariances of a wave's items.

    Attributes
    ----------
    names : tuple of str
    n : int
        Complete rows; the effective number (Kish) where rows were weighted.
    mean : (p,) array
    cov : (p, p) array
        As divided by n - 1.
    """

    names: tuple[str, ...]
    n: int
    mean: Floats
    cov: Floats

    def renamed(self, names: Mapping[str, str]) -> WaveMoments:
        """Return the same moments with other names."""
        new = tuple(
            names[name] if name in names and names[name] not in self.names else name
            for name in self.names
        )
        return WaveMoments(new, self.n, self.mean, self.cov)

    def of(self, names: Sequence[str]) -> WaveMoments:
        """Return the moments of some of the items."""
        at = [self.names.index(name) for name in names]
        return WaveMoments(tuple(names), self.n, self.mean[at], self.cov[np.ix_(at, at)])


def wave_moments(
    data: Any, names: Sequence[str] | None = None, *, weights: Sequence[float] | None = None
) -> WaveMoments:
    r"""Return the moments of a wave's complete rows, so that the rows can be forgotten.

    Parameters
    ----------
    data : DataFrame
    names : sequence of str, optional
        The items; all numeric columns by default.
    weights : sequence of float, optional
        One a row. With them ``n`` is :math:`(\sum w)^2/\sum w^2`, so that errors that follow
        from it allow for unequal weights.

    Examples
    --------
    >>> import pandas as pd
    >>> found = wave_moments(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]}))
    >>> found.n, found.mean.tolist()
    (3, [2.0, 2.0])
    """
    frame = as_frame(data)
    chosen = list(names) if names is not None else list(frame.select_dtypes("number").columns)
    rows = numeric_matrix(frame, chosen)
    whole = ~np.isnan(rows).any(axis=1)
    w = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)
    rows, w = rows[whole], w[whole]
    if len(rows) < 2:
        raise DataError(
            Text(
                counted(len(rows), "complete row remains", "complete rows remain"),
                f"只剩{len(rows)}行完整数据",
            ),
            fix=Text("Look at the missing answers.", "请查看缺失的答案。"),
        )
    share = w / w.sum()
    effective = float(1.0 / (share**2).sum())
    mean = share @ rows
    off = rows - mean
    cov = (off * share[:, None]).T @ off * (effective / (effective - 1.0))
    return WaveMoments(tuple(chosen), max(2, round(effective)), mean, cov)
