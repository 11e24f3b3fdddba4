"""Open answers: terms by group, words in context, out for coding and back."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.core import DataError, MissingExtraError, OptionError
from ecosurvey.qualitative import OpenAnswers
from ecosurvey.responses import Responses

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wave() -> Responses:
    asked = es.load_instrument(ROOT / "instruments" / "ecosystem.yaml")
    return es.read_responses(ROOT / "data" / "sample" / "ecosystem_wave1.csv", asked)


@pytest.fixture(scope="module")
def found(wave: Responses) -> OpenAnswers:
    return es.open_answers(wave, by="role", chinese="pairs")


def test_terms_are_counted_once_an_answer_and_shared_out_by_group(found: OpenAnswers) -> None:
    answers = found.answers
    table = found.to_frame().set_index("term")
    holds = answers["text"].str.contains("平台")
    assert int(table.loc["平台", "answers"]) == int(holds.sum())
    assert table.loc["平台", "percent"] == pytest.approx(100 * holds.mean())
    group = found.groups[1].en
    own = answers["group"] == group
    assert table.loc["平台", "percent_2"] == pytest.approx(100 * holds[own].mean())
    assert "not themes" in found.summary()


def test_words_stand_in_their_context(found: OpenAnswers) -> None:
    lines = found.keyword("BUDGET", width=5)
    assert set(lines["keyword"]) == {"budget"}
    assert set(lines["before"]) == {'d "no '[1:]}
    assert len(lines) == int(found.answers["text"].str.contains("budget").sum())
    assert found.keyword("ss").empty or set(found.keyword("ss")["keyword"]) == {"ss"}
    with pytest.raises(OptionError, match="empty"):
        found.keyword("")


def test_answers_go_out_to_coders_and_codes_come_back(found: OpenAnswers, tmp_path: Path) -> None:
    out = found.export(tmp_path / "code_me.csv")
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 2 * len(found.answers)
    assert any(row["text"].startswith("'=SUM") for row in rows)  # no spreadsheet runs it
    with pytest.raises(OptionError, match="exists"):
        found.export(out)
    for row in rows:
        if "平台" in row["text"] and (row["coder"] == "A" or "标准" not in row["text"]):
            row["code"] = "platform"
    coded = tmp_path / "coded.csv"
    pd.DataFrame(rows).to_csv(coded, index=False)
    material = es.read_codes(coded)
    any_one = found.codes_back(material)
    everyone = found.codes_back(material, "all")
    texts = found.answers.set_index("row")["text"]
    assert list(any_one.index) == sorted(texts.index)
    assert (any_one["platform"] == texts.sort_index().str.contains("平台").astype(int)).all()
    assert everyone["platform"].sum() < any_one["platform"].sum()
    assert es.agreement(material, n_boot=0).rows[0].percent < 1
    with pytest.raises(DataError, match="not of the question"):
        found.codes_back(es.read_codes(ROOT / "data/sample/ecosystem_codes_en.csv"))


def test_privacy_hides_rows_and_contexts(wave: Responses) -> None:
    masked = es.open_answers(wave, privacy="mask", chinese="pairs")
    assert set(masked.keyword("平台")["before"]) == {"…"}
    segments = list(masked.to_coding(["A"])["segment"])
    assert segments != sorted(segments, key=lambda s: int(s[1:]))  # in no order of the file
    dropped = es.open_answers(wave, privacy="drop", chinese="pairs")
    assert set(dropped.to_coding()["text"]) == {""}


def test_chinese_is_cut_by_jieba_where_it_is_there(
    wave: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("jieba")
    cut = es.open_answers(wave, chinese="jieba")
    assert "平台" in cut.to_frame()["term"].to_list()
    assert cut.findings == ()
    monkeypatch.setitem(sys.modules, "jieba", None)
    plain = es.open_answers(wave)
    assert [f.code for f in plain.findings] == ["chinese_not_cut_into_words"]
    with pytest.raises(MissingExtraError, match="jieba"):
        es.open_answers(wave, chinese="jieba")


def test_what_is_not_an_open_question_is_refused(wave: Responses) -> None:
    with pytest.raises(DataError, match="open_suggestion"):
        es.open_answers(wave, "open_sugestion")
    with pytest.raises(DataError, match="single answers"):
        es.open_answers(wave, by="coop_forms")
    with pytest.raises(DataError, match="nobody"):
        es.open_answers(pd.Series([None, " "], name="q", dtype=object))
