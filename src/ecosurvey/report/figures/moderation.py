"""A moderation in two panels: lines at three levels, and the slope over all levels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten
from ecosurvey.report.figures.style import BLUE, GREY, INK, ORANGE, PALE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import Moderation

_TALL, _LEFT, _BETWEEN, _BOTTOM, _TOP, _SIZE = 232.0, 46.0, 56.0, 36.0, 22.0, 7.5
_LOOKS = ((ORANGE, (0, (5, 2))), (GREY, "-"), (BLUE, "-"))
_REACH = 3.0  # SDs of the moderator that are shown


def draw(drawing: Moderation, lang: Lang) -> Figure:
    """Draw simple slopes at the left, the Johnson-Neyman band at the right.

    Left: the outcome over the predictor, both in standard deviations, at the moderator's mean
    and one SD to either side. Right: the slope over the moderator, shaded where its interval
    excludes zero.
    """
    from ecosurvey.report.figures.shown import ShownFigure

    wide = WIDE * INCH
    figure = ShownFigure(figsize=(wide / INCH, _TALL / INCH))
    across = (wide - _LEFT - _BETWEEN - 14) / 2
    up = _TALL - _BOTTOM - _TOP
    panels = [
        figure.add_axes((x / wide, _BOTTOM / _TALL, across / wide, up / _TALL))
        for x in (_LEFT, _LEFT + across + _BETWEEN)
    ]
    _lines(panels[0], drawing, across, up, lang)
    _band(panels[1], drawing, across, lang)
    return figure


def _lines(axes: Axes, drawing: Moderation, across: float, up: float, lang: Lang) -> None:
    x, m, y = drawing.shown()
    scale = drawing.spread[0] / drawing.spread[2]
    ends = np.array([-2.0, 2.0])
    for (colour, dash), row in zip(_LOOKS, drawing.slopes, strict=True):
        level = Text("mean", "均值").say(lang) if row.at == 0 else f"{row.at:+.0f} SD"
        axes.plot(
            ends, ends * row.slope * scale, color=colour, linestyle=dash, linewidth=1.5,
            label=level.replace("-", "−"),
        )  # fmt: skip
    axes.axhline(0, color=PALE, linewidth=0.7, zorder=1)
    axes.set_xlim(*ends)
    _name(axes, Text("{x}, SD", "{x}（标准差）").fill(x=x), across, lang)
    axes.set_ylabel(
        shorten(Text("{y}, SD", "{y}（标准差）").fill(y=y).say(lang), up, 8), fontsize=8
    )
    title = Text("Lines: level of {m}", "各线：{m}的水平").fill(m=m).say(lang)
    axes.set_title(shorten(title, across, _SIZE), fontsize=_SIZE, loc="left")
    axes.legend(loc="best", fontsize=_SIZE)


def _band(axes: Axes, drawing: Moderation, across: float, lang: Lang) -> None:
    _, m, _ = drawing.shown()
    shown = np.abs(drawing.curve[0]) <= _REACH + 1e-9
    at, slope, low, high = drawing.curve[:, shown]
    for start, end in drawing.regions:
        span = (max(start, -_REACH), min(end, _REACH))
        if span[0] < span[1]:
            axes.axvspan(*span, color=BLUE, alpha=0.1, linewidth=0)
    axes.fill_between(at, low, high, color=GREY, alpha=0.35, linewidth=0)
    axes.plot(at, slope, color=BLUE, linewidth=1.5)
    axes.axhline(0, color=INK, linewidth=0.7)
    for limit in drawing.limits:
        if abs(limit) <= _REACH:
            axes.axvline(limit, color=VERMILION, linewidth=0.9, linestyle=(0, (4, 2)))
            axes.annotate(
                number(limit, 2), (limit, 1), xycoords=("data", "axes fraction"),
                xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
                fontsize=_SIZE, color=VERMILION, annotation_clip=False,
            )  # fmt: skip
    axes.set_xlim(-_REACH, _REACH)
    _name(axes, Text("{m}, SD", "{m}（标准差）").fill(m=m), across, lang)
    axes.set_ylabel(Text("Slope", "斜率").say(lang), fontsize=8)


def _name(axes: Axes, words: Text, room: float, lang: Lang) -> None:
    axes.set_xlabel(shorten(words.say(lang), room + _LEFT / 2, 8), fontsize=8)


def illustrate(drawing: Moderation, number_: int = 1) -> Illustration:
    """Return the figure with its caption and alternative text."""
    x, m, y = drawing.shown()
    caption = Text(
        "Effect of {x} on {y} by level of {m}. Left: simple slopes. Right: the slope with its "
        "{p}% band; shaded where the band excludes zero, dashed at the Johnson-Neyman limits.",
        "{m}不同水平下{x}对{y}的效应。左：简单斜率；右：斜率及其{p}%置信带，着色处不含零，虚线为"
        "Johnson–Neyman临界点。",
    ).fill(x=x, y=y, m=m, p=f"{100 * drawing.level:g}")
    slopes = ", ".join(f"{number(s.at, 0)} SD: {number(s.slope, 2)}" for s in drawing.slopes)
    alt = Text(f"Simple slopes: {slopes}.", f"简单斜率：{slopes}。")
    return Illustration(f"moderation_{number_}", caption, alt, partial(draw, drawing))
