"""How the answers to each item spread: disagreement to the left, agreement to the right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, Box, panel, write
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _GROUP, _SIZE = 10.5, 15.0, 7.0
_PRINTED = 15.0  # points; a wider share takes its number


@dataclass(frozen=True, slots=True)
class Bar:
    """One item: its id, its construct, and the share (0 to 1) of each answer, lowest first."""

    item: str
    group: Text
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LikertDrawing:
    """Items with the same answer scale, and the words of its answers."""

    key: str
    caption: Text
    answers: tuple[Text, ...]
    bars: tuple[Bar, ...]


def describe(
    key: str, caption: Text, answers: Sequence[Text], bars: Iterable[Bar]
) -> LikertDrawing:
    """Return the drawing; items that nobody answered are left out."""
    kept = tuple(bar for bar in bars if sum(bar.shares) > 0 and len(bar.shares) == len(answers))
    return LikertDrawing(key, caption, tuple(answers), kept)


def left_of_zero(shares: Sequence[float]) -> float:
    """Return the share to the left of the middle: lower answers and half of a middle one.

    Examples
    --------
    >>> left_of_zero((0.1, 0.2, 0.4, 0.2, 0.1))
    0.5
    """
    half = len(shares) // 2
    middle = shares[half] / 2 if len(shares) % 2 else 0.0
    return math.fsum([*shares[:half], middle])


def draw(drawing: LikertDrawing, lang: Lang) -> Figure:
    """Draw the bars in two columns where one would be too tall, headed by their constructs."""
    columns = _columns(drawing)
    tallest = max((_height(column) for column in columns), default=_ROW)
    legend_rows = _legend_rows(drawing, lang)
    top, bottom = 10.0 + 12.0 * len(legend_rows), 26.0
    label = max([width(bar.item, _SIZE) for bar in drawing.bars] or [0]) + 8
    page = WIDE * INCH
    figure, axes = panel(page, tallest + top + bottom, left=label, right=10, top=top, bottom=bottom)
    room = (page - label - 10) / len(columns)
    reach = _reach(drawing)
    axes.axis("off")
    axes.set_xlim(0, page - label - 10)
    axes.set_ylim(-tallest, 0)
    colours = shades(len(drawing.answers))
    for place, column in enumerate(columns):
        start = place * room + (label if place else 0)
        end = (place + 1) * room - 6
        zero = start + (end - start) * reach[0] / (reach[0] + reach[1])
        scale = (end - start) / (reach[0] + reach[1])
        _column(axes, column, start, end, zero, scale, colours, lang)
    _legend(figure, drawing, legend_rows, colours, lang)
    return figure


def shades(count: int) -> tuple[str, ...]:
    """Return one colour an answer, brown to grey to blue; dark at both ends, so grey-safe."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list(
        "answers", ["#8C510A", "#DFC27D", "#EDEDED", "#80B1D3", "#01528C"]
    )
    return tuple(to_hex(ramp(i / max(count - 1, 1))) for i in range(count))


