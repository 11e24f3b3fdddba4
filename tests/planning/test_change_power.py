"""Power to find change between waves is the analytic one; rewording is not taken for change."""

from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
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
        holzinger, {"visual": 0.8}, 0.9, first=150, constructs=["visual"], replicates=5,
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


def test_ordinal_waves_are_judged_as_invariance_judges_them(ecosystem) -> None:
    """One replicate by hand: the same tests as es.invariance reports of the same answers."""
    from ecosurvey.planning.answers import draw_sample
    from ecosurvey.planning.change_models import ordinal_models
    from ecosurvey.planning.population import population_of
    from ecosurvey.sem.difference import chisq_difference
    from ecosurvey.sem.fitting import fit_request

    population = population_of(ecosystem, es.Assumptions())
    drifted = population.shifted({"TEC": 0.3}, {"TEC2": -0.5})
    rng = np.random.default_rng(3)
    frames = []
    for at, drawn in enumerate((population, drifted)):
        answers, _ = draw_sample(drawn, es.Assumptions(), 300, rng)
        frames.append(pd.DataFrame(answers, columns=list(drawn.names)).assign(wave=f"W{at + 1}"))
    data = pd.concat(frames, ignore_index=True)
    items = ["TEC1", "TEC2", "TEC3", "TEC4"]
    model = "TEC =~ " + " + ".join(items)
    models = ordinal_models(model, dict.fromkeys(items, 4), [], "listwise")
    assert [step.id for step in models.looser] == ["scalar", "metric", "thresholds"]
    fits = [fit_request(models.request, models.model, data).fit]
    fits += [fit_request(step.request, step.model, data).fit for step in models.looser]
    told = es.invariance(model, data, "wave", ordered=items, estimator="WLSMV", partial=False)
    by_level = {step.level.name: step for step in told.steps if step.change is not None}
    for step, strict, loose in zip(models.looser, fits, fits[1:], strict=False):
        found = chisq_difference(strict, loose, "default", "delta", True)
        if step.id in by_level:
            assert found.pvalue == pytest.approx(by_level[step.id].change.pvalue, rel=1e-6)
    assert "scalar" in by_level and by_level["scalar"].change.pvalue < 0.01


@pytest.mark.long
def test_change_of_ordinal_answers(ecosystem) -> None:
    settings = {
        "change": {"TEC": 0.4}, "reworded": {"TEC2": -0.4}, "constructs": ["TEC"],
        "replicates": 12, "estimator": "WLSMV", "seed": 3,
    }  # fmt: skip
    found = es.change_power(ecosystem, (400, 400), free=["TEC2"], **settings)
    blind = es.change_power(ecosystem, (400, 400), **settings)
    assert found.ids == ("TEC", "fit", "scalar", "metric", "thresholds")
    row = found.of("TEC")[0]
    assert row.est == pytest.approx(0.4, abs=0.08) and row.power > 0.9
    assert row.used == 12
    assert blind.of("scalar")[0].power > 0.9 > found.of("scalar")[0].power + 0.4


def test_a_loading_that_drifts_is_found_by_the_metric_test(ecosystem) -> None:
    settings = {"constructs": ["CUL", "TEC"], "replicates": 12, "seed": 2}
    found = es.change_power(ecosystem, (500, 500), {}, loadings={"CUL4": 0.4}, **settings)
    assert found.of("metric")[0].power > 0.9
    assert found.of("scalar")[0].power < 0.35  # its thresholds stay
    assert found.of("metric")[0].kind == "invariance"


@pytest.mark.long
def test_power_to_find_a_drifting_loading_is_satorra_and_saris(holzinger) -> None:
    """Continuous items, one of which loads less: the share of rejections is the noncentral one."""
    n, replicates = (120, 120), 2_000
    asked = replace(
        holzinger, constructs=holzinger.constructs[:1], hypotheses=(), outcome=None, candidates=()
    )
    first = "f =~ .75*x1 + .75*x2 + .75*x3\n"
    exact = es.population_power(
        "f =~ x1 + x2 + x3", [first, "f =~ .75*x1 + .75*x2 + .35*x3\n"], n, df=2,
        group_equal=("loadings",),
    )  # fmt: skip
    items = [item.id for item in asked.items]
    found = es.change_power(
        asked,
        n,
        {},
        loadings={items[2]: 0.35},
        replicates=replicates,
        estimator="ML",
        seed=5,
        jobs=-1,
    )
    error = sqrt(exact * (1 - exact) / replicates)
    assert found.of("metric")[0].power == pytest.approx(exact, abs=4 * error + 0.02)


@pytest.mark.long
def test_the_second_wave_is_planned_where_the_first_is_there(holzinger) -> None:
    settings = {
        "constructs": ["visual"],
        "replicates": 1_000,
        "estimator": "ML",
        "seed": 3,
        "jobs": -1,
    }
    found = es.change_power(
        holzinger, [(300, 60), (300, 120), (300, 240)], {"visual": 0.4}, **settings
    )
    assert found.first == 300
    one = "f =~ .75*x1 + .75*x2 + .75*x3\n"
    equal = ("loadings", "intercepts", "means")
    exact = next(
        m for m in range(20, 400)
        if es.population_power(
            "f =~ x1 + x2 + x3", [one, one + "f ~ .4*1\n"], (300, m), df=1, group_equal=equal
        ) >= 0.8
    )  # fmt: skip
    assert found.smallest_n("visual") - 300 == pytest.approx(exact, rel=0.2)
    small = es.change_power(holzinger, [(40, 60), (40, 120)], {"visual": 0.3}, **settings)
    assert small.smallest_n("visual") != small.smallest_n("visual")  # no second wave is enough
