"""Power by sample size: a small panel a claim, with the simulation's own uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures import intervals
from ecosurvey.report.figures.canvas import INCH
from ecosurvey.report.figures.letters import shorten
from ecosurvey.report.figures.style import BLUE, GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.planning import Power, PowerRow

_COLUMNS, _TALL, _SIZE = 4, 74.0, 7.0
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP, _HEAD = 34.0, 10.0, 14.0, 34.0, 10.0, 15.0
_MOST = 36  # panels on one page


@dataclass(frozen=True, slots=True)
class Panel:
    """One claim: its points (n, power, low, high), its curve (n, power), the size it needs."""

    label: Text
    points: tuple[tuple[float, float, float, float], ...]
    curve: tuple[tuple[float, float], ...]
    needed: float


@dataclass(frozen=True, slots=True)
class PowerDrawing:
    """Panels in reading order, the wanted power, and the false-alarm rate."""

    panels: tuple[Panel, ...]
    wanted: float
    alpha: float


def figures(found: Power, wanted: float = 0.80) -> tuple[Illustration, ...]:
    """Return the curves where several sizes were tried, else the power of each claim as a row."""
    claims = [claim for claim in found.ids if found.of(claim)[0].kind != "fit"]
    if len(found.sizes) < 2:
        return (_rows(found, claims, wanted),)
    count = math.ceil(len(claims) / _MOST)
    each = math.ceil(len(claims) / count) if count else 0
    pages = [claims[at : at + each] for at in range(0, len(claims), each or 1)]
    return tuple(
        _illustrate(describe(found, page, wanted), place, len(pages))
        for place, page in enumerate(pages, 1)
    )


def describe(found: Power, claims: Sequence[str], wanted: float = 0.80) -> PowerDrawing:
    """Return the drawing of some claims."""
    import numpy as np

    low, high = min(found.sizes), max(found.sizes)
    panels = []
    for claim in claims:
        rows = [row for row in found.of(claim) if row.used]
        curve = found.curve(claim)
        line: tuple[tuple[float, float], ...] = ()
        if curve is not None:
            n = np.linspace(low, high, 60)
            power = curve.at(np.array([found.informative(one) for one in n]))
            line = tuple(zip(n.tolist(), power.tolist(), strict=True))
        points = tuple((row.n, row.power, row.power_lower, row.power_upper) for row in rows)
        panels.append(Panel(label_of(rows or found.of(claim)), points, line,
                            found.needed(claim, wanted).n))  # fmt: skip
    return PowerDrawing(tuple(panels), wanted, found.alpha)


def label_of(rows: Sequence[PowerRow]) -> Text:
    """Return what a claim is called where there is no column for its id.

    Examples
    --------
    >>> from ecosurvey.planning import PowerRow
    >>> label_of([PowerRow("H1", "path", Text("A → B", "A → B"), 9, *(0.2,) * 8, 1)]).en
    'H1: A → B'
    """
    row = rows[0]
    plain = row.label.en.replace(" → ", " -> ").replace(" ↔ ", ", ")
    if row.kind == "mean":  # its label holds the construct's name, which is long
        return Text("change of {c}", "{c}的变化").fill(c=row.id)
    if row.kind in ("total", "invariance") or row.id == plain:
        return row.label
    return Text(f"{row.id}: {row.label.en}", f"{row.id}：{row.label.zh}")


def draw(drawing: PowerDrawing, lang: Lang) -> Figure:
    """Draw the panels on common axes."""
    from ecosurvey.report.figures.shown import ShownFigure

    count = len(drawing.panels)
    columns = min(_COLUMNS, count)
    lines = math.ceil(count / columns)
    page = WIDE * INCH
    tall = max(_TALL, 150.0 / lines)
    height = _TOP + lines * tall + _BOTTOM
    figure = ShownFigure(figsize=(page / INCH, height / INCH))
    wide = (page - _LEFT - _RIGHT - (columns - 1) * _GAP) / columns
    sizes = sorted({n for panel in drawing.panels for n, *_ in panel.points})
    for place, panel in enumerate(drawing.panels):
        line, column = divmod(place, columns)
        x = _LEFT + column * (wide + _GAP)
        y = height - _TOP - (line + 1) * tall
        axes = figure.add_axes((x / page, y / height, wide / page, (tall - _HEAD) / height))
        last = place + columns >= count
        _panel(axes, drawing, panel, sizes, lang, first=column == 0, last=last, room=wide)
    figure.text(
        0.5, 6 / height, Text("Sample size", "样本量").say(lang), ha="center", va="bottom",
        fontsize=8,
    )  # fmt: skip
    figure.text(
        4 / page, 1 - (_TOP + lines * tall / 2) / height, Text("Power", "功效").say(lang),
        rotation=90, ha="left", va="center", fontsize=8,
    )  # fmt: skip
    return figure


def _panel(
    axes: Axes,
    drawing: PowerDrawing,
    panel: Panel,
    sizes: list[float],
    lang: Lang,
    *,
    first: bool,
    last: bool,
    room: float,
) -> None:
    axes.axhline(drawing.wanted, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    if panel.curve:
        axes.plot(*zip(*panel.curve, strict=True), color=BLUE, linewidth=1.0)
    for n, power, low, high in panel.points:
        axes.plot([n, n], [low, high], color=INK, linewidth=0.9)
        axes.plot([n], [power], "o", color=INK, markersize=2.6)
    axes.set_xlim(*_around(sizes))
    axes.set_ylim(-0.03, 1.03)
    axes.set_title(shorten(panel.label.say(lang), room, _SIZE), fontsize=_SIZE, loc="left", pad=3)
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"] if first else [], fontsize=6.5)
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="x", labelsize=6.5, labelbottom=last)
    if math.isfinite(panel.needed):
        axes.axvline(panel.needed, ymax=drawing.wanted, color=VERMILION, linewidth=0.8)
        axes.text(
            0.98, 0.06, f"N = {panel.needed:,.0f}", transform=axes.transAxes, ha="right",
            fontsize=6.5, color=VERMILION,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1.0},
        )  # fmt: skip


def _around(sizes: list[float]) -> tuple[float, float]:
    margin = 0.06 * (sizes[-1] - sizes[0]) if len(sizes) > 1 else 10.0
    return (sizes[0] - margin, sizes[-1] + margin) if sizes else (0.0, 1.0)


def _illustrate(drawing: PowerDrawing, place: int, pages: int) -> Illustration:
    said = {
        lang: "; ".join(
            f"{panel.label.say(lang)}: "
            + ", ".join(
                f"N = {n:,.0f} {number(power, 2, bounded=True)}" for n, power, *_ in panel.points
            )
            for panel in drawing.panels
        )
        for lang in ("en", "zh")
    }
    caption = Text(
        "Power by sample size. Dots and bars: simulated power with 95% interval; line: fitted "
        "curve; dashed: the wanted {p}; red: the size that reaches it",
        "不同样本量下的统计功效。点与竖线：模拟功效及95%区间；曲线：拟合曲线；虚线：期望功效{p}；"
        "红线：所需样本量",
    ).fill(p=number(drawing.wanted, 2, bounded=True))
    if pages > 1:
        caption = Text("{caption} ({i} of {k})", "{caption}（{i}/{k}）").fill(
            caption=caption, i=place, k=pages
        )
    alt = Text("Power curves. {en}.", "功效曲线。{zh}。").fill(**said)
    key = "power_curve" if place == 1 else f"power_curve_{place}"
    return Illustration(key, caption, alt, partial(draw, drawing))


def _rows(found: Power, claims: Sequence[str], wanted: float) -> Illustration:
    rows = [
        intervals.Row(label_of([row]), row.power, row.power_lower, row.power_upper,
                      row.power_lower >= wanted)
        for claim in claims
        for row in found.of(claim)
    ]  # fmt: skip
    caption = Text(
        "Simulated power with 95% interval at N = {n}; filled: surely {p} or more",
        "N = {n}时的模拟功效及95%区间；实心：可确认达到{p}",
    ).fill(n=found.sizes[0], p=number(wanted, 2, bounded=True))
    return intervals.illustrate(
        intervals.describe(
            "power_rows",
            caption,
            Text("Power", "功效"),
            rows,
            marks=(wanted,),
            limits=(0.0, 1.0),
            bounded=True,
        )
    )
