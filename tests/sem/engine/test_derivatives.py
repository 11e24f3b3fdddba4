"""Derivatives equal finite differences, for random models and every loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosurvey.sem.fit import implied, jacobian
from ecosurvey.sem.implied import vech
from ecosurvey.sem.loss import LOSSES
from ecosurvey.sem.optimizer import objective

SEEDS = st.integers(0, 10_000)
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WIDTH = 1e-5


def differences(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    first = np.atleast_1d(function(x))
    found = np.full((len(first), len(x)), np.nan)  # a column not written stays NaN and fails
    for index in range(len(x)):
        shift = np.zeros(len(x))
        shift[index] = WIDTH
        ahead, behind = function(x + shift), function(x - shift)
        ahead2, behind2 = function(x + 2 * shift), function(x - 2 * shift)
        found[:, index] = (8 * (ahead - behind) - (ahead2 - behind2)) / (12 * WIDTH)
    return found


def close(found: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(found / scale, expected / scale, atol=2e-8, rtol=1e-6)


@QUICK
@given(seed=SEEDS)
def test_the_moments_jacobian_equals_finite_differences(seed: int, case_of) -> None:
    case = case_of(seed)
    means = case.model.meanstructure

    def stacked(x: NDArray[np.float64]) -> NDArray[np.float64]:
        moments = implied(case.model, x)[0]
        covariances = vech(moments.sigma)
        return np.concatenate([moments.mu, covariances]) if means else covariances

    close(jacobian(case.model, case.x)[0], differences(stacked, case.x))


@pytest.mark.parametrize("loss", LOSSES)
@QUICK
@given(seed=SEEDS)
def test_gradient_and_hessian_equal_finite_differences(seed: int, loss: str, case_of) -> None:
    case = case_of(seed, unbiased=loss != "ML", groups=1 + seed % 2)
    if loss == "WLS":  # its weight needs more rows than moments
        size = len(case.model.table.observed)
        if size * (size + 3) // 2 >= 80:
            return
    aim = objective(case.model, loss)
    point = aim.at(case.x)
    if not np.isfinite(point.value):
        return
    close(
        point.gradient()[None],
        differences(lambda x: np.array([aim.at(x).value]), case.x),
    )
    close(point.hessian(), differences(lambda x: aim.at(x).gradient(), case.x))


@pytest.mark.parametrize("loss", ["ML", "GLS", "ULS"])  # WLS weighs by rows, not by moments
def test_at_moments_that_fit_the_scoring_matrix_is_the_hessian(loss: str, case_of) -> None:
    from dataclasses import replace

    case = case_of(4, unbiased=loss != "ML")
    exact = implied(case.model, case.x)[0]
    moments = replace(case.model.moments[0], cov=exact.sigma, mean=exact.mu)
    model = replace(case.model, moments=(moments,))
    point = objective(model, loss).at(case.x)
    assert abs(point.value) < 1e-12
    close(point.scoring_matrix(), point.hessian())
