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
