"""Simulated power is that of the closed forms, repeatable, and honest about what failed."""

from dataclasses import replace
from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

import ecosurvey as es
from ecosurvey.core import InstrumentError, OptionError
from ecosurvey.planning.curve import power_curve, wilson
from ecosurvey.planning.power_result import Power, PowerRow

ROOT = Path(__file__).parents[2]
SMALL = """
schema: ecosurvey/instrument/1
id: small
version: 1.0.0
title: {en: Small, zh: 小}
languages: [en, zh]
primary_language: en
scales:
  five: {type: likert, min: 1, max: 5}
defaults: {scale: five}
constructs:
  - {id: A, label: {en: A, zh: 甲}, items: [ITEMS_A]}
  - {id: M, label: {en: M, zh: 乙}, items: [ITEMS_M]}
  - {id: Y, label: {en: Y, zh: 丙}, items: [ITEMS_Y]}
model:
  hypotheses:
    - {id: H1, from: A, to: M, sign: "+"}
    - {id: H2, from: M, to: Y, sign: "+"}
    - {id: H3, from: A, to: Y, sign: "+"}
  mediation:
    - {id: H4, path: [A, M, Y], sign: "+"}
  outcome: Y
"""


def small_text() -> str:
    text = SMALL
    for name in "AMY":
        items = ", ".join(
            f"{{id: {name}{k}, label: {{en: item {name}{k}, zh: 题{name}{k}}}}}" for k in (1, 2, 3)
        )
        text = text.replace(f"ITEMS_{name}", items)
    return text


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "small.yaml"
    path.write_text(small_text(), encoding="utf-8")
    return es.load_instrument(path)


@pytest.fixture(scope="module")
def holzinger():
    return es.load_instrument(ROOT / "instruments" / "holzinger.yaml")


@pytest.mark.parametrize("replicates", [150, pytest.param(2_000, marks=pytest.mark.long)])
def test_power_of_a_correlation_is_satorra_and_saris(holzinger, replicates) -> None:
    """Continuous items: the simulation must give the analytic power."""
    n = 90
    alone = replace(holzinger, hypotheses=(), outcome=None)
    found = es.power(alone, n, replicates=replicates, estimator="ML", seed=3)
    truth = "\n".join(
        f"{name} =~ " + " + ".join(f"0.75*{name}{k}" for k in (1, 2, 3)) for name in "abc"
    )
    truth += "\na ~~ 0.3*b + 0.3*c\nb ~~ 0.3*c\n"
    model = "\n".join(f"{x} =~ " + " + ".join(f"{x}{k}" for k in (1, 2, 3)) for x in "abc")
    exact = es.population_power(model + "\na ~~ 0*b\n", truth, n, df=1, std_lv=True)
    error = sqrt(exact * (1 - exact) / (3 * replicates))
    simulated = np.mean([row.power for row in found.rows if row.kind == "correlation"])
    # the Wald test of a standardized estimate and the ratio test agree to the first order only
    assert simulated == pytest.approx(exact, abs=4 * error + 0.02)


SIMPLE = """
schema: ecosurvey/instrument/1
id: simple
version: 1.0.0
title: {en: Simple, zh: 简}
languages: [en, zh]
primary_language: en
scales:
  score: {type: numeric}
defaults: {scale: score}
constructs:
  - {id: X, label: {en: X, zh: 甲}, items: [{id: X1, label: {en: x, zh: 甲题}}]}
  - {id: Y, label: {en: Y, zh: 乙}, items: [{id: Y1, label: {en: y, zh: 乙题}}]}
model:
  hypotheses: [{id: H1, from: X, to: Y, sign: "+"}]
  outcome: Y
"""


