"""The section on exploratory factors: the map of the items, and the number that was taken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Column, Finding, Table, Text
from ecosurvey.reliability import ItemCorrelations, item_correlations
from ecosurvey.report.model import FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections import exploratory


@pytest.fixture(scope="module")
def correlated() -> ItemCorrelations:
    rows = np.random.default_rng(2).normal(size=(60, 4)) + np.arange(60)[:, None] / 30
    frame = pd.DataFrame(rows, columns=["a1", "a2", "b1", "b2"])
    return item_correlations(frame, {"A": ["a1", "a2"], "B": ["b1", "b2"]})


def _keys(section: Section) -> list[str]:
    return [
        block.figure.key if isinstance(block, FigureBlock) else block.table.key
        for block in section.blocks
        if isinstance(block, (FigureBlock, TableBlock))
    ]


def test_the_map_leads_and_its_means_are_in_the_supplement(
    remake: Any, correlated: ItemCorrelations
) -> None:
    section = exploratory.section(remake(item_correlations=correlated))
    assert section is not None
    keys = _keys(section)
    assert keys[:3] == ["item_correlations", "scree", "efa_heatmap"]
    assert "item_correlation_blocks" in keys
    figure = next(b.figure for b in section.blocks if isinstance(b, FigureBlock))
    assert "4 items in the order of their 2 constructs" in figure.alt.en
    assert "4个题项按2个构念排列" in figure.alt.zh


def test_the_map_is_shown_where_factors_cannot_be_explored(
    remake: Any, correlated: ItemCorrelations
) -> None:
    why = Finding("efa_skipped", "warning", Text("No factors.", "无因子。"))
    without = remake(item_correlations=correlated, efa=None, findings=(why,))
    section = exploratory.section(without)
    assert section is not None
    assert _keys(section) == ["item_correlations", "item_correlation_blocks"]
    assert exploratory.section(remake(efa=None, findings=())) is None


@pytest.mark.parametrize(
    ("votes", "agreeing", "en", "zh"),
    [((4, 4, 6), 2, "4 factors were extracted", "提取4个因子"),
     ((3, 4, 6), 1, "(3 to 6 factors); the middle number, 4,", "取居中的4个因子")],
)  # fmt: skip
def test_the_number_taken_is_told_with_its_reason(
    remake: Any, votes: tuple[int, ...], agreeing: int, en: str, zh: str
) -> None:
    table = Table("number_of_factors", Text("t", "t"), (Column("a", Text("a", "a")),), ((1.0,),))
    retention = SimpleNamespace(
        verdicts=[SimpleNamespace(n_factors=k, counts=True) for k in votes],
        recommended=4, agreeing=agreeing, trusted=3, tables=lambda: (table,),
    )  # fmt: skip
    section = exploratory.section(remake(retention=retention))
    assert section is not None
    told = [block.words for block in section.blocks if isinstance(block, Paragraph)]
    assert any(en in words.en and zh in words.zh for words in told)
