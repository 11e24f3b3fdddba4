"""Ranks of units under each scheme of weights; where their lines cross, choice decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, panel
from ecosurvey.report.figures.letters import shorten, width, wrap
from ecosurvey.report.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDE,
)
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LABEL, _SIZE = 150.0, 7.5
_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK)


@dataclass(frozen=True, slots=True)
class RanksDrawing:
    """Units with a rank for each scheme, in the order of the schemes."""

    key: str
    caption: Text
    schemes: tuple[Text, ...]
    units: tuple[tuple[Text, tuple[int, ...]], ...]


def describe(
    key: str, caption: Text, schemes: Sequence[Text], units: Sequence[tuple[Text, Sequence[int]]]
) -> RanksDrawing:
    """Return the drawing, units by their first rank."""
    kept = sorted(((name, tuple(places)) for name, places in units), key=lambda one: one[1])
    return RanksDrawing(key, caption, tuple(schemes), tuple(kept))


def draw(drawing: RanksDrawing, lang: Lang) -> Figure:
    """Draw a line a unit; beyond seven units those that never move are grey."""
    import numpy as np

    names = [shorten(name.say(lang), _LABEL, _SIZE) for name, _ in drawing.units]
    count = len(names)
    side = max([width(name, _SIZE) for name in names] or [0]) + 16
    height = max(count * 17.0, 60.0) + 56
    figure, axes = panel(WIDE * INCH, height, left=side + 8, right=side, top=8, bottom=44)
    across = np.arange(len(drawing.schemes))
    taken: dict[tuple[int, int], int] = {}
    for at, (_, places) in enumerate(drawing.units):
        still = len(set(places)) == 1 and count > len(_COLOURS)
        colour = GREY if still else _COLOURS[at % len(_COLOURS)]
        shifted = []
        for column, place in enumerate(places):  # the ranks after a shared one are free
            shared = taken.get((column, place), 0)
            taken[column, place] = shared + 1
            shifted.append(place + shared)
        axes.plot(across, shifted, "-", color=colour, linewidth=1.3, zorder=3)
        for column, place in enumerate(places):
            alone = sum(one[column] == place for _, one in drawing.units) == 1
            axes.plot(
                [column], [shifted[column]], "o", color=colour, markersize=4.5, zorder=4,
                markerfacecolor=colour if alone else "white",
            )  # fmt: skip
        for column, side_of, shift in ((0, "right", -8), (len(across) - 1, "left", 8)):
            axes.annotate(
                names[at], (column, shifted[column]), xytext=(shift, 0), fontsize=_SIZE,
                textcoords="offset points", ha=side_of, va="center", color=colour,
                annotation_clip=False,
            )  # fmt: skip
    room = (WIDE * INCH - 2 * side) / max(len(across), 1)
    heads = ["\n".join(wrap(one.say(lang), room, 7.0)[:3]) for one in drawing.schemes]
    axes.set_xticks(across, heads, fontsize=7.0)
    axes.set_xlim(-0.15, max(len(across) - 1, 1) + 0.15)
    axes.set_ylim(count + 0.6, 0.4)
    axes.set_yticks([])
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    axes.tick_params(axis="x", length=0)
    return figure


def illustrate(drawing: RanksDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    en = "; ".join(f"{name.en}: {', '.join(map(str, p))}" for name, p in drawing.units)
    zh = "；".join(f"{name.zh}：{'、'.join(map(str, p))}" for name, p in drawing.units)
    schemes = [", ".join(s.en for s in drawing.schemes), "、".join(s.zh for s in drawing.schemes)]
    alt = Text(
        f"Lines of ranks under {schemes[0]}. {en}.", f"各单位在{schemes[1]}下的排名连线。{zh}。"
    )
    return Illustration(drawing.key, drawing.caption, alt, partial(draw, drawing))
