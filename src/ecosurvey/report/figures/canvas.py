"""Sheets to draw on, measured in points, and rectangles that can be tested for overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INCH = 72.0
_LINE = 1.2  # distance of lines beside a row, in letter sizes


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in points, y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the box of a size about a centre."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Tell whether two boxes overlap, or come nearer than ``gap``."""
        return (
            self.x0 < other.x1 + gap
            and other.x0 < self.x1 + gap
            and self.y0 < other.y1 + gap
            and other.y0 < self.y1 + gap
        )


def overlaps(boxes: Iterable[Box]) -> int:
    """Return the number of pairs of boxes that overlap."""
    return sum(a.meets(b) for a, b in combinations(boxes, 2))


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of that size in points, and axes whose units are points."""
    from ecosurvey.report.figures.shown import ShownFigure

    figure = ShownFigure(figsize=(width / INCH, height / INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    return figure, axes


def panel(
    width: float, height: float, *, left: float, right: float, top: float, bottom: float
) -> tuple[Figure, Axes]:
    """Return a figure of that size in points, and axes inside margins given in points."""
    from ecosurvey.report.figures.shown import ShownFigure

    figure = ShownFigure(figsize=(width / INCH, height / INCH))
    rectangle = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    return figure, figure.add_axes(rectangle)


def write(
    axes: Axes, places: Iterable[tuple[float, float]], words: Sequence[str], **how: Any
) -> None:
    """Write many words of one size at places in the units of the axes.

    How is told by ``size``, ``colours``, ``ha``, ``va``, and ``upwards``: see
    :class:`ecosurvey.report.figures.words.Words`.
    """
    from ecosurvey.report.figures.words import Words

    axes.add_artist(Words(list(places), words, **how))


def write_beside(
    axes: Axes, rows: Sequence[float], words: Sequence[str], size: float, *,
    right: bool = False, gap: float = 3.5,
) -> None:  # fmt: skip
    """Write names of rows beside axes whose limits are set: left, or right of them.

    Parameters
    ----------
    axes : Axes
    rows : sequence of float
        Where the rows are, in the units of the axes.
    words : sequence of str
        Each of one line or several, which stand about the row.
    size : float
    right : bool
    gap : float
        Points between the axes and the words.
    """
    inch = axes.figure.dpi
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    point = (x1 - x0) / (axes.bbox.width / inch * INCH)
    line = _LINE * size * (y1 - y0) / (axes.bbox.height / inch * INCH)
    edge = x1 + gap * point if right else x0 - gap * point
    places: list[tuple[float, float]] = []
    said: list[str] = []
    for row, whole in zip(rows, words, strict=True):
        parts = whole.split("\n")
        top = row + line * (len(parts) - 1) / 2
        places += [(edge, top - line * place) for place in range(len(parts))]
        said += parts
    ha, va = ("left", "center") if right else ("right", "middle")
    write(axes, places, said, size=size, ha=ha, va=va)
