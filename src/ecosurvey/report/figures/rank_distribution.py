"""The ranks of the factors as far as they are known: shares of draws, and intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, Box, panel, write
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import Distinguished

_ROW, _LABEL, _SIZE = 20.0, 190.0, 8.0
_PAD = 3.5  # between the cells and what is written beside them
_LEAST = 0.005  # smaller shares are left white


def draw(drawing: Distinguished, lang: Lang) -> Figure:
    """Draw a cell a factor and rank, darker where more draws fall; a frame around the interval."""
    from matplotlib.colors import LinearSegmentedColormap

    count = len(drawing.factors)
    labels = [shorten(name.say(lang), _LABEL, _SIZE) for name in drawing.names]
    letters = [drawing.letters(factor) for factor in drawing.factors]
    left = max(width(words, _SIZE) for words in labels) + 12
    right = max([width(words, _SIZE) for words in letters] + [24.0]) + 22
    height = count * _ROW + 52
    figure, axes = panel(WIDE * INCH, height, left=left, right=right, top=16, bottom=36)
    colours = LinearSegmentedColormap.from_list("ranks", ["white", "#0072B2"])
    axes.axis("off")
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    cells = [
        (rank, at, float(share))
        for at in range(count)
        for rank, share in enumerate(drawing.shares[at])
        if share >= _LEAST
    ]
    shades = [tuple(colours(share)) for _, _, share in cells]
    fill(axes, [Box.around(x, y, 1, 1) for x, y, _ in cells], shades, linewidths=0)
    write(
        axes, [(x, y) for x, y, _ in cells],
        [number(share, 2, bounded=share < 1 - _LEAST) for _, _, share in cells], size=7,
        colours=["white" if share > 0.55 else INK for _, _, share in cells],
    )  # fmt: skip
    ends = zip(drawing.rank_lower, drawing.rank_upper, strict=True)
    frames = [Box(a - 1.46, at - 0.42, b - 0.54, at + 0.42) for at, (a, b) in enumerate(ends)]
    fill(axes, frames, ["none"] * count, edgecolors=INK, linewidths=1.1, joinstyle="miter")
    across = (WIDE * INCH - left - right) / count  # points a rank
    edge, far = -0.5 - _PAD / across, count - 0.5 + 9 / across
    rows = range(count)
    write(axes, [(edge, at) for at in rows], labels, size=_SIZE, ha="right", va="middle")
    write(axes, [(far, at) for at in rows], letters, size=_SIZE, ha="left")
    said = Text("Group", "组别").say(lang)
    write(axes, [(far, -0.5 - 5 / _ROW)], [said], size=7, ha="left", va="baseline")
    under = count - 0.5 + _PAD / _ROW
    ranks = [str(rank + 1) for rank in rows]
    write(axes, [(at, under) for at in rows], ranks, size=7.5, va="top")
    axes.text(
        count / 2 - 0.5, under + 11 / _ROW,
        Text("Rank by size of total effect", "按总效应大小的排名").say(lang),
        fontsize=8, ha="center", va="top",
    )  # fmt: skip
    return figure


def illustrate(drawing: Distinguished) -> Illustration:
    """Return the figure with its caption and alternative text."""
    caption = Text(
        "How surely the factors are ranked: share of draws at each rank; frames are rank "
        "intervals that hold for all factors at once ({level}%); factors that share a letter "
        "cannot be told apart",
        "因素排名的确定程度：各排名所占抽取比例；方框为对所有因素同时成立的{level}%排名区间；共享字母的因素不能区分",
    ).fill(level=f"{100 * drawing.level:g}")
    spans = list(zip(drawing.names, drawing.rank_lower, drawing.rank_upper, strict=True))
    en = "; ".join(f"{name.en}: ranks {low} to {high}" for name, low, high in spans)
    zh = "；".join(f"{name.zh}：第{low}至{high}" for name, low, high in spans)
    alt = Text(f"Heat map of factors by rank. {en}.", f"因素与排名的热图。{zh}。")
    return Illustration("rank_distribution", caption, alt, partial(draw, drawing))
