"""Correlations of all items as a coloured triangle, the items of each construct side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, panel, write
from ecosurvey.report.figures.cells import fill_matrix, fill_scale, write_values
from ecosurvey.report.figures.letters import LINE, shorten, width, wrap
from ecosurvey.report.figures.style import GREY, INK, MEDIUM, TALLEST, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.reliability.item_correlations import ItemCorrelations

_NAME, _ITEM = 6.5, 7.0  # letters of constructs, and of items at most
_SMALLEST = 3.2  # letters that nobody reads are left out
_PRINTED = 14.0  # a cell this wide takes its number
_LARGEST = 26.0
_MOST = 1.15  # the colours run further than correlations do, so that their ends stay light
_ASIDE, _SCALE = 88.0, 34.0  # room for names right of the triangle, for the colour scale below
_KINDS = {
    "pearson": Text("Pearson", "Pearson"),
    "spearman": Text("Spearman rank", "Spearman等级"),
    "polychoric": Text("Polychoric", "多分格"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A construct: its words, and where its items stand."""

    words: Text
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class CorrelationDrawing:
    """Items in order of their constructs, and what stands below the diagonal."""

    kind: Text
    items: tuple[str, ...]
    blocks: tuple[Block, ...]
    values: tuple[tuple[float, ...], ...]


def describe(found: ItemCorrelations) -> CorrelationDrawing:
    """Return the drawing of correlations of items."""
    blocks, first = [], 0
    for place, (construct, items) in enumerate(found.scales.items(), 1):
        name = found.names[construct]
        words = Text(f"{place}. {name.en}", f"{place}. {name.zh}")
        blocks.append(Block(words, first, len(items)))
        first += len(items)
    values = found.matrix.to_numpy(dtype=float)
    return CorrelationDrawing(
        _KINDS[found.correlation],
        tuple(map(str, found.matrix.index)),
        tuple(blocks),
        tuple(tuple(map(float, line[:i])) for i, line in enumerate(values)),
    )


def draw(drawing: CorrelationDrawing, lang: Lang) -> Figure:
    """Draw the triangle; each construct's items are framed, with its name beside them."""
    import numpy as np

    count = len(drawing.items)
    page = (WIDE if count > 12 else MEDIUM) * INCH
    labels = [shorten(item, 60.0, _ITEM) for item in drawing.items]
    margin = max(width(label, _ITEM) for label in labels)
    tall = TALLEST * INCH - _SCALE - margin - 16
    cell = min(_LARGEST, (page - margin - 14 - _ASIDE) / count, tall / count)
    size = min(_ITEM, cell * 0.86)
    margin = 8 + (max(width(label, size) for label in labels) if size >= _SMALLEST else 0.0)
    side = cell * count
    figure, axes = panel(
        margin + side + _ASIDE, side + margin + _SCALE + 6,
        left=margin, right=_ASIDE, top=6, bottom=margin + _SCALE,
    )  # fmt: skip
    values = np.full((count, count), np.nan)
    for i, line in enumerate(drawing.values):
        values[i, :i] = line
    axes.axis("off")
    fill_matrix(axes, values, _MOST, min(0.4, cell * 0.03))
    if cell >= _PRINTED:
        write_values(axes, values, min(6.5, cell * 0.34))
    _frame(axes, drawing.blocks, count)
    _name(axes, drawing.blocks, lang, cell, margin + side + _ASIDE - 2 - margin)
    if size >= _SMALLEST:
        near, far = -0.5 - 2 / cell, count - 0.5 + 2 / cell
        beside, below = [(near, at) for at in range(count)], [(at, far) for at in range(count)]
        write(axes, beside, labels, size=size, ha="right", va="middle")
        write(axes, below, labels, size=size, va="top", upwards=True)
    _scale(figure, margin, Text("{k} correlation", "{k}相关系数").fill(k=drawing.kind), lang)
    return figure


