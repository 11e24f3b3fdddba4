"""The course of every construct over the waves, small panels side by side; none where none is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten, width, wrap
from ecosurvey.report.figures.style import BLUE, GREY, INK, PALE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.waves import WaveComparison

_SIZE, _ACROSS, _HEIGHT, _HEAD = 7.0, 5, 74.0, 24.0
_LOST = Text("not comparable:\nno trend", "不可比较\n不显示趋势")


@dataclass(frozen=True, slots=True)
class TrendPanel:
    """One construct: its latent means with intervals, and which of its waves raised an alert.

    ``points`` is empty where the waves cannot be compared; ``band`` is that of the control chart
    for every wave after the first.
    """

    name: Text
    points: tuple[tuple[float, float, float], ...]
    alert: tuple[bool, ...] = ()
    band: tuple[tuple[float, float], ...] = ()
    signal: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class TrendDrawing:
    """Panels row by row, and the waves' labels."""

    panels: tuple[TrendPanel, ...]
    waves: tuple[str, ...]


def describe(found: WaveComparison) -> TrendDrawing:
    """Return the drawing of a comparison."""
    panels = []
    for one in found.comparability:
        name = found.instrument.name_of(one.construct)
        course = [level for level in found.levels if level.construct == one.construct]
        told = {
            later
            for change in found.alerts
            if change.construct == one.construct and change.kind == "mean"
            for later in (change.later,)
        }
        points = tuple((level.mean, level.ci_lower, level.ci_upper) for level in course)
        chart = [p for p in found.chart if p.construct == one.construct]
        band = tuple((p.expected - p.limit * p.se, p.expected + p.limit * p.se) for p in chart)
        alert = tuple(level.wave in told for level in course)
        signal = tuple(p.jump or p.creep for p in chart)
        panels.append(TrendPanel(name, points, alert, band, signal))
    return TrendDrawing(tuple(panels), found.waves)


def draw(drawing: TrendDrawing, lang: Lang) -> Figure:
    """Draw the panels on one scale: alerts filled and coloured, the first wave's mean dashed."""
    from ecosurvey.report.figures.shown import ShownFigure

    across = min(_ACROSS, max(len(drawing.panels), 1))
    down = -(-len(drawing.panels) // across)
    page, left, gap = WIDE * INCH, 30.0, 9.0
    wide = (page - left - 8 - gap * (across - 1)) / across
    longest = min(80.0, max(width(wave, 6.5) for wave in drawing.waves))
    tilted = longest + 3 > wide / len(drawing.waves)
    bottom = (longest if tilted else 8.0) + 10
    tall = down * (_HEIGHT + _HEAD) + bottom
    figure = ShownFigure(figsize=(page / INCH, tall / INCH))
    ends = [end for p in drawing.panels for point in (*p.points, *p.band) for end in point
            if end == end]  # fmt: skip
    reach = max([abs(end) for end in ends] + [0.1]) * (
        1.35 if any(s for p in drawing.panels for s in p.signal) else 1.12
    )
    for at, panel in enumerate(drawing.panels):
        row, column = divmod(at, across)
        x = left + column * (wide + gap)
        y = tall - (row + 1) * (_HEIGHT + _HEAD)
        axes = figure.add_axes((x / page, y / tall, wide / page, _HEIGHT / tall))
        below = at + across >= len(drawing.panels)
        _panel(axes, panel, len(drawing.waves), reach, lang, first=not column)
        step = max(1, math.ceil(8.0 * len(drawing.waves) / wide)) if tilted else 1
        places = range(0, len(drawing.waves), step)
        names = [shorten(drawing.waves[k], 80, 6.5) for k in places]
        axes.set_xticks(places, names if below else [], rotation=90 if tilted else 0)
        title = wrap(panel.name.say(lang), wide, _SIZE)
        if len(title) > 2:
            title = (title[0], shorten(" ".join(title[1:]), wide, _SIZE))
        axes.set_title("\n".join(title), fontsize=_SIZE, pad=3, linespacing=1.1)
    return figure


def _panel(
    axes: Axes,
    panel: TrendPanel,
    count: int,
    reach: float,
    lang: Lang,
    *,
    first: bool,
) -> None:
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(-reach, reach)
    axes.tick_params(labelleft=first, labelsize=6.5)
    if not panel.points:
        axes.set_facecolor(PALE)
        axes.text(0.5, 0.5, _LOST.say(lang), transform=axes.transAxes, ha="center", va="center",
                  fontsize=_SIZE, color=INK)  # fmt: skip
        return
    if panel.band:
        below, above = zip(*panel.band, strict=True)
        axes.fill_between(range(1, count), below, above, color=PALE, linewidth=0)
        for x, signal in enumerate(panel.signal, 1):
            if signal:
                axes.plot([x], [reach * 0.92], "v", color=INK, markersize=3.4)
    axes.axhline(0, color=GREY, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.plot(range(count), [p[0] for p in panel.points], color=INK, linewidth=0.8)
    for x, ((mean, low, high), alert) in enumerate(zip(panel.points, panel.alert, strict=True)):
        colour = (VERMILION if mean < 0 else BLUE) if alert else GREY
        if low == low:
            axes.plot([x, x], [low, high], color=colour, linewidth=1.4)
        axes.plot([x], [mean], "o", markersize=4.2, color=colour,
                  markerfacecolor=colour if alert else "white", zorder=3)  # fmt: skip


def illustrate(found: WaveComparison) -> Illustration:
    """Return the figure with its caption and alternative text."""
    drawing = describe(found)
    last = found.waves[-1]
    ends = [(p.name, p.points[-1][0]) for p in drawing.panels if p.points]
    en = "; ".join(f"{name.en} {number(mean, 2)}" for name, mean in ends)
    zh = "；".join(f"{name.zh}{number(mean, 2)}" for name, mean in ends)
    alt = Text(
        f"Small panels of latent means by wave. In {last}: {en}.",
        f"各构念潜均值随轮次变化的小图。{last}：{zh}。",
    )
    caption = Text(
        "Latent means by wave, in standard deviations of the first wave, whose mean is 0 (dashed); "
        "{l}% intervals. Filled: beyond chance against an earlier wave",
        "各轮潜均值：以首轮标准差为单位，首轮均值为0（虚线），附{l}%置信区间。实心点：与此前某轮之差超出偶然",
    ).fill(l=f"{100 * found.level:g}")
    if found.chart:
        more = Text(
            ". Band: where a wave lies by chance, given all before it; triangle: jump or creep",
            "。灰带：由此前各轮推得的偶然波动范围；三角：突变或渐变信号",
        )
        caption = Text(caption.en + more.en, caption.zh + more.zh)
    return Illustration("wave_trends", caption, alt, partial(draw, drawing))
