"""Constraints hold at the solution, and the solution is the best that meets them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import EcosurveyError, ModelSyntaxError
from ecosurvey.sem import cfa, sem


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 400
    f = rng.standard_normal((n, 1))
    items = f * [0.9, 0.8, 0.7, 0.6] + rng.standard_normal((n, 4)) * 0.7
    return pd.DataFrame(items, columns=["x1", "x2", "x3", "x4"])


def estimate(fit, label: str) -> float:
    frame = fit.parameters
    return float(frame.loc[frame["label"] == label, "est"].iloc[0])


def test_equal_labels_are_equal_and_cost_a_parameter(data) -> None:
    fit = cfa("f =~ x1 + a*x2 + a*x3 + x4", data)
    frame = fit.parameters.set_index("rhs")
    assert frame.loc["x2", "est"].iloc[0] == pytest.approx(frame.loc["x3", "est"].iloc[0])
    assert fit.fit.test.df == 3
    assert fit.fit_measures["npar"] == 7


def test_a_linear_constraint_holds_and_the_gradient_leans_on_it(data) -> None:
    fit = cfa("f =~ x1 + a*x2 + b*x3 + c*x4\na + b == 2*c + 0.3", data)
    a, b, c = (estimate(fit, name) for name in "abc")
    assert a + b == pytest.approx(2 * c + 0.3, abs=1e-12)
    basis = fit.fit.model.constraints.basis
    np.testing.assert_allclose(basis.T @ fit.fit.gradient, 0, atol=1e-10)
    assert np.abs(fit.fit.gradient).max() > 1e-4


def test_fixing_by_a_constraint_is_fixing(data) -> None:
    fixed = cfa("f =~ x1 + 0.7*x2 + x3 + x4", data)
    held = cfa("f =~ x1 + a*x2 + x3 + x4\na == 0.7", data)
    assert held.fit.objective == pytest.approx(fixed.fit.objective, rel=1e-12)
    assert held.fit.test.df == fixed.fit.test.df
    se = held.parameters["se"]
    assert se[1] == pytest.approx(0, abs=1e-10)
    np.testing.assert_allclose(se[2:], fixed.parameters["se"][2:], rtol=1e-8)


def test_a_nonlinear_constraint_is_a_reparametrization(data) -> None:
    bent = cfa("f =~ x1 + a*x2 + b*x3 + x4\nb == a^2", data)
    a, b = estimate(bent, "a"), estimate(bent, "b")
    assert b == pytest.approx(a**2, abs=1e-10)
    assert bent.fit.test.df == 3
    assert bent.converged
    best = min(
        cfa(f"f =~ x1 + {v}*x2 + {v**2}*x3 + x4", data).fit.objective
        for v in (a - 1e-3, a, a + 1e-3)
    )
    assert bent.fit.objective == pytest.approx(best, abs=1e-9)
    slope = bent.fit.vcov
    first, second = bent.table.rows[1].free - 1, bent.table.rows[2].free - 1
    assert np.sqrt(slope[second, second]) == pytest.approx(
        2 * a * np.sqrt(slope[first, first]), rel=1e-5
    )


def test_an_inequality_that_binds_is_an_equality_and_one_that_does_not_is_nothing(data) -> None:
    free = cfa("f =~ x1 + a*x2 + x3 + x4", data)
    value = estimate(free, "a")
    loose = cfa(f"f =~ x1 + a*x2 + x3 + x4\na > {value - 0.2}", data)
    assert loose.fit.objective == pytest.approx(free.fit.objective, rel=1e-12)
    np.testing.assert_allclose(loose.parameters["se"], free.parameters["se"], rtol=1e-7)
    tight = cfa(f"f =~ x1 + a*x2 + x3 + x4\na > {value + 0.2}", data)
    assert tight.converged
    assert estimate(tight, "a") == pytest.approx(value + 0.2, abs=1e-9)
    fixed = cfa(f"f =~ x1 + {value + 0.2}*x2 + x3 + x4", data)
    assert tight.fit.objective == pytest.approx(fixed.fit.objective, rel=1e-9)
    assert tight.fit.test.df == free.fit.test.df


def test_a_variance_can_be_kept_positive() -> None:
    names = ["x1", "x2", "x3"]
    cov = pd.DataFrame(
        [[1.0, 0.7, 0.7], [0.7, 1.0, 0.3], [0.7, 0.3, 1.0]], index=names, columns=names
    )
    fit = cfa("f =~ x1 + x2 + x3\nx1 ~~ v*x1\nv > 0.01", cov=cov, n=200)
    assert fit.converged
    assert estimate(fit, "v") == pytest.approx(0.01, abs=1e-8)
    assert "negative_variance" not in {f.code for f in fit.findings}


def test_constraints_may_speak_of_definitions(data) -> None:
    fit = cfa("f =~ x1 + a*x2 + b*x3 + x4\nsum := a + b\nsum == 1.5", data)
    assert estimate(fit, "a") + estimate(fit, "b") == pytest.approx(1.5, abs=1e-10)


def test_the_constraints_option_adds_lines(data) -> None:
    one = cfa("f =~ x1 + a*x2 + b*x3 + x4\na == b", data)
    other = cfa("f =~ x1 + a*x2 + b*x3 + x4", data, constraints="a == b")
    assert one.fit.objective == other.fit.objective


def test_contradicting_constraints_are_refused(data) -> None:
    with pytest.raises(ModelSyntaxError, match="contradict"):
        cfa("f =~ x1 + a*x2 + x3 + x4\na == 1\na == 2", data)


def test_unknown_labels_are_refused(data) -> None:
    with pytest.raises(EcosurveyError, match="zz"):
        cfa("f =~ x1 + a*x2 + x3 + x4\na == zz", data)


def test_a_covariate_whose_variance_is_written_is_estimated_and_may_be_held(data) -> None:
    fit = sem("x1 ~ b*x2\nx2 ~~ v*x2\nb == v", data)
    assert estimate(fit, "b") == pytest.approx(estimate(fit, "v"), abs=1e-10)


def test_definitions_have_delta_method_errors(data) -> None:
    fit = cfa("f =~ x1 + a*x2 + b*x3 + x4\nratio := a / b\n", data)
    a, b = estimate(fit, "a"), estimate(fit, "b")
    cov = fit.vcov.loc[["f =~ x2", "f =~ x3"], ["f =~ x2", "f =~ x3"]].to_numpy()
    slope = np.array([1 / b, -a / b**2])
    row = fit.parameters[fit.parameters["op"] == ":="].iloc[0]
    assert row["est"] == pytest.approx(a / b, rel=1e-12)
    assert row["se"] == pytest.approx(float(np.sqrt(slope @ cov @ slope)), rel=1e-10)
