"""A matrix as coloured cells with its numbers: loadings, correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, panel, write
from ecosurvey.report.figures.cells import fill_matrix, write_values
from ecosurvey.report.figures.letters import shorten, width, wrap
from ecosurvey.report.figures.style import MEDIUM, TALLEST, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE = 7.0
_LABEL = 150.0
_PAD = 3.5  # between the cells and what is written beside them


@dataclass(frozen=True, slots=True)
class HeatDrawing:
    """Values by row and column; NaN is left white. Numbers below ``hide`` are not printed."""

    key: str
    caption: Text
    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
    values: tuple[tuple[float, ...], ...]
    hide: float = 0.0
    bounded: bool = True


def describe(
    key: str,
    caption: Text,
    rows: Sequence[Text],
    columns: Sequence[Text],
    values: Sequence[Sequence[float]],
    *,
    hide: float = 0.0,
    bounded: bool = True,
) -> HeatDrawing:
    """Return the drawing."""
    matrix = tuple(tuple(float(value) for value in line) for line in values)
    return HeatDrawing(key, caption, tuple(rows), tuple(columns), matrix, hide, bounded)


def describe_correlations(
    key: str, caption: Text, names: Sequence[Text], values: Sequence[Sequence[float]]
) -> HeatDrawing:
    """Return the drawing of what stands below the diagonal of a symmetric matrix."""
    below = [
        [float(value) if j <= i else math.nan for j, value in enumerate(line[:-1])]
        for i, line in enumerate(values[1:])
    ]
    return describe(key, caption, names[1:], names[:-1], below)


def draw(drawing: HeatDrawing, lang: Lang) -> Figure:
    """Draw the cells; the scale runs from −1 to 1, white at 0."""
    import numpy as np

    count, across = len(drawing.rows), len(drawing.columns)
    row_labels = [shorten(words.say(lang), _LABEL, _SIZE) for words in drawing.rows]
    left = max([width(words, _SIZE) for words in row_labels] or [0]) + 10
    page = WIDE * INCH if across > 7 else MEDIUM * INCH
    cell = min(44.0, (page - left - 12) / max(across, 1))
    tilted = max([width(w.say(lang), _SIZE) for w in drawing.columns] or [0]) > cell - 4
    heads = [_heading(words.say(lang), cell, tilted=tilted) for words in drawing.columns]
    top = (min(100.0, max(map(_tallest, heads), default=0)) if tilted else 14.0) + 12
    row = min(17.0, (TALLEST * INCH - top - 12) / max(count, 1))
    figure, axes = panel(
        left + cell * across + 12, top + row * count + 8, left=left, right=12, top=top, bottom=8
    )
    values = np.array(drawing.values, dtype=float).reshape(count, across)
    axes.axis("off")
    fill_matrix(axes, values, 1.15)
    size = min(_SIZE, row * 0.62, cell * (0.36 if drawing.bounded else 0.33))
    write_values(axes, values, size, hide=drawing.hide, bounded=drawing.bounded)
    beside = [(-0.5 - _PAD / cell, place) for place in range(count)]
    write(axes, beside, row_labels, size=min(_SIZE, row * 0.75), ha="right", va="middle")
    for place, head in enumerate(heads):
        axes.text(
            place, -0.5 - _PAD / row, head, fontsize=_SIZE, ha="center", va="bottom",
            rotation=90 if tilted else 0,
        )  # fmt: skip
    return figure


def illustrate(drawing: HeatDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    known = [
        (abs(value), value, i, j)
        for i, line in enumerate(drawing.values)
        for j, value in enumerate(line)
        if math.isfinite(value)
    ]
    alt = Text("Matrix of {r} rows by {c} columns in colour.", "{r}行{c}列的彩色矩阵。").fill(
        r=len(drawing.rows), c=len(drawing.columns)
    )
    if known:
        _, value, i, j = max(known)
        most = Text(
            " The largest absolute value is {v}, {a} with {b}.",
            "绝对值最大的是{a}与{b}：{v}。",
        ).fill(v=number(value, 2, bounded=drawing.bounded), a=drawing.rows[i], b=drawing.columns[j])
        alt = Text(alt.en + most.en, alt.zh + most.zh)
    return Illustration(drawing.key, drawing.caption, alt, partial(draw, drawing))


def _heading(words: str, cell: float, *, tilted: bool) -> str:
    if not tilted:
        return words
    lines = wrap(words, 92.0, _SIZE)
    fitting = max(1, int(cell // (_SIZE * 1.25)))
    if len(lines) > fitting:
        rest = shorten("".join(lines[fitting - 1 :]), 92.0, _SIZE)
        lines = (*lines[: fitting - 1], rest)
    return "\n".join(lines)


def _tallest(words: str) -> float:
    return max(width(line, _SIZE) for line in words.split("\n"))
