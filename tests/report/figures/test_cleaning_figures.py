"""The figures of missing patterns and of response quality."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text as Letters

from ecosurvey.core import Text
from ecosurvey.report.figures import missing_pattern, quality
from ecosurvey.report.figures.style import style
from ecosurvey.report.figures.words import Words
from ecosurvey.report.model import Illustration

LONG = Text(
    "Profile runs against the others' answers " * 3, "作答模式与整体相反（个人-总体相关）" * 3
)


def gaps(items: int, patterns: int) -> missing_pattern.PatternDrawing:
    names = [f"INTERNATIONAL{k}" for k in range(items)]
    shares = {name: (k + 1) / 100 for k, name in enumerate(names)}
    kinds = [((), 900), *(((names[k % items],), 90 - k) for k in range(patterns))]
    return missing_pattern.describe(shares, kinds)


MADE: list[Illustration] = [
    missing_pattern.illustrate(gaps(1, 1)),
    missing_pattern.illustrate(gaps(12, 12)),
    missing_pattern.illustrate(gaps(75, 60)),
    missing_pattern.illustrate(missing_pattern.describe({"a": 0.0}, [((), 10)])),
    quality.illustrate(quality.describe([quality.Met(LONG, 40 + k, k) for k in range(9)], 400)),
    quality.illustrate(quality.describe([quality.Met(LONG, 0, 0)], 400)),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("index", range(len(MADE)))
def test_words_stay_on_the_sheet_and_off_each_other(index: int, lang: str) -> None:
    with style():
        figure = MADE[index].draw(lang)  # type: ignore[arg-type]
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        beyond = set()
        for axes in figure.axes:
            low, high = sorted(axes.get_xlim())
            beyond |= {
                t.label1 for t in axes.xaxis.get_major_ticks() if not low <= t.get_loc() <= high
            }
        areas = [
            area
            for part in figure.findobj(Letters)
            if part.get_text().strip() and part.get_visible() and part not in beyond
            and (figure.axes[0].axison or part in figure.axes[0].texts)
            for area in (
                part.boxes(renderer)
                if isinstance(part, Words)
                else [(part.get_text(), part.get_window_extent(renderer))]
            )
        ]  # fmt: skip
    sheet = figure.bbox
    off = [
        words
        for words, area in areas
        if area.x0 < -1 or area.y0 < -1 or area.x1 > sheet.x1 + 1 or area.y1 > sheet.y1 + 1
    ]
    assert not off
    met = [
        (a, b)
        for (a, one), (b, two) in combinations(areas, 2)
        if min(one.x1, two.x1) - max(one.x0, two.x0) > 1
        and min(one.y1, two.y1) - max(one.y0, two.y0) > 2
    ]
    assert not met


def test_rare_patterns_and_items_that_are_not_drawn_are_counted() -> None:
    drawing = gaps(75, 60)
    assert len(drawing.items) == 60 and drawing.hidden == 15
    assert drawing.complete == 900  # not those who left out items that are not drawn
    assert drawing.others + sum(n for _, n in drawing.patterns) == 900 + sum(range(31, 91))


def test_rules_that_met_nobody_are_left_out_and_words_say_the_numbers() -> None:
    met = [quality.Met(Text("A", "甲"), 3, 1), quality.Met(Text("B", "乙"), 0, 0)]
    drawing = quality.describe(met, 10)
    assert [rule.label.en for rule in drawing.rules] == ["A"]
    assert "A, 3, excluded 1" in quality.illustrate(drawing).alt.en
    assert "命中3份" in quality.illustrate(drawing).alt.zh
