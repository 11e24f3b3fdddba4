"""What is answered at each level of the construct, wave by wave, for the items that drift."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten, wrap
from ecosurvey.report.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDE,
)
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.waves import WaveComparison
    from ecosurvey.waves.items import ItemInWave

_MOST, _ACROSS, _HEIGHT = 9, 3, 112.0
_COLOURS = (INK, VERMILION, BLUE, GREEN, ORANGE, PURPLE, SKY, GREY)
_LINES = ("-", "--", "-.", ":")


@dataclass(frozen=True, slots=True)
class CurvePanel:
    """One item: its words, its largest dMACS, and itself in every wave."""

    item: str
    words: Text
    dmacs: float
    waves: tuple[ItemInWave, ...]


def describe(found: WaveComparison) -> tuple[CurvePanel, ...]:
    """Return the items that drift, the largest first, at most nine."""
    panels = []
    for one in found.comparability:
        for item in one.freed:
            own = tuple(i for i in one.items if i.item == item)
            if own:
                worst = max(i.dmacs for i in own)
                panels.append(CurvePanel(item, found.instrument.name_of(item), worst, own))
    return tuple(sorted(panels, key=lambda p: -p.dmacs)[:_MOST])


def draw(panels: tuple[CurvePanel, ...], lang: Lang) -> Figure:
    """Draw one panel an item, one curve a wave."""
    import numpy as np

    from ecosurvey.report.figures.shown import ShownFigure

    across = min(_ACROSS, len(panels))
    down = -(-len(panels) // across)
    cell, left, head = (WIDE * INCH - 8) / _ACROSS, 30.0, 34.0
    columns = min(len(panels[0].waves), 2 * across)
    legend = 11.0 * -(-len(panels[0].waves) // columns) + 12
    bottom = legend + 28
    page, tall = max(cell * across + 8, 230.0), down * (_HEIGHT + head) + bottom
    figure = ShownFigure(figsize=(page / INCH, tall / INCH))
    at = np.linspace(-3, 3, 121)
    axes = None
    for place, panel in enumerate(panels):
        row, column = divmod(place, across)
        axes = figure.add_axes(
            ((left + column * cell) / page, (tall - (row + 1) * (_HEIGHT + head)) / tall,
             (cell - left - 4) / page, _HEIGHT / tall)
        )  # fmt: skip
        for k, one in enumerate(panel.waves):
            axes.plot(at, one.expected(at), color=_COLOURS[k % len(_COLOURS)],
                      linestyle=_LINES[k % len(_LINES)], label=one.wave)  # fmt: skip
        words = "\n".join(_two_lines(panel.words.say(lang), cell - left - 4))
        axes.set_title(f"{panel.item}, dMACS {number(panel.dmacs, 2)}\n{words}", fontsize=6.5,
                       loc="left", pad=3)  # fmt: skip
        axes.tick_params(labelsize=6.5)
    middle = (left + (cell * across - left) / 2) / page
    if axes is not None:
        handles, names = axes.get_legend_handles_labels()
        figure.legend(handles, [shorten(name, 90, 6.5) for name in names], ncols=columns,
                      loc="lower center", bbox_to_anchor=(middle, 0), borderaxespad=0.2,
                      fontsize=6.5, handlelength=2.2)  # fmt: skip
    label = Text("Level of the construct (SD of the first wave)", "构念水平（首轮标准差）")
    figure.text(middle, (legend + 4) / tall, label.say(lang), ha="center", fontsize=7.5)
    figure.text(8 / page, 0.55, Text("Expected answer", "期望作答").say(lang), rotation=90,
                va="center", ha="center", fontsize=7.5)  # fmt: skip
    return figure


def _two_lines(words: str, room: float) -> tuple[str, ...]:
    lines = wrap(words, room, 6.5)
    if len(lines) <= 2:
        return lines
    return lines[0], shorten(f"{lines[1]} {lines[2]}", room, 6.5)


def illustrate(found: WaveComparison) -> Illustration | None:
    """Return the figure with its caption and alternative text; None if nothing drifts."""
    panels = describe(found)
    if not panels:
        return None
    said = ", ".join(f"{p.item} (dMACS {number(p.dmacs, 2)})" for p in panels)
    alt = Text(f"Curves of expected answers by wave: {said}.", f"各轮期望作答曲线：{said}。")
    caption = Text(
        "Items that drift: expected answer at each level of the construct, wave by wave. Curves "
        "that part mean other answers at the same level",
        "漂移题项：各轮在构念各水平上的期望作答。曲线分离即同一水平上作答不同",
    )
    return Illustration("item_curves", caption, alt, partial(draw, panels))
