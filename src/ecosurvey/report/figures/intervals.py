"""Estimates with their intervals, row by row: reliabilities, paths, any set of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, interval, number
from ecosurvey.report.figures.canvas import INCH, Box, panel, write_beside
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import shorten, width, wrap
from ecosurvey.report.figures.style import BLUE, GREY, INK, PALE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

_LABEL, _SIZE = 190.0, 7.5


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate; ``sure`` tells whether its interval excludes what would mean nothing."""

    label: Text
    estimate: float
    lower: float
    upper: float
    sure: bool = True


@dataclass(frozen=True, slots=True)
class IntervalDrawing:
    """Rows from top to bottom, the axis, and lines to compare with.

    ``marks`` are vertical lines: 0 for effects, .70 for reliabilities. ``bounded`` values cannot
    exceed one and are printed without a leading zero.
    """

    key: str
    caption: Text
    axis: Text
    rows: tuple[Row, ...]
    marks: tuple[float, ...]
    bounds: tuple[float, float]
    decimals: int = 2
    signed: bool = False
    bounded: bool = False


def describe(
    key: str,
    caption: Text,
    axis: Text,
    rows: Iterable[Row],
    *,
    marks: Iterable[float] = (0.0,),
    limits: tuple[float | None, float | None] = (None, None),
    signed: bool = False,
    bounded: bool = False,
) -> IntervalDrawing:
    """Return the drawing; rows without estimate are left out, limits widened to hold all."""
    kept = tuple(row for row in rows if math.isfinite(row.estimate))
    lines = tuple(marks)
    ends = [row.estimate for row in kept] + list(lines)
    ends += [end for row in kept for end in (row.lower, row.upper) if math.isfinite(end)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.05 * (high - low or 1.0)
    bounds = (
        low - margin if limits[0] is None else min(limits[0], low - margin),
        high + margin if limits[1] is None else max(limits[1], high),
    )
    return IntervalDrawing(key, caption, axis, kept, lines, bounds, signed=signed, bounded=bounded)


def draw(drawing: IntervalDrawing, lang: Lang) -> Figure:
    """Draw the rows: filled where sure, hollow and grey where not, numbers at the right."""
    import numpy as np

    from ecosurvey.report.figures.panels import join

    labels = [_label(row.label.say(lang)) for row in drawing.rows]
    said = [_numbers(drawing, row) for row in drawing.rows]
    tall = 22.0 if any("\n" in words for words in labels) else 13.5
    left = max([width(line, _SIZE) for words in labels for line in words.split("\n")] or [0]) + 12
    right = max([width(words, 7.0) for words in said] or [0]) + 14
    height = len(drawing.rows) * tall + 46
    figure, axes = panel(WIDE * INCH, height, left=left, right=right, top=6, bottom=34)
    count = len(drawing.rows)
    low, high = drawing.bounds
    axes.set_xlim(low, high)
    axes.set_ylim(-0.5, max(count, 1) - 0.5)
    up = range(count - 1, -1, -1)  # rows run downwards
    shaded = [Box(low, y - 0.5, high, y + 0.5) for y in up[::2]]
    fill(axes, shaded, [PALE] * len(shaded), alpha=0.45, linewidths=0)
    lines: dict[str, list[NDArray[np.float64]]] = {}
    dots: dict[tuple[str, str, bool], list[tuple[float, int]]] = {}
    for y, row in zip(up, drawing.rows, strict=True):
        negative = drawing.signed and row.estimate < 0
        colour = GREY if not row.sure else VERMILION if negative else BLUE
        if math.isfinite(row.lower) and math.isfinite(row.upper):
            lines.setdefault(colour, []).append(np.array([(row.lower, y), (row.upper, y)]))
        dot = ("s" if negative else "o", colour, row.sure)
        dots.setdefault(dot, []).append((row.estimate, y))
    for colour, parts in lines.items():
        axes.plot(*join(parts), color=colour, linewidth=1.3, zorder=3)
    for (shape, colour, sure), spots in dots.items():
        axes.plot(
            *zip(*spots, strict=True), shape, markersize=4.2, color=colour,
            markerfacecolor=colour if sure else "white", zorder=4,
        )  # fmt: skip
    for mark in drawing.marks:
        axes.axvline(mark, color=INK, linewidth=0.7, linestyle=(0, (4, 3)), zorder=2)
    write_beside(axes, up, labels, _SIZE)
    write_beside(axes, up, said, 7.0, right=True, gap=8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(drawing.axis.say(lang))
    return figure


def illustrate(drawing: IntervalDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    en = "; ".join(f"{r.label.en}: {_numbers(drawing, r)}" for r in drawing.rows)
    zh = "；".join(f"{r.label.zh}：{_numbers(drawing, r)}" for r in drawing.rows)
    alt = Text(
        f"Dot plot with intervals, {drawing.axis.en}. {en}.",
        f"带区间的点图，{drawing.axis.zh}。{zh}。",
    )
    return Illustration(drawing.key, drawing.caption, alt, partial(draw, drawing))


def _label(words: str) -> str:
    """Return a label in at most two lines."""
    lines = wrap(words, _LABEL, _SIZE)
    if len(lines) <= 2:
        return "\n".join(lines)
    return "\n".join((lines[0], shorten(" ".join(lines[1:]), _LABEL, _SIZE)))


def _numbers(drawing: IntervalDrawing, row: Row) -> str:
    decimals, bounded = drawing.decimals, drawing.bounded
    estimate = number(row.estimate, decimals, bounded=bounded)
    if not (math.isfinite(row.lower) and math.isfinite(row.upper)):
        return estimate
    return f"{estimate} {interval(row.lower, row.upper, decimals, bounded=bounded)}"
