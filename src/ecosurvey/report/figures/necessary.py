"""Ceiling lines: a small panel for each condition."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten
from ecosurvey.report.figures.style import BLUE, GREY, SKY, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import NecessaryConditions

_ACROSS, _TALL = 3, 132.0


def draw(drawing: NecessaryConditions, lang: Lang) -> Figure:
    """Draw the rows with the stepwise and the straight ceiling, and the empty corner shaded."""
    from ecosurvey.report.figures.shown import ShownFigure

    down = -(-len(drawing.rows) // _ACROSS)
    wide, tall = WIDE * INCH, down * _TALL + 24
    figure = ShownFigure(figsize=(wide / INCH, tall / INCH))
    cell = (wide - 30) / _ACROSS
    for at, row in enumerate(drawing.rows):
        across, place = at % _ACROSS, at // _ACROSS
        axes = figure.add_axes(
            (
                (30 + across * cell + 6) / wide,
                (tall - (place + 1) * _TALL + 8) / tall,
                (cell - 16) / wide,
                (_TALL - 32) / tall,
            )
        )
        x0, x1, _, y1 = row.ce.scope
        steps_x = np.append(row.ce.x, x1)
        steps_y = np.append(row.ce.y, row.ce.y[-1])
        axes.plot(drawing.x[at], drawing.y, ".", markersize=1.6, color=GREY, rasterized=True)
        axes.fill_between(steps_x, steps_y, y1, step="post", color=SKY, alpha=0.25, linewidth=0)
        axes.step(steps_x, steps_y, where="post", color=BLUE, linewidth=1.0)
        axes.plot(row.cr.x, row.cr.y, color=VERMILION, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.set_ylim(drawing.y.min() - 0.02 * (y1 - drawing.y.min()), y1 + 0.04 * abs(y1 - x0))
        name = shorten(row.name.say(lang), cell - 62, 7.5)
        d = number(row.ce.d, 2, bounded=True)
        mark = "" if row.necessary else Text(" (no)", "（否）").say(lang)
        axes.set_title(f"{name}  d = {d}{mark}", fontsize=7.5, loc="left", pad=3)
        axes.tick_params(labelsize=6)
        if across:
            axes.set_yticklabels([])
    figure.text(7 / wide, 0.5, drawing.outcome_name.say(lang), rotation=90, va="center",
                ha="center", fontsize=8)  # fmt: skip
    figure.text(0.5, 7 / tall, Text("Score of the condition", "条件得分").say(lang), ha="center",
                va="center", fontsize=8)  # fmt: skip
    return figure


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
