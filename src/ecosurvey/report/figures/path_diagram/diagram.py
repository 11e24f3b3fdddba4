"""The structural model as a diagram: constructs, standardized paths, R², second-order facets."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, Box, sheet
from ecosurvey.report.figures.letters import LINE, block_height, width, wrap
from ecosurvey.report.figures.path_diagram.labels import place_labels
from ecosurvey.report.figures.path_diagram.layers import Layers, arrange
from ecosurvey.report.figures.path_diagram.places import Point, place
from ecosurvey.report.figures.style import GREY, INK, TALLEST, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE, _SMALL = 7.2, 6.6
_PAD = 5.0
_HEAD = 5.0  # length of an arrow's head


@dataclass(frozen=True, slots=True)
class Construct:
    """A latent variable; R² is NaN where nothing explains it."""

    key: str
    label: Text
    r_squared: float = math.nan


@dataclass(frozen=True, slots=True)
class Arrow:
    """A standardized path or second-order loading; ``sure`` if it differs from zero at .05."""

    source: str
    target: str
    estimate: float
    sure: bool
    loading: bool = False


@dataclass(frozen=True, slots=True)
class PathDrawing:
    """What is drawn."""

    constructs: tuple[Construct, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A construct at its place."""

    construct: Construct
    box: Box
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow at its place, with the box of its number."""

    arrow: Arrow
    way: tuple[Point, ...]
    label: Box


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole diagram in points; ``conflicts`` counts numbers without a free place."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    conflicts: int


def describe(constructs: Iterable[Construct], arrows: Iterable[Arrow]) -> PathDrawing:
    """Return the drawing; constructs that no arrow touches are left out."""
    links = tuple(arrow for arrow in arrows if math.isfinite(arrow.estimate))
    touched = {end for arrow in links for end in (arrow.source, arrow.target)}
    return PathDrawing(tuple(c for c in constructs if c.key in touched), links)


def plan(drawing: PathDrawing, lang: Lang) -> Plan:
    """Return every box, arrow and number at its place.

    Rows are drawn apart until every number finds a free place, as far as a page allows.
    """
    layers = _layers(drawing)
    page = WIDE * INCH
    widest = max((len([n for n in row if "\n" not in n]) for row in layers.rows), default=1)
    passing = max((sum("\n" in n for n in row) for row in layers.rows), default=0)
    room = min(92.0, (page - 12 - 12 * passing) / max(widest, 1) - 9)
    lines = {c.key: _lines(c, room - 2 * _PAD, lang) for c in drawing.constructs}
    sizes = {c.key: _size(c, lines[c.key], room) for c in drawing.constructs}
    said = [_number_size(arrow) for arrow in drawing.arrows]
    gap = 46.0
    while True:
        places = place(layers, sizes, width=page, row_gap=gap, side_gap=9.0)
        boxes = tuple(places.boxes[c.key] for c in drawing.constructs)
        labels, conflicts = place_labels(places.ways, said, boxes)
        if not conflicts or places.height > TALLEST * INCH:
            break
        gap *= 1.15
    nodes = [Node(c, box, lines[c.key]) for c, box in zip(drawing.constructs, boxes, strict=True)]
    links = [
        Link(arrow, way, label)
        for arrow, way, label in zip(_ordered(drawing), places.ways, labels, strict=True)
    ]
    return Plan(places.width, places.height, tuple(nodes), tuple(links), conflicts)


def draw(drawing: PathDrawing, lang: Lang) -> Figure:
    """Draw the plan: solid where sure, dashed grey where not, thicker where stronger."""
    from matplotlib.patches import FancyBboxPatch

    made = plan(drawing, lang)
    figure, axes = sheet(made.width, made.height)
    for link in made.links:
        _draw_arrow(axes, link)
    for node in made.nodes:
        box = node.box
        axes.add_patch(
            FancyBboxPatch(
                (box.x0, box.y0),
                box.x1 - box.x0,
                box.y1 - box.y0,
                boxstyle="round,pad=0,rounding_size=9",
                facecolor="white",
                edgecolor=INK,
                linewidth=0.9,
                zorder=4,
            )
        )
        _draw_words(axes, node)
    for link in made.links:
        x, y = link.label.centre
        axes.text(
            x,
            y,
            number(link.arrow.estimate, 2, bounded=True),
            fontsize=_SMALL,
            ha="center",
            va="center_baseline",
            color=GREY if not link.arrow.sure else INK,
            bbox={"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none"},
            zorder=5,
        )
    return figure


def illustrate(drawing: PathDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    names = {c.key: c.label for c in drawing.constructs}
    paths = [arrow for arrow in drawing.arrows if not arrow.loading]
    sure = [arrow for arrow in paths if arrow.sure]
    en = "; ".join(f"{names[a.source].en} to {names[a.target].en} {_said(a)}" for a in sure)
    zh = "；".join(f"{names[a.source].zh}对{names[a.target].zh} {_said(a)}" for a in sure)
    alt = Text(
        f"Path diagram of {len(drawing.constructs)} constructs and {len(paths)} paths, "
        f"{len(sure)} of them significant. {en}.",
        f"{len(drawing.constructs)}个构念、{len(paths)}条路径的路径图，其中{len(sure)}条显著。{zh}。",
    )
    caption = Text(
        "Structural model with standardized estimates. Rounded boxes are latent variables; "
        "solid arrows differ from zero at p < .05 and are thicker where stronger, dashed grey "
        "ones do not, orange ones are negative. Covariances and residuals are not drawn",
        "结构模型（标准化估计值）。圆角框为潜变量；实线箭头表示p < .05，越粗效应越强；灰色虚线不显著；"
        "橙色为负向。协方差与残差未画出",
    )
    return Illustration("path_diagram", caption, alt, partial(draw, drawing))


def _said(arrow: Arrow) -> str:
    return number(arrow.estimate, 2, bounded=True)


def _ordered(drawing: PathDrawing) -> tuple[Arrow, ...]:
    """Return the arrows in the order of the layout's ways: paths, then facets drawn upwards."""
    up = set(_upward(drawing))
    return (*(a for a in drawing.arrows if a not in up), *(a for a in drawing.arrows if a in up))


