"""The section on groups shows the sentence, the figure, and both kinds of test."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Text
from ecosurvey.keyfactors import GroupFactors, group_factors
from ecosurvey.report.figures.style import style
from ecosurvey.report.model import FigureBlock, Paragraph, TableBlock
from ecosurvey.report.sections import factors_by_group


@pytest.fixture(scope="module")
def found() -> GroupFactors:
    rng = np.random.default_rng(2)
    a, b, e = rng.normal(size=(3, 400))
    g = np.repeat(["one", "two"], 200)
    data = pd.DataFrame({"a": a, "b": b, "y": np.where(g == "one", 0.8, 0.1) * a + 0.3 * b + e})
    return group_factors(
        "y ~ a + b\na ~~ a + b\nb ~~ b", data.assign(Site=g), "Site", "y", estimator="ML",
        n_permutations=19, seed=1, names={"Site": Text("Site <of work>", "地点")},
        labels={"one": Text("Here", "此处"), "two": Text("There", "彼处")},
    )  # fmt: skip


def test_the_section_holds_sentence_figure_and_tests(found: GroupFactors) -> None:
    section = factors_by_group.section(SimpleNamespace(group_factors=found))  # type: ignore[arg-type]
    assert section is not None
    said, figure, table = section.blocks
    assert isinstance(said, Paragraph)
    assert said.words.en.startswith("By Site <of work>:")
    assert isinstance(figure, FigureBlock)
    assert figure.figure.key == "group_totals_site"
    assert isinstance(table, TableBlock)
    heads = [column.key for column in table.table.columns]
    assert {"wald", "pvalue_holm", "pvalue_bh", "pvalue_permutation_holm"} <= set(heads)


@pytest.mark.parametrize(("lang", "here"), [("en", "Here (n = 200)"), ("zh", "此处（n = 200）")])
def test_the_figure_names_groups_and_marks_what_differs(
    found: GroupFactors, lang: str, here: str
) -> None:
    illustration = factors_by_group.group_totals.illustrate(found)
    with style():
        figure = illustration.draw(lang)  # type: ignore[arg-type]
    assert here in [words.get_text() for words in figure.texts]
    labels = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert labels == ["a *", "b"]


def test_groups_that_do_not_compare_are_said_not_to(found: GroupFactors) -> None:
    apart = replace(found, comparable=False)
    caption = factors_by_group.group_totals.illustrate(apart).caption
    assert "must not be compared" in caption.en
    assert "不得相互比较" in caption.zh


def test_without_groups_there_is_no_section() -> None:
    assert factors_by_group.section(SimpleNamespace(group_factors=None)) is None  # type: ignore[arg-type]
