"""Power from population moments is semTools' SSpower (tests/reference/planning/make.R)."""

import json
from pathlib import Path

import pytest

import ecosurvey as es
from ecosurvey.core import OptionError

EXPECTED = json.loads(
    (Path(__file__).parents[1] / "reference/planning/expected.json").read_text("utf-8")
)["population"]
PATH = """f =~ .8*x1 + .7*x2 + .6*x3; g =~ .7*y1 + .7*y2 + .8*y3; g ~ .2*f
x1 ~~ .36*x1; x2 ~~ .51*x2; x3 ~~ .64*x3; y1 ~~ .51*y1; y2 ~~ .51*y2; y3 ~~ .36*y3"""
ONE = "f =~ .8*x1 + .7*x2 + .6*x3 + .7*x4\n"
SHIFTED = ONE + "f ~ .3*1\n"
FACTOR = "f =~ x1 + x2 + x3 + x4"


def test_power_of_a_path() -> None:
    model = "f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; g ~ 0*f"
    found = es.population_power(model, PATH, 250, df=1, std_lv=True)
    assert found == pytest.approx(EXPECTED["path"], rel=1e-4)


def test_power_of_a_change_of_latent_means() -> None:
    equal = ("loadings", "intercepts", "means")
    found = es.population_power(FACTOR, [ONE, SHIFTED], [200, 150], df=1, group_equal=equal)
    assert found == pytest.approx(EXPECTED["means"], rel=1e-4)


def test_power_to_find_an_intercept_that_drifts() -> None:
    drifted = SHIFTED + "x2 ~ .25*1\n"
    equal = ("loadings", "intercepts")
    found = es.population_power(FACTOR, [ONE, drifted], [200, 150], df=3, group_equal=equal)
    assert found == pytest.approx(EXPECTED["drift"], rel=1e-4)


def test_without_an_effect_it_is_the_level() -> None:
    assert es.population_power(FACTOR, ONE, 300, df=2) == pytest.approx(0.05, abs=1e-6)


def test_sizes_and_populations_must_match() -> None:
    with pytest.raises(OptionError, match="do not match"):
        es.population_power(FACTOR, [ONE, ONE], 300, df=1)
