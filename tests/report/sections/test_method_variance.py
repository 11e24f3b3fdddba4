"""The section on common method variance: what it says in words, and what stands in the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import ecosurvey as es
from ecosurvey.report.model import Paragraph, TableBlock
from ecosurvey.report.sections.method_variance import section

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def test_tells_every_test_in_words_and_shows_the_main_tables(remake: Any) -> None:
    answers = pd.read_csv(Path(__file__).parents[2] / "reference" / "factors" / "holzinger.csv")
    found = section(remake(common_method=es.common_method(es.cfa(MODEL, answers), answers)))
    assert found is not None
    words = next(block.words for block in found.blocks if isinstance(block, Paragraph))
    for part in ("first unrotated component carried 35.7%", "CFI .677", "VIF of a construct"):
        assert part in words.en
    assert "潜在方法因子" in words.zh and "VIF最大为" in words.zh
    shown = [b.table.key for b in found.blocks if isinstance(b, TableBlock) and not b.detail]
    assert shown == ["harman", "single_factor", "method_factor"]


def test_is_left_out_without_a_measurement_model(made: Any) -> None:
    assert section(made) is None
