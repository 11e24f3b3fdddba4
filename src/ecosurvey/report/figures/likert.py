"""How the answers to each item spread: disagreement to the left, agreement to the right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _GROUP, _SIZE = 10.5, 15.0, 7.0


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
    from matplotlib.patches import Rectangle

    y = 0.0
    for line in lines:
        if isinstance(line, Text):
            y -= _GROUP
            words = shorten(line.say(lang), end - start, _SIZE)
            axes.text(start, y + 3.5, words, fontsize=_SIZE, va="bottom")
            continue
        y -= _ROW
        axes.text(start - 4, y + _ROW / 2, line.item, fontsize=_SIZE, ha="right", va="center")
        axes.plot([zero, zero], [y, y + _ROW], color=INK, linewidth=0.6, zorder=0)
        x = zero - left_of_zero(line.shares) * scale
        for share, colour in zip(line.shares, colours, strict=True):
            axes.add_patch(
                Rectangle(
                    (x, y + 1.2),
                    share * scale,
                    _ROW - 2.4,
                    facecolor=colour,
                    edgecolor="white",
                    linewidth=0.3,
                )
            )
            if share * scale > 15:
                dark = colour in (colours[0], colours[-1])
                axes.text(
                    x + share * scale / 2,
                    y + _ROW / 2 - 0.2,
                    f"{100 * share:.0f}",
                    fontsize=5.6,
                    ha="center",
                    va="center",
                    color="white" if dark else INK,
                )
            x += share * scale
    axes.text(
        (start + end) / 2,
        y - 4,
        Text("Share of answers (%)", "作答比例（%）").say(lang),
        fontsize=_SIZE,
        ha="center",
        va="top",
    )


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
    from matplotlib.patches import Rectangle

    wide, tall = (float(side) * INCH for side in figure.get_size_inches())
    y = tall - 10.0
    for row in rows:
        taken = [width(drawing.answers[i].say(lang), _SIZE) + 24 for i in row]
        x = (wide - math.fsum(taken)) / 2
        for index, room in zip(row, taken, strict=True):
            figure.add_artist(
                Rectangle(
                    (x / wide, (y - 3) / tall),
                    9 / wide,
                    7 / tall,
                    facecolor=colours[index],
                    edgecolor=INK,
                    linewidth=0.3,
                    transform=figure.transFigure,
                )
            )
            figure.text(
                (x + 12) / wide,
                (y + 0.5) / tall,
                drawing.answers[index].say(lang),
                fontsize=_SIZE,
                va="center",
            )
            x += room
        y -= 12.0