@pytest.mark.parametrize("replicates", [200, pytest.param(2_000, marks=pytest.mark.long)])
def test_power_of_a_simple_regression_is_the_textbook_one(tmp_path, replicates) -> None:
    """t test of a slope with normal x: noncentral t, averaged over the spread of x."""
    from scipy.stats import chi2, nct, t

    path = tmp_path / "simple.yaml"
    path.write_text(SIMPLE, encoding="utf-8")
    n, slope = 80, 0.3
    assumed = es.Assumptions(effects={"H1": slope})
    found = es.power(
        es.load_instrument(path),
        n,
        assumed,
        replicates=replicates,
        estimator="ML",
        seed=8,
        jobs=-1 if replicates > 500 else None,
    ).of("H1")[0]
    spread = chi2.ppf((np.arange(200) + 0.5) / 200, n - 1)  # of the sum of squares of x
    shift = slope * np.sqrt(spread / (1 - slope**2))
    limit = t.ppf(0.975, n - 2)
    exact = float(np.mean(nct.sf(limit, n - 2, shift) + nct.cdf(-limit, n - 2, shift)))
    # the normal test of the standardized slope is a little more liberal than t at this size
    error = sqrt(exact * (1 - exact) / replicates)
    assert found.power == pytest.approx(exact, abs=4 * error + 0.01)
    assert found.est == pytest.approx(slope, abs=0.02)
    assert found.se_ratio == pytest.approx(1.0, abs=0.2)


def test_estimates_are_unbiased_and_errors_right(small) -> None:
    assumed = es.Assumptions(effects={"H1": 0.4, "H2": 0.3, "H3": 0.2})
    found = es.power(small, 400, assumed, replicates=150, seed=5)
    for claim in ("H1", "H2", "H3"):
        row = found.of(claim)[0]
        assert row.est == pytest.approx(row.true, abs=0.03)
        assert row.se_ratio == pytest.approx(1.0, abs=0.2)
        assert row.coverage > 0.88
        assert row.power_lower <= row.power <= row.power_upper
        assert row.power_holm <= row.power
    assert found.of("H4")[0].true == pytest.approx(0.12)
    assert found.of("H4")[0].power > 0.8


def test_same_seed_same_result_for_any_number_of_workers(small) -> None:
    first = es.power(small, [80, 120], replicates=20, seed=7, estimator="ML")
    again = es.power(small, [120, 80, 80], replicates=20, seed=7, estimator="ML", jobs=2)
    pd.testing.assert_frame_equal(pd.DataFrame(first.rows), pd.DataFrame(again.rows))
    other = es.power(small, [80, 120], replicates=20, seed=8, estimator="ML")
    assert first.rows[0].est != other.rows[0].est


@pytest.mark.parametrize("estimator", ["ML", "MLR", "WLSMV"])
@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_every_estimator_runs_with_and_without_gaps(small, estimator, missing) -> None:
    assumed = es.Assumptions(missing=missing)
    found = es.power(small, 150, assumed, replicates=4, estimator=estimator, seed=1)
    row = found.of("fit")[0]
    assert row.used == 4 and not isnan(row.power)
    assert found.of("H1")[0].used == 4


def test_gaps_with_mlr_give_its_estimates_and_errors(small) -> None:
    """Without the scaled test, which takes most of the time, nothing else changes."""
    from ecosurvey.planning import population_of
    from ecosurvey.planning.answers import draw_sample
    from ecosurvey.planning.power import request_for

    assumed = es.Assumptions(missing=0.05)
    population = population_of(small, assumed)
    answers, _ = draw_sample(population, assumed, 200, np.random.default_rng(1))
    request = request_for("MLR", assumed)
    whole = es.sem(
        small.structural_syntax(), pd.DataFrame(answers, columns=list(population.names)),
        estimator="MLR", missing="fiml",
    )  # fmt: skip
    quick = es.sem(
        small.structural_syntax(), pd.DataFrame(answers, columns=list(population.names)),
        estimator=request.estimator, se=request.se, missing=request.missing,
    )  # fmt: skip
    for column in ("est", "se", "std_all"):
        np.testing.assert_allclose(quick.parameters[column], whole.parameters[column], rtol=1e-9)


def test_replicates_that_fail_are_counted_and_said(small) -> None:
    found = es.power(small, 12, replicates=3, estimator="ML", seed=2)
    used = found.of("H1")[0].used
    codes = {finding.code for finding in found.findings}
    assert used < 3
    assert "power_failures" in codes and "few_power_replicates" in codes


