"""The ranks of the factors as far as they are known: shares of draws, and intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import Distinguished

_ROW, _LABEL, _SIZE = 20.0, 190.0, 8.0


def draw(drawing: Distinguished, lang: Lang) -> Figure:
    """Draw a cell a factor and rank, darker where more draws fall; a frame around the interval."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    count = len(drawing.factors)
    labels = [shorten(name.say(lang), _LABEL, _SIZE) for name in drawing.names]
    letters = [drawing.letters(factor) for factor in drawing.factors]
    left = max(width(words, _SIZE) for words in labels) + 12
    right = max([width(words, _SIZE) for words in letters] + [24.0]) + 22
    height = count * _ROW + 52
    figure, axes = panel(WIDE * INCH, height, left=left, right=right, top=16, bottom=36)
    colours = LinearSegmentedColormap.from_list("ranks", ["white", "#0072B2"])
    axes.imshow(drawing.shares, cmap=colours, vmin=0, vmax=1, aspect="auto")
    for at in range(count):
        for rank, share in enumerate(drawing.shares[at]):
            if share >= 0.005:
                axes.text(
                    rank,
                    at,
                    number(share, 2, bounded=share < 0.995),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if share > 0.55 else INK,
                )
        low, high = drawing.rank_lower[at], drawing.rank_upper[at]
        axes.add_patch(
            Rectangle(
                (low - 1.46, at - 0.42), high - low + 0.92, 0.84, fill=False, edgecolor=INK,
                linewidth=1.1,
            )
        )  # fmt: skip
        axes.annotate(
            letters[at],
            (1, at),
            xycoords=("axes fraction", "data"),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=_SIZE,
            annotation_clip=False,
        )
    axes.annotate(
        Text("Group", "组别").say(lang),
        (1, 1),
        xycoords="axes fraction",
        xytext=(9, 5),
        textcoords="offset points",
        fontsize=7,
        annotation_clip=False,
    )
    axes.set_xticks(range(count), [str(rank + 1) for rank in range(count)])
    axes.set_yticks(range(count), labels, fontsize=_SIZE)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel(Text("Rank by size of total effect", "按总效应大小的排名").say(lang))
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
