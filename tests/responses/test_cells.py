"""What one cell means."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosurvey.instrument import Instrument
from ecosurvey.responses.coding import Codebook, codebook
from ecosurvey.responses.coding.technical import seconds


@pytest.fixture(scope="module")
def book(demo: Instrument) -> Codebook:
    scale = demo.item("POL1").scale
    return codebook(scale.labels.items(), demo.missing, codes=scale.points)


@pytest.mark.parametrize(
    "text",
    ["4", "4.0", " 4 ", "４", "4.00", "+4", "同意", "Agree", "AGREE", " agree ", "4 = Agree",
     "4.同意", "4、同意", "D.同意", "(4) Agree", "同意(4)", "同意（4）", "同意〖因为好〗"],
)  # fmt: skip
def test_codes_and_labels_in_any_dress_are_the_same_answer(book: Codebook, text: str) -> None:
    assert book.code(text).value == 4


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "blank"), ("  ", "blank"), ("NA", "blank"), ("nan", "blank"), ("-2", "blank"),
     ("(空)", "blank"), ("（空）", "blank"), ("-3", "not_shown"), ("(跳过)", "not_shown"),
     ("-8.0", "dont_know"), ("不了解", "dont_know"), ("Don't know", "dont_know")],
)  # fmt: skip
def test_missing_codes_keep_why_there_is_no_answer(book: Codebook, text: str, kind: str) -> None:
    coded = book.code(text)
    assert math.isnan(coded.value)
    assert (coded.verdict, coded.kind) == ("missing", kind)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("6", "outside"), ("0", "outside"), ("-1", "outside"), ("1e300", "outside"),
     ("3.5", "fraction"), ("maybe", "text"), ("5 = Agree", "text"), ("同意 不同意", "text"),
     ("=1+1", "text")],
)  # fmt: skip
def test_what_is_no_answer_is_never_guessed(book: Codebook, text: str, verdict: str) -> None:
    assert book.code(text).verdict == verdict


def test_what_platforms_write_for_no_answer_needs_no_declaration() -> None:
    book = codebook((), (), codes=[1, 2])
    assert [book.code(text).kind for text in ("(空)", "（跳过）")] == ["blank", "not_shown"]


def test_an_option_with_a_missing_code_is_no_answer(demo: Instrument) -> None:
    role = next(variable for variable in demo.variables if variable.id == "role")
    options = [(option.code, option.label) for option in role.options]
    book = codebook(options, demo.missing, codes=[code for code, _ in options])
    assert book.code("Rather not say").verdict == "missing"
    assert book.code("-8").kind == "dont_know"
    assert book.code("企业").value == 2


def test_continuous_scores_have_limits_and_fractions(demo: Instrument) -> None:
    book = codebook((), demo.missing, codes=None, lower=0, upper=100, whole=False)
    assert book.code("3.25").value == 3.25
    assert book.code("100.5").verdict == "outside"
    assert book.code("1e999").verdict == "outside"


@given(st.text(max_size=30))
def test_any_text_gets_a_verdict(text: str) -> None:
    book = Codebook(frozenset((1, 2)), {"yes": 1}, {-9: "other"}, {})
    coded = book.code(text)
    assert (coded.verdict == "answer") == math.isfinite(coded.value)


@given(st.text(max_size=12))
def test_any_duration_is_seconds_or_nothing(text: str) -> None:
    value = seconds(text)
    assert math.isnan(value) or value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("95", 95), ("123秒", 123), ("2分3秒", 123), ("2分钟3秒", 123), ("1小时2分3秒", 3723),
     ("1:02:03", 3723), ("02:03", 123), ("3 min", 180), ("1天", 86400)],
)  # fmt: skip
def test_durations_of_the_platforms(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "--", "soon", "-5", "12:xx"])
def test_what_is_no_duration_is_missing(text: str) -> None:
    assert math.isnan(seconds(text))
