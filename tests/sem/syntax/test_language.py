"""What the words of the language mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosurvey.core import EcosurveyError
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax import dual, evaluate, parameter_table, parse_expression
from ecosurvey.sem.types import Parameter


def row(text: str, lhs: str, op: str, rhs: str, **options: object) -> Parameter:
    table = parameter_table(text, **options)  # type: ignore[arg-type]
    return next(p for p in table if (p.lhs, p.op, p.rhs) == (lhs, op, rhs))


SAME_MODEL = [
    "f =~ x1 + x2 + x3",
    "f=~x1+x2+x3",
    "f =~ x1 +\n x2\n + x3",
    "f =~\n\n x1 + x2 + x3;",
    "f =~ x1 + x2 # note\n  + x3 ! note",
    "\tf\t=~ x1 + x2+ # note + x9\n\n   x3\n",
]


@pytest.mark.parametrize("text", SAME_MODEL)
def test_blanks_comments_and_broken_lines_do_not_matter(text: str) -> None:
    assert parameter_table(text) == parameter_table(SAME_MODEL[0])


def test_several_modifiers_on_one_term_all_hold() -> None:
    found = row("f =~ x1 + start(0.8)*b*lower(0)*x2 + x3", "f", "=~", "x2")
    assert (found.ustart, found.label, found.lower, found.free) == (0.8, "b", 0.0, 1)


def test_question_mark_gives_a_start_value() -> None:
    found = row("f =~ x1 + 0.7?x2", "f", "=~", "x2")
    assert (found.ustart, found.free) == (0.7, 1)


@pytest.mark.parametrize(
    ("written", "value"), [("-1", -1.0), ("1/4", 0.25), ("sqrt(2)", math.sqrt(2)), ("(1+2)", 3.0)]
)
def test_fixed_values_may_be_computed(written: str, value: float) -> None:
    assert row(f"f =~ x1 + {written}*x2", "f", "=~", "x2").ustart == value


def test_names_may_be_chinese_dotted_or_products() -> None:
    table = parameter_table("能力 =~ 题.一 + 题_二 + x.1\ny ~ x1:x2")
    assert table.latent == ("能力",)
    assert table.observed == ("题.一", "题_二", "x.1", "y", "x1:x2")


def test_zero_on_the_right_fixes_the_intercept() -> None:
    assert row("y ~ 0 + x", "y", "~1", "").ustart == 0.0


def test_automatic_rows_can_be_declined() -> None:
    table = parameter_table("f =~ x1 + x2; g =~ x3 + x4", options=TableOptions(auto_cov_lv_x=False))
    assert not [p for p in table if p.lhs != p.rhs and p.op == "~~"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("2**-1", 0.5),
        ("1 - 2 - 3", -4.0),
        ("8/4/2", 1.0),
        ("exp(log(3)) + abs(-2)", 5.0),
        ("pi*0", 0.0),
    ],
)
def test_arithmetic_binds_as_in_r(text: str, value: float) -> None:
    assert evaluate(parse_expression(text), {}) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["log(-1)", "1/0", "sqrt(-2)", "exp(1000)", "(-8)^0.5"])
def test_undefined_values_are_errors(text: str) -> None:
    with pytest.raises(EcosurveyError, match="no finite value"):
        evaluate(parse_expression(text), {})


@given(st.floats(0.3, 2.0), st.floats(0.3, 2.0))
def test_gradients_equal_finite_differences(a: float, b: float) -> None:
    tree = parse_expression("exp(a*b)/sqrt(a) - log(b)^2*a^b + abs(a-3) + sin(a)*cos(b)/tan(b)")
    _, gradient = dual(tree, {"a": (a, np.array([1.0, 0.0])), "b": (b, np.array([0.0, 1.0]))})
    assert gradient is not None
    step = 1e-6
    for index, (da, db) in enumerate([(step, 0.0), (0.0, step)]):
        up = evaluate(tree, {"a": a + da, "b": b + db})
        down = evaluate(tree, {"a": a - da, "b": b - db})
        assert gradient[index] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-5)