def test_the_smallest_size_lies_on_the_curve() -> None:
    a, b = -1.96, 0.16
    sizes = (100, 200, 400)
    rows = tuple(
        PowerRow("H1", "path", es.Text("a", "a"), n, 0.2, 0.2, 1.0, 0.95,
                 float(ndtr(a + b * sqrt(n))), 0.0, 1.0, 0.0, 10**8)
        for n in sizes
    )  # fmt: skip
    found = Power(rows, es.Assumptions(), 10**8, 0.05, "ML", 1)
    exact = ((0.8416212 - a) / b) ** 2
    assert found.smallest_n("H1") == pytest.approx(exact, abs=1.0)
    assert isnan(found.smallest_n("H1", 0.999999999))  # far beyond what was simulated
    with pytest.raises(OptionError, match="H1"):
        found.of("H9")


def test_a_flat_or_certain_curve_is_no_trouble() -> None:
    n = np.array([100.0, 200.0, 400.0])
    for power in (np.zeros(3), np.ones(3), np.full(3, 0.05)):
        found = power_curve(n, power, np.full(3, 500.0))
        assert np.isfinite([found.a, found.b, *found.cov.ravel()]).all()
    assert wilson(0, 0)[0] != wilson(0, 0)[0]


def test_composites_and_single_constructs_are_refused(small) -> None:
    composite = replace(small, constructs=(replace(small.constructs[0], mode="composite"),))
    with pytest.raises(InstrumentError, match="composite"):
        es.power(composite, 100, replicates=2)
    alone = replace(small, constructs=small.constructs[:1], hypotheses=(), mediations=())
    with pytest.raises(InstrumentError, match="one construct"):
        es.power(alone, 100, replicates=2)


@pytest.mark.parametrize(
    "bad", [{"n": 5}, {"n": []}, {"replicates": 1}, {"alpha": 0}, {"estimator": "PLS"}]
)
def test_options_that_make_no_sense_are_refused(small, bad) -> None:
    with pytest.raises(OptionError):
        es.power(small, **{"n": 100, "replicates": 2, **bad})


def test_the_summary_speaks_both_languages(small) -> None:
    found = es.power(small, [60, 240], replicates=10, estimator="ML", seed=1)
    assert "Sample size needed" in found.summary()
    assert "所需样本量" in found.summary("zh")
    assert list(found.to_frame()["id"])[:2] == ["H1", "H2"]


@pytest.mark.long
@pytest.mark.parametrize("estimator", ["MLR", "WLSMV"])
def test_false_alarms_are_as_many_as_claimed(small, estimator) -> None:
    assumed = es.Assumptions(effects={"H3": 0.0}, answers={"five": [0.05, 0.1, 0.2, 0.4, 0.25]})
    row = es.power(small, 400, assumed, replicates=1_000, estimator=estimator, seed=11, jobs=-1)
    assert row.of("H3")[0].power == pytest.approx(0.05, abs=4 * sqrt(0.05 * 0.95 / 1_000))


def test_claims_are_chosen_by_id_by_way_or_as_totals(small) -> None:
    assumed = es.Assumptions(effects={"H1": 0.4, "H2": 0.3, "H3": -0.2})
    settings = {"replicates": 4, "estimator": "ML", "seed": 1}
    found = es.power(small, 200, assumed, claims=["H2", "A -> M -> Y", "total A"], **settings)
    assert found.ids == ("H2", "A -> M -> Y", "total A", "fit")
    assert found.of("A -> M -> Y")[0].true == pytest.approx(0.12)
    assert found.of("total A")[0].true == pytest.approx(0.12 - 0.2)
    whole = es.power(small, 200, assumed, **settings)
    assert "total A" in whole.ids and "total M" not in whole.ids  # a single path: H2
    assert whole.of("total A")[0].est == found.of("total A")[0].est
    for bad, says in (["H9"], "H1"), (["M -> A"], "A -> B"), ([], "no claim"):
        with pytest.raises(OptionError, match=says):
            es.power(small, 200, assumed, claims=bad, **settings)


