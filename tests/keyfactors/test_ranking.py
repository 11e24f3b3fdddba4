"""Factors are ranked by total effect, and the doubt about the order is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.keyfactors import key_factors
from ecosurvey.keyfactors.draws import parameter_draws, standardized_totals
from ecosurvey.sem import SemResult, sem

MODEL = "m ~ a + b\ny ~ m + b + c"


def _data(n: int, *, c: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    a, b, other = rng.normal(size=(3, n))
    m = 0.6 * a + 0.3 * b + rng.normal(size=n)
    y = 0.5 * m + 0.2 * b + c * other + rng.normal(size=n)
    return pd.DataFrame({"a": a, "b": b, "c": other, "m": m, "y": y})


@pytest.fixture(scope="module")
def fit() -> SemResult:
    return sem(MODEL, _data(800))


def test_the_order_is_that_of_the_absolute_total_effects(fit: SemResult) -> None:
    found = key_factors(fit, "y", seed=1)
    sizes = [abs(row.total_std) for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert found.factors[0] == "m"
    assert [row.rank for row in found.rows] == [1, 2, 3, 4]


def test_direct_and_indirect_effects_add_up(fit: SemResult) -> None:
    for row in key_factors(fit, "y", seed=1).rows:
        assert row.direct_std + row.indirect_std == pytest.approx(row.total_std, abs=1e-12)


def test_a_way_through_a_mediator_is_the_product_of_its_steps(fit: SemResult) -> None:
    paths = fit.standardized().set_index(["lhs", "op", "rhs"])["est_std"]
    found = {row.factor: row for row in key_factors(fit, "y", seed=1).rows}
    assert found["a"].indirect_std == pytest.approx(
        paths["m", "~", "a"] * paths["y", "~", "m"], abs=1e-10
    )
    assert found["a"].direct_std == 0


def test_the_spread_of_the_draws_is_the_delta_methods_error(fit: SemResult) -> None:
    found = {row.factor: row for row in key_factors(fit, "y", seed=1).rows}
    known = list(fit.fit.model.layouts[0].factors)
    sources = [known.index(name) for name in "abcm"]
    draws = parameter_draws(fit.fit.x, fit.fit.vcov, 20_000, seed=3)
    totals = standardized_totals(fit.fit.model, draws, known.index("y"), sources)
    for name, spread in zip("abcm", totals.std(axis=0), strict=True):
        assert spread == pytest.approx(found[name].se, rel=0.03)


def test_equal_effects_are_not_told_apart() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 500))
    data = pd.DataFrame({"a": a, "b": b, "y": 0.4 * a + 0.4 * b + rng.normal(size=500)})
    found = key_factors(sem("y ~ a + b", data), "y", seed=1)
    assert 0.02 < found.rows[0].prob_first < 0.98
    assert any(finding.code == "first_rank_not_sure" for finding in found.findings)
    assert (found.rows[0].rank_lower, found.rows[0].rank_upper) == (1, 2)


def test_an_effect_far_ahead_is_first_for_sure(fit: SemResult) -> None:
    found = key_factors(fit, "y", ["m", "c"], seed=1)
    assert found.rows[0].prob_first == 1
    assert not found.findings


def test_the_same_seed_gives_the_same_ranks(fit: SemResult) -> None:
    assert key_factors(fit, "y", seed=4) == key_factors(fit, "y", seed=4)


def test_names_are_shown_in_both_languages(fit: SemResult) -> None:
    found = key_factors(fit, "y", seed=1, names={"m": Text("Platform", "平台")})
    assert "平台" in found.summary("zh")
    assert "Platform" in found.summary("en")


@pytest.mark.parametrize(
    ("outcome", "candidates", "message"),
    [
        ("yy", None, "no part in the regressions"),
        ("a", None, "nothing in the model leads to 'a'"),
        ("y", ["a", "z"], "no directed way leads from 'z'"),
    ],
)
def test_what_is_not_in_the_model_is_named(
    fit: SemResult, outcome: str, candidates: list[str] | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        key_factors(fit, outcome, candidates, seed=1)


def test_several_groups_are_refused() -> None:
    data = _data(400).assign(g=np.repeat(["one", "two"], 200))
    with pytest.raises(OptionError, match="2 groups"):
        key_factors(sem(MODEL, data, group="g"), "y", seed=1)


def test_without_standard_errors_there_are_no_rank_probabilities() -> None:
    found = key_factors(sem(MODEL, _data(300), se="none"), "y", seed=1)
    assert found.rows[0].factor == "m"
    assert np.isnan(found.rows[0].prob_first)
    assert found.n_draws == 0
