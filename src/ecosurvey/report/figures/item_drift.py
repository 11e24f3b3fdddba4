"""Items by waves in colour: who answers higher, or lower, than before at the same level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.cells import fill_matrix, fill_scale, write_values
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, TALLEST, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.waves import WaveComparison

_SIZE, _TOP, _GAP = 7.0, 26.0, 16.0
_MOST = 0.8  # where the colours end
_STEP = Text("At equal level, lower ← answers → higher", "同一水平上作答：偏低 ← → 偏高")


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One item: its difference from the first wave in each later one."""

    item: str
    values: tuple[float, ...]
    freed: bool
    suspect: bool
    first: bool


@dataclass(frozen=True, slots=True)
class DriftDrawing:
    """Items from top to bottom, and the later waves."""

    lines: tuple[DriftLine, ...]
    waves: tuple[str, ...]


def describe(found: WaveComparison) -> DriftDrawing:
    """Return the drawing of a comparison; constructs without a common scale are left out."""
    later = found.waves[1:]
    suspects = {fate.item for fate in found.fates if fate.fate == "suspect"}
    lines: list[DriftLine] = []
    for one in found.comparability:
        at = {(i.item, i.wave): i.signed for i in one.items}
        for place, item in enumerate(dict.fromkeys(i.item for i in one.items)):
            values = tuple(at[item, wave] for wave in later)
            lines.append(
                DriftLine(item, values, item in one.freed, item in suspects, first=not place)
            )
    return DriftDrawing(tuple(lines), later)


def draw(drawing: DriftDrawing, lang: Lang) -> Figure:
    """Draw the cells in as many blocks as fit beside each other; freed items are framed."""
    from ecosurvey.report.figures.shown import ShownFigure

    across = len(drawing.waves)
    label = max([width(_name(line), _SIZE) for line in drawing.lines] or [0]) + 8
    head = max(width(wave, _SIZE) for wave in drawing.waves)
    page = WIDE * INCH
    cell = min(40.0, max(24.0, head + 6))
    blocks = max(1, min(4, int((page + _GAP - 8) // (label + cell * across + _GAP))))
    cell = min(cell, (page - 8 - blocks * label - (blocks - 1) * _GAP) / (blocks * across))
    parts = _split(drawing.lines, blocks)
    most = max((len(part) for part in parts), default=1)
    tilted = head > cell - 2
    top = min(head, 90.0) + 8 if tilted else 16.0
    row = min(13.0, (TALLEST * INCH - top - _TOP) / max(most, 1))
    wide = len(parts) * (label + cell * across) + (len(parts) - 1) * _GAP + 8
    tall = top + most * row + _TOP + 8
    wide = max(wide, 230.0)
    figure = ShownFigure(figsize=(wide / INCH, tall / INCH))
    for at, part in enumerate(parts):
        x = at * (label + cell * across + _GAP) + label
        height = len(part) * row
        axes = figure.add_axes(
            (x / wide, (tall - top - height) / tall, cell * across / wide, height / tall)
        )
        _block(axes, part, drawing.waves, min(_SIZE, row * 0.62, cell * 0.32), tilted=tilted)
    scale = figure.add_axes(((wide - 170) / 2 / wide, 15 / tall, 170 / wide, 6 / tall))
    _scale(scale, lang)
    return figure


def _name(line: DriftLine) -> str:
    return f"{line.item}*" if line.suspect else line.item


def _split(lines: tuple[DriftLine, ...], blocks: int) -> list[tuple[DriftLine, ...]]:
    """Cut between constructs, into blocks of about the same length."""
    target = len(lines) / blocks
    parts: list[list[DriftLine]] = [[]]
    for at, line in enumerate(lines):
        done = sum(map(len, parts[:-1]))
        if line.first and parts[-1] and at - done >= target - 1 and len(parts) < blocks:
            parts.append([])
        parts[-1].append(line)
    return [tuple(part) for part in parts if part]


def _block(
    axes: Axes, lines: tuple[DriftLine, ...], waves: tuple[str, ...], size: float, *, tilted: bool
) -> None:
    import numpy as np
    from matplotlib.patches import Rectangle

    values = np.array([line.values for line in lines])
    fill_matrix(axes, values, _MOST)
    write_values(axes, values, size, bounded=False, dark=0.5)
    for y, line in enumerate(lines):
        if line.first and y:
            axes.axhline(y - 0.5, color=INK, linewidth=0.4)
        if line.freed:
            axes.add_patch(
                Rectangle((-0.5, y - 0.5), len(waves), 1, fill=False, edgecolor=INK, linewidth=1.3,
                          clip_on=False, zorder=4)
            )  # fmt: skip
    axes.set_yticks(range(len(lines)), [_name(line) for line in lines], fontsize=_SIZE)
    axes.xaxis.tick_top()
    heads = [shorten(wave, 90, _SIZE) for wave in waves]
    axes.set_xticks(range(len(waves)), heads, fontsize=_SIZE, rotation=90 if tilted else 0)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _scale(axes: Axes, lang: Lang) -> None:
    fill_scale(axes, _MOST, _MOST)
    axes.set_yticks([])
    axes.set_xticks([-0.8, -0.4, 0, 0.4, 0.8], ["−0.8", "−0.4", "0", "0.4", "0.8"], fontsize=6.5)
    axes.set_title(_STEP.say(lang), fontsize=_SIZE, pad=2)
    axes.tick_params(length=1.5, pad=1)
    for spine in axes.spines.values():
        spine.set_visible(False)


def illustrate(found: WaveComparison) -> Illustration:
    """Return the figure with its caption and alternative text."""
    drawing = describe(found)
    freed = [line for line in drawing.lines if line.freed]
    en = "; ".join(f"{x.item} {', '.join(number(v, 2) for v in x.values)}" for x in freed)
    alt = Text(
        f"Matrix of {len(drawing.lines)} items by {len(drawing.waves)} waves. "
        f"Drifting: {en or 'none'}.",
        f"{len(drawing.lines)}个题项×{len(drawing.waves)}轮的彩色矩阵。漂移：{en or '无'}。",
    )
    caption = Text(
        "Drift of items: expected answer less that in the first wave at the same level of the "
        "construct, in standard deviations of the item. Framed: drifts, left free; *: reworded",
        "题项漂移：构念水平相同时，期望作答与首轮之差（以题项标准差为单位）。加框：漂移并已释放；*：改写题项",
    )
    return Illustration("item_drift", caption, alt, partial(draw, drawing))
