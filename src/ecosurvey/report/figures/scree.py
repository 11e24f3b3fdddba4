"""Scree plot: observed eigenvalues beside those of random data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.style import BLUE, GREY, MEDIUM, VERMILION
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class ScreeDrawing:
    """Eigenvalues in falling order, the band of random ones, and how many are retained."""

    observed: tuple[float, ...]
    random_mean: tuple[float, ...]
    random_high: tuple[float, ...]
    percentile: float
    retained: int


def describe(
    observed: Sequence[float],
    random_mean: Sequence[float],
    random_high: Sequence[float],
    *,
    percentile: float,
    retained: int,
) -> ScreeDrawing:
    """Return the drawing."""
    return ScreeDrawing(
        tuple(map(float, observed)),
        tuple(map(float, random_mean)),
        tuple(map(float, random_high)),
        float(percentile),
        int(retained),
    )


def draw(drawing: ScreeDrawing, lang: Lang) -> Figure:
    """Draw the eigenvalues."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = panel(MEDIUM * INCH, 3.1 * INCH, left=40, right=10, top=8, bottom=34)
    count = range(1, len(drawing.observed) + 1)
    names = {
        "observed": Text("Observed data", "实际数据").say(lang),
        "random": Text("Random data: mean to {p}th percentile", "随机数据：均值至第{p}百分位")
        .fill(p=f"{drawing.percentile:g}")
        .say(lang),
        "cut": Text("{k} retained", "保留{k}个").fill(k=drawing.retained).say(lang),
    }
    axes.fill_between(
        count,
        drawing.random_mean,
        drawing.random_high,
        color=VERMILION,
        alpha=0.25,
        linewidth=0,
        label=names["random"],
    )
    axes.plot(count, drawing.random_high, "--", color=VERMILION, linewidth=1.0)
    axes.plot(count, drawing.random_mean, ":", color=VERMILION, linewidth=0.8)
    axes.plot(
        count,
        drawing.observed,
        "-o",
        color=BLUE,
        markersize=3.4,
        linewidth=1.1,
        label=names["observed"],
    )
    axes.axvline(
        drawing.retained + 0.5, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), label=names["cut"]
    )
    axes.set_xlabel(Text("Number of the factor", "因子序号").say(lang))
    axes.set_ylabel(Text("Eigenvalue", "特征值").say(lang))
    axes.set_xlim(0.4, len(drawing.observed) + 0.6)
    axes.set_ylim(min(0.0, *drawing.observed, *drawing.random_mean), None)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper right")
    return figure


def illustrate(drawing: ScreeDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    alt = Text(
        "Line chart of {n} eigenvalues, the first {first:.2f}. {k} lie above the {p:g}th "
        "percentile of random data.",
        "{n}个特征值的折线图，第一个为{first:.2f}；有{k}个高于随机数据的第{p:g}百分位。",
    ).fill(
        n=len(drawing.observed),
        first=drawing.observed[0] if drawing.observed else 0.0,
        k=drawing.retained,
        p=drawing.percentile,
    )
    caption = Text("Scree plot with parallel analysis", "碎石图与平行分析")
    return Illustration("scree", caption, alt, partial(draw, drawing))
