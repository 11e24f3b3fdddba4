"""Ceiling lines: the border of the empty corner where the condition is low and the outcome high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """One ceiling line over the observed scope.

    Attributes
    ----------
    kind : {"ce_fdh", "cr_fdh"}
    x, y : (k,) arrays
        Corners of the step line (x ascending), or the two ends of the straight one.
    scope : (4,) tuple
        Smallest and largest x, smallest and largest y.
    d : float
        Empty area over the scope's area.
    accuracy : float
        Share of rows on or below the line.
    peers : tuple of int
        Rows that the line rests on.
    """

    kind: str
    x: Floats
    y: Floats
    scope: tuple[float, float, float, float]
    d: float
    accuracy: float
    peers: tuple[int, ...]

    def needed(self, levels: Floats) -> Floats:
        """Return the least x for each y, in percent of the range of x; NaN where any x will do."""
        low, high, *_ = self.scope
        if self.kind == "ce_fdh":
            first = np.searchsorted(self.y, levels - 1e-12 * np.abs(levels))
            at = self.x[np.minimum(first, len(self.x) - 1)]
        else:
            (x0, x1), (y0, y1) = self.x, self.y
            at = (
                np.full(len(levels), low)
                if y1 == y0
                else x0 + (levels - y0) * (x1 - x0) / (y1 - y0)
            )
            at = np.clip(at, low, high)
        percent = 100 * (at - low) / (high - low)
        return np.where(percent > 0, percent, np.nan)


def ceilings(x: Floats, y: Floats) -> tuple[Ceiling, Ceiling]:
    """Return the stepwise (CE-FDH) and the straight (CR-FDH) ceiling.

    The step line is the highest y at or left of each x. The straight line is least squares
    through the upper left corners (peers) of the steps; its empty area is cut to the scope.

    Parameters
    ----------
    x, y : (n,) arrays
        Neither constant.

    References
    ----------
    Dul (2016), Organizational Research Methods 19, 10-52, pp. 24-29.
    """
    scope = (float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    order = np.lexsort((-y, x))
    highest = np.maximum.accumulate(y[order])
    new = np.concatenate([[True], highest[1:] > highest[:-1]])
    rows = order[new]
    corner_x, corner_y = x[rows], y[rows]
    peers = tuple(int(row) for row in rows)
    d = float(effect_sizes(x, y[None])[0])
    steps = Ceiling("ce_fdh", corner_x, corner_y, scope, d, 1.0, peers)
    if len(rows) < 2:
        flat = Ceiling(
            "cr_fdh", np.array(scope[:2]), np.full(2, corner_y[0]), scope, 0.0,
            float((y <= corner_y[0]).mean()), peers,
        )  # fmt: skip
        return steps, flat
    slope, height = np.polyfit(corner_x - corner_x[0], corner_y, 1)
    start = height - slope * corner_x[0]
    ends = np.array(scope[:2])
    accuracy = float((y <= start + slope * x + 1e-9 * (scope[3] - scope[2])).mean())
    size = _area_above(slope, start, scope) / ((scope[1] - scope[0]) * (scope[3] - scope[2]))
    return steps, Ceiling("cr_fdh", ends, start + slope * ends, scope, float(size), accuracy, peers)


def effect_sizes(x: Floats, ys: Floats) -> Floats:
    """Return the stepwise effect size d for each row of ``ys``, (b,), all with the same ``x``.

    Parameters
    ----------
    x : (n,) array
    ys : (b, n) array
    """
    order = np.argsort(x, kind="stable")
    levels, first = np.unique(x[order], return_index=True)
    wide = np.diff(levels)
    top = np.maximum.accumulate(np.maximum.reduceat(ys[:, order], first, axis=1), axis=1)
    high, low = ys.max(axis=1), ys.min(axis=1)
    empty = ((high[:, None] - top[:, :-1]) * wide).sum(axis=1)
    return np.asarray(empty / ((x.max() - x.min()) * (high - low)))


def _area_above(slope: float, start: float, scope: tuple[float, float, float, float]) -> float:
    """Return the area of the scope above a rising line, exactly."""
    x0, x1, y0, y1 = scope
    turns = {x0, x1}
    if slope != 0:
        turns |= {min(max((level - start) / slope, x0), x1) for level in (y0, y1)}
    ends = np.array(sorted(turns))
    gap = np.clip(y1 - np.clip(start + slope * ends, y0, y1), 0, None)
    return float((np.diff(ends) * (gap[1:] + gap[:-1]) / 2).sum())
