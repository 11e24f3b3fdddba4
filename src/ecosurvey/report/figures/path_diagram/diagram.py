"""The structural model as a diagram: constructs, standardized paths, R², second-order facets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import sheet, write
from ecosurvey.report.figures.letters import LINE
from ecosurvey.report.figures.path_diagram.model import PathDrawing
from ecosurvey.report.figures.path_diagram.places import Point
from ecosurvey.report.figures.path_diagram.plan import PAD, SIZE, SMALL, Link, Node, plan
from ecosurvey.report.figures.shapes import Arrow as Drawn
from ecosurvey.report.figures.shapes import draw_arrows, draw_boxes
from ecosurvey.report.figures.style import GREY, INK, VERMILION
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

_HEAD = 5.0  # length of an arrow's head
_ROUNDING = 9.0  # of the corners of latent variables' boxes


def draw(drawing: PathDrawing, lang: Lang) -> Figure:
    """Draw the plan: solid where sure, dashed grey where not, thicker where stronger."""
    made = plan(drawing, lang)
    figure, axes = sheet(made.width, made.height)
    draw_arrows(axes, [_drawn(link) for link in made.links], SMALL)
    observed = [node.box for node in made.nodes if node.construct.observed]
    latent = [node.box for node in made.nodes if not node.construct.observed]
    draw_boxes(axes, latent, rounding=_ROUNDING)
    draw_boxes(axes, observed)
    _write_names(axes, made.nodes)
    return figure


def illustrate(drawing: PathDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    names = {c.key: c.label for c in drawing.constructs}
    paths = [arrow for arrow in drawing.arrows if not arrow.loading]
    sure = [arrow for arrow in paths if arrow.sure]
    en = "; ".join(f"{names[a.source].en} to {names[a.target].en} {a.say()}".strip() for a in sure)
    zh = "；".join(f"{names[a.source].zh}对{names[a.target].zh} {a.say()}".strip() for a in sure)
    alt = Text(
        f"Path diagram of {len(drawing.constructs)} constructs and {len(paths)} paths, "
        f"{len(sure)} of them significant. {en}.",
        f"{len(drawing.constructs)}个构念、{len(paths)}条路径的路径图，"
        f"其中{len(sure)}条显著。{zh}。",
    )
    caption = Text(
        "Structural model with standardized estimates. Rounded boxes are latent variables, square "
        "ones observed; "
        "solid arrows differ from zero at p < .05 and are thicker where stronger, dashed grey "
        "ones do not, orange ones are negative. Covariances and residuals are not drawn",
        "结构模型（标准化估计值）。圆角框为潜变量，直角框为观测变量；实线箭头表示p < .05，"
        "越粗效应越强；灰色虚线不显著；橙色为负向。协方差与残差未画出",
    )
    if all(math.isnan(arrow.estimate) for arrow in drawing.arrows):  # a model not fitted
        alt = Text(
            f"Path diagram of {len(drawing.constructs)} constructs and {len(paths)} paths. {en}.",
            f"{len(drawing.constructs)}个构念、{len(paths)}条路径的路径图。{zh}。",
        )
        caption = Text("Structural model", "结构模型")
    return Illustration("path_diagram", caption, alt, partial(draw, drawing))


def _write_names(axes: Axes, nodes: Sequence[Node]) -> None:
    """Write the names, and below them how much of each construct is explained."""
    names: list[tuple[Point, str]] = []
    explained: list[tuple[Point, str]] = []
    for node in nodes:
        x, _ = node.box.centre
        y = node.box.y1 - PAD - SIZE * LINE / 2
        for line in node.lines:
            names.append(((x, y), line))
            y -= SIZE * LINE
        if not math.isnan(node.construct.r_squared):
            words = f"R² = {number(node.construct.r_squared, 2, bounded=True)}"
            explained.append(((x, y + 0.4), words))
    for lines, size in ((names, SIZE), (explained, SMALL)):
        places, words_ = [at for at, _ in lines], [words for _, words in lines]
        write(axes, places, words_, size=size, va="middle", zorder=6)


def _drawn(link: Link) -> Drawn:
    arrow = link.arrow
    colour = GREY if not arrow.sure else VERMILION if arrow.estimate < 0 else INK
    plain = arrow.loading or not arrow.sure
    thick = 0.7 if plain else 0.7 + 2.2 * min(abs(arrow.estimate), 1.0)
    if math.isnan(thick):
        thick = 0.9
    dashes = "-" if arrow.sure else (0, (3.5, 2.2))
    head, base = _head(link.way, _HEAD + thick)
    return Drawn(
        _curve((*link.way[:-1], base)), (("linewidth", thick), ("linestyle", dashes)), head,
        colour, link.label, arrow.say(), pale=not arrow.sure,
    )  # fmt: skip


def _head(way: tuple[Point, ...], length: float) -> tuple[list[Point], Point]:
    """Return the corners of the head, and where the line under it ends."""
    (x0, y0), (x1, y1) = way[-2], way[-1]
    far = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / far, (y1 - y0) / far
    base = (x1 - ux * length, y1 - uy * length)
    half = length * 0.36
    left = (base[0] - uy * half, base[1] + ux * half)
    right = (base[0] + uy * half, base[1] - ux * half)
    return [(x1, y1), left, right], base


def _curve(corners: tuple[Point, ...]) -> Path:
    """Return a path through the corners, rounded where it passes a row."""
    from matplotlib.path import Path

    if len(corners) == 2:
        return Path(list(corners))
    vertices: list[Point] = [corners[0]]
    codes = [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        vertices += [_towards(corner, before), corner, _towards(corner, after)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    vertices.append(corners[-1])
    codes.append(Path.LINETO)
    return Path(vertices, codes)


def _towards(corner: Point, other: Point, most: float = 14.0) -> Point:
    far = math.hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(most / far, 0.5) if far else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share
