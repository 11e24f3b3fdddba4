"""The search arrives where there is a solution, from far and near, and says so where not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.sem import cfa, growth, sem
from ecosurvey.sem.optimizer import objective, score, start_values
from ecosurvey.sem.optimizer.trust import trust_step

FULL = {
    "three factors": "a =~ v00+v01+v02\nb =~ v10+v11+v12\nc =~ v20+v21+v22",
    "second order": "a =~ v00+v01+v02\nb =~ v10+v11+v12\nc =~ v20+v21+v22\ng =~ a+b+c",
    "paths": "a =~ v00+v01+v02\nb =~ v10+v11+v12\nc =~ v20+v21+v22\nb ~ a\nc ~ a+b",
    "two indicators": "a =~ v00+v01\nb =~ v10+v11\nc =~ v20+v21\nb ~ a\nc ~ a+b",
    "cross-loadings": "a =~ v00+v01+v02+v10\nb =~ v10+v11+v12+v20\nc =~ v20+v21+v22",
    "observed only": "v01 ~ v00 + v10\nv02 ~ v01 + v11",
    "residuals": "a =~ v00+v01+v02\nb =~ v10+v11+v12\nv00 ~~ v10\nv01 ~~ v11",
}


def population(seed: int, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(np.zeros(3), 0.6 * np.eye(3) + 0.4, size=n)
    columns = {}
    for j in range(3):
        for i in range(3):
            loading = rng.uniform(0.5, 0.9)
            noise = np.sqrt(1 - loading**2) * rng.standard_normal(n)
            columns[f"v{j}{i}"] = loading * factors[:, j] + noise
    return pd.DataFrame(columns)


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS", "DWLS", "WLS"])
@pytest.mark.parametrize("model", FULL.values(), ids=list(FULL))
def test_the_gradient_vanishes_at_the_solution(model: str, estimator: str) -> None:
    fit = sem(model, population(1), estimator=estimator)
    assert fit.converged
    assert fit.fit.iterations < 30
    assert np.abs(fit.fit.gradient).max() < 1e-9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), scale=st.floats(0.3, 3.0))
def test_other_starts_lead_to_the_same_solution(seed: int, scale: float) -> None:
    fit = cfa(FULL["three factors"], population(2)).fit
    rng = np.random.default_rng(seed)
    start = start_values(fit.model) * np.exp(scale * rng.uniform(-0.5, 0.5, fit.model.n_par))
    aim = objective(fit.model, "ML")
    if not np.isfinite(aim.at(start).value):
        return
    again = score(aim, start, fit.model.constraints.basis)
    assert again.converged
    np.testing.assert_allclose(again.x, fit.x, atol=1e-8)


def test_items_keyed_against_their_factor_are_no_trouble() -> None:
    data = population(3)
    data["v01"] *= -1
    data["v02"] *= -1
    fit = cfa(FULL["three factors"], data)
    assert fit.converged
    assert fit.parameters["est"][1] < 0
    other = cfa(FULL["three factors"], population(3))
    assert fit.fit.objective == pytest.approx(other.fit.objective, rel=1e-10)


def test_a_marker_that_hardly_loads_is_no_trouble() -> None:
    rng = np.random.default_rng(0)
    data = population(4)
    data["v00"] = 0.1 * data["v01"] + rng.standard_normal(len(data))
    fit = cfa(FULL["three factors"], data)
    unit = cfa(FULL["three factors"], data, std_lv=True)
    assert fit.converged
    assert fit.fit.objective == pytest.approx(unit.fit.objective, rel=1e-9)


def test_a_growth_curve_needs_no_start_values() -> None:
    rng = np.random.default_rng(1)
    rise = rng.normal(1, 0.5, (300, 1)) * np.arange(4)
    waves = rng.normal(3, 1, (300, 1)) + rise + rng.normal(0, 0.5, (300, 4))
    model = "i =~ 1*t1+1*t2+1*t3+1*t4\ns =~ 0*t1+1*t2+2*t3+3*t4"
    fit = growth(model, pd.DataFrame(waves, columns=["t1", "t2", "t3", "t4"]))
    assert fit.converged
    assert fit.fit.iterations < 10


def test_start_values_of_the_user_are_where_the_search_begins() -> None:
    fit = cfa("a =~ v00 + start(0.123)*v01 + v02", population(1))
    free = next(row.free for row in fit.table.rows if row.rhs == "v01")
    assert start_values(fit.fit.model)[free - 1] == 0.123


def test_feedback_loops_converge() -> None:
    model = "a =~ v00+v01+v02\nb =~ v10+v11+v12\nb ~ a + v20\na ~ b + v21"
    rng = np.random.default_rng(9)
    data = population(5, 1000)
    x, y = rng.standard_normal((2, 1000))
    data["v20"], data["v21"] = x, y
    for i in range(3):
        data[f"v0{i}"] += 0.5 * y
        data[f"v1{i}"] += 0.5 * x
    assert sem(model, data).converged


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    radius=st.floats(0.01, 10.0),
    shift=st.floats(-2, 2),
    steep=st.sampled_from([1.0, 1e-3, 1e-8]),
)
def test_no_step_within_the_sphere_is_better(
    seed: int, radius: float, shift: float, steep: float
) -> None:
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((4, 4))
    matrix = root @ root.T / 4 - shift * np.eye(4)
    slope = steep * rng.standard_normal(4)

    def value(step: np.ndarray) -> float:
        return float(slope @ step + 0.5 * step @ matrix @ step)

    step = trust_step(matrix, slope, radius)
    assert np.linalg.norm(step) <= radius * (1 + 1e-9)
    others = rng.standard_normal((300, 4))
    others *= radius * rng.uniform(0, 1, (300, 1)) / np.linalg.norm(others, axis=1, keepdims=True)
    along = radius * np.linalg.eigh(matrix)[1].T
    best = min(value(other) for other in (*others, *along, *-along))
    assert value(step) <= best + 1e-2 * abs(best) + 1e-9


RUGGED = Path(__file__).parents[2] / "reference" / "sem_rugged"


@pytest.mark.parametrize("index", range(4))
def test_where_the_likelihood_falls_without_bound_lavaans_minimum_is_found(index: int) -> None:
    case = json.loads((RUGGED / "moments.json").read_text("utf-8"))[index]
    said = json.loads((RUGGED / "expected.json").read_text("utf-8"))[index]
    cov = pd.DataFrame(case["cov"], case["names"], case["names"])
    fit = sem(case["model"], cov=(cov + cov.T) / 2, n=case["n"])
    assert fit.converged
    # such solutions lie in flat valleys where lavaan stops early: ours may be lower, not higher
    assert fit.fit_measures["chisq"] <= said["chisq"] * (1 + 1e-6)
    assert fit.fit_measures["chisq"] == pytest.approx(said["chisq"], rel=1e-3)
    assert "negative_variance" in {f.code for f in fit.findings} or any(
        f.code == "latent_correlation_beyond_one" for f in fit.findings
    )


def test_a_search_that_cannot_arrive_names_the_factor_that_vanishes() -> None:
    rng = np.random.default_rng(3)
    data = population(1, 60)
    data["v00"] = rng.standard_normal(60)
    data["v00"] -= (
        data[["v01", "v02"]].to_numpy()
        @ np.linalg.lstsq(data[["v01", "v02"]].to_numpy(), data["v00"].to_numpy(), rcond=None)[0]
    )
    fit = cfa("a =~ v00 + v01 + v02", data)
    assert not fit.converged
    found = next(f for f in fit.findings if f.code == "not_converged")
    assert "a (v00)" in found.message.en
    assert "a (v00)" in found.message.zh
    assert fit.parameters["se"].isna().all()
