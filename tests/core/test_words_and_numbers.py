"""Numbers as a paper prints them, and words in two languages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosurvey.core.text import Text, counted, interval, number, p_value, say


@pytest.mark.parametrize(
    ("value", "decimals", "bounded", "shown"),
    [
        (0.8349, 2, True, ".83"),
        (-0.8349, 2, True, "−.83"),
        (1.0, 2, True, "1.00"),
        (0.999, 2, True, "1.00"),
        (-0.001, 2, False, "0.00"),
        (-0.001, 2, True, ".00"),
        (12.3456, 1, False, "12.3"),
        (math.nan, 2, False, "—"),
        (None, 2, False, "—"),
        (math.inf, 2, False, "∞"),
        (-math.inf, 2, False, "−∞"),
    ],
)
def test_a_number_is_shown_as_the_style_guide_asks(
    value: float | None, decimals: int, bounded: bool, shown: str
) -> None:
    assert number(value, decimals, bounded=bounded) == shown


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.05, ".050"),
        (0.0009, "< .001"),
        (0.001, ".001"),
        (0.9994, ".999"),
        (0.9996, "> .999"),
        (1.0, "> .999"),
    ],
)
def test_p_values_follow_apa(p: float, shown: str) -> None:
    assert p_value(p) == shown


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(min_value=0, max_value=6))
def test_what_is_shown_reads_back_as_the_rounded_number(value: float, decimals: int) -> None:
    shown = number(value, decimals).replace("−", "-")
    assert float(shown) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-9)


def test_an_interval_uses_the_same_rules_at_both_ends() -> None:
    assert interval(-0.5, 0.25, bounded=True) == "[−.50, .25]"


def test_what_is_counted_agrees_in_number() -> None:
    said = [counted(n, "row remains", "rows remain") for n in (0, 1, 2)]
    assert said == ["0 rows remain", "1 row remains", "2 rows remain"]
    assert counted(1, "rows is empty", "rows are empty", of=9) == "1 of 9 rows is empty"


def test_words_are_filled_in_their_own_language() -> None:
    words = Text("{what} is high", "{what}偏高").fill(what=Text("alpha", "信度"))
    assert (say(words, "en"), say(words, "zh"), say("raw", "zh")) == (
        "alpha is high",
        "信度偏高",
        "raw",
    )
