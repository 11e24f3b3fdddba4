"""Answers against the conditions under which questions are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from ecosurvey.instrument import Condition, Instrument, load_instrument
from ecosurvey.responses import Responses, read_responses
from ecosurvey.responses.skips import holds

Read = Callable[[pd.DataFrame], Responses]
NAN = float("nan")


def test_an_answer_to_a_hidden_question_is_kept_and_told(wave: pd.DataFrame, read: Read) -> None:
    wave.loc[3, "role"] = "2"  # years is asked of role 1 only
    responses = read(wave)
    assert responses.impossible.to_numpy().tolist() == [[5, "years", "answered_unasked"]]
    assert responses.frame.loc[5, "years"] == 7
    found = {f.code: f for f in responses.findings}
    assert "years (row 5)" in found["answered_unasked"].message.en


def test_a_blank_hidden_question_is_not_asked(wave: pd.DataFrame, read: Read) -> None:
    wave.loc[3, ["role", "years"]] = ["2", ""]
    wave.loc[4, "years"] = ""
    kinds = read(wave).raw_missing
    assert kinds.to_numpy().tolist() == [[5, "years", "not_shown"]]


def test_a_mark_of_skipping_where_the_question_was_due_is_told(
    wave: pd.DataFrame, read: Read
) -> None:
    wave.loc[0, "years"] = "-3"
    assert read(wave).impossible["problem"].tolist() == ["skipped_though_asked"]


def test_an_exclusive_option_with_others_is_told(wave: pd.DataFrame, read: Read) -> None:
    wave.loc[0, ["forms", "years"]] = ["1;99", ""]
    assert read(wave).impossible.to_numpy().tolist() == [[2, "forms", "exclusive_with_others"]]


VAR = {"a": np.array([1.0, 2.0, NAN, 5.0]), "m_9": np.array([1.0, 0.0, NAN, 0.0])}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("a", among=(1, 5)), [1, 0, NAN, 1]),
        (Condition("a", at_least=2), [0, 1, NAN, 1]),
        (Condition("a", at_least=2, at_most=4), [0, 1, NAN, 0]),
        (Condition("m", among=(9,)), [1, 0, NAN, 0]),
        (Condition("nowhere", among=(9,)), [NAN] * 4),
        (Condition(negated=Condition("a", among=(1,))), [0, 1, NAN, 1]),
        (Condition(all=(Condition("a", at_least=2), Condition("m", among=(9,)))), [0, 0, NAN, 0]),
        (Condition(any=(Condition("a", at_least=2), Condition("m", among=(9,)))), [1, 1, NAN, 1]),
        (Condition(any=(Condition("a", at_least=1), Condition("zz", among=(9,)))), [1, 1, NAN, 1]),
        (Condition(all=(Condition("a", at_least=2), Condition("z", at_least=1))), [0, *[NAN] * 3]),
    ],
)  # fmt: skip
def test_conditions_hold_as_stated(condition: Condition, expected: list[float]) -> None:
    assert_array_equal(holds(condition, VAR.get, 4), expected)


TESTS = st.builds(
    Condition,
    var=st.sampled_from(["a", "m", "zz"]),
    among=st.tuples(st.sampled_from([1, 2, 5, 9])),
)
TREES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda c: Condition(negated=c), inner),
        st.builds(lambda cs: Condition(all=tuple(cs)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda cs: Condition(any=tuple(cs)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)


@given(TREES, TREES)
def test_de_morgan_holds_with_unknown_answers(one: Condition, two: Condition) -> None:
    neither = Condition(negated=Condition(any=(one, two)))
    both_not = Condition(all=(Condition(negated=one), Condition(negated=two)))
    assert_array_equal(holds(neither, VAR.get, 4), holds(both_not, VAR.get, 4))


@pytest.fixture
def composed(tmp_path: Path) -> Instrument:
    text = (Path(__file__).parents[1] / "fixtures" / "platforms" / "survey.yaml").read_text("utf-8")
    text = text.replace(
        "    stem: {zh: \"请评价合作成效\"",
        "    mode: composite\n    weights: {VAL1: 2, VAL2: 1, VAL3: 1}\n"
        "    show_if: {var: role, in: [1, 2]}\n    stem: {zh: \"请评价合作成效\"",
    ).replace("meta:", "forms:\n  short: {label: {zh: 短, en: Short}, contents: [POL, role]}\n"
              "waves: [{wave: W1, version: \"1.0\", form: short}]\nmeta:").replace(
        "{respondent:", "{wave: wave, respondent:")  # fmt: skip
    path = tmp_path / "composed.yaml"
    path.write_text(text, "utf-8")
    return load_instrument(path)


def rows(**changed: list[float]) -> pd.DataFrame:
    base = {f"{c}{k}": [4.0, 2.0] for c in ("POL", "VAL") for k in (1, 2, 3)}
    return pd.DataFrame(base | {"role": [1, 3]} | changed)


def test_composites_are_weighted_means(composed: Instrument) -> None:
    frame = rows(VAL1=[5, NAN], VAL2=[3, NAN], VAL3=[1, NAN])
    responses = read_responses(frame, composed)
    assert responses.frame["VAL_score"].iloc[0] == pytest.approx((2 * 5 + 3 + 1) / 4)
    assert np.isnan(responses.frame["VAL_score"].iloc[1])
    assert responses.raw_missing["kind"].tolist() == ["not_shown"] * 3  # role 3 is not asked
    assert list(composed.scales()) == ["POL"]
    assert composed.measurement_syntax() == "POL =~ POL1 + POL2 + POL3\n"


def test_a_short_form_needs_only_its_own_items(composed: Instrument) -> None:
    frame = rows()[["POL1", "POL2", "POL3", "role"]].assign(wave="W1")
    assert read_responses(frame, composed).frame["VAL1"].isna().all()
