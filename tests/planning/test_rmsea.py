"""Power of the RMSEA test is semTools' (tests/reference/planning/make.R) and the published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecosurvey as es
from ecosurvey.core import OptionError
from ecosurvey.planning import rmsea_interval_width, rmsea_precision_sample_size

EXPECTED = json.loads(
    (Path(__file__).parents[1] / "reference/planning/expected.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", EXPECTED["rmsea"])
def test_power_is_that_of_semtools(case) -> None:
    found = es.rmsea_power(
        case["df"], case["n"], null=case["null"], alternative=case["alternative"],
        groups=case["groups"],
    )  # fmt: skip
    assert found.power[0] == pytest.approx(case["power"], abs=1e-7)


@pytest.mark.parametrize("case", EXPECTED["sizes"])
def test_sample_size_is_that_of_semtools(case) -> None:
    found = es.rmsea_sample_size(
        int(case["df"]), case["power"], null=case["null"], alternative=case["alternative"],
        groups=int(case["groups"]),
    )  # fmt: skip
    assert found == case["n"]


@pytest.mark.parametrize("case", EXPECTED["nested"])
def test_power_of_nested_models_is_that_of_semtools(case) -> None:
    found = es.rmsea_power_nested(
        tuple(int(df) for df in case["df"]), case["n"], alternative=tuple(case["alternative"]),
        groups=int(case["groups"]),
    )  # fmt: skip
    assert found == pytest.approx(case["power"], abs=1e-7)


@pytest.mark.parametrize("case", EXPECTED["widths"])
def test_width_of_the_interval_is_that_of_r(case) -> None:
    found = rmsea_interval_width(
        int(case["df"]), int(case["n"]), case["rmsea"], level=case["level"],
        groups=int(case["groups"]),
    )  # fmt: skip
    assert found == pytest.approx(case["width"], abs=1e-6)


@pytest.mark.parametrize(
    ("df", "close", "not_close"), [(6, 1238, 1069), (10, 782, 750), (50, 214, 268), (100, 132, 178)]
)
def test_sizes_are_the_published_ones(df, close, not_close) -> None:
    """MacCallum, Browne and Sugawara (1996), Table 4, power .80."""
    assert es.rmsea_sample_size(df) == close
    assert es.rmsea_sample_size(df, alternative=0.01) == not_close


@given(df=st.integers(1, 800), n=st.integers(20, 5_000), power=st.floats(0.3, 0.95))
def test_the_smallest_size_is_the_smallest(df, n, power) -> None:
    first, second = es.rmsea_power(df, [n, n + 50]).power
    assert second >= first - 1e-9
    needed = es.rmsea_sample_size(df, power)
    below, at = es.rmsea_power(df, [max(needed - 1, 2), needed]).power
    assert at >= power
    assert needed == 2 or below < power


def test_precision_is_reached_and_not_overdone() -> None:
    n = rmsea_precision_sample_size(100, 0.03, 0.05)
    assert rmsea_interval_width(100, n, 0.05) <= 0.03 < rmsea_interval_width(100, n - 1, 0.05)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: es.rmsea_power(0, 100),
        lambda: es.rmsea_power(10, 1),
        lambda: es.rmsea_power(10, []),
        lambda: es.rmsea_power(10, 100, null=0.05, alternative=0.05),
        lambda: es.rmsea_power(10, 100, alpha=1.0),
        lambda: es.rmsea_sample_size(10, 1.0),
        lambda: es.rmsea_sample_size(10, alternative=0.0500001),
        lambda: es.rmsea_power_nested((20, 22), 100, alternative=(0.06, 0.04)),
        lambda: es.rmsea_power_nested((22, 20), 100, alternative=(0.02, 0.06)),
    ],
)
def test_what_makes_no_sense_is_refused(bad) -> None:
    with pytest.raises(OptionError):
        bad()


def test_the_table_says_which_hypothesis() -> None:
    close, poor = es.rmsea_power(50, 200), es.rmsea_power(50, 200, null=0.08, alternative=0.05)
    assert "close fit" in close.summary()
    assert "不良拟合" in poor.summary("zh")
