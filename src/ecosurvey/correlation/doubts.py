"""What must be said of a matrix of polychoric correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Finding, Text, counted
from ecosurvey.correlation.categories import Coded
from ecosurvey.correlation.tables import cross_tables

_NEARLY_ONE = 0.99  # lavaan warns above it
_NAMED = 6  # pairs named in a sentence


def doubts_of(
    coded: Coded, correlations: NDArray[np.float64], *, smoothed: bool = False
) -> tuple[Finding, ...]:
    """Return what is doubtful: an indefinite matrix, correlations of one, empty cells."""
    found = [
        _indefinite(correlations, smoothed=smoothed),
        _nearly_one(coded, correlations),
        _empty_cells(coded),
    ]
    return tuple(finding for finding in found if finding)


def empty_cell_pairs(coded: Coded) -> list[tuple[str, str]]:
    """Return the pairs of ordinal variables whose cross table has an empty cell."""
    sizes = coded.n_categories
    ordinal = [i for i, size in enumerate(sizes) if size]
    if len(ordinal) < 2:
        return []
    codes = [np.nan_to_num(coded.data[:, i], nan=-1).astype(np.intp) for i in ordinal]
    counts = [sizes[i] for i in ordinal]
    tables = cross_tables(codes, counts)
    begins = np.cumsum(counts, dtype=np.intp) - np.asarray(counts, dtype=np.intp)
    empty = np.add.reduceat(np.add.reduceat(tables == 0, begins, axis=0, dtype=int), begins, axis=1)
    one, other = np.nonzero(np.triu(empty, 1))
    return [
        (coded.names[ordinal[i]], coded.names[ordinal[j]]) for i, j in zip(one, other, strict=True)
    ]


def _indefinite(matrix: NDArray[np.float64], *, smoothed: bool) -> Finding | None:
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least > 1e-8:
        return None
    return Finding(
        "not_positive_definite",
        "warning" if smoothed else "serious",
        Text(
            f"the polychoric matrix is not positive definite (smallest eigenvalue {least:.2g})"
            + (" and was smoothed." if smoothed else "."),
            f"多分格相关矩阵非正定（最小特征值 {least:.2g}）"
            + ("，已作平滑处理。" if smoothed else "。"),
        ),
        hint=None
        if smoothed
        else Text(
            "Merge rare categories, drop redundant items, or use smooth=True.",
            "可合并频数过低的类别、删除冗余题项，或使用 smooth=True。",
        ),
    )


def _nearly_one(coded: Coded, matrix: NDArray[np.float64]) -> Finding | None:
    one, other = np.nonzero(np.triu(np.abs(matrix) > _NEARLY_ONE, 1))
    if not len(one):
        return None
    pairs = [(coded.names[i], coded.names[j]) for i, j in zip(one, other, strict=True)]
    named = _named(pairs)
    return Finding(
        "correlation_nearly_one",
        "serious",
        Text(f"correlations are all but 1: {named}.", f"以下相关系数几乎等于 1：{named}。"),
        named,
        Text("Drop one of each pair.", "请在每对题项中删除其一。"),
    )


def _empty_cells(coded: Coded) -> Finding | None:
    pairs = empty_cell_pairs(coded)
    if not pairs:
        return None
    named = _named(pairs)
    return Finding(
        "empty_cells",
        "note",
        Text(
            f"{counted(len(pairs), 'cross table has', 'cross tables have')} empty cells: {named}.",
            f"{len(pairs)} 个列联表存在空单元格：{named}。",
        ),
        named,
        Text(
            "Merge rare categories if correlations look extreme.",
            "若相关系数过大，可合并频数过低的类别。",
        ),
    )


def _named(pairs: list[tuple[str, str]]) -> str:
    shown = ", ".join(f"{one} × {other}" for one, other in pairs[:_NAMED])
    return shown + (" …" if len(pairs) > _NAMED else "")
