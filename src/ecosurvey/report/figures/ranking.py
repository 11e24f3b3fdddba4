"""The headline: the key factors, ranked, each with the interval of its total effect."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, interval, number
from ecosurvey.report.figures.canvas import INCH, Box, panel, write_beside
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import shorten, width, wrap
from ecosurvey.report.figures.style import BLUE, GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

_ROW, _LABEL, _SIZE = 19.0, 185.0, 8.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One factor: its place, and its standardized total effect with a 95% interval."""

    name: Text
    rank: int
    total: float
    lower: float
    upper: float

    @property
    def sure(self) -> bool:
        """Whether the interval is known and excludes zero."""
        return self.lower > 0 or self.upper < 0


@dataclass(frozen=True, slots=True)
class RankingDrawing:
    """The factors, best first, and the outcome that they are ranked for."""

    outcome: Text
    factors: tuple[Ranked, ...]


def describe(outcome: Text, factors: Iterable[Ranked]) -> RankingDrawing:
    """Return the drawing, in the order of the ranks."""
    known = (factor for factor in factors if math.isfinite(factor.total))
    return RankingDrawing(outcome, tuple(sorted(known, key=lambda factor: factor.rank)))


def draw(drawing: RankingDrawing, lang: Lang) -> Figure:
    """Draw bars from zero with intervals; hatched and grey where zero is inside."""
    import numpy as np

    from ecosurvey.report.figures.panels import join

    factors = drawing.factors
    labels = [f"{f.rank}  {shorten(f.name.say(lang), _LABEL, _SIZE)}" for f in factors]
    said = [_numbers(factor) for factor in factors]
    left = max([width(words, _SIZE) for words in labels] or [0]) + 12
    right = max([width(words, 7.5) for words in said] or [0]) + 14
    label = _axis_label(drawing.outcome, left, right, lang)
    bottom = 34.0 + 10.0 * label.count("\n")
    height = len(factors) * _ROW + bottom + 12
    figure, axes = panel(WIDE * INCH, height, left=left, right=right, top=6, bottom=bottom)
    count = len(factors)
    up = range(count - 1, -1, -1)  # rows run downwards
    axes.set_xlim(*_ends(factors))
    axes.set_ylim(-0.6, max(count, 1) - 0.4)
    bars = [(factor, _bar(factor, y)) for factor, y in zip(factors, up, strict=True)]
    for colour in (BLUE, VERMILION):
        sure = [
            bar for factor, bar in bars if factor.sure and (factor.total < 0) == (colour != BLUE)
        ]
        shades = [colour] * len(sure)
        fill(axes, sure, shades, edgecolors=colour, alpha=0.85, linewidths=0.7, zorder=2)
    unsure = [bar for factor, bar in bars if not factor.sure]
    fill(axes, unsure, ["white"] * len(unsure), edgecolors=GREY, hatch="////", linewidths=0.7,
         zorder=2)  # fmt: skip
    whiskers: list[NDArray[np.float64]] = []
    for factor, y in zip(factors, up, strict=True):
        if math.isfinite(factor.lower) and math.isfinite(factor.upper):
            ends = (factor.lower, factor.upper)
            whiskers.append(np.array([(end, y) for end in ends]))
            whiskers += [np.array([(end, y - 0.13), (end, y + 0.13)]) for end in ends]
    axes.plot(*join(whiskers), color=INK, linewidth=1.1, zorder=4)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=3)
    write_beside(axes, up, labels, _SIZE)
    write_beside(axes, up, said, 7.5, right=True, gap=8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(label)
    return figure


def _bar(factor: Ranked, y: float) -> Box:
    return Box(min(factor.total, 0.0), y - 0.31, max(factor.total, 0.0), y + 0.31)


def _ends(factors: Sequence[Ranked]) -> tuple[float, float]:
    """Return the ends of the axis: some room beside all that is drawn, none beside zero."""
    ends = [end for f in factors for end in (f.total, f.lower, f.upper) if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = 0.04 * (high - low) or 0.05
    return low - room * (low < 0 or high <= 0), high + room * (high > 0 or low >= 0)


def illustrate(drawing: RankingDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    en = "; ".join(f"{f.rank}. {f.name.en} {_numbers(f)}" for f in drawing.factors)
    zh = "；".join(f"{f.rank}. {f.name.zh} {_numbers(f)}" for f in drawing.factors)
    alt = Text(
        f"Bar chart of factors ranked by total effect on {drawing.outcome.en}. {en}.",
        f"按对{drawing.outcome.zh}的总效应排序的条形图。{zh}。",
    )
    caption = Text(
        "Key factors ranked by standardized total effect on {o}",
        "关键影响因素排序：对{o}的标准化总效应",
    ).fill(o=drawing.outcome)
    return Illustration("key_factors", caption, alt, partial(draw, drawing))


def _axis_label(outcome: Text, left: float, right: float, lang: Lang) -> str:
    """Return the words under the axis, in at most two lines that stay on the sheet."""
    words = Text(
        "Standardized total effect on {o}, 95% interval", "对{o}的标准化总效应（95%置信区间）"
    ).fill(o=outcome)
    middle = (left + WIDE * INCH - right) / 2
    room = 2 * min(middle, WIDE * INCH - middle) - 8
    first, *more = wrap(words.say(lang), room, _SIZE)
    return "\n".join([first, shorten(" ".join(more), room, _SIZE)]) if more else first


def _numbers(factor: Ranked) -> str:
    total = number(factor.total)
    if not (math.isfinite(factor.lower) and math.isfinite(factor.upper)):
        return total
    return f"{total} {interval(factor.lower, factor.upper)}"