def _upward(drawing: PathDrawing) -> tuple[Arrow, ...]:
    """Return the loadings of second-order constructs that nothing explains."""
    explained = {arrow.target for arrow in drawing.arrows if not arrow.loading}
    facets = {arrow.target for arrow in drawing.arrows if arrow.loading}
    used = {arrow.source for arrow in drawing.arrows if not arrow.loading}
    return tuple(
        arrow
        for arrow in drawing.arrows
        if arrow.loading
        and arrow.source in used
        and arrow.source not in explained | facets
        and arrow.target not in used | explained
    )


def _layers(drawing: PathDrawing) -> Layers:
    up = _upward(drawing)
    edges = [(a.source, a.target) for a in drawing.arrows if a not in set(up)]
    nodes = [construct.key for construct in drawing.constructs]
    return arrange(nodes, edges, above=[(a.source, a.target) for a in up])


def _lines(construct: Construct, room: float, lang: Lang) -> tuple[str, ...]:
    lines = wrap(construct.label.say(lang), room, _SIZE)
    return lines


def _size(construct: Construct, lines: tuple[str, ...], room: float) -> tuple[float, float]:
    explained = 0.0 if math.isnan(construct.r_squared) else _SMALL * LINE
    widest = max(width(line, _SIZE) for line in lines)
    taken = max(widest, 0.0 if explained == 0 else width("R² = .00", _SMALL)) + 2 * _PAD
    return (min(room, max(taken, 44.0)), block_height(len(lines), _SIZE) + explained + 2 * _PAD)


def _number_size(arrow: Arrow) -> tuple[float, float]:
    return width(_said(arrow), _SMALL) + 2.4, _SMALL * 1.15


def _draw_words(axes: Axes, node: Node) -> None:
    x, _ = node.box.centre
    y = node.box.y1 - _PAD - _SIZE * LINE / 2
    for line in node.lines:
        axes.text(x, y, line, fontsize=_SIZE, ha="center", va="center_baseline", zorder=6)
        y -= _SIZE * LINE
    if not math.isnan(node.construct.r_squared):
        words = f"R² = {number(node.construct.r_squared, 2, bounded=True)}"
        axes.text(x, y + 0.4, words, fontsize=_SMALL, ha="center", va="center_baseline", zorder=6)


def _draw_arrow(axes: Axes, link: Link) -> None:
    from matplotlib.patches import PathPatch, Polygon

    arrow = link.arrow
    colour = GREY if not arrow.sure else VERMILION if arrow.estimate < 0 else INK
    thick = 0.7 if not arrow.sure else 0.7 + 2.2 * min(abs(arrow.estimate), 1.0)
    dashes = "-" if arrow.sure else (0, (3.5, 2.2))
    head, base = _head(link.way, _HEAD + thick)
    axes.add_patch(
        PathPatch(
            _curve((*link.way[:-1], base)),
            facecolor="none",
            edgecolor=colour,
            linewidth=thick,
            linestyle=dashes,
            capstyle="butt",
            zorder=2,
        )
    )
    axes.add_patch(Polygon(head, closed=True, facecolor=colour, edgecolor="none", zorder=3))


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


def _curve(corners: tuple[Point, ...]) -> object:
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
