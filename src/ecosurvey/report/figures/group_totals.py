"""The total effect of each factor in each group, side by side, with intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, interval, number
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import BLUE, GREEN, INK, ORANGE, PALE, PURPLE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import GroupFactors

_LABEL, _SIZE, _LINE = 190.0, 8.0, 10.0
_LOOKS = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (ORANGE, "D"), (PURPLE, "v"))


def draw(drawing: GroupFactors, lang: Lang) -> Figure:
    """Draw one band a factor, one mark a group in it; a star where the Wald test differs."""
    rows, groups = drawing.rows, drawing.shown_groups()
    band = _LINE * len(groups) + 6
    labels = [_label(row.name, row.factor in drawing.different, lang) for row in rows]
    left = max(width(words, _SIZE) for words in labels) + 12
    legend = 13.0 * len(groups) + 4
    height = band * len(rows) + legend + 40
    figure, axes = panel(WIDE * INCH, height, left=left, right=12, top=legend, bottom=36)
    for place, row in enumerate(rows):
        if place % 2 == 0:
            axes.axhspan(place - 0.5, place + 0.5, color=PALE, alpha=0.45, linewidth=0)
        for k, (low, high) in enumerate(zip(row.ci_lower, row.ci_upper, strict=True)):
            colour, shape = _LOOKS[k % len(_LOOKS)]
            y = place + (k - (len(groups) - 1) / 2) * _LINE / band
            axes.plot([low, high], [y, y], color=colour, linewidth=1.2, zorder=3)
            filled = low > 0 or high < 0
            axes.plot(
                [row.totals[k]], [y], shape, color=colour, markersize=4, zorder=4,
                markerfacecolor=colour if filled else "white",
            )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.7, zorder=2)
    axes.set_yticks(range(len(rows)), labels, fontsize=_SIZE)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(
        Text("Standardized total effect, 95% interval", "标准化总效应（95%置信区间）").say(lang)
    )
    _name_groups(figure, drawing, left, height, lang)
    return figure


def _name_groups(
    figure: Figure, drawing: GroupFactors, left: float, height: float, lang: Lang
) -> None:
    """Write the groups above the panel, each with its mark."""
    from matplotlib.lines import Line2D

    wide = WIDE * INCH
    for k, (name, n) in enumerate(zip(drawing.shown_groups(), drawing.sizes, strict=True)):
        colour, shape = _LOOKS[k % len(_LOOKS)]
        y = (height - 9 - 13.0 * k) / height
        mark = Line2D([(left + 6) / wide], [y], marker=shape, color=colour, markersize=4.5)
        figure.add_artist(mark)
        words = Text("{g} (n = {n})", "{g}（n = {n}）").fill(g=name, n=n).say(lang)
        figure.text(
            (left + 16) / wide, y, shorten(words, wide - left - 28, _SIZE), va="center",
            fontsize=_SIZE,
        )  # fmt: skip


def illustrate(drawing: GroupFactors) -> Illustration:
    """Return the figure with its caption and alternative text."""
    caption = Text(
        "Total effects on {o} by {g}; hollow where the interval holds zero. {t}",
        "按{g}分组的对{o}的总效应；空心表示置信区间包含零。{t}",
    ).fill(
        o=drawing.outcome_name or Text(drawing.outcome, drawing.outcome), g=drawing.shown_name(),
        t=_TESTED if drawing.comparable else _UNEQUAL,
    )  # fmt: skip
    en = "; ".join(f"{row.name.en}: {_numbers(row.totals, row.ci_lower, row.ci_upper)}"
                   for row in drawing.rows)  # fmt: skip
    zh = "；".join(f"{row.name.zh}：{_numbers(row.totals, row.ci_lower, row.ci_upper)}"
                  for row in drawing.rows)  # fmt: skip
    alt = Text(f"Dot plot of effects by group. {en}.", f"分组效应点图。{zh}。")
    return Illustration(
        f"group_totals_{drawing.group.lower()}", caption, alt, partial(draw, drawing)
    )


_TESTED = Text(
    "A star marks factors whose effect differs over the groups (Wald test, Holm).",
    "星号表示组间效应存在差异（Wald检验，Holm校正）。",
)
_UNEQUAL = Text(
    "Loadings are not equal over the groups, so the rows must not be compared.",
    "各组载荷不等值，不得相互比较。",
)


def _label(name: Text, differs: bool, lang: Lang) -> str:
    return shorten(name.say(lang), _LABEL, _SIZE) + (" *" if differs else "")


def _numbers(totals: tuple[float, ...], low: tuple[float, ...], high: tuple[float, ...]) -> str:
    return ", ".join(
        f"{number(t)} {interval(a, b)}" for t, a, b in zip(totals, low, high, strict=True)
    )
