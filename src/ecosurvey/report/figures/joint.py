"""The joint display as a picture: each construct's effect, and beside it each case's evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import BLUE, GREY, INK, ORANGE, PALE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.qualitative import JointDisplay

_SIZE, _ROW, _LABEL, _CELL = 7.5, 17.0, 176.0, 20.0
_COLOURS = {"for": BLUE, "against": VERMILION, "mixed": ORANGE, "absent": PALE}
_SIGNS = {"for": "+", "against": "−", "mixed": "±", "absent": ""}
_WORDS = {
    "for": Text("evidence for", "支持"),
    "against": Text("evidence against", "反对"),
    "mixed": Text("both alike", "正反相当"),
    "absent": Text("no evidence", "无证据"),
}


@dataclass(frozen=True, slots=True)
class JointLine:
    """One construct: its effect, each case's stand, and the fit."""

    label: Text
    effect: tuple[float, float, float] | None
    stands: tuple[str, ...]
    fit: Text


@dataclass(frozen=True, slots=True)
class JointDrawing:
    """Lines from top to bottom, and the names of the cases."""

    lines: tuple[JointLine, ...]
    cases: tuple[Text, ...]


def describe(display: JointDisplay) -> JointDrawing:
    """Return the drawing of a joint display."""
    from ecosurvey.qualitative.display import fit_words

    lines = tuple(
        JointLine(
            row.name,
            (row.effect.total, row.effect.lower, row.effect.upper) if row.effect else None,
            tuple(case.stand for case in row.cases),
            fit_words(row),
        )
        for row in display.rows
    )
    shown = display.privacy == "show"  # else the names are numbers, in both languages
    cases = (Text(case.id, case.id) if shown else case.name for case in display.cases.cases)
    return JointDrawing(lines, tuple(cases))


def draw(drawing: JointDrawing, lang: Lang) -> Figure:
    """Draw the intervals, the squares of the cases, and the fit in words."""
    from ecosurvey.report.figures.shown import ShownFigure

    count = len(drawing.lines)
    heads = [shorten(name.say(lang), 70, _SIZE) for name in drawing.cases]
    tilted = max(width(name, _SIZE) for name in heads) > _CELL - 5 if heads else False
    top = (max(width(name, _SIZE) for name in heads) if tilted else 10.0) + 12
    bottom = 52.0
    page, tall = WIDE * INCH, top + bottom + count * _ROW
    figure = ShownFigure(figsize=(page / INCH, tall / INCH))
    labels = [shorten(line.label.say(lang), _LABEL - 8, _SIZE) for line in drawing.lines]
    left = min(_LABEL, max(width(words, _SIZE) for words in labels) + 10)
    fits = [line.fit.say(lang) for line in drawing.lines]
    right = max(width(words, _SIZE) for words in fits) + 14
    cells = min(150.0, _CELL * max(len(heads), 1))
    numbers = page - left - right - cells - 14

    def axes_at(x: float, wide: float) -> Axes:
        rectangle = (x / page, bottom / tall, wide / page, count * _ROW / tall)
        return figure.add_axes(rectangle)

    _intervals(axes_at(left, numbers), drawing, labels, lang)
    _cases(axes_at(left + numbers + 14, cells), drawing, heads, tilted=tilted, lang=lang)
    words = axes_at(left + numbers + 14 + cells + 6, right - 8)
    words.set_xlim(0, 1)
    words.set_ylim(count - 0.5, -0.5)
    words.axis("off")
    for y, said in enumerate(fits):
        words.text(0, y, said, fontsize=_SIZE, va="center")
    return figure


def _intervals(axes: Axes, drawing: JointDrawing, labels: list[str], lang: Lang) -> None:
    axes.axvline(0, color=GREY, linewidth=0.7, linestyle="--")
    for y, line in enumerate(drawing.lines):
        if line.effect is not None:
            total, low, high = line.effect
            axes.plot([low, high], [y, y], color=INK, linewidth=1.0)
            axes.plot([total], [y], "o", color=INK, markersize=4)
    axes.set_ylim(len(drawing.lines) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels, fontsize=_SIZE)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(Text("Total effect (standardized)", "总效应（标准化）").say(lang))


def _cases(
    axes: Axes, drawing: JointDrawing, heads: list[str], *, tilted: bool, lang: Lang
) -> None:
    from matplotlib.patches import Patch, Rectangle

    for y, line in enumerate(drawing.lines):
        for x, stand in enumerate(line.stands):
            axes.add_patch(
                Rectangle((x - 0.42, y - 0.4), 0.84, 0.8, facecolor=_COLOURS[stand], linewidth=0)
            )
            axes.text(
                x, y, _SIGNS[stand], ha="center", va="center", fontsize=_SIZE, color="white"
            )  # fmt: skip
    axes.set_xlim(-0.5, max(len(heads), 1) - 0.5)
    axes.set_ylim(len(drawing.lines) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(heads)), heads, fontsize=_SIZE, rotation=90 if tilted else 0)
    axes.set_yticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    used = [s for s in _COLOURS if any(s in line.stands for line in drawing.lines)]
    marks = [Patch(facecolor=_COLOURS[s], label=_WORDS[s].say(lang)) for s in used]
    axes.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2, handlelength=1.0,
        columnspacing=1.0, borderaxespad=0.2,
    )  # fmt: skip


def illustrate(display: JointDisplay) -> Illustration:
    """Return the figure with its caption and alternative text."""
    drawing = describe(display)
    said_en, said_zh = (
        "; ".join(
            f"{line.label.say(lang)}: {line.stands.count('for')} +, "
            f"{line.stands.count('against')} −, {line.fit.say(lang)}"
            for line in drawing.lines
        )
        for lang in ("en", "zh")
    )
    alt = Text(
        "Effects with intervals, and cases with evidence. {en}.", "{zh}。效应及区间与案例证据。"
    )
    caption = Text(
        "Joint display: total effects with intervals, and the evidence of each case",
        "联合展示：总效应及置信区间，与各案例的证据",
    )
    return Illustration(
        "joint_display", caption, alt.fill(en=said_en, zh=said_zh), partial(draw, drawing)
    )
