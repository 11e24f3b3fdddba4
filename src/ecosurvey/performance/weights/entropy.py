"""Entropy weights: a criterion on which units hardly differ hardly counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def entropy_weights(matrix: ArrayLike) -> NDArray[np.float64]:
    r"""Return entropy weights of criteria.

    With the shares :math:`p_{ij}=x_{ij}/\sum_i x_{ij}` of n units,
    :math:`e_j=-\sum_i p_{ij}\ln p_{ij}/\ln n` (:math:`0\ln 0=0`) and
    :math:`w_j=(1-e_j)/\sum_k(1-e_k)`.

    Parameters
    ----------
    matrix : (n, k) array
        Units by criteria; not negative, more is better.

    Returns
    -------
    (k,) array
        Weights that sum to 1; equal ones if no criterion tells units apart.

    Raises
    ------
    DataError
        With fewer than two units, or values that are negative or not finite.

    Notes
    -----
    Close to :math:`w_j\propto CV_j^2`: it measures spread, not importance, and depends on where
    the scale has its zero.

    References
    ----------
    Hwang & Yoon (1981), Multiple Attribute Decision Making, section 2.3 (after Zeleny 1974).

    Examples
    --------
    >>> entropy_weights([[10, 50], [20, 50], [30, 50]]).round(3).tolist()
    [1.0, 0.0]
    """
    x = checked_matrix(matrix)
    if (x < 0).any():
        raise DataError(
            Text("entropy weights need values that are not negative", "熵权法要求数值不为负")
        )
    totals = x.sum(axis=0)
    shares = np.divide(x, totals, out=np.full_like(x, 1 / len(x)), where=totals > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    diversity = 1 + (shares * logs).sum(axis=0) / np.log(len(x))
    return normed(np.maximum(diversity, 0.0))


def checked_matrix(matrix: Any) -> NDArray[np.float64]:
    """Return units by criteria as an array, or refuse."""
    x = np.asarray(matrix, dtype=float)
    if x.ndim != 2 or len(x) < 2 or not x.shape[1]:
        raise DataError(
            Text(
                "weights from the spread of units need a table of two units at least",
                "由单位差异得出权重至少需要两个单位",
            ),
            fix=Text("Choose other units, or equal weights.", "请选择其他单位，或等权。"),
        )
    if not np.isfinite(x).all():
        raise DataError(
            Text("the table of units by criteria has gaps", "单位与指标的表中有缺失"),
            fix=Text("Leave those units out.", "请去掉这些单位。"),
        )
    return x


def normed(information: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares of the information; equal ones where there is none beyond rounding."""
    tiny = 1e-13
    if not information.max() > tiny:
        return np.full(len(information), 1 / len(information))
    kept = np.where(information > tiny, information, 0.0)
    return np.asarray(kept / kept.sum())
