"""Where the numbers stand on their arrows: on no box, on no other number, on few other lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.report.figures.canvas import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosurvey.report.figures.path_diagram.places import Point

_STEPS = 60
_CANDIDATES = range(6, _STEPS - 7)
_PASSES = 8
_HARD, _LINE, _FAR = 1000.0, 6.0, 0.08


def points_along(corners: Sequence[Point], count: int = _STEPS) -> NDArray[np.float64]:
    """Return points at equal distances on a line through the corners, shape (count, 2)."""
    given = np.asarray(corners, dtype=float)
    pieces = np.hypot(*np.diff(given, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(pieces)])
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, given[:, axis]) for axis in (0, 1)])


def place_labels(
    ways: Sequence[Sequence[Point]],
    sizes: Sequence[tuple[float, float]],
    boxes: Sequence[Box],
    *,
    gap: float = 1.5,
) -> tuple[tuple[Box, ...], int]:
    """Return a box for each label on its arrow, and how many of them still meet something.

    Each label takes the cheapest of its candidate places, given where the others stand; a few
    passes settle. Least conflicts first, then few lines crossed, then near the middle.
    """
    lines = [points_along(way) for way in ways]
    rooms = [
        [Box.around(float(points[step, 0]), float(points[step, 1]), *size) for step in _CANDIDATES]
        for points, size in zip(lines, sizes, strict=True)
    ]
    fixed = [_fixed_cost(index, rooms[index], lines, boxes, gap) for index in range(len(lines))]
    chosen = [int(np.argmin(cost)) for cost in fixed]
    for _ in range(_PASSES):
        moved = False
        for index, candidates in enumerate(rooms):
            others = [rooms[o][chosen[o]] for o in range(len(rooms)) if o != index]
            cost = fixed[index] + _HARD * _meetings(candidates, others, gap)
            best = int(np.argmin(cost))
            moved |= best != chosen[index]
            chosen[index] = best
        if not moved:
            break
    placed = [candidates[pick] for candidates, pick in zip(rooms, chosen, strict=True)]
    bad = sum(
        any(box.meets(other) for other in [*boxes, *placed[:i], *placed[i + 1 :]])
        for i, box in enumerate(placed)
    )
    return tuple(placed), bad


def _fixed_cost(
    index: int,
    candidates: Sequence[Box],
    lines: Sequence[NDArray[np.float64]],
    boxes: Sequence[Box],
    gap: float,
) -> NDArray[np.float64]:
    """Return what each candidate place costs whatever the other labels do."""
    rest = [points for other, points in enumerate(lines) if other != index]
    cost = _HARD * _meetings(candidates, boxes, gap)
    middle = (_CANDIDATES[0] + _CANDIDATES[-1]) / 2
    cost += _FAR * np.abs(np.array(_CANDIDATES) - middle)
    if rest:
        x, y = np.stack(rest).transpose(2, 0, 1)[..., None]  # lines, points on each, candidates
        low_x, low_y, high_x, high_y = _corners(candidates).T
        inside = (x > low_x) & (x < high_x) & (y > low_y) & (y < high_y)
        cost += _LINE * inside.any(axis=1).sum(axis=0)
    return cost


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])


def _meetings(candidates: Sequence[Box], others: Sequence[Box], gap: float) -> NDArray[np.float64]:
    if not others:
        return np.zeros(len(candidates))
    a, b = _corners(candidates)[:, None, :], _corners(others)[None, :, :]
    meet = (
        (a[..., 0] < b[..., 2] + gap)
        & (b[..., 0] < a[..., 2] + gap)
        & (a[..., 1] < b[..., 3] + gap)
        & (b[..., 1] < a[..., 3] + gap)
    )
    counts: NDArray[np.float64] = meet.sum(axis=1).astype(float)
    return counts
