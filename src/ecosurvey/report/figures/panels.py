"""Small plots beside each other on one sheet: a line is drawn once for all of them.

Axes of their own for each cost Matplotlib more than what is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import number
from ecosurvey.report.figures.canvas import Box, write
from ecosurvey.report.figures.style import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_TICK, _PAD = 2.5, 3.5  # points
_STEPS = [1, 2, 2.5, 5, 10]
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot: where it stands on the sheet, and the values at its edges."""

    box: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return values as places on the sheet, in two columns."""
        across = _scaled(x, self.x, self.box.x0, self.box.x1)
        up = _scaled(y, self.y, self.box.y0, self.box.y1)
        return np.column_stack([across, up])


def join(lines: Iterable[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the x and y of several lines as those of one, which breaks between them."""
    gap = np.full((1, 2), np.nan)
    parts = [part for line in lines for part in (line, gap)][:-1] or [gap]
    x, y = np.concatenate(parts).T
    return x, y


def frame(axes: Axes, panels: Sequence[Panel], size: float, *, labelled: Sequence[bool]) -> None:
    """Draw the axes of all panels below and to the left, with ticks and their values.

    Parameters
    ----------
    axes : Axes
        Of the sheet, in points.
    panels : sequence of Panel
    size : float
        Of the letters.
    labelled : sequence of bool
        Whether the vertical axis has its values written; one a panel.
    """
    lines: list[NDArray[np.float64]] = []
    below: list[tuple[tuple[float, float], str]] = []
    beside: list[tuple[tuple[float, float], str]] = []
    for panel, named in zip(panels, labelled, strict=True):
        box = panel.box
        lines.append(np.array([(box.x0, box.y1), (box.x0, box.y0), (box.x1, box.y0)]))
        for value, words in _ticks(panel.x, (box.x1 - box.x0) / (3 * size)):
            at = float(panel.place(value, panel.y[0])[0, 0])
            lines.append(np.array([(at, box.y0), (at, box.y0 - _TICK)]))
            below.append(((at, box.y0 - _TICK - _PAD), words))
        for value, words in _ticks(panel.y, (box.y1 - box.y0) / (2 * size)):
            at = float(panel.place(panel.x[0], value)[0, 1])
            lines.append(np.array([(box.x0, at), (box.x0 - _TICK, at)]))
            if named:
                beside.append(((box.x0 - _TICK - _PAD, at), words))
    axes.plot(*join(lines), color=INK, linewidth=0.6, solid_capstyle="projecting", zorder=2.5)
    how: dict[str, Any] = {"size": size}
    write(axes, [at for at, _ in below], [words for _, words in below], va="top", **how)
    write(
        axes, [at for at, _ in beside], [words for _, words in beside],
        ha="right", va="middle", **how,
    )  # fmt: skip


def _scaled(
    values: ArrayLike, ends: tuple[float, float], low: float, high: float
) -> NDArray[np.float64]:
    given = np.atleast_1d(np.asarray(values, dtype=float))
    return low + (given - ends[0]) * ((high - low) / (ends[1] - ends[0]))


def _ticks(ends: tuple[float, float], room: float) -> list[tuple[float, str]]:
    """Return round values between the ends, as many as there is room for, and their words."""
    from matplotlib.ticker import MaxNLocator

    steps = MaxNLocator(nbins=int(min(max(room, 1), 9)), steps=_STEPS).tick_values(*ends)
    inside = [float(v) for v in steps if ends[0] <= v <= ends[1]]
    distance = float(steps[1] - steps[0]) if len(steps) > 1 else 1.0
    decimals = 0
    while decimals < _MOST_DECIMALS and abs(round(distance, decimals) / distance - 1) > 1e-6:
        decimals += 1
    return [(value, number(value, decimals)) for value in inside]
