"""Which items are left out together: one row a pattern, one column an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, Box, panel, write
from ecosurvey.report.figures.cells import fill
from ecosurvey.report.figures.letters import shorten, width
from ecosurvey.report.figures.style import INK, PALE, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _SIZE = 13.0, 7.5
PATTERNS, ITEMS = 15, 60


@dataclass(frozen=True, slots=True)
class PatternDrawing:
    """The items with gaps, their shares missing, and the patterns with their rows.

    Attributes
    ----------
    items : tuple of str
        Items that somebody left out, in the order of the questionnaire.
    shares : tuple of float
        Missing share of each.
    patterns : tuple of (tuple of bool, int)
        Which of the items are missing, and how many rows miss just these.
    others : int
        Rows of patterns that are not drawn.
    hidden : int
        Items with gaps that are not drawn.
    complete : int
        Rows without any gap, in drawn items or others.
    """

    items: tuple[str, ...]
    shares: tuple[float, ...]
    patterns: tuple[tuple[tuple[bool, ...], int], ...]
    others: int
    hidden: int
    complete: int


def describe(
    shares: Mapping[str, float], patterns: Iterable[tuple[tuple[str, ...], int]]
) -> PatternDrawing:
    """Return the drawing: the items that lack most, the patterns that are most frequent."""
    gappy = [name for name, share in shares.items() if share > 0]
    chosen = set(sorted(gappy, key=lambda name: -shares[name])[:ITEMS])
    items = tuple(name for name in gappy if name in chosen)
    counts: dict[tuple[bool, ...], int] = {}
    complete = 0
    for missing, n in patterns:  # patterns that differ in items not drawn are one here
        key = tuple(name in missing for name in items)
        counts[key] = counts.get(key, 0) + n
        complete += 0 if missing else n
    order = sorted(counts.items(), key=lambda one: (-one[1], sum(one[0])))
    return PatternDrawing(
        items,
        tuple(shares[name] for name in items),
        tuple(order[:PATTERNS]),
        sum(n for _, n in order[PATTERNS:]),
        len(gappy) - len(items),
        complete,
    )


def draw(drawing: PatternDrawing, lang: Lang) -> Figure:
    """Draw gaps as filled cells, shares as bars above, numbers of rows on the right."""
    across, down = len(drawing.items), len(drawing.patterns)
    heads = [shorten(name, 60, _SIZE) for name in drawing.items]
    bars, names = 34.0, max([width(head, _SIZE) for head in heads] or [0]) + 8
    left, right, top = 54.0, 78.0, bars + names + 12
    cell = min(22.0, (WIDE * INCH - left - right) / max(across, 1))
    letters = min(_SIZE, 0.9 * cell)
    bottom = 22.0
    page = max(left + right + cell * across, 250.0)
    right = page - left - cell * across
    figure, axes = panel(
        page, top + bottom + _ROW * down, left=left, right=right, top=top, bottom=bottom
    )
    beside = [(across - 0.3, row) for row in range(down)]
    write(axes, beside, [f"{n}" for _, n in drawing.patterns], size=_SIZE, ha="left")
    cells = [(x, y) for y in range(down) for x in range(across)]
    gaps = [VERMILION if drawing.patterns[y][0][x] else PALE for x, y in cells]
    fill(axes, [Box.around(x, y, 0.86, 0.86) for x, y in cells], gaps, linewidths=0)
    highest = max([*drawing.shares, 0.0]) or 1.0
    unit = bars / _ROW
    base = -0.6 - names / _ROW
    tops = [
        Box(at - 0.35, base - unit * share / highest, at + 0.35, base)
        for at, share in enumerate(drawing.shares)
    ]
    fill(axes, tops, [INK] * across, linewidths=0, clip_on=False)
    above = [(at, -0.65) for at in range(across)]
    write(axes, above, heads, size=letters, va="bottom", upwards=True)
    axes.text(-0.8, base - unit, f"{100 * highest:.1f}%", ha="right", va="center", fontsize=_SIZE)
    axes.text(-0.8, base, "0%", ha="right", va="center", fontsize=_SIZE)
    said = Text("Rows", "行数").say(lang)
    axes.text(across - 0.3, -0.65, said, va="bottom", fontsize=_SIZE)
    note = Text("Filled: missing", "深色：缺失")
    if drawing.others:
        more = Text("rows of rarer patterns: {n}", "其余模式行数：{n}").fill(n=drawing.others)
        note = Text(f"{note.en}; {more.en}", f"{note.zh}；{more.zh}")
    if drawing.hidden:
        more = Text("items not shown: {n}", "未显示题项数：{n}").fill(n=drawing.hidden)
        note = Text(f"{note.en}; {more.en}", f"{note.zh}；{more.zh}")
    axes.text(-0.5, down - 0.2, note.say(lang), va="top", fontsize=_SIZE)
    axes.set_xlim(-0.5, max(across, 1) - 0.5)
    axes.set_ylim(down - 0.5, -0.5)
    axes.axis("off")
    return figure


def illustrate(drawing: PatternDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    total = drawing.others + sum(n for _, n in drawing.patterns)
    worst = max(zip(drawing.shares, drawing.items, strict=True), default=(0.0, "—"))
    alt = Text(
        "Grid of {k} patterns of missing answers over {i} items. {c} of {t} rows are complete; "
        "most is missing from {w} ({s}%).",
        "{i}个题项的{k}种缺失模式网格图。{t}行中{c}行完整；缺失最多的是{w}（{s}%）。",
    ).fill(
        k=len(drawing.patterns),
        i=len(drawing.items),
        c=drawing.complete,
        t=total,
        w=worst[1],
        s=f"{100 * worst[0]:.1f}",
    )
    caption = Text(
        "Patterns of missing answers, with each item's share missing above",
        "缺失模式（上方为各题项缺失率）",
    )
    return Illustration("missing_pattern", caption, alt, partial(draw, drawing))
