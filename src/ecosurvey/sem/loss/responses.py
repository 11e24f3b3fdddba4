"""Weighted squares of two-step statistics: the WLS family for ordinal variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.sem.observed import Moments

Floats = NDArray[np.float64]


class ResponseSquares:
    r"""Half of (s - sigma)' W (s - sigma), s the thresholds, slopes, variances, correlations.

    W is the inverse of Gamma, N times the sampling covariance of s (``"WLS"``), of its diagonal
    (``"DWLS"``), or the identity (``"ULS"``): Muthén (1984, eq. 18); Muthén, du Toit & Spisic
    (1997).
    """

    def __init__(self, moments: Moments, name: str) -> None:
        if moments.ordinal is None:
            raise TypeError("the moments are not those of ordinal variables")
        self.share = (moments.n - 1) / moments.n
        self._values = moments.ordinal.values
        self._weight = _weight(name, moments)

    @property
    def moment_weight(self) -> Floats:
        """The weight of the statistics: (m,) if diagonal, else (m, m)."""
        return self._weight

    def at_values(self, implied: Floats) -> ResponsePoint:
        """Return the loss at implied statistics."""
        return ResponsePoint(self._weight, self._values - implied)


def _weight(name: str, moments: Moments) -> Floats:
    assert moments.ordinal is not None  # noqa: S101 (the caller has looked)
    size = len(moments.ordinal.values)
    if name == "ULS":
        return np.ones(size)
    sampling = moments.ordinal.sampling
    variances = sampling.diagonal
    if name == "DWLS":
        safe = np.where(variances > 0, variances, 1.0)
        return np.where(variances > 0, 1 / safe, 0.0)
    if moments.n <= size:
        raise DataError(
            Text(
                f"WLS weighs {size} statistics and needs more "
                f"rows than that; there are {moments.n}",
                f"WLS要加权{size}个统计量，需要更多的数据行；现有{moments.n}行",
            ),
            fix=Text("Use WLSMV, or fewer variables.", "请使用WLSMV，或减少变量。"),
        )
    scale = np.sqrt(variances)
    inverse = np.linalg.pinv(sampling.matrix / np.outer(scale, scale), hermitian=True, rcond=1e-12)
    return np.asarray(inverse / np.outer(scale, scale), dtype=float)


@dataclass(frozen=True, slots=True)
class ResponsePoint:
    """The squares at given statistics."""

    weight: Floats
    residual: Floats

    @property
    def value(self) -> float:
        """Half the discrepancy; infinite or NaN where a search has gone beyond all numbers."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self.residual @ self.pull()) / 2

    def pull(self) -> Floats:
        """Return the weighted residuals: less the slope in the statistics."""
        if self.weight.ndim == 1:
            return self.weight * self.residual
        return np.asarray(self.weight @ self.residual)

    def squared(self, jacobian: Floats) -> Floats:
        """Return J'WJ."""
        if self.weight.ndim == 1:
            half = np.sqrt(self.weight)[:, None] * jacobian
            return np.asarray(half.T @ half)  # of a matrix with itself: half the work
        return np.asarray(jacobian.T @ self.weight @ jacobian)
