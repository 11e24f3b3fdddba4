"""Ceiling lines: a small panel for each condition."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, Box, sheet, write
from ecosurvey.report.figures.letters import shorten
from ecosurvey.report.figures.panels import Panel, frame, join
from ecosurvey.report.figures.style import BLUE, GREY, SKY, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ecosurvey.keyfactors import NecessaryConditions
    from ecosurvey.keyfactors.necessary import Condition

_ACROSS, _TALL = 3, 132.0


def draw(drawing: NecessaryConditions, lang: Lang) -> Figure:
    """Draw the rows with the stepwise and the straight ceiling, and the empty corner shaded."""
    from matplotlib.collections import PolyCollection

    down = -(-len(drawing.rows) // _ACROSS)
    wide, tall = WIDE * INCH, down * _TALL + 24
    figure, axes = sheet(wide, tall)
    panels = [_panel(drawing, at, wide, tall) for at in range(len(drawing.rows))]
    rows = list(zip(panels, drawing.rows, strict=True))
    dots = [panel.place(x, drawing.y) for panel, x in zip(panels, drawing.x, strict=True)]
    steps = [_steps(panel, row) for panel, row in rows]
    corners = [
        np.vstack([line, panel.place([row.ce.scope[1], row.ce.scope[0]], [row.ce.scope[3]] * 2)])
        for line, (panel, row) in zip(steps, rows, strict=True)
    ]
    empty = PolyCollection(corners, facecolors=SKY, alpha=0.25, linewidths=0)
    axes.add_collection(empty, autolim=False)
    axes.plot(*join(dots), ".", markersize=1.6, color=GREY, rasterized=True)
    axes.plot(*join(steps), color=BLUE, linewidth=1.0)
    straight = [_inside(panel, panel.place(row.cr.x, row.cr.y)) for panel, row in rows]
    axes.plot(*join(straight), color=VERMILION, linewidth=0.9, linestyle=(0, (4, 2)))
    frame(axes, panels, 6.0, labelled=[at % _ACROSS == 0 for at in range(len(panels))])
    heads = [(panel.box.x0, panel.box.y1 + 3) for panel in panels]
    words = [_head(row, panels[0].box.x1 - panels[0].box.x0 - 46, lang) for row in drawing.rows]
    write(axes, heads, words, size=7.5, ha="left", va="baseline")
    axes.text(7, tall / 2, drawing.outcome_name.say(lang), rotation=90, va="center", ha="center",
              fontsize=8)  # fmt: skip
    axes.text(wide / 2, 7, Text("Score of the condition", "条件得分").say(lang), ha="center",
              va="center", fontsize=8)  # fmt: skip
    return figure


def _panel(drawing: NecessaryConditions, at: int, wide: float, tall: float) -> Panel:
    """Return the plot of one condition: the rows, and the scope with a margin."""
    across, place = at % _ACROSS, at // _ACROSS
    cell = (wide - 30) / _ACROSS
    left, low = 30 + across * cell + 6, tall - (place + 1) * _TALL + 8
    x0, x1, y0, y1 = drawing.rows[at].ce.scope
    aside = 0.05 * (x1 - x0) or 0.5
    y0 = min(y0, float(drawing.y.min()))
    below, above = (0.02 * (y1 - y0), 0.04 * abs(y1 - y0)) if y1 > y0 else (0.5, 0.5)
    return Panel(
        Box(left, low, left + cell - 16, low + _TALL - 32),
        (x0 - aside, x1 + aside), (y0 - below, y1 + above),
    )  # fmt: skip


def _steps(panel: Panel, row: Condition) -> NDArray[np.float64]:
    """Return the step line: level after each corner, up at the next."""
    x = np.append(row.ce.x, row.ce.scope[1])
    y = np.append(row.ce.y, row.ce.y[-1])
    return panel.place(np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1])


def _inside(panel: Panel, line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a straight line between the lower and the upper edge of a plot."""
    (x0, y0), (x1, y1) = line
    if y0 == y1:
        return line
    ends = [(y - y0) / (y1 - y0) for y in (panel.box.y0, panel.box.y1)]
    shares = np.clip([0.0, 1.0], min(ends), max(ends))
    return np.column_stack([x0 + shares * (x1 - x0), y0 + shares * (y1 - y0)])


def _head(row: Condition, room: float, lang: Lang) -> str:
    mark = "" if row.necessary else Text(" (no)", "（否）").say(lang)
    return (
        f"{shorten(row.name.say(lang), room, 7.5)}  d = {number(row.ce.d, 2, bounded=True)}{mark}"
    )


def illustrate(drawing: NecessaryConditions) -> Illustration:
    """Return the figure with its caption and alternative text."""
    caption = Text(
        "Ceilings of {o}: stepwise (CE-FDH, solid) and straight (CR-FDH, dashed); shaded: the "
        "empty corner whose share of the scope is d; (no): not in line with necessity",
        "“{o}”的天花板线：阶梯线（CE-FDH，实线）与直线（CR-FDH，虚线）；阴影为空白区，其占观测范围比例为d；"
        "（否）：与必要性不一致",
    ).fill(o=drawing.outcome_name)
    en = "; ".join(f"{r.name.en}: d = {r.ce.d:.2f}" for r in drawing.rows)
    zh = "；".join(f"{r.name.zh}：d = {r.ce.d:.2f}" for r in drawing.rows)
    alt = Text(f"Scatter plots with ceiling lines. {en}.", f"带天花板线的散点图。{zh}。")
    return Illustration("necessary_conditions", caption, alt, partial(draw, drawing))
