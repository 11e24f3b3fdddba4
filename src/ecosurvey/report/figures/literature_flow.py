"""The way from records found to studies included, after the flow diagram of PRISMA 2020."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, Box, sheet
from ecosurvey.report.figures.letters import block_height, wrap
from ecosurvey.report.figures.style import INK, MEDIUM, PALE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.qualitative.literature import LiteratureFlow, Stage

_SIZE, _PAD, _GAP = 8.0, 6.0, 14.0
_MAIN, _SIDE = 150.0, 172.0  # widths in points
_LINE = Text("{label} (n\u00a0=\u00a0{n})", "{label}（n\u00a0=\u00a0{n}）")


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the main line, and what left after it (a heading and its reasons)."""

    words: tuple[Text, ...]
    aside: tuple[Text, ...] = ()


def describe(flow: LiteratureFlow) -> tuple[Step, ...]:
    """Return the boxes; what nobody left is not drawn."""

    def said(label: Text, n: int) -> Text:
        return _LINE.fill(label=label, n=n)

    def aside(stage: Stage, heading: Text) -> tuple[Text, ...]:
        own = [count for count in flow.counts if count.stage == stage and count.n]
        if not own:
            return ()
        if len(own) == 1:
            return (said(own[0].label, own[0].n),)
        return (said(heading, flow.total(stage)), *(said(one.label, one.n) for one in own))

    found = [count for count in flow.counts if count.stage == "identified"]
    heading = Text("Records identified", "检索到的记录")
    first: tuple[Text, ...] = (said(heading, flow.total("identified")),)
    if len(found) > 1:
        first += tuple(said(one.label, one.n) for one in found)
    return (
        Step(first, aside("duplicates", Text("Removed before screening", "筛选前去除"))),
        Step(
            (said(Text("Records screened", "进入筛选的记录"), flow.screened),),
            aside("excluded_screening", Text("Records excluded", "排除的记录")),
        ),
        Step(
            (said(Text("Full texts sought", "求取全文"), flow.sought),),
            aside("not_retrieved", Text("Not retrieved", "未获得全文")),
        ),
        Step(
            (said(Text("Full texts assessed", "评估全文"), flow.assessed),),
            aside("excluded_full_text", Text("Full texts excluded", "排除的全文")),
        ),
        Step((said(Text("Studies included", "纳入研究"), flow.included),)),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its lines, at its place."""

    box: Box
    lines: tuple[str, ...]
    main: bool


def arrange(steps: tuple[Step, ...], lang: Lang) -> tuple[float, tuple[Placed, ...]]:
    """Return the height in points and every box at its place, from the top downwards."""
    found: list[Placed] = []
    y = -_PAD
    for step in steps:
        rows = [(step.words, _MAIN, 12.0, True)]
        if step.aside:
            rows.append((step.aside, _SIDE, MEDIUM * INCH - 12.0 - _SIDE, False))
        deepest = 0.0
        for words, room, x, main in rows:
            lines = tuple(
                line for one in words for line in wrap(one.say(lang), room - 2 * _PAD, _SIZE)
            )
            height = block_height(len(lines), _SIZE) + 2 * _PAD
            found.append(Placed(Box(x, y - height, x + room, y), lines, main))
            deepest = max(deepest, height)
        y -= deepest + _GAP
    total = -y - _GAP + _PAD
    up = [
        Placed(Box(p.box.x0, p.box.y0 + total, p.box.x1, p.box.y1 + total), p.lines, p.main)
        for p in found
    ]
    return total, tuple(up)


def draw(steps: tuple[Step, ...], lang: Lang) -> Figure:
    """Draw the flow."""
    from matplotlib.patches import Rectangle

    height, placed = arrange(steps, lang)
    figure, axes = sheet(MEDIUM * INCH, height)
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    main = [part for part in placed if part.main]
    axis = main[0].box.centre[0]
    for upper, lower in pairwise(main):
        axes.annotate("", (axis, lower.box.y1), (axis, upper.box.y0), arrowprops=arrow)
    before = main[0]
    for part in placed:
        box = part.box
        size = (box.x1 - box.x0, box.y1 - box.y0)
        fill = PALE if part.main else "white"
        axes.add_patch(
            Rectangle((box.x0, box.y0), *size, facecolor=fill, edgecolor=INK, linewidth=0.8)
        )
        x, y = (box.centre[0], box.centre[1]) if part.main else (box.x0 + _PAD, box.centre[1])
        side = "center" if part.main else "left"
        axes.text(x, y, "\n".join(part.lines), ha=side, va="center", fontsize=_SIZE)
        if part.main:
            before = part
        else:
            level = before.box.y1 - min(before.box.y1 - before.box.y0, box.y1 - box.y0) / 2
            axes.annotate("", (box.x0, level), (before.box.x1, level), arrowprops=arrow)
    return figure


def illustrate(flow: LiteratureFlow) -> Illustration:
    """Return the figure with its caption and alternative text."""
    alt = Text(
        "Flow diagram: {i} records identified, {s} screened, {a} full texts assessed, {k} studies "
        "included.",
        "流程图：检索到{i}条记录，筛选{s}条，评估全文{a}篇，纳入{k}篇。",
    ).fill(i=flow.total("identified"), s=flow.screened, a=flow.assessed, k=flow.included)
    caption = Text("Screening of the literature", "文献筛选流程")
    return Illustration("literature_flow", caption, alt, partial(draw, describe(flow)))
