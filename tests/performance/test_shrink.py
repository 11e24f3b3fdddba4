"""Shrinkage against metafor and lme4, against statsmodels, and its intervals' coverage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ecosurvey as es
from ecosurvey.performance.shrink import shrink_means, shrunk_many

FOLDER = Path(__file__).parents[1] / "reference" / "performance"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
ERRORS: list[dict[str, Any]] = json.loads((FOLDER / "errors.json").read_text())


@pytest.mark.parametrize("case", EXPECTED["shrinkage"], ids=lambda case: f"k{len(case['y'])}")
def test_estimates_are_metafors(case: dict[str, Any]) -> None:
    found = shrink_means(case["y"], case["psi"])
    assert found.tau2 == pytest.approx(case["tau2"], abs=1e-6 * max(1, case["tau2"]))
    assert found.mean == pytest.approx(case["mean"], abs=1e-6)
    assert found.mean_se == pytest.approx(case["mean_se"], abs=1e-6)
    np.testing.assert_allclose(found.estimates, case["blup"], atol=1e-5)


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: f"k{len(case['y'])}")
def test_errors_are_those_of_rs_integrals_over_the_variance(case: dict[str, Any]) -> None:
    found = shrink_means(case["y"], case["psi"])
    error = np.array(case["variance"]) + (np.array(case["mean"]) - found.estimates) ** 2
    # estimates of REML agree with metafor's to 1e-5 at best: so does what is formed with them
    np.testing.assert_allclose(found.se**2, error, rtol=1e-6)


def test_many_sets_are_shrunk_as_each_alone() -> None:
    rng = np.random.default_rng(4)
    means, variances = rng.normal(60, 3, (20, 6)), 300 / rng.integers(5, 60, (20, 6))
    each = [shrink_means(m, v).estimates for m, v in zip(means, variances, strict=True)]
    np.testing.assert_allclose(shrunk_many(means, variances), each, atol=1e-9)
    np.testing.assert_array_equal(shrunk_many(means[:, :2], variances[:, :2]), means[:, :2])


def test_balanced_answers_give_lme4s_and_statsmodels_predictions() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    case = EXPECTED["balanced"]
    frame = pd.DataFrame({"y": case["y"], "unit": case["unit"]})
    groups = frame.groupby("unit")["y"]
    within = float((groups.var(ddof=1)).mean())
    found = shrink_means(groups.mean(), np.full(groups.ngroups, within / 25))
    assert within == pytest.approx(case["sigma2"], rel=1e-5)
    # lme4 stops its search of the ratio of variances at about 1e-6
    assert found.tau2 == pytest.approx(case["tau2"], rel=1e-4)
    np.testing.assert_allclose(found.estimates, case["blup"], atol=1e-3)
    mixed = MixedLM(frame["y"], np.ones(len(frame)), frame["unit"]).fit(reml=True)
    assert found.tau2 == pytest.approx(float(mixed.cov_re.iloc[0, 0]), rel=1e-3)
    random = np.array([float(one.iloc[0]) for one in mixed.random_effects.values()])
    np.testing.assert_allclose(found.estimates, mixed.fe_params.iloc[0] + random, atol=1e-3)


def test_small_units_are_drawn_to_the_mean_and_large_ones_stay() -> None:
    found = shrink_means([40.0, 60.0, 62.0, 80.0, 58.0], [1.0, 1.0, 1.0, 200.0, 1.0])
    assert found.reliability[3] < 0.6 < 0.95 < found.reliability[0]
    assert found.mean < found.estimates[3] < 80


def test_units_that_differ_by_chance_alone_share_one_estimate() -> None:
    found = shrink_means([60.0, 60.1, 59.9, 60.05], [4.0, 9.0, 4.0, 1.0])
    assert found.tau2 == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.estimates, found.mean)
    assert (found.se > 0).all()


def test_with_two_units_nothing_is_shrunk() -> None:
    found = shrink_means([50.0, 70.0], [4.0, 1.0])
    assert found.estimates.tolist() == [50.0, 70.0]
    assert found.se.tolist() == [2.0, 1.0]
    assert found.reliability.tolist() == [1.0, 1.0]


def test_what_is_no_mean_is_refused() -> None:
    for means, variances in (([1.0, np.nan], [1.0, 1.0]), ([1.0, 2.0], [1.0, -1.0]), ([], [])):
        with pytest.raises(es.DataError):
            shrink_means(means, variances)


number = st.floats(0, 100, allow_subnormal=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(number, st.floats(1e-3, 1e3)), min_size=3, max_size=25))
def test_estimates_lie_between_the_unit_and_the_mean(units: list[tuple[float, float]]) -> None:
    means, variances = (np.array(part) for part in zip(*units, strict=True))
    found = shrink_means(means, variances)
    low, high = np.minimum(means, found.mean), np.maximum(means, found.mean)
    assert (found.estimates >= low - 1e-6).all()
    assert (found.estimates <= high + 1e-6).all()
    assert ((found.reliability >= 0) & (found.reliability <= 1)).all()
    assert np.isfinite(found.se).all()
    assert found.tau2 >= 0


@pytest.mark.long
@pytest.mark.parametrize("units", [3, 4, 5, 8, 15, 40])
@pytest.mark.parametrize("tau", [0.5, 2.0, 5.0, 10.0])
def test_intervals_cover_as_often_as_they_say(units: int, tau: float) -> None:
    """At least the nominal share but for the error of the simulation, and no idle wideness."""
    rng = np.random.default_rng(5)
    hits, widths = [], []
    for _ in range(600):
        truth = rng.normal(60, tau, units)
        psi = 18**2 / rng.integers(5, 60, units)
        found = shrink_means(rng.normal(truth, np.sqrt(psi)), psi)
        hits.append(((found.lower <= truth) & (truth <= found.upper)).mean())
        widths.append(((found.upper - found.lower) / (2 * 1.96 * np.sqrt(psi))).mean())
    # one interval is lower than its expectation by 3 errors with a chance of .001; there are 24
    assert np.mean(hits) >= 0.95 - 3 * np.std(hits) / np.sqrt(len(hits))
    assert np.mean(widths) < 1.05  # hardly wider than without borrowing from other units
    if tau >= 10:  # units clearly differ: nothing is left to be careful about
        assert np.mean(hits) <= 0.965
