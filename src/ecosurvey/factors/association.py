"""Which correlation the items are taken by: of answers, of ranks, or of what lies behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosurvey.core import DataError, Text
from ecosurvey.correlation import two_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

Correlation = Literal["pearson", "spearman", "polychoric"]
CORRELATIONS: tuple[Correlation, ...] = ("pearson", "spearman", "polychoric")


def rank_correlations(rows: NDArray[np.float64], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return Spearman's correlations, each pair ranked among the rows that have both.

    Parameters
    ----------
    rows : ndarray, shape (n, p)
        Gaps as NaN.
    names : tuple of str
        For the message where a pair does not vary.

    Returns
    -------
    ndarray, shape (p, p)
    """
    from scipy.stats import rankdata

    gaps = np.isnan(rows)
    p = rows.shape[1]
    found = np.eye(p)
    if not gaps.any():
        ranks = rankdata(rows, axis=0)
        return np.asarray(np.corrcoef(ranks, rowvar=False), dtype=np.float64)
    for i in range(p):
        for j in range(i):
            both = ~(gaps[:, i] | gaps[:, j])
            x, y = rankdata(rows[both, i]), rankdata(rows[both, j])
            if len(x) < 3 or x.min() == x.max() or y.min() == y.max():
                raise DataError(
                    Text(
                        f"items {names[j]!r} and {names[i]!r} do not vary together",
                        f"题项 {names[j]!r} 与 {names[i]!r} 没有共同变化",
                    ),
                    fix=Text(
                        "Leave one out, or impute the missing answers first.",
                        "请去掉其中一个，或先插补缺失的答案。",
                    ),
                )
            found[i, j] = found[j, i] = np.corrcoef(x, y)[0, 1]
    return found


def polychoric_correlations(
    rows: NDArray[np.float64], names: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return polychoric correlations of answers in codes; gaps are left out pair by pair.

    Raises
    ------
    DataError
        For an item of one value, or of more than 20 (which is no response scale).
    """
    codes = np.full(rows.shape, np.nan)
    counts = []
    for j, column in enumerate(rows.T):
        seen = ~np.isnan(column)
        values, codes[seen, j] = np.unique(column[seen], return_inverse=True)
        if len(values) < 2:
            raise DataError(
                Text(f"item {names[j]!r} does not vary", f"题项 {names[j]!r} 没有变化"),
                fix=Text("Leave it out.", "请去掉它。"),
            )
        if len(values) > _MOST:
            raise DataError(
                Text(
                    f"item {names[j]!r} has {len(values)} different answers: too many for a "
                    "polychoric correlation",
                    f"题项 {names[j]!r} 有{len(values)}个不同的答案，太多而不能计算多分格相关",
                ),
                fix=Text(
                    "Use correlation='pearson' or 'spearman'.",
                    "请使用 correlation='pearson' 或 'spearman'。",
                ),
            )
        counts.append(len(values))
    return two_step(codes, counts, gamma=False).correlations


_MOST = 20


def correlations_of(
    rows: NDArray[np.float64], names: tuple[str, ...], kind: Correlation
) -> NDArray[np.float64]:
    """Return Spearman or polychoric correlations of answers."""
    return (
        rank_correlations(rows, names)
        if kind == "spearman"
        else polychoric_correlations(rows, names)
    )
