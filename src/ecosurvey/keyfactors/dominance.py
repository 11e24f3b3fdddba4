"""Dominance analysis: what each predictor adds to every subset of the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text

Floats = NDArray[np.float64]
_ALIKE = 1e-10  # gains nearer to one another differ by rounding: a factor with no way of its own
_MOST = 15  # predictors; 2^15 regressions are seconds, each further one doubles them


@dataclass(frozen=True, slots=True)
class Dominance:
    """Dominance of p predictors in each of b correlation matrices.

    Attributes
    ----------
    general : (b, p) array
        General dominance weights; they sum to R squared (Shapley values, LMG).
    conditional : (b, p, p) array
        ``[:, j, k]``: mean gain of predictor j over subsets of k others.
    complete : (b, p, p) bool array
        ``[:, i, j]``: i adds no less than j to every subset, and more to some.
    r_squared : (b,) array
    """

    general: Floats
    conditional: Floats
    complete: NDArray[np.bool_]
    r_squared: Floats

    @property
    def conditionally(self) -> NDArray[np.bool_]:
        """``[:, i, j]``: i adds on average no less than j at every size, and more at some."""
        lead = self.conditional[:, :, None, :] - self.conditional[:, None, :, :]
        return np.asarray((lead >= -_ALIKE).all(axis=3) & (lead > _ALIKE).any(axis=3))


def dominance(correlations: Floats) -> Dominance:
    r"""Return general, conditional and complete dominance, exactly, over all 2^p subsets.

    .. math:: D_j = \frac1p \sum_{k=0}^{p-1} \binom{p-1}{k}^{-1}
              \sum_{S \not\ni j, |S| = k} [R^2(S \cup j) - R^2(S)]

    Parameters
    ----------
    correlations : (b, p + 1, p + 1) or (p + 1, p + 1) array
        Predictors first, the outcome last; b matrices at once, for intervals.

    Returns
    -------
    Dominance

    Raises
    ------
    DataError
        For more than 15 predictors.

    References
    ----------
    Budescu (1993), Psychological Bulletin 114, 542-551; Azen & Budescu (2003), Psychological
    Methods 8, 129-148, eqs. 3-5. In R: ``domir``, ``relaimpo::calc.relimp(type = "lmg")``.

    Examples
    --------
    >>> dominance(np.array([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]])).general.round(2).tolist()
    [[0.36, 0.09]]
    """
    stack = correlations[None] if correlations.ndim == 2 else correlations
    p = stack.shape[1] - 1
    if p > _MOST:
        raise DataError(
            Text(
                f"{p} predictors have {2**p} subsets, too many to try all",
                f"{p}个预测变量有{2**p}个子集，无法全部尝试",
            ),
            fix=Text(f"Name at most {_MOST} candidates.", f"请最多给出{_MOST}个候选因素。"),
        )
    gained = subset_r_squared(stack)
    size = np.array([mask.bit_count() for mask in range(2**p)])
    conditional = np.empty((len(stack), p, p))
    for j in range(p):
        without = np.array([mask for mask in range(2**p) if not mask >> j & 1])
        added = gained[:, without | 1 << j] - gained[:, without]
        for k in range(p):
            conditional[:, j, k] = added[:, size[without] == k].mean(axis=1)
    return Dominance(conditional.mean(axis=2), conditional, _complete(gained, p), gained[:, -1])


def subset_r_squared(correlations: Floats) -> Floats:
    """Return R squared of the outcome on each subset of predictors, (b, 2^p).

    Subset s holds predictor j if bit j of s is set.
    """
    p = correlations.shape[1] - 1
    found = np.zeros((len(correlations), 2**p))
    for k in range(1, p + 1):
        for chosen in combinations(range(p), k):
            columns = list(chosen)
            among = correlations[:, columns][:, :, columns]
            to = correlations[:, columns, p]
            slopes = np.linalg.solve(among, to[:, :, None])[:, :, 0]
            found[:, sum(1 << j for j in chosen)] = (slopes * to).sum(axis=1)
    return found


def _complete(gained: Floats, p: int) -> NDArray[np.bool_]:
    found = np.zeros((len(gained), p, p), dtype=bool)
    for i, j in combinations(range(p), 2):
        neither = np.array([m for m in range(2**p) if not (m >> i & 1 or m >> j & 1)])
        lead = gained[:, neither | 1 << i] - gained[:, neither | 1 << j]
        found[:, i, j] = (lead >= -_ALIKE).all(axis=1) & (lead > _ALIKE).any(axis=1)
        found[:, j, i] = (lead <= _ALIKE).all(axis=1) & (lead < -_ALIKE).any(axis=1)
    return found
