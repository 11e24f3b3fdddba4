"""Experts' ratings in a run: from the questionnaire or a table beside it to the report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.core import DataError
from ecosurvey.pipeline.experts import judge_content
from ecosurvey.report.document import document

ROOT = Path(__file__).parents[1]
HOLZINGER = (ROOT / "instruments" / "holzinger.yaml").read_text("utf-8")


def _asked(folder: Path, content: str, table: str | None = None) -> es.Instrument:
    path = folder / "holzinger.yaml"
    path.write_text(f"{HOLZINGER}\ncontent_validity: {content}\n", "utf-8")
    if table is not None:
        (folder / "experts.csv").write_text(table, "utf-8")
    return es.load_instrument(path)


def test_a_table_beside_the_questionnaire_is_judged(tmp_path: Path) -> None:
    table = "expert,x1,x2\nAnna,4,3\nBo,4,\nCai,3,1\nDu,4,2\n"
    found, said = judge_content(_asked(tmp_path, "{source: experts.csv}", table))
    assert found is not None
    direct = es.content_validity(pd.DataFrame({"x1": [4, 4, 3, 4], "x2": [3, None, 1, 2]}))
    pd.testing.assert_frame_equal(found.items, direct.items)
    assert [f.code for f in said] == ["items_without_rating"]
    assert "7 items" in said[0].say("en") and "7个题项" in said[0].say("zh")


def test_a_table_that_is_not_there_is_told_and_left_out(tmp_path: Path) -> None:
    found, said = judge_content(_asked(tmp_path, "{source: experts.csv}"))
    assert found is None
    assert [f.code for f in said] == ["expert_ratings_missing"]


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("expert,a\nAnna,4\nBo,3\n", "no column has the name of an item"),
        ("x1\n4\nfour\n", "'four' is no rating"),
        ("x1\n4\n7\n", "rating 7 from expert 2, outside 1 to 4"),
        ("x1\n4\n", "rated by 1 experts"),
    ],
)
def test_what_is_no_rating_gets_a_clear_word(tmp_path: Path, table: str, word: str) -> None:
    with pytest.raises(DataError, match=word):
        judge_content(_asked(tmp_path, "{source: experts.csv}", table))


def test_the_report_shows_what_the_experts_said(tmp_path: Path) -> None:
    rows = ", ".join(f"{{x1: 4, x2: {rating}, x3: 4}}" for rating in (4, 3, 2, 1))
    asked = _asked(tmp_path, f"{{ratings: [{rows}]}}")
    data = ROOT / "data" / "sample" / "holzinger.csv"
    analysis = es.analyze(asked, data, seed=1, only=["reliability"])
    assert analysis.content is not None
    assert {f.code for f in analysis.findings} >= {"low_i_cvi", "items_without_rating"}
    section = next(s for s in document(analysis).sections if s.key == "reliability")
    assert section.blocks[0].table.key == "content_validity"  # type: ignore[union-attr]
