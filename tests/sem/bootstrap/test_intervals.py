"""Intervals are R's, the acceleration a real jackknife's, and they cover what they promise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import OptionError
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.bootstrap import KINDS, IntervalKind, bootstrap, bootstrap_intervals
from ecosurvey.sem.bootstrap.acceleration import acceleration, jackknife
from ecosurvey.sem.bootstrap.quantities import effect_terms, quantities
from ecosurvey.sem.bootstrap.refit import fixed_values, refit_of
from ecosurvey.sem.bootstrap.resample import drawn_moments
from ecosurvey.sem.effects import effects
from ecosurvey.sem.standardize import standardized
from ecosurvey.sem.values import row_values

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED = json.loads((REFERENCE / "sem_bootstrap/expected.json").read_text(encoding="utf-8"))
MEDIATION = "x2 ~ a*x1\nx3 ~ b*x2 + c*x1\nab := a*b"


@pytest.fixture(scope="module")
def hs() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "sem_post/hs.csv")


@pytest.mark.parametrize("kind", ["perc", "basic", "norm", "bc"])
def test_limits_are_lavaans(kind: IntervalKind) -> None:
    wanted = EXPECTED["intervals"]
    draws = np.array(wanted["draws"])
    lower, upper = bootstrap_intervals(draws, np.array(wanted["estimate"]), kind)
    limits = np.array([wanted["limits"][kind][side] for side in ("lower", "upper")])
    if kind == "norm":  # lavaan divides the variance of its draws by their number
        middle = limits.mean(axis=0)
        limits = middle + (limits - middle) * np.sqrt(len(draws) / (len(draws) - 1))
    np.testing.assert_allclose([lower, upper], limits, atol=1e-10)


def test_no_acceleration_makes_bca_the_bias_corrected_interval() -> None:
    wanted = EXPECTED["intervals"]
    draws, centre = np.array(wanted["draws"]), np.array(wanted["estimate"])
    zero = bootstrap_intervals(draws, centre, "bca", 0.9, np.zeros(len(centre)))
    np.testing.assert_array_equal(zero, bootstrap_intervals(draws, centre, "bc", 0.9))
    some = bootstrap_intervals(draws, centre, "bca", 0.9, np.full(len(centre), 0.05))
    assert (some[0] > zero[0]).all()
    assert (some[1] > zero[1]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.floats(0.5, 0.99))
def test_limits_follow_a_change_of_unit(seed: int, kind: IntervalKind, level: float) -> None:
    rng = np.random.default_rng(seed)
    draws = rng.gamma(3, size=(200, 1))
    centre, rate = draws.mean(axis=0), np.array([0.03])
    lower, upper = bootstrap_intervals(draws, centre, kind, level, rate)
    moved = bootstrap_intervals(5 + 2 * draws, 5 + 2 * centre, kind, level, rate)
    assert lower <= upper
    np.testing.assert_allclose(moved, (5 + 2 * lower, 5 + 2 * upper), rtol=1e-9)


def test_what_does_not_vary_has_its_value_as_interval() -> None:
    draws = np.column_stack([np.ones(50), np.full(50, np.nan)])
    lower, upper = bootstrap_intervals(draws, np.array([1.0, np.nan]))
    assert lower[0] == upper[0] == 1.0
    assert np.isnan(lower[1])
    with pytest.raises(OptionError):
        bootstrap_intervals(draws, np.ones(2), level=1.5)


def test_values_at_the_estimates_are_those_of_the_fit(hs: pd.DataFrame) -> None:
    structural = "speed =~ x7 + x8 + x9\nvisual =~ x1 + x2 + x3\nspeed ~ b*visual + sex\n"
    structural += "visual ~ a*sex\nab := a*b"
    for fit in (
        sem(structural, hs).fit,
        sem(
            structural.split("\nab")[0].replace("a*", "").replace("b*", ""), hs, group="school"
        ).fit,
        cfa("v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8 + x9\ng =~ v + t + s", hs).fit,
    ):
        terms = effect_terms(fit)
        fixed = [part[None] for part in fixed_values(fit.model)]
        found = quantities(fit.model, fit.x[None], fixed, terms)
        np.testing.assert_allclose(found.est[0], row_values(fit.model, fit.x)[0], atol=1e-12)
        np.testing.assert_allclose(found.std_all[0], standardized(fit).est, atol=1e-12)
        if terms:
            rows = effects(fit).rows
            np.testing.assert_allclose(found.effects[0], [r.est for r in rows], atol=1e-12)
            np.testing.assert_allclose(found.effects_std[0], [r.std_all for r in rows], atol=1e-12)


@pytest.mark.parametrize(
    ("estimator", "missing"), [("ML", "listwise"), ("GLS", "listwise"), ("MLR", "fiml")]
)
def test_acceleration_is_that_of_a_real_jackknife(
    estimator: str, missing: str, hs: pd.DataFrame
) -> None:
    data = hs[["x1", "x2", "x3"]]
    if missing == "fiml":
        data = data.mask(np.random.default_rng(2).random(data.shape) < 0.05)
    fit = sem(MEDIATION, data, estimator=estimator, missing=missing, fixed_x=False).fit
    refit, terms = refit_of(fit), effect_terms(fit)
    x, fixed, groups = jackknife(fit, refit)
    got = acceleration(quantities(fit.model, x, fixed, terms).joined(), groups)
    own = fit.model.moments[0]
    every = np.arange(own.n)
    left = [refit.at([drawn_moments(own, np.delete(every, row))]) for row in every]
    real = quantities(fit.model, np.stack([one.x for one in left]), fixed, terms).joined()
    want = acceleration(real, groups)
    moving = np.nanstd(real, axis=0) > 1e-8
    # first-order against full: they part by terms of order 1/N, a tenth of the acceleration
    np.testing.assert_allclose(got[moving], want[moving], atol=0.1 / np.sqrt(own.n))
    assert np.abs(want[moving]).max() > 0.02  # there is something to agree on


def test_acceleration_of_a_mean_is_its_skewness() -> None:
    values = np.random.default_rng(1).exponential(size=500)
    left_out = (values.sum() - values) / 499
    skew = np.mean((values - values.mean()) ** 3) / values.std() ** 3
    got = acceleration(left_out[:, None], np.zeros(500, dtype=np.intp))[0]
    assert got == pytest.approx(skew / (6 * np.sqrt(500)))


def test_standard_errors_are_near_those_of_theory() -> None:
    rng = np.random.default_rng(8)
    factor = np.repeat(rng.normal(size=(600, 2)) @ [[1.0, 0.5], [0.0, 0.9]], 3, axis=1)
    data = pd.DataFrame(factor + rng.normal(size=(600, 6)))
    data.columns = pd.Index([f"x{i}" for i in range(6)])
    fit = cfa("f =~ x0 + x1 + x2\ng =~ x3 + x4 + x5", data, estimator="MLR")
    found = bootstrap(fit.fit, 400, seed=1).parameters
    moving = fit.parameters["se"] > 0
    ratio = found["se"][moving] / fit.parameters["se"][moving]
    assert ratio.between(0.88, 1.12).all()  # the draws' own error is 3.5%


def test_other_intervals_come_from_the_same_draws(hs: pd.DataFrame) -> None:
    fit = sem(MEDIATION, hs)
    percentile = bootstrap(fit.fit, 200, seed=4)
    basic = percentile.with_intervals("basic", 0.9)
    assert basic.parameters.equals(
        bootstrap(fit.fit, 200, ci="basic", level=0.9, seed=4).parameters
    )
    with pytest.raises(OptionError, match="acceleration"):
        percentile.with_intervals("bca")


def test_tables_and_summary_speak_both_languages(hs: pd.DataFrame) -> None:
    fit = sem("x2 ~ x1\nx3 ~ x2", hs, group="school")
    found = bootstrap(fit.fit, 100, ci="bca", seed=4)
    assert "bias-corrected and accelerated" in found.summary()
    assert "自助" in found.summary("zh")
    assert [table.key for table in found.tables()] == ["bootstrap_parameters", "bootstrap_effects"]
    assert [label.en for _, label in found.tables()[1].groups] == ["Pasteur", "Grant-White"]
    assert "few_replicates" in {finding.code for finding in found.findings}


@pytest.mark.long
@pytest.mark.parametrize("kind", ["perc", "bca"])
def test_intervals_cover_the_indirect_effect(kind: IntervalKind) -> None:
    rng = np.random.default_rng(17)
    hits, repeats = 0, 400
    for repeat in range(repeats):
        x = rng.normal(size=200)
        m = 0.4 * x + rng.normal(size=200)
        y = 0.4 * m + rng.exponential(size=200)
        data = pd.DataFrame({"x1": x, "x2": m, "x3": y})
        effects = bootstrap(sem(MEDIATION, data).fit, 999, ci=kind, seed=repeat).parameters
        row = effects[effects["lhs"] == "ab"].iloc[0]
        hits += bool(row["ci_lower"] <= 0.16 <= row["ci_upper"])
    assert 0.92 <= hits / repeats <= 0.975
