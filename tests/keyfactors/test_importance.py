"""Relative importance and necessity agree with R and with what is published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError
from ecosurvey.keyfactors import (
    benjamini_hochberg,
    dominance,
    factor_study,
    holm,
    necessary_conditions,
    relative_importance,
    relative_weights,
)
from ecosurvey.sem import sem, simulate

REFERENCE = Path(__file__).parents[1] / "reference" / "keyfactors"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text())


@pytest.fixture(scope="module")
def swiss() -> np.ndarray:
    data = pd.read_csv(REFERENCE / "swiss.csv")
    names = [*EXPECTED["lmg"], "Fertility"]
    return np.corrcoef(data[names].to_numpy(), rowvar=False)


def test_general_dominance_equals_sequential_sums_of_squares_over_all_orders(
    swiss: np.ndarray,
) -> None:
    np.testing.assert_allclose(
        dominance(swiss).general[0], list(EXPECTED["lmg"].values()), atol=1e-12
    )


def test_general_dominance_equals_the_published_values_of_the_swiss_example(
    swiss: np.ndarray,
) -> None:
    # relaimpo's lmg for the same regression, as printed to four digits
    published = [0.0571, 0.1712, 0.2601, 0.1056, 0.1128]
    np.testing.assert_allclose(dominance(swiss).general[0], published, atol=5e-5)


def test_relative_weights_equal_those_by_singular_values(swiss: np.ndarray) -> None:
    expected = list(EXPECTED["relative_weights"].values())
    np.testing.assert_allclose(relative_weights(swiss)[0], expected, atol=1e-12)


@st.composite
def correlation_matrices(draw: st.DrawFn) -> np.ndarray:
    size = draw(st.integers(3, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    return np.corrcoef(rng.normal(size=(size, 3 * size)))


@settings(max_examples=30, deadline=None)
@given(correlation_matrices())
def test_shares_add_up_to_r_squared(matrix: np.ndarray) -> None:
    found = dominance(matrix)
    explained = matrix[-1, :-1] @ np.linalg.solve(matrix[:-1, :-1], matrix[:-1, -1])
    assert found.general.sum() == pytest.approx(explained, abs=1e-10)
    assert relative_weights(matrix).sum() == pytest.approx(explained, abs=1e-10)
    assert found.r_squared[0] == pytest.approx(explained, abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(correlation_matrices())
def test_complete_dominance_implies_conditional_and_that_general(matrix: np.ndarray) -> None:
    found = dominance(matrix)
    assert (found.conditionally | ~found.complete).all()
    larger = found.general[:, :, None] >= found.general[:, None, :] - 1e-12
    assert (larger | ~found.conditionally).all()


def test_rounding_decides_no_dominance() -> None:
    """Two factors that act through a third alone add nothing to it, each but for rounding."""
    rng = np.random.default_rng(1)
    strong, weak, way = rng.uniform((0.5, 0.1, 0.3), (0.7, 0.3, 0.7), (50, 3)).T
    matrices = np.tile(np.eye(4), (50, 1, 1))
    for one, other, value in (
        (0, 2, strong), (1, 2, weak), (0, 3, way * strong), (1, 3, way * weak), (2, 3, way),
    ):  # fmt: skip
        matrices[:, one, other] = matrices[:, other, one] = value
    found = dominance(matrices)
    assert found.complete[:, 0, 1].all()
    assert found.conditionally[:, 0, 1].all()
    assert not found.complete[:, 1, 0].any()


def test_too_many_predictors_are_refused() -> None:
    with pytest.raises(DataError, match="16 predictors"):
        dominance(np.eye(17))


def test_adjusted_p_values_equal_those_of_r() -> None:
    np.testing.assert_allclose(benjamini_hochberg(EXPECTED["p"]), EXPECTED["bh"], atol=1e-12)
    np.testing.assert_allclose(holm(EXPECTED["p"]), EXPECTED["holm"], atol=1e-12)


def test_ceilings_equal_those_of_loops_in_r() -> None:
    # made-up cases: the published example's data are the NCA package's, and could not be read
    data = pd.read_csv(REFERENCE / "nca.csv")
    found = necessary_conditions(data, "y", list(EXPECTED["nca"]), n_permutations=200, seed=1)
    for row, expected in zip(found.rows, EXPECTED["nca"].values(), strict=True):
        assert row.ce.d == pytest.approx(expected["ce"], abs=1e-12)
        assert row.cr.d == pytest.approx(expected["cr"], abs=1e-6)  # R's area is on a grid
        assert row.cr.accuracy == pytest.approx(expected["accuracy"], abs=1e-12)


def test_ceilings_worked_by_hand() -> None:
    data = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 4] * 2, "y": [1.0, 1, 3, 2, 5, 0] * 2})
    (row,) = necessary_conditions(data, "y", ["x"], n_permutations=20, seed=1).rows
    # scope 4 by 5; the steps lie at 1, 1, 3, 3: empty are 4 + 4 + 2 + 2 of 20
    assert row.ce.d == pytest.approx(12 / 20)
    # peers (0, 1), (2, 3), (4, 5) lie on y = 1 + x: empty is the triangle 4 * 4 / 2
    assert row.cr.d == pytest.approx(8 / 20)
    assert row.cr.accuracy == 1
    assert row.ce.accuracy == 1


def test_the_bottleneck_worked_by_hand() -> None:
    data = pd.DataFrame({"x": [0, 2, 4, 6, 8, 10] * 2, "y": [0, 2, 4, 6, 8, 10] * 2})
    found = necessary_conditions(data, "y", ["x"], n_permutations=20, seed=1)
    # 25 squares of 2 by 2 make up the scope; 15 of them lie above the steps
    assert found.rows[0].ce.d == pytest.approx(0.6)
    needed = found.bottleneck()[:, 0]
    np.testing.assert_allclose(needed[[2, 4, 6, 8, 10]], [20, 40, 60, 80, 100])
    assert np.isnan(needed[0])


def test_the_worst_row_is_looked_for_however_many_lie_at_the_edges() -> None:
    # 300 rows share the lowest x; the row that alone makes the empty corner comes after them
    data = pd.DataFrame({"x": [0.0] * 300 + [1.0, 2.0], "y": [0.0, 1.0] * 150 + [1.0, 10.0]})
    (row,) = necessary_conditions(data, "y", ["x"], n_permutations=20, seed=1).rows
    assert row.ce.d == pytest.approx(0.9)  # 9 of 10, over all of the scope
    assert row.d_without_peers == 0


def test_an_unrelated_condition_is_seldom_called_necessary() -> None:
    rng = np.random.default_rng(3)
    called = 0
    for seed in range(40):
        data = pd.DataFrame(rng.random((80, 2)), columns=["x", "y"])
        found = necessary_conditions(data, "y", ["x"], n_permutations=99, seed=seed)
        called += found.rows[0].pvalue < 0.05
    assert called <= 6  # 2 expected; 7 or more has probability 0.003


def test_what_cannot_be_analysed_is_named() -> None:
    data = pd.DataFrame({"x": np.ones(20), "y": np.arange(20.0)})
    with pytest.raises(DataError, match="'x' is the same in every row"):
        necessary_conditions(data, "y", ["x"])
    with pytest.raises(DataError, match="'z' is not a column"):
        necessary_conditions(data, "y", ["z"])


def test_observed_variables_give_ordinary_regression_on_both_sides() -> None:
    rng = np.random.default_rng(4)
    a, b, e = rng.normal(size=(3, 300))
    data = pd.DataFrame({"a": a, "b": b + 0.5 * a, "y": 0.5 * a + 0.3 * b + e})
    found = relative_importance(sem("y ~ a + b", data), "y", scores=data, seed=1)
    for row in found.rows:
        assert row.beta == pytest.approx(row.ols_beta, abs=1e-6)
        assert row.general == pytest.approx(row.ols_general, abs=1e-6)
        assert row.general_lower < row.general < row.general_upper
    r = np.corrcoef(data["a"], data["b"])[0, 1]
    assert found.rows[0].vif == pytest.approx(1 / (1 - r**2))


def test_draws_that_are_correlations_of_no_variables_are_left_out() -> None:
    sample = Path(__file__).parents[2] / "data" / "sample" / "bfi.csv"
    people = pd.read_csv(sample).head(120)
    text = "\n".join(f"{c} =~ {' + '.join(f'{c}{k}' for k in range(1, 6))}" for c in "ACENO")
    fit = sem(f"{text}\nN ~ A + C + E + O", people, estimator="MLR", missing="fiml")
    found = relative_importance(fit, "N", seed=1)
    assert found.n_draws < 500
    assert [finding.code for finding in found.findings] == ["importance_draws_lost"]
    for row in found.rows:
        assert 0 <= row.general_lower <= row.general_upper <= 1
        assert 0 <= row.weight_lower <= row.weight_upper <= 1


def test_factors_that_correlate_beyond_what_is_possible_are_not_divided() -> None:
    data = simulate(
        "A =~ .5*a1 + .6*a2 + .5*a3; B =~ .6*b1 + .5*b2 + .4*b3; Y =~ .6*y1 + .6*y2 + .5*y3;"
        "A ~~ .97*B; Y ~ .3*A + .1*B",
        80,
        seed=20,
    )
    fit = sem("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B", data)
    assert abs(fit.latent_correlations.loc["A", "B"]) > 1
    with pytest.raises(DataError, match="not those of any variables"):
        relative_importance(fit, "Y", seed=1)
    study = factor_study(fit, "Y", n_draws=100, n_permutations=10, seed=1)
    assert study.importance is None
    assert "importance_left_out" in {finding.code for finding in study.findings}
    assert all(np.isnan(row.partial_r2) for row in study.confounding.rows)
