"""The sections of a comparison: gated trends, the latest wave in the text, all figures."""

from __future__ import annotations

import numpy as np
import pytest

from ecosurvey.report.figures.style import style
from ecosurvey.report.sections.waves import sections
from ecosurvey.report.write_waves import waves_document
from ecosurvey.waves import WaveComparison, compare_waves
from made_up_waves import answers, questionnaire

ITEMS = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in "ABC"}
BROKEN = {"C1": 0.9, "C2": -0.9, "C3": 0.5, "C4": -0.3}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> WaveComparison:
    asked = questionnaire(tmp_path_factory.mktemp("waves"), ITEMS)
    rng = np.random.default_rng(1)
    waves = [
        ("2023 spring", answers(rng, 500, ITEMS)),
        ("2024 <i>spring</i> & more", answers(rng, 500, ITEMS)),
        ("2025 $x_1$", answers(rng, 500, ITEMS, means={"A": 0.5}, shifts={"B2": 0.8, **BROKEN})),
    ]
    return compare_waves(asked, waves, estimator="MLR")


def test_tables_of_many_waves_stand_in_the_supplement(found: WaveComparison) -> None:
    made = waves_document(found)
    inside = {t.key for t in made.tables()} - {t.key for t in made.supplement()}
    assert inside == {"wave_latest", "wave_comparability", "wave_drift"}
    latest = next(t for t in made.tables() if t.key == "wave_latest")
    assert {str(row[3]) for row in latest.rows} == {"2025 $x_1$"}
    assert {t.key for t in made.supplement()} == {
        "wave_means", "wave_variances", "wave_levels", "wave_chart", "wave_items",
    }  # fmt: skip


def test_no_trend_is_drawn_where_nothing_can_be_compared(found: WaveComparison) -> None:
    from ecosurvey.report.figures import wave_trends

    panels = {panel.name.en: panel for panel in wave_trends.describe(found).panels}
    assert panels["C name"].points == ()
    assert len(panels["A name"].points) == 3
    assert panels["A name"].alert == (False, False, True)
    for table in waves_document(found).tables():
        if table.key in ("wave_means", "wave_levels", "wave_chart", "wave_latest"):
            assert "C" not in {row[0] for row in table.rows}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_is_drawn(found: WaveComparison, lang: str) -> None:
    figures = waves_document(found).figures()
    assert [f.key for f in figures] == ["wave_trends", "wave_changes", "item_drift", "item_curves"]
    for figure in figures:
        assert figure.alt.say(lang)  # type: ignore[arg-type]
        with style():
            figure.draw(lang).canvas.draw()  # type: ignore[arg-type]


def test_remarks_are_told_once(found: WaveComparison) -> None:
    assert "waves-remarks" not in [section.key for section in sections(found)]
    assert [section.key for section in sections(found, remarks=True)][-1] == "waves-remarks"