def _frame(axes: Axes, blocks: tuple[Block, ...], count: int) -> None:
    """Part the constructs by thin lines, and frame what stands within each."""
    for block in blocks:
        low, high = block.first - 0.5, block.first + block.count - 0.5
        if block.first:
            axes.plot([-0.5, low], [low, low], color=GREY, linewidth=0.5)
        if high < count - 0.5:
            axes.plot([high, high], [high, count - 0.5], color=GREY, linewidth=0.5)
        axes.plot(
            [low, low, high, high, low], [low, high, high, low, low],
            color=INK, linewidth=0.8, clip_on=False,
        )  # fmt: skip
    axes.plot([-0.5, -0.5, count - 0.5], [-0.5, count - 0.5, count - 0.5], color=GREY,
              linewidth=0.5, clip_on=False)  # fmt: skip


def _name(axes: Axes, blocks: tuple[Block, ...], lang: Lang, cell: float, edge: float) -> None:
    """Write each construct right of its frame, in as many lines as the frame is high."""
    for block in blocks:
        tall, right = block.count * cell, (block.first + block.count) * cell + 4
        size = min(_NAME, tall / LINE)
        if size < _SMALLEST:
            continue
        room = min(edge - right, 170.0)
        lines = wrap(block.words.say(lang), room, size)
        most = max(1, int(tall // (size * LINE)))
        if len(lines) > most:
            rest = shorten(" ".join(lines[most - 1 :]), room, size)
            lines = (*lines[: most - 1], rest)
        axes.text(
            block.first + block.count - 0.5 + 4 / cell, block.first + block.count / 2 - 0.5,
            "\n".join(lines), fontsize=size, va="center", ha="left", linespacing=1.1,
        )  # fmt: skip


def _scale(figure: Figure, left: float, words: Text, lang: Lang) -> None:
    """Draw the colour scale under the triangle."""
    page, tall = (float(v) * INCH for v in figure.get_size_inches())
    axes = figure.add_axes((left / page, 19 / tall, 110 / page, 6 / tall))
    fill_scale(axes, _MOST, 1.0)
    ends = (-1.0, -0.5, 0.0, 0.5, 1.0)
    axes.set_xticks(ends, [number(v, 1, bounded=abs(v) < 1) for v in ends])
    axes.set_yticks([])
    axes.tick_params(labelsize=6.5, length=2, pad=1.5)
    axes.spines[:].set_visible(False)
    figure.text((left + 118) / page, 22 / tall, words.say(lang), fontsize=6.5, va="center")


def illustrate(drawing: CorrelationDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    owner = [k for k, block in enumerate(drawing.blocks) for _ in range(block.count)]
    within: list[tuple[float, float, int, int]] = []
    between: list[tuple[float, float, int, int]] = []
    for i, line in enumerate(drawing.values):
        for j, value in enumerate(line):
            if math.isfinite(value):
                (within if owner[i] == owner[j] else between).append((abs(value), value, i, j))
    alt = Text(
        "Triangle of the correlations of {p} items in the order of their {c} constructs.",
        "{p}个题项按{c}个构念排列的相关矩阵热图。",
    ).fill(p=len(drawing.items), c=len(drawing.blocks))
    for pairs, words in ((within, _WITHIN), (between, _BETWEEN)):
        if pairs:
            _, value, i, j = max(pairs)
            mean = math.fsum(pair[1] for pair in pairs) / len(pairs)
            said = words.fill(
                m=number(mean, 2, bounded=True), v=number(value, 2, bounded=True),
                a=drawing.items[j], b=drawing.items[i],
            )  # fmt: skip
            alt = Text(f"{alt.en} {said.en}", alt.zh + said.zh)
    caption = Text(
        "{k} correlations of the items, ordered by construct (reverse-worded items turned); "
        "frames hold the items of one construct",
        "题项{k}相关矩阵热图，按构念排列（反向题已反向计分）；方框内为同一构念的题项",
    ).fill(k=drawing.kind)
    return Illustration("item_correlations", caption, alt, partial(draw, drawing))


_WITHIN = Text(
    "Within constructs they are {m} in the mean; the strongest is {v}, of {a} with {b}.",
    "构念内相关平均为{m}，最强的是{a}与{b}：{v}。",
)
_BETWEEN = Text(
    "Between constructs they are {m} in the mean; the strongest is {v}, of {a} with {b}.",
    "构念间相关平均为{m}，最强的是{a}与{b}：{v}。",
)
