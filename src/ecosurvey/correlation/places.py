"""The order in which the two-step statistics stand in one vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Places:
    """Where each statistic stands: thresholds and means, slopes, variances, correlations.

    Thresholds and means come by variable; slopes covariate by covariate; variances are those
    of the continuous variables; correlations are the lower triangle column by column. This is
    lavaan's order (``lavInspect(fit, "gamma")``), where means however have the other sign.

    Attributes
    ----------
    cuts : tuple of slice
        Thresholds, or mean, of each variable.
    slopes : (p, q) int array
    variance : (p,) int array
        -1 for ordinal variables.
    pairs : (p, p) int array
        Of the correlation or covariance; -1 on the diagonal.
    size : int
    """

    cuts: tuple[slice, ...]
    slopes: NDArray[np.intp]
    variance: NDArray[np.intp]
    pairs: NDArray[np.intp]
    size: int

    @property
    def first_step(self) -> int:
        """How many statistics come from single variables."""
        p = len(self.cuts)
        return self.size - p * (p - 1) // 2


@lru_cache(maxsize=64)
def pairs_of(p: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and the second of each pair of p variables, in their order; read-only."""
    one, other = np.triu_indices(p, 1)
    one.flags.writeable = other.flags.writeable = False
    return one, other


def places_of(n_categories: Sequence[int], q: int) -> Places:
    """Return the places for variables with these numbers of categories (0: continuous).

    Parameters
    ----------
    n_categories : sequence of int
    q : int
        Number of covariates.

    Examples
    --------
    >>> places_of([3, 0], 0).cuts
    (slice(0, 2, None), slice(2, 3, None))
    """
    p = len(n_categories)
    ends = np.cumsum([max(c - 1, 1) for c in n_categories])
    starts = [0, *ends[:-1]]
    next_free = int(ends[-1])
    slopes = next_free + np.arange(p * q, dtype=np.intp).reshape(q, p).T
    next_free += p * q
    variance = np.full(p, -1, dtype=np.intp)
    numeric = np.flatnonzero(np.asarray(n_categories) == 0)
    variance[numeric] = next_free + np.arange(len(numeric))
    next_free += len(numeric)
    pairs = np.full((p, p), -1, dtype=np.intp)
    one, other = pairs_of(p)
    pairs[one, other] = pairs[other, one] = next_free + np.arange(len(one))
    cuts = tuple(slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True))
    return Places(cuts, slopes, variance, pairs, next_free + len(one))
