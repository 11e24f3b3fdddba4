"""How many codes had been met after each source, in the order of coding and in random orders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.style import BLUE, INK, MEDIUM, SKY
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.qualitative.patterns import Saturation


def draw(curve: Saturation, lang: Lang) -> Figure:
    """Draw the curve, and the band of random orders behind it."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = panel(MEDIUM * INCH, 190, left=44, right=14, top=10, bottom=36)
    x = range(1, len(curve.observed) + 1)
    band = Text("95% of random orders", "随机次序的95%范围").say(lang)
    mean = Text("Mean of random orders", "随机次序均值").say(lang)
    order = Text("In the order of coding", "按编码次序").say(lang)
    axes.fill_between(x, curve.lower, curve.upper, color=SKY, alpha=0.3, linewidth=0, label=band)
    axes.plot(x, curve.mean, color=BLUE, linestyle="--", label=mean)
    axes.plot(x, curve.observed, color=INK, marker="o", markersize=3, label=order)
    axes.set_xlabel(Text("Sources", "资料数").say(lang))
    axes.set_ylabel(Text("Different codes", "不同编码数").say(lang))
    axes.set_ylim(0, max(curve.observed) * 1.1 + 0.5)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="lower right")
    return figure


def illustrate(curve: Saturation) -> Illustration:
    """Return the figure with its caption and alternative text."""
    last = curve.observed[-1]
    alt = Text(
        "Curve: after {n} sources {k} different codes; half of the sources gave {h}.",
        "曲线：{n}份资料后共有{k}个不同编码；一半资料时为{h}个。",
    ).fill(n=len(curve.observed), k=last, h=curve.observed[(len(curve.observed) - 1) // 2])
    caption = Text("Codes met as sources are added", "编码随资料增加的累积曲线")
    return Illustration("saturation", caption, alt, partial(draw, curve))
