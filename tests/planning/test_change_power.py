"""Power to find change between waves is the analytic one; rewording is not taken for change."""

from math import sqrt
from pathlib import Path

import pytest

import ecosurvey as es
from ecosurvey.core import OptionError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def holzinger():
    return es.load_instrument(ROOT / "instruments" / "holzinger.yaml")


@pytest.fixture(scope="module")
def ecosystem():
    return es.load_instrument(ROOT / "instruments" / "ecosystem.yaml")


@pytest.mark.parametrize("replicates", [60, pytest.param(2_000, marks=pytest.mark.long)])
def test_power_of_a_latent_change_is_satorra_and_saris(holzinger, replicates) -> None:
    n = (110, 90)
    found = es.change_power(
        holzinger, n, {"visual": 0.4}, constructs=["visual"], replicates=replicates,
        estimator="ML", seed=4, jobs=-1 if replicates > 500 else None,
    )  # fmt: skip
    one = "f =~ .75*x1 + .75*x2 + .75*x3\n"
    equal = ("loadings", "intercepts", "means")
    exact = es.population_power(
        "f =~ x1 + x2 + x3", [one, one + "f ~ .4*1\n"], n, df=1, group_equal=equal
    )
    error = sqrt(exact * (1 - exact) / replicates)
    assert found.of("visual")[0].power == pytest.approx(exact, abs=4 * error)
    assert found.of("visual")[0].true == pytest.approx(0.4)


def test_a_reworded_item_is_seen_and_can_be_freed(ecosystem) -> None:
    settings = {
        "change": {"TEC": 0.35}, "reworded": {"CUL4": -0.6}, "constructs": ["CUL", "TEC"],
        "replicates": 20, "seed": 1,
    }  # fmt: skip
    blind = es.change_power(ecosystem, (500, 500), **settings)
    wise = es.change_power(ecosystem, (500, 500), free=["CUL4"], **settings)
    assert blind.of("scalar")[0].power > 0.9
    assert wise.of("scalar")[0].power < 0.3
    assert blind.of("CUL")[0].est > wise.of("CUL")[0].est + 0.05  # mistaken for change
    assert wise.of("CUL")[0].est == pytest.approx(0.0, abs=0.06)
    assert wise.of("TEC")[0].power > 0.9


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"n": (100,)}, "two waves"),
        ({"n": (100, 5)}, "two waves"),
        ({"n": [(100, 60), (120, 100)]}, "one ratio"),
        ({"loadings": {"x99": 0.3}}, "x99"),
        ({"change": {"vizual": 0.3}}, "visual"),
        ({"reworded": {"x99": 0.3}}, "x99"),
        ({"free": ["x99"]}, "x99"),
        ({"constructs": ["x1"]}, "x1"),
        ({"estimator": "WLSMV"}, "not ordinal"),
        ({"estimator": "PLS"}, "PLS"),
    ],
)
def test_what_is_not_there_is_named(holzinger, bad, says) -> None:
    settings = {"n": (100, 100), "change": {"visual": 0.3}, "replicates": 2, **bad}
    with pytest.raises(OptionError, match=says):
        es.change_power(holzinger, **settings)


def test_a_change_is_found_with_the_second_wave_searched(holzinger) -> None:
    found = es.change_sample_size(
        holzinger, {"visual": 0.8}, 0.9, first=150, constructs=["visual"], replicates=15,
        estimator="ML", seed=3,
    )  # fmt: skip
    assert found.first == 150 and min(found.sizes) > 150
    with pytest.raises(OptionError, match="no construct changes"):
        es.change_sample_size(holzinger, {}, replicates=2)


@pytest.mark.long
@pytest.mark.parametrize("estimator", ["MLR", "WLSMV"])
def test_false_alarms_of_change_and_invariance(ecosystem, estimator) -> None:
    found = es.change_power(
        ecosystem, (600, 500), {}, constructs=["TEC", "CUL", "POL"], replicates=1_000,
        estimator=estimator, seed=9, jobs=-1,
    )  # fmt: skip
    for row in found.rows:
        if row.kind in ("mean", "invariance"):
            assert row.power == pytest.approx(0.05, abs=4 * sqrt(0.05 * 0.95 / 1_000))
