"""Many rectangles at once: those of one colour are one shape, which is drawn once a format."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ecosurvey.core import number
from ecosurvey.report.figures.canvas import Box, write
from ecosurvey.report.figures.style import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = "RdBu"  # of matrices: blue up, red down, white at 0
_STEPS = 100  # of a colour scale: finer than an eye sees


def fill(axes: Axes, boxes: Iterable[Box], colours: Sequence[Any], **edges: Any) -> None:
    """Fill boxes, in the units of the axes, each with its colour.

    Parameters
    ----------
    axes : Axes
        Its limits are left as they are.
    boxes : iterable of Box
    colours : sequence of str or of (red, green, blue, alpha)
        One a box.
    **edges
        How they are edged: ``edgecolors``, ``linewidths``, ``zorder``, as Matplotlib has it.
    """
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    corners: dict[Any, list[tuple[float, float]]] = {}
    for box, colour in zip(boxes, colours, strict=True):
        left, low, right, high = box.x0, box.y0, box.x1, box.y1
        corners.setdefault(colour, []).extend(
            ((left, low), (right, low), (right, high), (left, high), (left, low))
        )
    around = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    shapes = [Path(points, around * (len(points) // 5)) for points in corners.values()]
    if shapes:
        made = PathCollection(shapes, snap=True, facecolors=list(corners), **edges)
        axes.add_collection(made, autolim=False)


def fill_matrix(axes: Axes, values: Any, most: float, line: float = 0.4) -> None:
    """Fill the cells of a matrix by their values, from ``-most`` to ``most``; NaN stays white.

    White lines of a width in points part the cells.

    Rows run downwards, and the limits of the axes are set to half a cell around.
    """
    import numpy as np

    matrix = np.asarray(values, dtype=float)
    down, across = matrix.shape
    known = np.argwhere(np.isfinite(matrix))
    boxes = (Box(x - 0.5, y - 0.5, x + 0.5, y + 0.5) for y, x in known.tolist())
    colours = _colours(matrix[tuple(known.T)], most)
    fill(axes, boxes, colours, edgecolors="white", linewidths=line)
    axes.set_xlim(-0.5, across - 0.5)
    axes.set_ylim(down - 0.5, -0.5)


def write_values(
    axes: Axes, values: Any, size: float, *, hide: float = 0.0, bounded: bool = True,
    dark: float = 0.72,
) -> None:  # fmt: skip
    """Print the values of a matrix on its cells, white on dark ones; those below ``hide`` not."""
    places, words, colours = [], [], []
    for y, line in enumerate(values):
        for x, value in enumerate(map(float, line)):
            if math.isfinite(value) and abs(value) >= hide:
                places.append((x, y))
                words.append(number(value, 2, bounded=bounded))
                colours.append("white" if abs(value) > dark else INK)
    write(axes, places, words, size=size, colours=colours)


def fill_scale(axes: Axes, most: float, shown: float) -> None:
    """Draw the colours from ``-shown`` to ``shown`` from left to right."""
    import numpy as np

    edges = np.linspace(-shown, shown, _STEPS + 1)
    # each reaches to the end under those that follow, so that no paper shows between two
    boxes = (Box(left, 0.0, shown, 1.0) for left in edges[:-1].tolist())
    fill(axes, boxes, _colours((edges[:-1] + edges[1:]) / 2, most), linewidths=0)
    axes.set_xlim(-shown, shown)
    axes.set_ylim(0, 1)


def _colours(values: Any, most: float) -> list[tuple[float, ...]]:
    from matplotlib import colormaps

    return [tuple(colour) for colour in colormaps[_COLOURS](values / (2 * most) + 0.5).tolist()]
