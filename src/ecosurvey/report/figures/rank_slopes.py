"""The key factors' effects wave by wave: lines that cross are ranks that change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import BLUE, GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.waves import WaveComparison

_SIZE, _LABEL, _APART = 7.5, 190.0, 10.5


@dataclass(frozen=True, slots=True)
class SlopeLine:
    """One factor: sizes of its total effects by wave, signs, and how surely its rank moved."""

    name: Text
    effects: tuple[float, ...]
    rises: float
    falls: float


@dataclass(frozen=True, slots=True)
class SlopeDrawing:
    """Lines, the waves' labels, and the probability from which a line is coloured."""

    lines: tuple[SlopeLine, ...]
    waves: tuple[str, ...]
    sure: float


def describe(found: WaveComparison) -> SlopeDrawing:
    """Return the drawing of a comparison that has ranks."""
    assert found.paths is not None  # noqa: S101 (the caller has looked)
    first, last = found.waves[0], found.waves[-1]
    lines = []
    for factor in dict.fromkeys(rank.factor for rank in found.paths.ranks):
        own = [rank for rank in found.paths.ranks if rank.factor == factor]
        by_wave = {rank.later: rank.effect_after for rank in own}
        by_wave |= {rank.earlier: rank.effect_before for rank in own}
        ends = next(rank for rank in own if (rank.earlier, rank.later) == (first, last))
        effects = tuple(by_wave[wave] for wave in found.waves)
        name = found.instrument.name_of(factor)
        lines.append(SlopeLine(name, effects, ends.prob_up, ends.prob_down))
    sure = 1.0 - found.alpha / max(len(lines), 1)  # Bonferroni over the factors
    return SlopeDrawing(tuple(lines), found.waves, sure)


def draw(drawing: SlopeDrawing, lang: Lang) -> Figure:
    """Draw the lines between first and last labels, moved apart where they would overlap."""
    lines, count = drawing.lines, len(drawing.waves)
    left = [_label(line, 0, lang) for line in lines]
    right = [_label(line, -1, lang) for line in lines]
    margins = [max(width(words, _SIZE) for words in side) + 12 for side in (left, right)]
    tall = max(180.0, len(lines) * 20.0)
    figure, axes = panel(
        WIDE * INCH, tall + 34, left=margins[0], right=margins[1], top=8, bottom=26
    )
    top = max(abs(effect) for line in lines for effect in line.effects) * 1.06
    for line in lines:
        colour = (
            BLUE
            if line.rises >= drawing.sure
            else VERMILION
            if line.falls >= drawing.sure
            else GREY
        )
        heights = [abs(effect) for effect in line.effects]
        axes.plot(range(count), heights, "-o", color=colour, markersize=3.4, linewidth=1.3)
    axes.set_xlim(-0.02 * count, count - 1 + 0.02 * count)
    axes.set_ylim(0, top)
    per_point = top / tall
    for x, labels, at, side in ((0, left, 0, "right"), (count - 1, right, -1, "left")):
        heights = [abs(line.effects[at]) for line in lines]
        for words, y, placed in zip(
            labels, heights, _apart(heights, _APART * per_point), strict=True
        ):
            gap = -10 if side == "right" else 10
            axes.annotate(
                words, (x, y), xytext=(gap, (placed - y) / per_point), textcoords="offset points",
                ha=side, va="center", fontsize=_SIZE, color=INK, annotation_clip=False,
            )  # fmt: skip
    axes.set_xticks(range(count), [shorten(wave, 90, _SIZE) for wave in drawing.waves])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure


def _label(line: SlopeLine, at: int, lang: Lang) -> str:
    effect = number(line.effects[at])
    return f"{shorten(line.name.say(lang), _LABEL, _SIZE)}  {effect}"


def _apart(heights: list[float], least: float) -> list[float]:
    """Return heights ``least`` apart and as near to the given ones as can be, in their order.

    Those that are too near form blocks, each placed about its mean (pool adjacent violators).
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    blocks: list[list[float]] = []  # of what is left of each height after its place in the row
    for place, i in enumerate(order):
        blocks.append([heights[i] - place * least])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    level = [_mean(block) for block in blocks for _ in block]
    placed = [0.0] * len(heights)
    for place, i in enumerate(order):
        placed[i] = level[place] + place * least
    return placed


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def illustrate(found: WaveComparison) -> Illustration:
    """Return the figure with its caption and alternative text."""
    drawing = describe(found)
    en = "; ".join(f"{x.name.en} {', '.join(number(e) for e in x.effects)}" for x in drawing.lines)
    zh = "；".join(f"{x.name.zh}{'、'.join(number(e) for e in x.effects)}" for x in drawing.lines)
    alt = Text(f"Slope chart of total effects by wave. {en}.", f"各轮总效应的斜率图。{zh}。")
    caption = Text(
        "Key factors by wave: size of the standardized total effect on the outcome. Coloured: its "
        "rank rose (blue) or fell (vermilion) from first to last wave with probability {p} or "
        "more, which allows for the number of factors",
        "各轮关键因素：对结果的标准化总效应大小。彩色：首末轮之间排名上升（蓝）或下降（橙红）的概率不低于{p}（已计入因素个数）",
    ).fill(p=number(drawing.sure, 3, bounded=True))
    return Illustration("rank_slopes", caption, alt, partial(draw, drawing))
