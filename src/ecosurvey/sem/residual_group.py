"""The residuals of one group, and the kinds that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ResidualKind = Literal["raw", "cor_bentler", "cor_bollen", "normalized", "standardized"]
RESIDUALS: tuple[ResidualKind, ...] = (
    "raw", "cor_bentler", "cor_bollen", "normalized", "standardized",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupResiduals:
    """The residuals of one group.

    Attributes
    ----------
    names : tuple of str
    cov : (p, p) array
    mean : (p,) array
        Zeros without a mean structure.
    cov_se, cov_z : (p, p) arrays
        NaN for least squares without a robust covariance of the moments, and for rows with
        gaps.
    mean_se, mean_z : (p,) arrays
    """

    names: tuple[str, ...]
    cov: Floats
    mean: Floats
    cov_se: Floats
    cov_z: Floats
    mean_se: Floats
    mean_z: Floats