def illustrate(drawing: LikertDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    agreed = [(1 - left_of_zero(bar.shares), bar.item) for bar in drawing.bars]
    alt = Text("Diverging stacked bars of {n} items.", "{n}个题项的分歧堆积条形图。").fill(
        n=len(agreed)
    )
    if agreed:
        most = Text(
            " Agreement is highest for {a} and lowest for {b}.", "认同度最高为{a}，最低为{b}。"
        ).fill(a=max(agreed)[1], b=min(agreed)[1])
        alt = Text(alt.en + most.en, alt.zh + most.zh)
    return Illustration(drawing.key, drawing.caption, alt, partial(draw, drawing))


Line = Text | Bar


def _columns(drawing: LikertDrawing) -> tuple[tuple[Line, ...], ...]:
    """Return headings and bars in one column, or two if there are more than 26 items."""
    blocks: list[list[Line]] = []
    before: Text | None = None
    for bar in drawing.bars:
        if bar.group != before:
            blocks.append([bar.group])
            before = bar.group
        blocks[-1].append(bar)
    if len(drawing.bars) <= 26:
        return (tuple(line for block in blocks for line in block),)
    total = math.fsum(_height(block) for block in blocks)
    first: list[Line] = []
    while blocks and _height(first) + _height(blocks[0]) / 2 <= total / 2:
        first += blocks.pop(0)
    return tuple(first), tuple(line for block in blocks for line in block)


def _height(lines: Iterable[Line]) -> float:
    return math.fsum(_ROW if isinstance(line, Bar) else _GROUP for line in lines)


def _reach(drawing: LikertDrawing) -> tuple[float, float]:
    """Return how far the bars reach to the left and to the right of the middle."""
    lefts = [left_of_zero(bar.shares) for bar in drawing.bars] or [0.5]
    return max(lefts), max(1 - left for left in lefts)


def _column(
    axes: Axes,
    lines: Iterable[Line],
    start: float,
    end: float,
    zero: float,
    scale: float,
    colours: Sequence[str],
    lang: Lang,
) -> None:
    heads: list[tuple[float, str]] = []
    items: list[tuple[float, str]] = []
    shares: list[tuple[Box, str, str]] = []
    y = 0.0
    for line in lines:
        if isinstance(line, Text):
            y -= _GROUP
            heads.append((y + 3.5, shorten(line.say(lang), end - start, _SIZE)))
            continue
        y -= _ROW
        items.append((y + _ROW / 2, line.item))
        x = zero - left_of_zero(line.shares) * scale
        for share, colour in zip(line.shares, colours, strict=True):
            box = Box(x, y + 1.2, x + share * scale, y + _ROW - 1.2)
            shares.append((box, colour, f"{100 * share:.0f}" if share * scale > _PRINTED else ""))
            x = box.x1
    axes.plot(*_middle([at for at, _ in items], zero), color=INK, linewidth=0.6, zorder=0)
    shade = [colour for _, colour, _ in shares]
    fill(axes, [box for box, _, _ in shares], shade, edgecolors="white", linewidths=0.3)
    write(
        axes, [(box.centre[0], box.centre[1] - 0.2) for box, _, _ in shares],
        [words for _, _, words in shares], size=5.6,
        colours=["white" if colour in (colours[0], colours[-1]) else INK for colour in shade],
    )  # fmt: skip
    write(axes, [(start, at) for at, _ in heads], [words for _, words in heads], size=_SIZE,
          ha="left", va="bottom")  # fmt: skip
    write(axes, [(start - 4, at) for at, _ in items], [item for _, item in items], size=_SIZE,
          ha="right")  # fmt: skip
    below = Text("Share of answers (%)", "作答比例（%）").say(lang)
    axes.text((start + end) / 2, y - 4, below, fontsize=_SIZE, ha="center", va="top")


def _middle(rows: Sequence[float], zero: float) -> tuple[list[float], list[float]]:
    """Return the line between lower and higher answers, broken where there are no bars."""
    up = [at for y in rows for at in (y - _ROW / 2, y + _ROW / 2, math.nan)]
    return [zero] * len(up), up


def _legend_rows(drawing: LikertDrawing, lang: Lang) -> list[list[int]]:
    """Return the answers by legend row, as many rows as the words need."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for index, words in enumerate(drawing.answers):
        taken = width(words.say(lang), _SIZE) + 24
        if rows[-1] and used + taken > WIDE * INCH - 16:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += taken
    return rows


def _legend(
    figure: Figure,
    drawing: LikertDrawing,
    rows: Sequence[Sequence[int]],
    colours: Sequence[str],
    lang: Lang,
) -> None:
    wide, tall = (float(side) * INCH for side in figure.get_size_inches())
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(0, wide)
    axes.set_ylim(0, tall)
    boxes: list[Box] = []
    places: list[tuple[float, float]] = []
    y = tall - 10.0
    for row in rows:
        taken = [width(drawing.answers[i].say(lang), _SIZE) + 24 for i in row]
        x = (wide - math.fsum(taken)) / 2
        for room in taken:
            boxes.append(Box(x, y - 3, x + 9, y + 4))
            places.append((x + 12, y + 0.5))
            x += room
        y -= 12.0
    shown = [index for row in rows for index in row]
    fill(axes, boxes, [colours[index] for index in shown], edgecolors=INK, linewidths=0.3)
    words = [drawing.answers[index].say(lang) for index in shown]
    write(axes, places, words, size=_SIZE, ha="left")
