"""The importance-performance map of the factors."""

from __future__ import annotations

from functools import partial
from math import hypot
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text
from ecosurvey.report.figures.canvas import INCH, Box, panel
from ecosurvey.report.figures.style import BLUE, GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecosurvey.keyfactors import ImportancePerformance
    from ecosurvey.keyfactors.importance_performance import Mapped


_SIZE = 7.5
_AWAY = 24.0  # from another point, in points of type: far enough not to be read as its name


def draw(drawing: ImportancePerformance, lang: Lang) -> Figure:
    """Draw each factor with both intervals; what hinders is turned and drawn as a square."""
    from ecosurvey.keyfactors.importance_performance import QUADRANTS

    key = [f"{row.id}  {_shown(row).say(lang)}" for row in drawing.constructs]
    figure, axes = panel(WIDE * INCH, 290, left=44, right=200, top=10, bottom=38)
    for row in drawing.constructs:
        turned = row.importance < 0
        colour = VERMILION if turned else BLUE
        sign = -1 if turned else 1
        x, y = sign * row.importance, _state(row, row.performance)
        ends = sorted((sign * row.importance_lower, sign * row.importance_upper))
        heights = sorted((_state(row, row.performance_lower), _state(row, row.performance_upper)))
        axes.plot(ends, [y, y], color=colour, linewidth=0.9, alpha=0.55, zorder=2)
        axes.plot([x, x], heights, color=colour, linewidth=0.9, alpha=0.55, zorder=2)
        axes.plot([x], [y], "s" if turned else "o", color=colour, markersize=4.5, zorder=4)
    axes.axvline(drawing.mean_importance, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.axhline(drawing.mean_performance, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.margins(x=0.08, y=0.16)
    _name_points(axes, drawing.constructs)
    corners = {
        "over_supplied": (0.01, 0.99, "left", "top"),
        "keep": (0.99, 0.99, "right", "top"),
        "low_priority": (0.01, 0.01, "left", "bottom"),
        "improve": (0.99, 0.01, "right", "bottom"),
    }
    for name, (x, y, across, up) in corners.items():
        words = QUADRANTS[name].say(lang)  # type: ignore[index]
        axes.text(x, y, words, ha=across, va=up, fontsize=7.5, color=GREY,
                  transform=axes.transAxes)  # fmt: skip
    axes.set_xlabel(
        Text("Importance: points of the outcome per point of the factor",
             "重要性：因素每变化1分对应的结果变量分数").say(lang)
    )  # fmt: skip
    axes.set_ylabel(Text("Performance, 0–100", "绩效（0–100）").say(lang))
    _legend(axes, key, lang)
    return figure


def illustrate(drawing: ImportancePerformance) -> Illustration:
    """Return the figure with its caption and alternative text."""
    caption = Text(
        "Importance-performance map of {o}. Lines through the points are {level}% intervals; "
        "dashed lines are the means. Squares: factors that hinder, with performance counted from "
        "the other end.",
        "“{o}”的重要性—绩效图。点上线段为{level}%置信区间，虚线为均值。方形为阻碍性因素，其绩效按反向计。",
    ).fill(o=drawing.outcome_name, level=f"{100 * drawing.level:g}")
    rows = drawing.constructs
    en = "; ".join(
        f"{r.name.en}: {abs(r.importance):.2f}, {_state(r, r.performance):.0f}" for r in rows
    )
    zh = "；".join(
        f"{r.name.zh}：{abs(r.importance):.2f}，{_state(r, r.performance):.0f}" for r in rows
    )
    alt = Text(
        f"Scatter plot of importance against performance. {en}.",
        f"重要性与绩效散点图。{zh}。",
    )
    return Illustration("importance_performance", caption, alt, partial(draw, drawing))


def _name_points(axes: Axes, rows: tuple[Mapped, ...]) -> None:
    """Write each code near its point where no other code or point stands."""
    from ecosurvey.report.figures.letters import width

    axes.autoscale_view()
    scale = INCH / axes.figure.dpi
    places = [(abs(row.importance), _state(row, row.performance)) for row in rows]
    points = [(float(x), float(y)) for x, y in axes.transData.transform(places) * scale]
    taken = [Box.around(x, y, 6, 6) for x, y in points]
    for row, (x, y) in zip(rows, points, strict=True):
        wide = width(row.id, _SIZE)
        boxes = [
            Box.around(x + across * (wide / 2 + 5 + far), y + up * (8 + far), wide, _SIZE)
            for far in (0, 8, 16, 26, 38, 52)
            for across, up in ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1))
        ]
        free = [box for box in boxes if not any(box.meets(t, 1) for t in taken)] or boxes
        # where another point is nearer than its own, a code would be read as that point's
        others = [point for point in points if point != (x, y)]
        own = [b for b in free if _apart(b.centre, (x, y)) < min(_to_all(b, others))]
        away = [b for b in free if min(_to_all(b, others)) > _AWAY]
        chosen = (own or away or free)[0]
        taken.append(chosen)
        middle = chosen.centre
        led = not own or abs(middle[1] - y) > 12
        axes.annotate(
            row.id, (abs(row.importance), _state(row, row.performance)),
            xytext=(middle[0] - x, middle[1] - y), textcoords="offset points", ha="center",
            va="center", fontsize=_SIZE, zorder=5,
            arrowprops={"arrowstyle": "-", "linewidth": 0.4, "color": GREY} if led else None,
        )  # fmt: skip


def _to_all(box: Box, points: Sequence[tuple[float, float]]) -> list[float]:
    return [_apart(box.centre, point) for point in points] or [float("inf")]


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _state(row: Mapped, performance: float) -> float:
    return performance if row.importance >= 0 else 100 - performance


def _shown(row: Mapped) -> Text:
    if row.importance >= 0:
        return row.name
    return Text("{n} (turned)", "{n}（反向）").fill(n=row.name)


def _legend(axes: Axes, key: list[str], lang: Lang) -> None:
    """Write what the codes stand for beside the map, most urgent first."""
    from ecosurvey.report.figures.letters import wrap

    title = Text("By room × importance:", "按改进空间×重要性排序：").say(lang)
    lines = [title]
    for words in key:
        first, *more = wrap(words, 182, 7.5)
        lines += [first, *(f"     {line}" for line in more)]
    axes.annotate(
        "\n".join(lines), (1, 1), xycoords="axes fraction", xytext=(12, 0),
        textcoords="offset points", va="top", fontsize=7.5, linespacing=1.45, color=INK,
        annotation_clip=False,
    )  # fmt: skip
