"""Every mistake is shown in its line, with what to do; nothing else ever comes out."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosurvey.core import EcosurveyError, ModelSyntaxError, OptionError
from ecosurvey.sem.options import TableOptions, check_group_equal
from ecosurvey.sem.syntax import parameter_table, parse_model

MISTAKES = {
    "f = x1": "single '='",
    "f =~ x1 x2": "'+' is missing",
    "f =~ x1 - x2": "'-' cannot join",
    "f =~": "right of =~",
    "=~ x1": "left of =~",
    "x1": "no operator",
    "f =~ strat(1)*x2": "Did you mean 'start'",
    "f =~ x1 + 1a": "'1a' is neither",
    "f =~ x1 +": "beside '+'",
    "f =~ x1 + + x2": "beside '+'",
    "a b := 3": "missing before this",
    "a + b := 3": ":= defines a name",
    "f =~ c(a, 1)*x2": "mixes labels and numbers",
    "f =~ c(1, )*x2": "a value is missing",
    "f =~ c()*x2": "c() is empty",
    "f =~ 3": "a variable is expected",
    "f =~ a*": "variable is missing after '*'",
    "f =~ *x1": "a modifier is missing",
    "f =~ x1 =~ x2": "a second operator",
    "f =~ 1e400*x1": "not finite",
    "f =~ NA": "without a variable",
    "efa(1)*f =~ x1": "this exploratory block is not understood",
    "f =~ efa(1)*x1": "efa() stands before factors",
    "group: 1\nf =~ x1": "the data no groups",
    "": "the model is empty",
    "# only a comment\n;;": "the model is empty",
    "f ＝~ x1": "full-width",
    'f =~ equal("a*x1': "quotation mark",
    "b := f(2)\nf =~ x1": "function 'f' is not known",
    "a == 2": "no formula",
    "f =~ x1 + a*x2\nd := a*bb": "'bb' is not a label",
    "f =~ x1 + a*x2\na := 2": "already a label",
    "f =~ x1 + x2\nf =~ x1": "already in the model, on line 1",
    "x1 ~~ x2\nx2 ~~ x1": "already in the model, on line 1",
    "f =~ f + x1": "on both sides",
    'f =~ x1 + equal("f=~x9")*x2': "'f=~x9' is not a parameter",
    "f =~ x1 + c(1, 2, 3)*x2": "3 values for 1 group",
    "f =~ x1 + x2\nx1 | t1": "not an ordered variable",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistake_is_named(text: str) -> None:
    with pytest.raises(ModelSyntaxError) as caught:
        parameter_table(text)
    assert MISTAKES[text] in str(caught.value)
    words = caught.value.words
    for said in (words.found, words.where, words.fix):
        assert said is None or re.search("[一-龥]", said.zh)


def test_error_shows_line_caret_and_near_miss() -> None:
    with pytest.raises(ModelSyntaxError) as caught:
        parameter_table("f =~ f1_5 +\n  f1_6 + a", columns=["f1_5", "f1_7", "a"])
    assert str(caught.value) == (
        "model, line 2: 'f1_6' is not a column of the data\n"
        "      f1_6 + a\n"
        "      ^^^^\n"
        " Did you mean 'f1_7'? Correct the name, or add the column."
    )


def test_caret_stands_under_chinese_names() -> None:
    with pytest.raises(ModelSyntaxError) as caught:
        parameter_table("能力 =~ 题一 + 题二", columns=["题一"])
    line, caret = str(caught.value).splitlines()[1:3]
    assert line == "    能力 =~ 题一 + 题二"
    assert caret == " " * (4 + 4 + 4 + 4 + 3) + "^^^^"


def test_factor_named_as_a_column_is_refused() -> None:
    with pytest.raises(ModelSyntaxError, match="a factor here but a column"):
        parameter_table("age =~ x1 + x2", columns=["age", "x1", "x2"])


def test_unknown_group_equality_is_refused() -> None:
    with pytest.raises(OptionError, match="Did you mean 'loadings'"):
        check_group_equal("loading")


def test_partial_parameter_must_exist() -> None:
    options = TableOptions(group_equal=("loadings",), group_partial=("f=~x9",))
    with pytest.raises(OptionError, match="not a parameter"):
        parameter_table("f =~ x1 + x2", groups=("a", "b"), options=options)


PIECES = st.sampled_from(
    [
        *("f", "g", "x1", "x2", "x3", "y", "a", "b", "t1", ".p1.", "é", "题", "x1:x2", "NA"),
        *("=~", "~", "~~", ":=", "==", "<", ">", "|", "<~", "~*~", "+", "*", "-", "/", "^", "?"),
        *("(", ")", ",", ";", "#", "!", "\n", "1", "0", "0.5", "1e400"),
        *("c(", "start(", "equal(", "exp(", "log(", "lower(", '"f=~x1"'),
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join))
@example("a := " + "(" * 5000 + "1" + ")" * 5000)
@example("f =~ x1; a := " + "+".join(["1"] * 5000))
@example("f =~ x1; a := " + "-" * 5000 + "1")
@example("f =~ x1; a := " + "^".join(["2"] * 5000))
def test_no_text_gives_a_traceback(text: str) -> None:
    try:
        parse_model(text)
        parameter_table(text, columns=["x1", "x2", "x3", "y"], groups=("a", "b"))
    except EcosurveyError as error:
        assert str(error)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_characters_give_a_traceback(text: str) -> None:
    try:
        parameter_table(text)
    except EcosurveyError as error:
        assert str(error)


def test_a_product_with_thresholds_is_told_to_be_no_column() -> None:
    with pytest.raises(ModelSyntaxError, match="Add it as a column of its own"):
        parameter_table("x1:x2 | t1\nf =~ x1 + x2", columns=["x1", "x2"])


def test_a_word_that_is_near_none_gets_no_word_of_that() -> None:
    with pytest.raises(ModelSyntaxError) as told:
        parameter_table("f =~ x1 + zzzzzz", columns=["x1", "x2"])
    assert "None" not in str(told.value)
    assert "Correct the name" in str(told.value)
