"""What diagrams are made of, many at once: boxes of constructs, arrows, the numbers on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.report.figures.canvas import Box, write
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import width
from ecosurvey.report.figures.style import GREY, INK

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


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow with the number on it.

    Attributes
    ----------
    line : Path
        As far as the head.
    look : tuple of (str, Any)
        Of the line, as Matplotlib has it.
    head : sequence of Corner
        Three.
    colour : str
    label : Box
        Where the number has been placed.
    words : str
        The number; nothing if it is not known.
    pale : bool
        Whether the number is grey.
    """

    line: Path
    look: tuple[tuple[str, Any], ...]
    head: Sequence[Corner]
    colour: str
    label: Box
    words: str
    pale: bool


def draw_arrows(axes: Axes, arrows: Sequence[Arrow], size: float) -> None:
    """Draw arrows, and write their numbers, on paper that interrupts them.

    Lines of one look are one shape, and so are heads of one colour.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    lines: dict[tuple[Any, ...], list[Path]] = {}
    heads: dict[str, list[Corner]] = {}
    for arrow in arrows:
        look = (("edgecolor", arrow.colour), *arrow.look)
        lines.setdefault(look, []).append(arrow.line)
        heads.setdefault(arrow.colour, []).extend((*arrow.head, arrow.head[0]))
    for look, paths in lines.items():
        whole = paths[0] if len(paths) == 1 else Path.make_compound_path(*paths)
        axes.add_artist(PathPatch(whole, facecolor="none", capstyle="butt", zorder=2, **dict(look)))
    around = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for colour, points in heads.items():
        path = Path(points, around * (len(points) // 4))
        axes.add_artist(PathPatch(path, facecolor=colour, edgecolor="none", zorder=3))
    _write_numbers(axes, [arrow for arrow in arrows if arrow.words], size)


def _write_numbers(axes: Axes, arrows: Sequence[Arrow], size: float) -> None:
    paper = []
    for arrow in arrows:
        half = width(arrow.words, size) / 2 + _ROUND_NUMBER
        x, _ = arrow.label.centre
        paper.append(Box(x - half, arrow.label.y0, x + half, arrow.label.y1))
    fill(axes, paper, ["white"] * len(paper), linewidths=0, zorder=4.9)
    write(
        axes, [arrow.label.centre for arrow in arrows], [arrow.words for arrow in arrows],
        size=size, va="middle", zorder=5, colours=[GREY if one.pale else INK for one in arrows],
    )  # fmt: skip
