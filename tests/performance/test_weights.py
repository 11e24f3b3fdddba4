"""Weights against published worked examples, computed anew in R, and against their definitions.

Where the published digits were read: none of the papers could be opened. Matrices and weights of
Xu (2004), doi:10.1016/S0377-2217(03)00146-2, Zavadskas & Podvezko (2016),
doi:10.1142/S0219622016500036, and Tus & Aytac Adali (2019), doi:10.1007/s12597-019-00371-6,
stand alike, each with its paper named, in the test suites of pyrepo-mcda, of objective-weights-mcda
and of a third project; those of Saaty (1990), doi:10.1016/0377-2217(90)90057-I, table 2, in two
projects' tests, and the matrix in two more. They are evidence of what was printed, no more; that
the arithmetic is right is what R's columns, made from the formulae alone, are for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecosurvey as es
from ecosurvey.performance.weights import (
    aggregate,
    ahp,
    critic_weights,
    entropy_weights,
    model_weights,
)
from tolerances import ESTIMATE

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "performance" / "expected.json").read_text()
)


@pytest.mark.parametrize(
    ("name", "published"),
    [("four", [0.4630, 0.3992, 0.1378, 0.0]), ("offers", [0.1146, 0.1981, 0.4185, 0.2689])],
)
def test_entropy_weights_are_those_published_and_those_of_r(
    name: str, published: list[float]
) -> None:
    found = entropy_weights(EXPECTED[name]["matrix"])
    np.testing.assert_allclose(found, EXPECTED[name]["entropy"], atol=ESTIMATE)
    np.testing.assert_allclose(found, published, atol=5.1e-5)  # printed with four digits


def test_critic_weights_are_those_published_and_those_of_r() -> None:
    found = critic_weights(EXPECTED["software"]["matrix"])
    np.testing.assert_allclose(found, EXPECTED["software"]["critic"], atol=ESTIMATE)
    np.testing.assert_allclose(found, [0.157, 0.249, 0.168, 0.121, 0.154, 0.151], atol=5.1e-4)


def test_saatys_house_has_its_published_weights_and_consistency() -> None:
    house = EXPECTED["house"]
    found = ahp(house["matrix"])
    np.testing.assert_allclose(found.weights, house["weights"], atol=ESTIMATE)
    assert found.largest_eigenvalue == pytest.approx(house["lambda"], abs=ESTIMATE)
    assert found.consistency_ratio == pytest.approx(house["cr"], abs=ESTIMATE)
    published = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    np.testing.assert_allclose(found.weights, published, atol=5.1e-4)
    assert found.largest_eigenvalue == pytest.approx(9.669, abs=5.1e-4)
    assert found.consistency_ratio == pytest.approx(0.169, abs=5.1e-4)
    assert not found.consistent


def test_experts_are_put_together_by_geometric_means() -> None:
    group = EXPECTED["group"]
    together = aggregate([group["one"], group["other"]])
    np.testing.assert_allclose(together, group["mean"], atol=ESTIMATE)
    found = ahp(together)
    np.testing.assert_allclose(found.weights, group["weights"], atol=ESTIMATE)
    assert found.consistency_ratio == pytest.approx(group["cr"], abs=ESTIMATE)
    assert found.consistent


def test_consistent_comparisons_give_back_their_weights() -> None:
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    found = ahp(weights[:, None] / weights)
    np.testing.assert_allclose(found.weights, weights, atol=1e-12)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1, 3], [1, 1]], "row 1, column 2 is 3, but the other way round stands 1"),
        ([[1, -3], [-1 / 3, 1]], "not a positive number"),
        ([[1, 2, 3]], "square"),
    ],
)
def test_comparisons_that_cannot_be_are_refused(matrix: list[list[float]], said: str) -> None:
    with pytest.raises(es.DataError, match=said):
        ahp(matrix)


def test_a_criterion_on_which_units_do_not_differ_has_no_weight() -> None:
    matrix = [[60.0, 50, 40], [60, 70, 45], [60, 40, 50]]
    for weights in (entropy_weights, critic_weights):
        found = weights(matrix)
        assert found[0] == pytest.approx(0, abs=1e-12)
        assert found.sum() == pytest.approx(1)
        np.testing.assert_allclose(weights([[5.0, 5, 5]] * 3), 1 / 3)


def test_tables_with_gaps_or_without_units_are_refused() -> None:
    for weights in (entropy_weights, critic_weights):
        with pytest.raises(es.DataError, match="two units"):
            weights([[1.0, 2.0]])
        with pytest.raises(es.DataError, match="gaps"):
            weights([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(es.DataError, match="not negative"):
        entropy_weights([[1.0, -2.0], [2.0, 3.0]])


MODEL = """
a =~ 0.8*a1 + 0.7*a2 + 0.5*a3
b =~ 0.8*b1 + 0.7*b2 + 0.6*b3
y =~ 0.8*y1 + 0.7*y2 + 0.6*y3
b ~ 0.5*a
y ~ 0.4*b + 0.3*a
"""


def test_model_weights_are_loadings_and_total_effects() -> None:
    fit = es.sem(
        "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\ny =~ y1 + y2 + y3\nb ~ a\ny ~ b + a",
        es.simulate(MODEL, 400, seed=3),
    )
    found = model_weights(fit, ["a", "b"], "y")
    rows = fit.parameters.set_index(["lhs", "op", "rhs"])["std_all"]
    total_a = rows["y", "~", "a"] + rows["b", "~", "a"] * rows["y", "~", "b"]
    total_b = rows["y", "~", "b"]
    assert found.totals == pytest.approx({"a": total_a, "b": total_b})
    assert found.constructs["a"] == pytest.approx(total_a / (total_a + total_b))
    loads = [rows["a", "=~", item] for item in ("a1", "a2", "a3")]
    assert found.items["a"]["a1"] == pytest.approx(loads[0] / sum(loads))
    some = model_weights(fit, ["a"], items=["a1", "a3"])
    assert sum(some.items["a"].values()) == pytest.approx(1)
    assert some.items["a"]["a3"] == pytest.approx(loads[2] / (loads[0] + loads[2]))


def test_an_effect_against_its_direction_counts_nothing() -> None:
    fit = es.sem(
        "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\ny =~ y1 + y2 + y3\nb ~ a\ny ~ b + a",
        es.simulate(MODEL, 400, seed=3),
    )
    found = model_weights(fit, ["a", "b"], "y", negative=["b"])
    assert found.constructs["b"] == pytest.approx(0)
    assert [one.code for one in found.findings] == ["effect_against_its_sign"]
    with pytest.raises(es.DataError, match="no construct has an effect"):
        model_weights(fit, ["a", "b"], "y", negative=["a", "b"])
    with pytest.raises(es.DataError, match="nothing leads from y to 'b'"):
        model_weights(fit, ["y"], "b")
