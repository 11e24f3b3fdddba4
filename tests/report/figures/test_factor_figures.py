"""The figures of the factor study say in both languages what their results hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Lang, Text
from ecosurvey.keyfactors import FactorStudy, factor_study, specification_curve
from ecosurvey.keyfactors.importance_performance import ImportancePerformance, Mapped
from ecosurvey.report.figures import ipma, necessary, rank_distribution
from ecosurvey.report.figures import specification_curve as curve_figure
from ecosurvey.report.figures.style import style
from ecosurvey.report.model import Illustration
from ecosurvey.sem import SemResult, sem, simulate

MODEL = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"
NAMES = {"A": Text("Platform", "平台"), "B": Text("Barriers", "障碍"), "Y": Text("Result", "成效")}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return simulate(
        "A =~ .8*a1 + .8*a2 + .7*a3; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
        "A ~~ .3*B; Y ~ .5*A + -.3*B",
        300,
        seed=1,
    )


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> SemResult:
    return sem(MODEL, data)


@pytest.fixture(scope="module")
def study(fit: SemResult, data: pd.DataFrame) -> FactorStudy:
    ends = {str(name): (-4.0, 4.0) for name in data.columns}
    return factor_study(fit, "Y", ends=ends, names=NAMES, seed=1, n_draws=300, n_permutations=50)


def _words(illustration: Illustration, lang: Lang) -> str:
    from matplotlib.text import Text as Drawn

    with style():
        figure = illustration.draw(lang)
    return " ".join(found.get_text() for found in figure.findobj(Drawn))


def _all(study: FactorStudy) -> list[Illustration]:
    assert study.distinguished is not None
    assert study.map is not None
    assert study.necessary is not None
    return [
        rank_distribution.illustrate(study.distinguished),
        ipma.illustrate(study.map),
        necessary.illustrate(study.necessary),
    ]


@pytest.mark.parametrize(("lang", "name"), [("en", "Platform"), ("zh", "平台")])
def test_every_figure_names_the_factors(study: FactorStudy, lang: Lang, name: str) -> None:
    for illustration in _all(study):
        assert name in _words(illustration, lang)
        assert name in illustration.alt.say(lang)


def test_what_hinders_is_marked_as_turned(study: FactorStudy) -> None:
    assert study.map is not None
    assert "Barriers (turned)" in _words(ipma.illustrate(study.map), "en")
    assert study.necessary is not None
    assert "low Barriers" in {row.name.en for row in study.necessary.rows}


def test_a_code_without_a_line_stands_nearest_to_its_own_point() -> None:
    places = {
        "PLT": (0.44, 64.2), "BAR": (0.20, 45.3), "STD": (0.21, 66.5), "POL": (0.117, 64.8),
        "TCH": (0.099, 65.2), "TEC": (0.083, 65.0), "CUL": (0.083, 65.4), "FUN": (0.06, 66.1),
    }  # fmt: skip
    rows = tuple(
        Mapped(code, Text(code, code), "", x, x - 0.03, x + 0.03, y, y - 1, y + 1, "keep", True)
        for code, (x, y) in places.items()
    )
    drawn = ImportancePerformance(
        rows, (), "ECO", Text("Effect", "成效"), 56.8, 0.18, 63.1, 0.95, 100, 1
    )
    with style():
        figure = ipma.draw(drawn, "en")
        figure.canvas.draw()
    axes = figure.axes[0]
    names = [text for text in axes.texts if text.get_text() in places]
    assert len(names) == len(places)
    at = {code: axes.transData.transform(place) for code, place in places.items()}
    for name in names:
        if name.arrow_patch is not None:
            continue
        box = name.get_window_extent()
        middle = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
        nearest = min(at, key=lambda code: float(np.hypot(*(at[code] - middle))))
        assert nearest == name.get_text()


def test_the_curve_shows_its_choices(fit: SemResult, data: pd.DataFrame) -> None:
    made = specification_curve(fit, data, "Y", names=NAMES, limit=12, seed=1)
    words = _words(curve_figure.illustrate(made), "zh")
    assert "量表均分" in words
    assert np.isfinite(made.effects).all()
