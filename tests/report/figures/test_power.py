"""Power figures: what they show of a result whose numbers are given."""

from dataclasses import replace
from math import isnan

import pytest

from ecosurvey.core import Text
from ecosurvey.planning import Assumptions, Power, PowerRow
from ecosurvey.report.figures import power as figure
from ecosurvey.report.figures.save import render


def made(claims: int, sizes: tuple[int, ...]) -> Power:
    rows = []
    for n in sizes:
        for k in range(claims):
            power = min(0.1 + 0.02 * k + n / 1_000, 1.0)
            label = Text(f"A{k} → B", f"A{k} → B")
            rows.append(
                PowerRow(f"H{k}", "path", label, n, 0.2, 0.2, 1.0, 0.95, power, power - 0.05,
                         min(power + 0.05, 1.0), power, 500)
            )  # fmt: skip
        rows.append(PowerRow("fit", "fit", Text("t", "t"), n, *(float("nan"),) * 4,
                             0.05, 0.03, 0.07, float("nan"), 500))  # fmt: skip
    return Power(tuple(rows), Assumptions(), 500, 0.05, "ML", 1)


def test_a_panel_shows_points_curve_and_the_size_needed() -> None:
    found = made(2, (200, 400, 800))
    drawing = figure.describe(found, ["H0", "H1"], 0.8)
    first = drawing.panels[0]
    assert [point[0] for point in first.points] == [200, 400, 800]
    assert [point[1] for point in first.points] == pytest.approx([0.3, 0.5, 0.9])
    assert first.needed == found.smallest_n("H0", 0.8)
    assert first.curve[0][0] == 200 and first.curve[-1][0] == 800
    assert first.curve[0][1] < 0.5 < first.curve[-1][1]
    assert first.label.en == "H0: A0 → B" and first.label.zh == "H0：A0 → B"


@pytest.mark.parametrize(("claims", "pages"), [(1, 1), (9, 1), (36, 1), (37, 2), (80, 3)])
def test_many_claims_go_on_even_pages(claims: int, pages: int) -> None:
    made_of = figure.figures(made(claims, (200, 400)))
    assert len(made_of) == pages
    assert len({one.key for one in made_of}) == pages
    text = " ".join(one.alt.en for one in made_of)
    assert all(f"H{k}: A{k}" in text for k in range(claims))


def test_one_size_is_a_row_a_claim() -> None:
    (one,) = figure.figures(made(3, (300,)))
    assert one.key == "power_rows" and "N = 300" in one.caption.en


def test_a_curve_that_never_reaches_it_has_no_size() -> None:
    flat = made(1, (200, 400))
    rows = tuple(replace(row, power=0.05) for row in flat.rows)
    drawing = figure.describe(replace(flat, rows=rows), ["H0"], 0.8)
    assert isnan(drawing.panels[0].needed)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_drawn_the_same_each_time(lang: str) -> None:
    (one,) = figure.figures(made(5, (200, 400)))
    first, again = (render(one, lang, ("svg",)) for _ in range(2))  # type: ignore[arg-type]
    assert first.svg == again.svg and not first.findings