def test_a_total_effect_is_the_sum_of_its_ways(small) -> None:
    """Estimate by estimate: the mean total is the mean direct plus the mean indirect effect."""
    found = es.power(small, 150, replicates=6, estimator="ML", seed=4)
    parts = found.of("H3")[0].est + found.of("H4")[0].est
    assert found.of("total A")[0].est == pytest.approx(parts, abs=1e-12)


@pytest.mark.long
def test_the_smallest_sample_is_found_where_the_closed_form_has_it(holzinger) -> None:
    alone = replace(holzinger, hypotheses=(), outcome=None, candidates=())
    found = es.sample_size(
        alone, ["visual, textual"], 0.80, replicates=1_500, estimator="ML", seed=6, jobs=-1
    )  # fmt: skip
    truth = "a =~ .75*a1 + .75*a2 + .75*a3; b =~ .75*b1 + .75*b2 + .75*b3; a ~~ .3*b"
    model = "a =~ a1 + a2 + a3; b =~ b1 + b2 + b3; a ~~ 0*b"
    exact = next(
        n for n in range(60, 400) if es.population_power(model, truth, n, df=1, std_lv=True) >= 0.8
    )
    needed = found.needed("visual, textual")
    assert needed.lower <= needed.n <= needed.upper
    assert needed.n == pytest.approx(exact, rel=0.12)
    assert min(abs(n - needed.n) for n in found.sizes) <= 0.05 * needed.n  # it was simulated
    assert not found.interrupted


def test_a_search_ends_at_a_size_that_was_simulated(small) -> None:
    seen: list[tuple[int, int]] = []
    found = es.sample_size(
        small, ["H1"], 0.7, es.Assumptions(effect=0.4), replicates=40, estimator="ML", seed=6,
        on_progress=lambda done, wanted: seen.append((done, wanted)),
    )  # fmt: skip
    needed = found.smallest_n("H1", 0.7)
    assert 20 < needed < 200
    assert found.sizes == tuple(sorted(found.sizes)) and len(found.sizes) >= 4
    assert seen[-1][0] == seen[-1][1]
    assert "few_power_replicates" in {finding.code for finding in found.findings}


def test_a_search_goes_down_where_the_effect_is_large(small) -> None:
    large = es.Assumptions(effects={"H1": 0.7, "H2": 0.2, "H3": 0.1})
    found = es.sample_size(small, ["H1"], 0.8, large, replicates=10, estimator="ML", seed=6)
    assert min(found.sizes) < 60
    assert all(row.power >= 0.8 for row in found.of("H1") if row.n >= 100)


def test_a_size_is_not_sought_where_there_is_no_effect(small) -> None:
    none = es.Assumptions(effects={"H3": 0.0})
    settings = {"replicates": 10, "estimator": "ML", "seed": 1}
    with pytest.raises(OptionError, match="no effect"):
        es.sample_size(small, ["H3"], assumptions=none, **settings)
    with pytest.raises(OptionError, match="no claim has an effect"):
        es.sample_size(small, assumptions=es.Assumptions(effect=0.0), **settings)
    with pytest.raises(OptionError, match="not between"):
        es.sample_size(small, power=1.5, **settings)


def test_the_interval_of_a_size_covers_it() -> None:
    """Binomial draws from a known curve: 95% of the intervals hold the true size."""
    rng = np.random.default_rng(5)
    sizes, used = np.array([150.0, 300.0, 600.0]), np.full(3, 400.0)
    true = power_curve(sizes, ndtr(-1.96 + 0.15 * np.sqrt(sizes)), np.full(3, 1e9)).reaches(0.8).n
    held = 0
    for _ in range(200):
        hits = rng.binomial(400, ndtr(-1.96 + 0.15 * np.sqrt(sizes))) / 400
        found = power_curve(sizes, hits, used).reaches(0.8)
        held += found.lower <= true <= found.upper
    assert held / 200 == pytest.approx(0.95, abs=4 * sqrt(0.95 * 0.05 / 200))
