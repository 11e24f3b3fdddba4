"""Every figure: drawn in both languages, nothing outside the sheet, no words on words."""

from __future__ import annotations

import io
import math
from itertools import combinations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Letters

from ecosurvey.core import Text
from ecosurvey.reliability import item_correlations
from ecosurvey.report.figures import (
    correlation_map,
    flow,
    heatmap,
    intervals,
    likert,
    ranking,
    scree,
)
from ecosurvey.report.figures.canvas import overlaps
from ecosurvey.report.figures.fonts import undrawable
from ecosurvey.report.figures.letters import balanced, shorten, width, wrap
from ecosurvey.report.figures.save import render
from ecosurvey.report.figures.style import style
from ecosurvey.report.figures.words import Words
from ecosurvey.report.model import Illustration

LONG = Text(
    "Internationalized double-qualified staff and their exchange with enterprises abroad",
    "国际化双师型教师队伍建设及其与境外企业的交流合作机制",
)


def _illustrations() -> list[Illustration]:
    steps = [
        (Text("Received", "回收"), 0, 100),
        (Text("Duplicate of another sheet", "重复答卷"), 4, 96),
        (Text("None", "无"), 0, 96),
        (LONG, 6, 90),
        (Text("Analysed", "分析"), 0, 90),
    ]
    rows = [intervals.Row(LONG, 0.1 * k - 0.2, 0.1 * k - 0.3, 0.1 * k, k > 2) for k in range(8)]
    ranked = [ranking.Ranked(LONG, k + 1, 0.5 - 0.15 * k, 0.4 - 0.15 * k, 0.6 - 0.15 * k)
              for k in range(6)]  # fmt: skip
    names = [Text(f"{LONG.en} {k}", f"{LONG.zh}{k}") for k in range(9)]
    square = [[1.0 if i == j else 0.1 * (i - j) for j in range(9)] for i in range(9)]
    answers = [Text(f"Level {k} of agreement", f"同意程度{k}") for k in range(5)]
    bars = [likert.Bar(f"ITEM{k}", names[k // 4 % 9], (0.1, 0.2, 0.3, 0.3, 0.1)) for k in range(36)]
    caption, axis = Text("Caption", "图注"), Text("Axis", "坐标轴")
    return [
        flow.illustrate(flow.describe(steps)),
        intervals.illustrate(intervals.describe("paths", caption, axis, rows, signed=True)),
        ranking.illustrate(ranking.describe(LONG, ranked)),
        scree.illustrate(
            scree.describe([3, 1.4, 0.6], [1.2, 1, 0.8], [1.3, 1.1, 0.9], percentile=95, retained=2)
        ),
        heatmap.illustrate(heatmap.describe_correlations("cor", caption, names, square)),
        heatmap.illustrate(
            heatmap.describe(
                "efa", caption, names, names[:4], [line[:4] for line in square], hide=0.3
            )
        ),
        likert.illustrate(likert.describe("likert", caption, answers, bars)),
        likert.illustrate(likert.describe("likert_few", caption, answers, bars[:5])),
        _map(12, 5),
        _map(5, 2),
        _map(9, 1),
    ]


def _map(constructs: int, items: int) -> Illustration:
    """Return the map of items that correlate .5 within a construct and less without."""
    scales = {f"C{k}": [f"ITEM{k}_{i}" for i in range(items)] for k in range(constructs)}
    p = constructs * items
    r = [[1.0 if i == j else 0.5 if i // items == j // items else 0.3 - abs(i - j) / p
          for j in range(p)] for i in range(p)]  # fmt: skip
    names = [item for of in scales.values() for item in of]
    found = item_correlations(pd.DataFrame(r, names, names), scales, dict.fromkeys(scales, LONG))
    return correlation_map.illustrate(correlation_map.describe(found))


def _ticks_beyond_the_axes(figure: Figure) -> list[Letters]:
    """Return labels that Matplotlib keeps for ticks outside the limits and does not draw."""
    found: list[Letters] = []
    for axes in figure.axes:
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted(limits)
            found += [t.label1 for t in axis.get_major_ticks() if not low <= t.get_loc() <= high]
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("index", range(11))
def test_words_stay_on_the_sheet_and_off_each_other(index: int, lang: str) -> None:
    made = _illustrations()[index]
    with style():
        figure = made.draw(lang)  # type: ignore[arg-type]
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        sheet = figure.bbox
        # a rotated or boxed text is measured as drawn; a pixel of blur is allowed
        undrawn = _ticks_beyond_the_axes(figure)
        areas = [
            area
            for part in figure.findobj(Letters)
            if part.get_text().strip() and part.get_visible() and part not in undrawn
            for area in (
                part.boxes(renderer)
                if isinstance(part, Words)
                else [(part.get_text(), part.get_window_extent(renderer))]
            )
        ]
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


def test_files_have_the_same_bytes_each_time_and_no_date() -> None:
    made = _illustrations()[0]
    first, second = render(made, "zh"), render(made, "zh")
    assert first == second
    assert b"CreationDate" not in first.pdf
    assert b"<dc:date>" not in first.svg
    assert b"Software" not in first.png


def test_pdf_embeds_truetype_and_png_has_three_hundred_dots_an_inch() -> None:
    picture = render(_illustrations()[3], "zh")
    assert b"/Type3" not in picture.pdf
    assert b"/FontFile2" in picture.pdf
    spot = picture.png.index(b"pHYs")
    assert int.from_bytes(picture.png[spot + 4 : spot + 8], "big") == round(300 / 0.0254)


def test_the_callers_settings_are_left_alone() -> None:
    with mpl.rc_context({"font.size": 21.0, "axes.facecolor": "#123456"}):
        before = dict(mpl.rcParams)
        with style():
            assert mpl.rcParams["font.size"] == 8.0
            assert mpl.rcParams["axes.facecolor"] == "white"
        assert dict(mpl.rcParams) == before


def test_every_figure_says_in_words_what_it_shows() -> None:
    for made in _illustrations():
        for words in (made.alt, made.caption):
            assert len(words.en) > 3
            assert len(words.zh) > 1
    assert "100 responses received, 90 analysed" in _illustrations()[0].alt.en


def test_a_figure_is_saved_with_the_letters_that_it_was_drawn_with() -> None:
    with style():
        figure = _illustrations()[0].draw("en")
        wanted = io.BytesIO()
        figure.savefig(wanted, format="svg", dpi=72, metadata={"Date": None})
    with mpl.rc_context({"svg.fonttype": "none", "text.hinting": "default"}):
        made = io.BytesIO()
        figure.savefig(made, format="svg", dpi=72, metadata={"Date": None})
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert made.getvalue() == wanted.getvalue()


def test_letters_that_no_font_has_are_named_and_english_labels_are_used() -> None:
    made = _illustrations()[0]
    odd = Text("Plain words", "\U0001f9ff甲")
    lost = flow.illustrate(flow.describe([(odd, 0, 9), (odd, 2, 7), (odd, 0, 7)]))
    assert render(made, "zh").findings == ()
    picture = render(lost, "zh")
    assert [finding.code for finding in picture.findings] == ["figure_letters_missing"]
    assert "fonts-noto-cjk" in picture.findings[0].say("en")
    assert picture.svg == render(lost, "en").svg


def test_the_bundled_font_covers_common_chinese() -> None:
    assert undrawable("职业院校国际化生态系统，“产教融合”（R² ≥ .50；β = −.21）→《标准》") == ""
    assert undrawable("\U0001f9ff") == "\U0001f9ff"


def test_flow_leaves_idle_steps_out_and_its_boxes_apart() -> None:
    steps = [(LONG, 0, 50), (LONG, 0, 50), (LONG, 5, 45), (LONG, 1, 44), (LONG, 0, 44)]
    drawing = flow.describe(steps)
    assert [cut.excluded for cut in drawing.exclusions] == [5, 1]
    assert (drawing.received, drawing.analysed) == (50, 44)
    _, placed = flow.arrange(drawing, "en")
    assert overlaps(part.box for part in placed) == 0


@pytest.mark.parametrize("room", [30.0, 60.0, 120.0])
@pytest.mark.parametrize("words", [LONG.en, LONG.zh, "MixedWords混排 text与中文", "x" * 80])
def test_broken_lines_fit_the_room_and_lose_nothing(words: str, room: float) -> None:
    for lines in (wrap(words, room, 8.0), balanced(words, room, 8.0)):
        assert all(width(line, 8.0) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert len(balanced(words, room, 8.0)) == len(wrap(words, room, 8.0))


def test_shortened_words_fit_and_say_that_they_are() -> None:
    cut = shorten(LONG.en, 60.0, 8.0)
    assert width(cut, 8.0) <= 62.0
    assert cut.endswith("…")
    assert shorten("short", 60.0, 8.0) == "short"


def test_rows_without_estimate_are_left_out() -> None:
    rows = [intervals.Row(LONG, math.nan, 0, 0), intervals.Row(LONG, 0.2, math.nan, math.nan)]
    assert len(intervals.describe("k", LONG, LONG, rows).rows) == 1
    factors = [ranking.Ranked(LONG, 1, math.nan, 0, 0)]
    assert ranking.describe(LONG, factors).factors == ()
