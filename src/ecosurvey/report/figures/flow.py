"""The way from the answers received to the answers analysed, exclusions to the side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, Box, sheet
from ecosurvey.report.figures.letters import block_height, wrap
from ecosurvey.report.figures.style import INK, MEDIUM, PALE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE, _PAD, _GAP = 8.0, 6.0, 11.0
_MAIN, _SIDE = 150.0, 160.0  # widths in points


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A reason, and how many rows it took away."""

    label: Text
    excluded: int


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """Rows received, rows excluded by each reason in order, rows analysed."""

    received: int
    exclusions: tuple[Exclusion, ...]
    analysed: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its words."""

    box: Box
    lines: tuple[str, ...]
    main: bool


def describe(steps: Iterable[tuple[Text, int, int]]) -> FlowDrawing:
    """Return the drawing of steps of (label, excluded, remaining); idle steps are left out."""
    given = tuple(steps)
    received = given[0][1] + given[0][2] if given else 0
    cuts = tuple(Exclusion(label, out) for label, out, _ in given if out > 0)
    return FlowDrawing(received, cuts, given[-1][2] if given else 0)


def arrange(drawing: FlowDrawing, lang: Lang) -> tuple[float, tuple[Placed, ...]]:
    """Return the height in points and every box at its place, from the top downwards."""
    first = Text("Responses received (n\u00a0=\u00a0{n})", "回收答卷（n\u00a0=\u00a0{n}）").fill(
        n=drawing.received
    )
    last = Text("Responses analysed (n\u00a0=\u00a0{n})", "纳入分析（n\u00a0=\u00a0{n}）").fill(
        n=drawing.analysed
    )
    text = Text("{label} (n\u00a0=\u00a0{n})", "{label}（n\u00a0=\u00a0{n}）")
    rows = [(first, True)]
    rows += [(text.fill(label=cut.label, n=cut.excluded), False) for cut in drawing.exclusions]
    rows.append((last, True))
    found: list[Placed] = []
    y = -_PAD
    for words, main in rows:
        room = _MAIN if main else _SIDE
        lines = wrap(words.say(lang), room - 2 * _PAD, _SIZE)
        height = block_height(len(lines), _SIZE) + 2 * _PAD
        x = 12.0 if main else MEDIUM * INCH - 12.0 - _SIDE
        found.append(Placed(Box(x, y - height, x + room, y), lines, main))
        y -= height + _GAP
    total = -y - _GAP + _PAD
    up = [
        Placed(Box(p.box.x0, p.box.y0 + total, p.box.x1, p.box.y1 + total), p.lines, p.main)
        for p in found
    ]
    return total, tuple(up)


def draw(drawing: FlowDrawing, lang: Lang) -> Figure:
    """Draw the flow."""
    from matplotlib.patches import Rectangle

    height, placed = arrange(drawing, lang)
    wide = MEDIUM * INCH if drawing.exclusions else _MAIN + 24.0
    figure, axes = sheet(wide, height)
    axis = placed[0].box.centre[0]
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (axis, placed[-1].box.y1), (axis, placed[0].box.y0), arrowprops=arrow)
    for part in placed:
        box = part.box
        fill = PALE if part.main else "white"
        axes.add_patch(
            Rectangle(
                (box.x0, box.y0),
                box.x1 - box.x0,
                box.y1 - box.y0,
                facecolor=fill,
                edgecolor=INK,
                linewidth=0.8,
            )
        )
        x, y = box.centre
        side = "center" if part.main else "left"
        axes.text(
            x if part.main else box.x0 + _PAD,
            y,
            "\n".join(part.lines),
            ha=side,
            va="center",
            fontsize=_SIZE,
        )
        if not part.main:
            axes.annotate("", (box.x0, y), (axis, y), arrowprops=arrow)
    return figure


def illustrate(drawing: FlowDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    cuts_en = "; ".join(f"{cut.label.en}, {cut.excluded}" for cut in drawing.exclusions)
    cuts_zh = "；".join(f"{cut.label.zh}，{cut.excluded}份" for cut in drawing.exclusions)
    alt = Text(
        "Flow diagram: {r} responses received, {a} analysed. Excluded: {en}.",
        "流程图：回收答卷{r}份，纳入分析{a}份。剔除：{zh}。",
    ).fill(r=drawing.received, a=drawing.analysed, en=cuts_en or "none", zh=cuts_zh or "无")
    caption = Text("From responses received to responses analysed", "答卷筛选流程")
    return Illustration("flow", caption, alt, partial(draw, drawing))
