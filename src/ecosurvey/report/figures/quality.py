"""Response quality: how many each rule of the screening met, and how many of these went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, SKY, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _LABEL, _SIZE = 16.0, 215.0, 8.0


@dataclass(frozen=True, slots=True)
class Met:
    """One rule: whom it met, and how many of these were excluded, by whatever rule."""

    label: Text
    flagged: int
    excluded: int


@dataclass(frozen=True, slots=True)
class QualityDrawing:
    """The rules that met somebody, and the number of sheets received."""

    rules: tuple[Met, ...]
    received: int


def describe(rules: Iterable[Met], received: int) -> QualityDrawing:
    """Return the drawing, in the order of the rules; those that met nobody are left out."""
    return QualityDrawing(tuple(rule for rule in rules if rule.flagged), received)


def draw(drawing: QualityDrawing, lang: Lang) -> Figure:
    """Draw bars of the sheets met, the part excluded dark and hatched."""
    from matplotlib.ticker import MaxNLocator

    rules = drawing.rules
    labels = [shorten(rule.label.say(lang), _LABEL, _SIZE) for rule in rules]
    left = max([width(words, _SIZE) for words in labels] or [0]) + 12
    total = max(drawing.received, 1)
    count = len(rules)
    said = [f"{rule.flagged} ({100 * rule.flagged / total:.1f}%)" for rule in rules]
    right = max([width(words, 7.5) for words in said] or [0]) + 16
    figure, axes = panel(WIDE * INCH, count * _ROW + 56, left=left, right=right, top=20, bottom=36)
    places = [count - 1 - k for k in range(count)]
    kept = [rule.flagged - rule.excluded for rule in rules]
    gone = [rule.excluded for rule in rules]
    out = Text("excluded", "已剔除").say(lang)
    stay = Text("kept", "保留").say(lang)
    axes.barh(
        places, gone, height=0.64, color=VERMILION, edgecolor=INK, linewidth=0.4, hatch="////",
        label=out,
    )  # fmt: skip
    axes.barh(
        places, kept, left=gone, height=0.64, color=SKY, edgecolor=INK, linewidth=0.4, label=stay
    )
    for place, rule, words in zip(places, rules, said, strict=True):
        axes.annotate(
            words,
            (rule.flagged, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )
    axes.set_yticks(places, labels, fontsize=_SIZE)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, max(count, 1) - 0.4)
    axes.set_xlim(0, 1.01 * max([rule.flagged for rule in rules] or [1]))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.set_xlabel(Text("Answer sheets met by the rule", "命中答卷数").say(lang))
    if rules:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2, handlelength=1.4
        )
    return figure


def illustrate(drawing: QualityDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    en = "; ".join(f"{r.label.en}, {r.flagged}, excluded {r.excluded}" for r in drawing.rules)
    zh = "；".join(f"{r.label.zh}，命中{r.flagged}份，剔除{r.excluded}份" for r in drawing.rules)
    alt = Text(
        f"Bar chart of {drawing.received} answer sheets by rule. {en or 'No rule met anybody'}.",
        f"{drawing.received}份答卷的质量筛查条形图。{zh or '无答卷命中任何规则'}。",
    )
    caption = Text("Response quality by rule of the screening", "各筛查规则的命中与剔除情况")
    return Illustration("response_quality", caption, alt, partial(draw, drawing))
