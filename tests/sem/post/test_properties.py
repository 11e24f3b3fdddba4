"""What must hold for any model: slopes, invariances, recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.sem import cfa, sem
from ecosurvey.sem.effects import effects
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.simulate import simulate
from ecosurvey.sem.standardize import STANDARDIZATIONS, standardized, standardized_values

CASES = ["hs_means", "democracy", "mimic_free", "second", "feedback", "growth", "groups_mimic"]
POPULATION = """
f =~ 0.8*x1 + 0.7*x2 + 0.6*x3
g =~ 0.7*y1 + 0.8*y2 + 0.5*y3
h =~ 0.9*z1 + 0.6*z2 + 0.7*z3
g ~ 0.5*f
h ~ 0.3*f + 0.4*g
"""
MODEL = """
f =~ x1 + x2 + x3
g =~ y1 + y2 + y3
h =~ z1 + z2 + z3
g ~ f
h ~ f + g
"""


@pytest.mark.parametrize("kind", STANDARDIZATIONS)
@pytest.mark.parametrize("name", CASES)
def test_standardized_slopes_equal_finite_differences(
    name: str, kind: str, fit_case: Callable[[str], Fit]
) -> None:
    fit = fit_case(name)
    _, slopes = standardized_values(fit.model, fit.x, kind)  # type: ignore[arg-type]
    step = 1e-6
    for index in range(len(fit.x)):
        move = np.zeros(len(fit.x))
        move[index] = step
        up, _ = standardized_values(fit.model, fit.x + move, kind)  # type: ignore[arg-type]
        down, _ = standardized_values(fit.model, fit.x - move, kind)  # type: ignore[arg-type]
        numeric = np.nan_to_num((up - down) / (2 * step))
        np.testing.assert_allclose(slopes[:, index], numeric, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["feedback", "democracy", "path"])
def test_errors_of_effects_equal_those_of_finite_differences(
    name: str, fit_case: Callable[[str], Fit]
) -> None:
    fit = fit_case(name)
    found = effects(fit).rows
    slopes = np.zeros((len(found), len(fit.x)))
    step = 1e-6
    for index in range(len(fit.x)):
        move = np.zeros(len(fit.x))
        move[index] = step
        up = effects(replace(fit, x=fit.x + move)).rows
        down = effects(replace(fit, x=fit.x - move)).rows
        change = [a.std_all - b.std_all for a, b in zip(up, down, strict=True)]
        slopes[:, index] = np.array(change) / (2 * step)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", slopes, fit.vcov, slopes))
    np.testing.assert_allclose([row.std_se for row in found], errors, rtol=1e-5, atol=1e-8)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0.05, 20), min_size=9, max_size=9), st.randoms(use_true_random=False))
def test_units_and_order_of_columns_change_nothing_standardized(
    units: list[float], shuffle: object
) -> None:
    data = simulate(POPULATION, 300, seed=11)
    first = sem(MODEL, data)
    scaled = data * np.array(units)
    columns = list(scaled.columns)
    shuffle.shuffle(columns)  # type: ignore[attr-defined]
    second = sem(MODEL, scaled[columns].sample(frac=1, random_state=1))
    one, two = standardized(first.fit), standardized(second.fit)
    np.testing.assert_allclose(one.est, two.est, atol=1e-6)
    np.testing.assert_allclose(one.se, two.se, atol=1e-6)
    mi, again = modification_indices(first.fit), modification_indices(second.fit)
    assert mi.candidates == again.candidates
    np.testing.assert_allclose(mi.mi, again.mi, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(mi.sepc_all, again.sepc_all, rtol=1e-4, atol=1e-5)


def test_marker_and_unit_variance_agree_when_standardized() -> None:
    data = simulate(POPULATION, 400, seed=12)
    one, two = sem(MODEL, data), sem(MODEL, data, std_lv=True)
    a, b = effects(one.fit, "h"), effects(two.fit, "h")
    np.testing.assert_allclose(
        [row.std_all for row in a.rows], [row.std_all for row in b.rows], atol=1e-7
    )
    np.testing.assert_allclose(
        [row.std_se for row in a.rows], [row.std_se for row in b.rows], atol=1e-6
    )


def test_population_effects_are_recovered() -> None:
    fit = sem(MODEL, simulate(POPULATION, 40_000, seed=13)).fit
    (total,) = [row for row in effects(fit, "h", "f").rows if row.kind == "total"]
    assert total.std_all == pytest.approx(0.3 + 0.4 * 0.5, abs=0.02)
    assert total.std_ci_lower < 0.5 < total.std_ci_upper


def test_left_out_loading_has_the_largest_index() -> None:
    truth = "f =~ .8*x1 + .7*x2 + .6*x3 + .4*y1; g =~ .6*y1 + .7*y2 + .8*y3 + .7*y4; f ~~ .3*g"
    model = "f =~ x1 + x2 + x3; g =~ y1 + y2 + y3 + y4"
    found = modification_indices(cfa(model, simulate(truth, 2000, seed=14)).fit).to_frame()
    assert tuple(found.loc[0, ["lhs", "op", "rhs"]]) == ("f", "=~", "y1")
    assert found.loc[0, "sepc_all"] == pytest.approx(0.4, abs=0.15)
