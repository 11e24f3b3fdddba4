"""The specification curve: effects under every analysis, sorted, with the choices below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.cleaning import POLICY_NAMES
from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, write_beside
from ecosurvey.report.figures.letters import shorten
from ecosurvey.report.figures.style import BLUE, GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import SpecificationCurve

_ROW, _SIZE, _LABEL = 13.0, 7.5, 150.0


def draw(drawing: SpecificationCurve, lang: Lang) -> Figure:
    """Draw, for each factor, its ranks over the analyses, sorted by the effect of the first.

    Upper panel: total effect of every factor, the first and second in colour. Lower panel: one
    row an option, a tick where the analysis takes it.
    """
    from ecosurvey.report.figures.shown import ShownFigure

    order = np.argsort(drawing.effects[:, 0], kind="stable")
    options = _options(drawing)
    wide, upper = WIDE * INCH, 150.0
    tall = upper + len(options) * _ROW + 46
    figure = ShownFigure(figsize=(wide / INCH, tall / INCH))
    left, right = _LABEL + 14, 60.0
    across = (wide - left - right) / wide
    axes = figure.add_axes((left / wide, (tall - upper) / tall, across, (upper - 8) / tall))
    at = np.arange(len(order))
    for k in range(len(drawing.rows) - 1, -1, -1):
        colour = (BLUE, VERMILION)[k] if k < 2 else GREY
        axes.plot(
            at, drawing.effects[order, k], ".", markersize=3 if k < 2 else 1.6, color=colour,
            zorder=3 if k < 2 else 2,
        )  # fmt: skip
    for k in range(min(2, len(drawing.rows))):
        axes.annotate(
            drawing.rows[k].factor, (1, drawing.effects[order[-1], k]),
            xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=_SIZE, color=(BLUE, VERMILION)[k], annotation_clip=False,
        )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.set_xlim(-1, len(order))
    axes.set_xticks([])
    axes.set_ylabel(Text("Total effect", "总效应").say(lang))
    lower = figure.add_axes(
        (left / wide, 30 / tall, across, (len(options) * _ROW) / tall), sharex=axes
    )
    row, here = np.nonzero([taken[order] for _, _, taken in options])
    lower.vlines(here, row - 0.36, row + 0.36, color=INK, linewidth=0.7)
    itself = int(np.flatnonzero(order == 0)[0])
    for part in (axes, lower):
        part.axvline(itself, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    lower.set_ylim(len(options) - 0.5, -0.5)
    names = [shorten(words.say(lang), _LABEL, 7) for _, words, _ in options]
    write_beside(lower, range(len(options)), names, 7)
    lower.set_yticks([])
    lower.tick_params(length=0)
    for side in ("left", "bottom"):
        lower.spines[side].set_visible(False)
    lower.set_xlabel(
        Text("Analyses, sorted by the effect of {f}", "各种分析（按{f}的效应排序）")
        .fill(f=drawing.rows[0].name)
        .say(lang)
    )
    return figure


def illustrate(drawing: SpecificationCurve) -> Illustration:
    """Return the figure with its caption and alternative text."""
    caption = Text(
        "Total effects on {o} under {n} reasonable analyses; below, the choices of each; dotted, "
        "the analysis as it stands. {s}",
        "{n}种合理分析下对{o}的总效应；下方为各分析的选择，虚线为本文所用分析。{s}",
    ).fill(o=drawing.outcome_name, n=len(drawing.specifications), s=drawing.sentence())
    en = "; ".join(f"{r.name.en}: {r.lowest:.2f} to {r.highest:.2f}" for r in drawing.rows)
    zh = "；".join(f"{r.name.zh}：{r.lowest:.2f}至{r.highest:.2f}" for r in drawing.rows)
    alt = Text(f"Specification curve. {en}.", f"设定曲线图。{zh}。")
    return Illustration("specification_curve", caption, alt, partial(draw, drawing))


_WORDS = {
    "as kept": Text("Rows: as kept", "样本：筛查后"),
    "all items": Text("All items", "全部题项"),
    "scale scores": Text("Scale scores", "量表均分"),
    "parcels": Text("Parcels of items", "题项打包"),
    "facet scores": Text("Facet scores, no higher order", "子维度均分，无高阶因子"),
    "one item left out": Text("One item left out", "删去一个题项"),
    "none": Text("No controls", "无控制变量"),
    "ML, complete rows": Text("ML, complete rows", "ML，完整数据"),
    "MLR, complete rows": Text("MLR, complete rows", "MLR，完整数据"),
    "ML, EM moments": Text("ML, EM moments", "ML，EM矩"),
    "ML, all answers": Text("ML, all answers", "ML，全部作答（FIML）"),
    "MLR, all answers": Text("MLR, all answers", "MLR，全部作答（FIML）"),
    "WLSMV, complete rows": Text("WLSMV, complete rows", "WLSMV，完整数据"),
    "WLSMV, pairwise": Text("WLSMV, pair by pair", "WLSMV，成对可用数据"),
}


def _options(
    drawing: SpecificationCurve,
) -> list[tuple[str, Text, np.ndarray[tuple[int], np.dtype[np.bool_]]]]:
    """Return every option that some but not all analyses take, in the order of the choices."""
    found = []
    for choice in ("rows", "estimation", "measurement", "controls"):
        taken = [s.choice(choice) for s in drawing.specifications]
        if len(set(taken)) < 2:
            continue
        for option in dict.fromkeys(taken):
            words = _WORDS.get(option, _named(drawing, choice, option))
            found.append((choice, words, np.array([t == option for t in taken])))
    return found


def _named(drawing: SpecificationCurve, choice: str, option: str) -> Text:
    """Return the words of an option that is not one of a fixed list."""
    if choice == "controls":
        names = drawing.control_names or Text(option, option)
        return Text("Controls: {c}", "控制变量：{c}").fill(c=names)
    return POLICY_NAMES.get(option, Text(option, option))  # type: ignore[call-overload, no-any-return]
