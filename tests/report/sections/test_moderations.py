"""The sections on moderation and on other analyses, and the figure of a moderation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Lang, Text
from ecosurvey.keyfactors import ModerationClaim, Moderations, moderations, specification_curve
from ecosurvey.report.figures.style import style
from ecosurvey.report.model import Callout, FigureBlock, Paragraph, TableBlock
from ecosurvey.report.sections import moderations as of_moderations
from ecosurvey.report.sections import other_analyses
from ecosurvey.sem import sem

NAMES = {
    "X": Text("Platform & <more>", "平台"),
    "M": Text("Culture", "文化"),
    "Y": Text("Result", "成效"),
}
MODEL = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nY ~ X + M"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x, m = rng.normal(size=(2, 600))
    y = 0.1 * x + 0.3 * m + 0.3 * x * m + 0.7 * rng.normal(size=600)
    return pd.DataFrame(
        {f"{c}{k}": f + 0.6 * rng.normal(size=600)
         for c, f in (("x", x), ("m", m), ("y", y)) for k in (1, 2, 3)}
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(data: pd.DataFrame) -> Moderations:
    claims = [ModerationClaim("H1", "X", "M", "Y", "+"), ModerationClaim("H2", "Q", "M", "Y", "+")]
    return moderations(MODEL, data, claims, names=NAMES)


def _analysis(**parts: object) -> Any:
    return cast("Any", SimpleNamespace(**parts))


def test_the_section_holds_tests_sentence_and_figure(found: Moderations) -> None:
    section = of_moderations.section(_analysis(moderations=found))
    assert section is not None
    kinds = [type(block) for block in section.blocks]
    assert kinds == [Callout, TableBlock, Paragraph, FigureBlock, TableBlock]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", {"Platform & <more>, SD", "Culture, SD", "+1 SD"}), ("zh", {"平台（标准差）", "均值"})],
)
def test_the_figure_names_axes_levels_and_limits(
    found: Moderations, lang: Lang, words: set[str]
) -> None:
    from matplotlib.text import Text as Drawn

    made = found.rows[0].found
    limits = [one for one in made.limits if abs(one) < 3]
    assert limits
    with style():
        figure = of_moderations.moderation.illustrate(made).draw(lang)
        drawn = {one.get_text() for one in figure.findobj(Drawn)}
    assert words <= drawn
    assert {f"{limit:.2f}".replace("-", "−") for limit in limits} <= drawn


def test_other_analyses_are_told_in_a_sentence_and_shown(data: pd.DataFrame) -> None:
    curve = specification_curve(sem(MODEL, data), data, "Y", names=NAMES, limit=8, seed=1)
    section = other_analyses.section(_analysis(specification_curve=curve))
    assert section is not None
    first = section.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.words == curve.sentence()
    assert any(isinstance(block, FigureBlock) for block in section.blocks)


def test_without_results_there_are_no_sections() -> None:
    assert of_moderations.section(_analysis(moderations=None)) is None
    assert other_analyses.section(_analysis(specification_curve=None)) is None
