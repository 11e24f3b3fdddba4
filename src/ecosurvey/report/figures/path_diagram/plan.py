"""The plan of a path diagram: every box, arrow and number at its place, in points."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ecosurvey.core import Lang
from ecosurvey.report.figures.canvas import INCH, Box
from ecosurvey.report.figures.letters import LINE, balanced, block_height, width
from ecosurvey.report.figures.path_diagram.labels import place_labels
from ecosurvey.report.figures.path_diagram.layers import Layers, arrange
from ecosurvey.report.figures.path_diagram.model import Arrow, Construct, PathDrawing
from ecosurvey.report.figures.path_diagram.places import Places, Point, place, transpose
from ecosurvey.report.figures.style import TALLEST, WIDE

SIZE, SMALL, PAD = 7.2, 6.6, 5.0  # letters of names, letters of numbers, space inside a box
_MOST_ACROSS = 7  # boxes in a row that a page's width can hold


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


def plan(drawing: PathDrawing, lang: Lang) -> Plan:
    """Return every box, arrow and number at its place.

    Rows run from top to bottom; from left to right where one would hold more than seven. They
    are drawn apart until every number finds a free place, as far as a page allows.
    """
    layers = _layers(drawing)
    many = max((sum("\n" not in name for name in row) for row in layers.rows), default=1)
    upright = many <= _MOST_ACROSS
    lines, sizes = _boxes(drawing, layers, lang, upright=upright)
    arrows = _ordered(drawing)
    said = [(width(arrow.say(), SMALL) + 2.4, SMALL * 1.15) for arrow in arrows]
    stretch = 1.0
    while True:
        places = _placed(layers, sizes, stretch, upright=upright)
        boxes = tuple(places.boxes[c.key] for c in drawing.constructs)
        labels, conflicts = place_labels(places.ways, said, boxes)
        if not conflicts or places.height * 1.15 > TALLEST * INCH:
            break
        stretch *= 1.15
    nodes = [Node(c, box, lines[c.key]) for c, box in zip(drawing.constructs, boxes, strict=True)]
    links = [
        Link(arrow, way, label)
        for arrow, way, label in zip(arrows, places.ways, labels, strict=True)
    ]
    return Plan(places.width, places.height, tuple(nodes), tuple(links), conflicts)


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


def _placed(
    layers: Layers, sizes: dict[str, tuple[float, float]], stretch: float, *, upright: bool
) -> Places:
    page = WIDE * INCH
    if upright:
        return place(layers, sizes, width=page, row_gap=34.0 * stretch, side_gap=9.0)
    turned = {name: (tall, wide) for name, (wide, tall) in sizes.items()}
    most = max(sum(turned[n][0] + 10 for n in row if n in turned) for row in layers.rows)
    used = sum(max((turned[n][1] for n in row if n in turned), default=0.0) for row in layers.rows)
    gap = max(30.0, (page - used - 12) / max(len(layers.rows) - 1, 1) / 1.6)
    return transpose(
        place(layers, turned, width=(most + 12) * stretch, row_gap=gap, side_gap=9.0 * stretch)
    )


def _boxes(
    drawing: PathDrawing, layers: Layers, lang: Lang, *, upright: bool
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[float, float]]]:
    """Return the lines and the size of each box: words whole, rows no wider than the page."""
    page = WIDE * INCH - 12
    rows = [[n for n in row if "\n" not in n] for row in layers.rows]
    free = [page - 21 * sum("\n" in n for n in row) if upright else page for row in layers.rows]
    across = max(map(len, rows), default=1) if upright else len(rows) * 1.3
    usual = min(92.0, min(free, default=page) / max(across, 1) - 9)
    usual = usual if upright else max(usual, 64.0)
    room = {c.key: max(usual, min(_least(c, lang), 100.0)) for c in drawing.constructs}
    if upright and any(
        sum(room[n] + 9 for n in row) > most for row, most in zip(rows, free, strict=True)
    ):
        room = dict.fromkeys(room, usual)  # words are broken rather than boxes overlapped
    lines = {
        c.key: balanced(c.label.say(lang), room[c.key] - 2 * PAD, SIZE) for c in drawing.constructs
    }
    return lines, {c.key: _size(c, lines[c.key]) for c in drawing.constructs}


def _least(construct: Construct, lang: Lang) -> float:
    """Return the width that keeps the longest word whole."""
    words = construct.label.say(lang).replace("-", "- ").split()
    spaced = [word for word in words if word.isascii()]
    return max([width(word, SIZE) for word in spaced] or [0.0]) + 2 * PAD + 1.0


def _size(construct: Construct, lines: tuple[str, ...]) -> tuple[float, float]:
    wanted = [width(line, SIZE) for line in lines]
    explained = 0.0
    if not math.isnan(construct.r_squared):
        explained = SMALL * LINE
        wanted.append(width("R² = .00", SMALL))
    taken = max(max(wanted) + 2 * PAD, 44.0)
    return taken, block_height(len(lines), SIZE) + explained + 2 * PAD
