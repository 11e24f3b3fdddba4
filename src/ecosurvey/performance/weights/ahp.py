"""Weights from experts' comparisons in pairs, and how consistent these are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Saaty (1980), The Analytic Hierarchy Process: mean consistency index of random matrices of
# order 1 to 15
RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
ACCEPTABLE = 0.10
LARGEST = 9.0  # comparison on Saaty's scale
_RECIPROCAL = 0.03  # 1/3 may be written as 0.33


@dataclass(frozen=True, slots=True)
class Judgement:
    r"""Weights from one matrix of comparisons.

    Attributes
    ----------
    weights : (k,) array
    largest_eigenvalue : float
    consistency_index, consistency_ratio : float
        :math:`(\lambda_{max}-k)/(k-1)`, and that over its mean for random matrices; a ratio
        above 0.10 says that the comparisons contradict each other.
    """

    weights: NDArray[np.float64]
    largest_eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.10."""
        return self.consistency_ratio <= ACCEPTABLE


def ahp(matrix: ArrayLike) -> Judgement:
    r"""Return the weights of a matrix of comparisons in pairs, by its principal eigenvector.

    :math:`Aw=\lambda_{max}w`, :math:`CI=(\lambda_{max}-k)/(k-1)`, :math:`CR=CI/RI_k`.

    Parameters
    ----------
    matrix : (k, k) array
        Row over column: how many times as important, 1/9 to 9; reciprocal.

    Returns
    -------
    Judgement

    Raises
    ------
    DataError
        If it is not square of order 1 to 15, not positive, or not reciprocal.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; random indices: ibid., to order 15. Others have
    random indices that differ by up to 0.1.

    Examples
    --------
    >>> found = ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    >>> found.weights.round(3).tolist(), round(found.consistency_ratio, 3)
    ([0.648, 0.23, 0.122], 0.003)
    """
    a = _checked(matrix)
    values, vectors = np.linalg.eig(a)
    at = int(np.argmax(values.real))
    order, largest = len(a), float(values[at].real)
    weights = np.abs(vectors[:, at].real)
    index = max((largest - order) / (order - 1), 0.0) if order > 1 else 0.0
    random = RANDOM_INDEX[order - 1]
    ratio = index / random if random else 0.0
    return Judgement(np.asarray(weights / weights.sum()), largest, index, ratio)


def aggregate(matrices: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Return several experts' comparisons as one matrix: geometric means, cell by cell.

    Raises
    ------
    DataError
        As :func:`ahp`, or if there is no matrix, or they differ in order.

    References
    ----------
    Aczel & Saaty (1983), Journal of Mathematical Psychology 27, 93-102: the only mean that
    keeps the group's comparisons reciprocal.

    Examples
    --------
    >>> aggregate([[[1, 2], [0.5, 1]], [[1, 8], [0.125, 1]]]).tolist()
    [[1.0, 4.0], [0.25, 1.0]]
    """
    checked = [_checked(matrix) for matrix in matrices]
    if not checked:
        raise DataError(Text("there are no comparisons", "没有任何比较"))
    if len({len(one) for one in checked}) > 1:
        raise DataError(
            Text("the experts' matrices are not of the same order", "各专家的矩阵阶数不同")
        )
    return np.asarray(np.exp(np.mean([np.log(one) for one in checked], axis=0)))


def _checked(matrix: ArrayLike) -> NDArray[np.float64]:
    a = np.asarray(matrix, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not 1 <= len(a) <= len(RANDOM_INDEX):
        raise DataError(
            Text(
                f"comparisons in pairs are a square table of 1 to {len(RANDOM_INDEX)} rows, "
                f"not {' by '.join(map(str, a.shape))}",
                f"两两比较须为1到{len(RANDOM_INDEX)}行的方阵，而不是{'乘'.join(map(str, a.shape))}",
            )
        )
    if not (np.isfinite(a) & (a > 0)).all():
        row, column = (int(at[0]) for at in np.nonzero(~(np.isfinite(a) & (a > 0))))
        raise DataError(
            Text(
                f"row {row + 1}, column {column + 1} is {a[row, column]:g}, not a positive number",
                f"第{row + 1}行第{column + 1}列是 {a[row, column]:g}，不是正数",
            ),
            fix=Text(
                "Write how many times as important the row is as the column.",
                "请写出行相对于列的重要倍数。",
            ),
        )
    off = np.abs(a * a.T - 1) > _RECIPROCAL
    if off.any():
        row, column = (int(at[0]) for at in np.nonzero(off))
        raise DataError(
            Text(
                f"row {row + 1}, column {column + 1} is "
                f"{a[row, column]:g}, but the other way round "
                f"stands {a[column, row]:g}",
                f"第{row + 1}行第{column + 1}列是 {a[row, column]:g}，"
                f"而相反位置是 {a[column, row]:g}",
            ),
            fix=Text("One must be the reciprocal of the other.", "两者须互为倒数。"),
        )
    upper = np.triu(a, 1)  # the reciprocals exactly, however they were written
    lower = np.divide(1.0, upper, out=np.zeros_like(upper), where=upper > 0).T
    return np.asarray(upper + lower + np.eye(len(a)))
