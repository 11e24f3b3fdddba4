"""How the statistics of ordinal variables move with free cells, thresholds apart.

A free threshold moves one statistic and nothing else moves as little; there are as many of them as
of everything else several times over, so that products over all columns would be mostly by zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied.layout import MATRICES, Cells
from ecosurvey.sem.implied.responses import (
    LatentResponses,
    Responses,
    statistics_jacobian,
    threshold_places,
)

Floats = NDArray[np.float64]
_TAU = MATRICES.index("tau")


@dataclass(frozen=True, slots=True)
class StatisticSlopes:
    """J, the derivative of s statistics in k cells.

    Attributes
    ----------
    dense : (s, m) array
        Columns of the cells that are no thresholds.
    others : (m,) array
        Their positions among the cells.
    cuts : (t,) array
        Positions of the thresholds.
    places : (t,) array
        The one statistic that each of them moves.
    steps : (t,) array
        How much it moves.
    """

    dense: Floats
    others: NDArray[np.intp]
    cuts: NDArray[np.intp]
    places: NDArray[np.intp]
    steps: Floats

    def __len__(self) -> int:
        """Return the number of cells, k."""
        return len(self.others) + len(self.cuts)

    def whole(self) -> Floats:
        """Return J itself, (s, k)."""
        found = np.zeros((len(self.dense), len(self)))
        found[:, self.others] = self.dense
        found[self.places, self.cuts] = self.steps
        return found

    def pulled(self, what: Floats) -> Floats:
        """Return J' @ what, (k,) or (k, n)."""
        found = np.empty((len(self), *what.shape[1:]))
        found[self.others] = self.dense.T @ what
        found[self.cuts] = (self.steps * what[self.places].T).T
        return found

    def weighed(self, weight: Floats) -> StatisticSlopes:
        """Return W J, W given by its diagonal (s,)."""
        steps = self.steps * weight[self.places]
        return replace(self, dense=weight[:, None] * self.dense, steps=steps)

    def squared(self, weight: Floats) -> Floats:
        """Return J' W J, (k, k), W given by its diagonal (s,) or whole (s, s)."""
        if weight.ndim == 2:
            whole = self.whole()
            return np.asarray(whole.T @ weight @ whole)
        found = np.zeros((len(self), len(self)))
        half = np.sqrt(weight)[:, None] * self.dense
        found[np.ix_(self.others, self.others)] = half.T @ half  # with itself: half the work
        lean = self.steps * weight[self.places]
        crossed = lean[:, None] * self.dense[self.places]
        if crossed.any():
            found[np.ix_(self.cuts, self.others)] = crossed
            found[np.ix_(self.others, self.cuts)] = crossed.T
        found[self.cuts, self.cuts] = lean * self.steps
        return found


def statistic_slopes(cells: Cells, found: Responses, of: LatentResponses) -> StatisticSlopes:
    """Return the derivative of the statistics in some cells."""
    is_cut = cells.matrix == _TAU
    cuts, others = np.flatnonzero(is_cut), np.flatnonzero(~is_cut)
    owner, stands = threshold_places(of)
    places = stands[cells.row[cuts]]
    return StatisticSlopes(
        statistics_jacobian(cells.take(others), found, of), others, cuts, places,
        found.scale[owner[places]],
    )  # fmt: skip
