"""Figures of single results, from plain data frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import ecosurvey as es
from ecosurvey.core import number
from ecosurvey.report.figures.words import Words

SCALES = {"Trust": ["a1", "a2", "a3"], "Skill": ["b1", "b2", "b3"]}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    behind = rng.normal(size=(120, 2))
    graded = np.digitize(np.repeat(behind, 3, axis=1) + rng.normal(size=(120, 6)), [-1, 0, 1]) + 1
    return pd.DataFrame(graded, columns=[item for of in SCALES.values() for item in of])


def _words(figure: Figure) -> set[str]:
    from matplotlib.text import Text

    return {
        words
        for part in figure.findobj(Text)
        for words in (part.get_text().split("\n") if isinstance(part, Words) else [part.get_text()])
    }


def test_every_result_with_a_figure_draws_it(answers: pd.DataFrame) -> None:
    model = "\n".join(f"{c} =~ {' + '.join(items)}" for c, items in SCALES.items())
    parallel = es.parallel_analysis(answers, 20, seed=1)
    results: list[tuple[Any, str, str]] = [
        (parallel, "Eigenvalue", "特征值"),
        (es.efa(answers, 2, engine="own"), "F2", "F2"),
        (es.reliability(answers, SCALES), "McDonald's ω", "McDonald ω"),
        (es.item_correlations(answers, SCALES), "Pearson correlation", "Pearson相关系数"),
        (es.cfa(model, answers), "Trust", "Trust"),
    ]
    for result, english, chinese in results:
        assert english in _words(es.figure(result)), type(result)
        assert chinese in _words(es.figure(result, lang="zh")), type(result)


def test_the_map_takes_answers_names_and_kind(answers: pd.DataFrame) -> None:
    figure = es.correlation_map(
        answers, SCALES, {"Trust": es.Text("Trust in it", "信任")}, correlation="polychoric",
        lang="zh",
    )  # fmt: skip
    assert {"1. 信任", "2. Skill", "多分格相关系数"} <= _words(figure)
    r = es.polychoric(answers).to_numpy()[1, 0]
    assert number(float(r), 2, bounded=True) in _words(figure)


def test_bars_have_labels_in_either_language(answers: pd.DataFrame) -> None:
    labels = {1: "never", 2: "seldom", 3: "often", 4: es.Text("always", "总是")}
    assert {"never", "always", "Trust", "b3"} <= _words(es.likert_bars(answers, SCALES, labels))
    assert "总是" in _words(es.likert_bars(answers, SCALES, labels, lang="zh"))
    assert {"1", "4"} <= _words(es.likert_bars(answers, SCALES))


def test_what_cannot_be_drawn_is_said(answers: pd.DataFrame) -> None:
    with pytest.raises(es.OptionError, match="int has no figure"):
        es.figure(3)
    with pytest.raises(es.OptionError, match="which items belong together"):
        es.correlation_map(answers)
    with pytest.raises(es.DataError, match="has no label"):
        es.likert_bars(answers, SCALES, {1: "no", 2: "yes"})
    with pytest.raises(es.DataError, match="0 different answers"):
        es.likert_bars(answers * np.nan, SCALES)
