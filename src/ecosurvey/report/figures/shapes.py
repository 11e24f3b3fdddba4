"""What diagrams are made of, many at once: boxes of constructs, arrows, the numbers on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ecosurvey.report.figures.canvas import Box, write
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import width
from ecosurvey.report.figures.style import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

Corner = tuple[float, float]
_ROUND_NUMBER = 0.5  # points of paper beside a number on an arrow


def draw_boxes(
    axes: Axes, boxes: Sequence[Box], *, rounding: float = 0.0, linewidth: float = 0.9
) -> None:
    """Draw white boxes with a frame, their corners rounded by a radius in points."""
    from matplotlib.collections import PathCollection
    from matplotlib.patches import BoxStyle

    style = BoxStyle.Round(pad=0, rounding_size=rounding) if rounding else BoxStyle.Square(pad=0)
    shapes = [style(b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0, 1.0) for b in boxes]
    if shapes:
        made = PathCollection(
            shapes, facecolors="white", edgecolors=INK, linewidths=linewidth, joinstyle="miter",
            snap=True, zorder=4,
        )  # fmt: skip
        axes.add_collection(made, autolim=False)


def draw_lines(axes: Axes, lines: Iterable[tuple[Path, Any]]) -> None:
    """Draw paths, each with its look: a mapping that those that look alike share."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    alike: dict[tuple[tuple[str, Any], ...], list[Path]] = {}
    for path, look in lines:
        alike.setdefault(tuple(look.items()), []).append(path)
    for look, paths in alike.items():
        whole = paths[0] if len(paths) == 1 else Path.make_compound_path(*paths)
        patch = PathPatch(whole, facecolor="none", capstyle="butt", zorder=2, **dict(look))
        axes.add_artist(patch)


def draw_heads(axes: Axes, heads: Iterable[Sequence[Corner]], colours: Sequence[str]) -> None:
    """Draw the heads of arrows, each from its three corners and in its colour."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners: dict[str, list[Corner]] = {}
    for head, colour in zip(heads, colours, strict=True):
        corners.setdefault(colour, []).extend((*head, head[0]))
    around = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for colour, points in corners.items():
        path = Path(points, around * (len(points) // 4))
        axes.add_artist(PathPatch(path, facecolor=colour, edgecolor="none", zorder=3))


def write_numbers(
    axes: Axes, numbers: Sequence[tuple[Box, str]], size: float, colours: Sequence[str]
) -> None:
    """Write numbers where they have been placed, on paper that interrupts their arrows."""
    paper = []
    for box, words in numbers:
        half = width(words, size) / 2 + _ROUND_NUMBER
        x, _ = box.centre
        paper.append(Box(x - half, box.y0, x + half, box.y1))
    fill(axes, paper, ["white"] * len(paper), linewidths=0, zorder=4.9)
    places = [box.centre for box, _ in numbers]
    said = [words for _, words in numbers]
    write(axes, places, said, size=size, va="middle", colours=colours, zorder=5)
