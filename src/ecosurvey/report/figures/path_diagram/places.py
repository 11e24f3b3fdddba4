"""Where the boxes stand and how the arrows run, in points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ecosurvey.report.figures.canvas import Box
from ecosurvey.report.figures.path_diagram.layers import Layers

Point = tuple[float, float]

_PASS = 12.0  # room across for an arrow that passes a row
_NUMBER = 10.0
_ROUNDS = 12
_PORTS = 0.38  # arrows touch this part of a box's side, to either side of its middle


@dataclass(frozen=True, slots=True)
class Places:
    """Boxes by name, the way of each arrow, and the size of the sheet."""

    width: float
    height: float
    boxes: dict[str, Box]
    ways: tuple[tuple[Point, ...], ...]


def place(
    layers: Layers,
    sizes: Mapping[str, tuple[float, float]],
    *,
    width: float,
    row_gap: float,
    side_gap: float,
    margin: float = 6.0,
) -> Places:
    """Return places with rows from top to bottom, the sheet cut to what stands on it.

    Parameters
    ----------
    layers : Layers
    sizes : mapping of str to (float, float)
        Width and height of each variable's box, in points.
    width : float
        Width of the sheet; boxes are pulled towards their neighbours inside it.
    row_gap, side_gap : float
        Least distance of rows, and of boxes within a row. Rows with many arrows between them
        are set farther apart.
    """
    across = _across(layers, sizes, width=width, gap=side_gap, margin=margin)
    tall = [max((sizes[n][1] for n in row if n in sizes), default=0.0) for row in layers.rows]
    gaps = [row_gap * (1.0 + 0.05 * count) for count in _links_below(layers)]
    height = sum(tall) + sum(gaps) + 2 * margin
    boxes: dict[str, Box] = {}
    bands: dict[str, tuple[float, float]] = {}
    y = height - margin
    for row, row_height, below in zip(layers.rows, tall, [*gaps, 0.0], strict=True):
        for name in row:
            bands[name] = (y, y - row_height)
            if name in sizes:
                boxes[name] = Box.around(across[name], y - row_height / 2, *sizes[name])
        y -= row_height + below
    return _cut(Places(width, height, boxes, _ways(layers, boxes, across, bands)), margin)


def transpose(places: Places) -> Places:
    """Return the same places with rows from left to right, first ones at the top."""
    wide, tall = places.width, places.height
    boxes = {
        name: Box(tall - b.y1, wide - b.x1, tall - b.y0, wide - b.x0)
        for name, b in places.boxes.items()
    }
    ways = tuple(tuple((tall - y, wide - x) for x, y in way) for way in places.ways)
    return Places(tall, wide, boxes, ways)


def _links_below(layers: Layers) -> list[int]:
    """Return how many arrows run from each row to the next."""
    row_of = {name: index for index, row in enumerate(layers.rows) for name in row}
    counts = [0] * (len(layers.rows) - 1)
    for chain in layers.chains:
        for one, two in pairwise(chain):
            counts[min(row_of[one], row_of[two])] += 1
    return counts


def _cut(places: Places, margin: float) -> Places:
    """Take away what is empty to the left and right."""
    # a number on an outermost arrow reaches this far to either side of it
    xs = [x + side for way in places.ways for x, _ in way for side in (-_NUMBER, _NUMBER)]
    xs += [x for box in places.boxes.values() for x in (box.x0, box.x1)]
    shift = margin - min(xs, default=0.0)
    boxes = {n: Box(b.x0 + shift, b.y0, b.x1 + shift, b.y1) for n, b in places.boxes.items()}
    ways = tuple(tuple((x + shift, y) for x, y in way) for way in places.ways)
    return Places(max(xs, default=0.0) + shift + margin, places.height, boxes, ways)


def _across(
    layers: Layers,
    sizes: Mapping[str, tuple[float, float]],
    *,
    width: float,
    gap: float,
    margin: float,
) -> dict[str, float]:
    """Return the middle of each name: near the mean of its neighbours, no two too near."""
    wide = {name: sizes[name][0] if name in sizes else _PASS for row in layers.rows for name in row}
    near: dict[str, list[str]] = {name: [] for name in wide}
    for chain in layers.chains:
        for one, two in pairwise(chain):
            near[one].append(two)
            near[two].append(one)
    middle: dict[str, float] = {}
    for row in layers.rows:
        step = (width - 2 * margin) / max(len(row), 1)
        middle.update({name: margin + step * (i + 0.5) for i, name in enumerate(row)})
    for round_ in range(_ROUNDS):
        rows = layers.rows if round_ % 2 == 0 else layers.rows[::-1]
        for row in rows:
            wish = [
                0.7 * sum(middle[n] for n in near[name]) / len(near[name]) + 0.3 * middle[name]
                if near[name]
                else middle[name]
                for name in row
            ]
            taken = [wide[name] for name in row]
            spots = _apart(wish, taken, gap, margin, width - margin)
            middle.update(zip(row, spots, strict=True))
    return middle


def _apart(
    wish: Sequence[float], taken: Sequence[float], gap: float, low: float, high: float
) -> list[float]:
    """Return places nearest to the wishes (least squares) that keep order and distance.

    With the widths taken off, this is a monotone regression: pool adjacent violators.
    """
    if not wish:
        return []
    room = sum(taken) + gap * (len(taken) - 1)
    gap = max(0.0, gap if room <= high - low else gap - (room - (high - low)) / len(taken))
    offsets = [0.0]
    for one, two in pairwise(taken):
        offsets.append(offsets[-1] + (one + two) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wish, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean = (before * many + mean * count) / (many + count)
            count += many
        pools.append((mean, count))
    first = low + taken[0] / 2
    last = high - taken[-1] / 2 - offsets[-1]
    flat = [min(max(mean, first), max(last, first)) for mean, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=True)]


def _ways(
    layers: Layers,
    boxes: Mapping[str, Box],
    across: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
) -> tuple[tuple[Point, ...], ...]:
    """Return the corners of each arrow: box to box, straight down through the rows it passes."""
    ports = _ports(layers, boxes, across, bands)
    found: list[tuple[Point, ...]] = []
    for index, chain in enumerate(layers.chains):
        down = bands[chain[0]][0] > bands[chain[-1]][0]
        corners: list[Point] = [ports[index, chain[0]]]
        for name in chain[1:-1]:
            top, bottom = bands[name]
            ends = (top, bottom) if down else (bottom, top)
            corners += [(across[name], end) for end in ends]
        corners.append(ports[index, chain[-1]])
        found.append(tuple(corners))
    return tuple(found)


def _ports(
    layers: Layers,
    boxes: Mapping[str, Box],
    across: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
) -> dict[tuple[int, str], Point]:
    """Return where each arrow touches its boxes: spread along the side, in the order of origin."""
    sides: dict[tuple[str, bool], list[tuple[float, int]]] = {}
    for index, chain in enumerate(layers.chains):
        for end, other in ((chain[0], chain[1]), (chain[-1], chain[-2])):
            top = bands[other][0] > bands[end][0]
            sides.setdefault((end, top), []).append((across[other], index))
    found: dict[tuple[int, str], Point] = {}
    for (name, top), touching in sides.items():
        box = boxes[name]
        middle, _ = box.centre
        reach = _PORTS * (box.x1 - box.x0)
        step = 2 * reach / max(len(touching) - 1, 1)
        spread = min(step, 14.0)
        for place_, (_, index) in enumerate(sorted(touching)):
            shift = (place_ - (len(touching) - 1) / 2) * spread
            found[index, name] = (middle + shift, box.y1 if top else box.y0)
    return found
