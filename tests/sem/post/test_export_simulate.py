"""A model written out fits again; a population drawn from is met again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, ModelSyntaxError, OptionError
from ecosurvey.sem.estimate import build_model, estimate
from ecosurvey.sem.export import to_syntax
from ecosurvey.sem.fit import Fit, implied
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.simulate import population_moments, simulate
from ecosurvey.sem.syntax import parameter_table

CASES = [
    "hs", "hs_means", "hs_std_lv", "democracy", "mimic", "mimic_free", "path", "second", "growth",
    "feedback", "groups", "groups_equal", "groups_mimic",
]  # fmt: skip


def again(fit: Fit, text: str, **options: object) -> Fit:
    table = parameter_table(
        text,
        groups=fit.model.table.groups,
        options=replace(
            TableOptions(model_type="lavaan", meanstructure=fit.model.meanstructure),
            **options,  # type: ignore[arg-type]
        ),
    )
    assert table.observed == fit.model.table.observed
    return estimate(build_model(table, fit.model.moments), fit.method)


@pytest.mark.parametrize("values", ["start", "none"])
@pytest.mark.parametrize("name", CASES)
def test_exported_model_fits_again(name: str, values: str, fit_case: Callable[[str], Fit]) -> None:
    fit = fit_case(name)
    found = again(fit, to_syntax(fit, values), fixed_x=bool(fit.model.table.exogenous))  # type: ignore[arg-type]
    assert found.test.stat == pytest.approx(fit.test.stat, rel=1e-9)
    assert found.test.df == fit.test.df
    if values == "start":
        assert found.iterations <= 3


@pytest.mark.parametrize("name", ["hs", "democracy", "mimic", "path", "second", "growth", "groups"])
def test_fixed_export_is_the_population(name: str, fit_case: Callable[[str], Fit]) -> None:
    fit = fit_case(name)
    text = to_syntax(fit, "fixed", digits=12)
    table = parameter_table(
        text,
        groups=fit.model.table.groups,
        options=TableOptions(
            model_type="lavaan", meanstructure=fit.model.meanstructure, fixed_x=False
        ),
    )
    assert table.n_free == 0
    model = build_model(table, fit.model.moments)
    for ours, theirs in zip(implied(model, np.empty(0)), implied(fit.model, fit.x), strict=True):
        np.testing.assert_allclose(ours.sigma, theirs.sigma, atol=1e-9)


def test_labels_constraints_and_definitions_are_kept(fit_case: Callable[[str], Fit]) -> None:
    text = to_syntax(fit_case("democracy"), "none")
    assert "dem60 =~ 1*y1 + a*y2 + b*y3 + c*y4" in text
    assert "indirect := p*q" in text


def test_sample_has_the_populations_moments() -> None:
    model = "f =~ 0.8*x1 + 0.7*x2 + 0.6*x3; g =~ 0.9*y1 + 0.5*y2; g ~ 0.5*f + 0.2*z; f ~~ 0.3*z"
    names, _, cov = population_moments(model)
    np.testing.assert_allclose(np.diag(cov), 1.0, atol=1e-12)
    data = simulate(model, 200_000, seed=3)
    assert tuple(data.columns) == names
    np.testing.assert_allclose(np.cov(data.to_numpy().T), cov, atol=0.015)


def test_path_values_are_those_of_the_completed_population() -> None:
    names, _, cov = population_moments("f =~ 0.8*x1 + 0.7*x2; g =~ 0.9*y1 + 0.5*y2; g ~ 0.5*f")
    at = {name: index for index, name in enumerate(names)}
    assert cov[at["x1"], at["y1"]] == pytest.approx(0.8 * 0.5 * 0.9)


def test_same_seed_same_data_and_groups_differ() -> None:
    model = "f =~ c(0.8, 0.2)*x1 + 0.7*x2 + 0.6*x3; x1 ~ c(0, 1)*1"
    one, two = simulate(model, [50, 5000], seed=5), simulate(model, [50, 5000], seed=5)
    assert one.equals(two)
    assert one["group"].value_counts().to_dict() == {1: 50, 2: 5000}
    later = one[one["group"] == 2]
    assert later["x1"].mean() == pytest.approx(1, abs=0.06)
    assert later["x1"].corr(later["x2"]) == pytest.approx(0.14, abs=0.05)


def test_written_and_given_thresholds_cut() -> None:
    model = "f =~ 0.8*x1 + 0.7*x2\nx1 | -1*t1 + 1*t2"
    data = simulate(model, 20_000, seed=1, thresholds={"x2": [0]})
    shares = data["x1"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(shares.to_numpy(), [0.159, 0.683, 0.159], atol=0.015)
    assert set(data["x2"]) == {1, 2}


@pytest.mark.parametrize(
    ("model", "error", "words"),
    [
        ("f =~ x1 + 0.7*x2", ModelSyntaxError, "f =~ x1 has no population value"),
        ("f =~ 1.2*x1 + 0.7*x2", DataError, "explains 1.44"),
        ("f =~ .8*x1 + .7*x2; g =~ .8*y1 + .7*y2; f ~~ 1.5*g", DataError, "not positive definite"),
        ("f =~ 0.8*x1 + 0.7*x2\nx1 | t1", ModelSyntaxError, "no population value"),
    ],
)
def test_impossible_populations_are_refused(model: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        simulate(model, 10, seed=1)


def test_wrong_options_are_refused() -> None:
    model = "f =~ 0.8*x1 + 0.7*x2"
    with pytest.raises(OptionError, match="ascend"):
        simulate(model, 10, 1, thresholds={"x1": [1, 0]})
    with pytest.raises(OptionError, match="no observed variable"):
        simulate(model, 10, 1, thresholds={"x9": [0]})
    with pytest.raises(OptionError, match="no number of rows"):
        simulate(model, 0, 1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.3, 0.9), min_size=3, max_size=5),
    st.floats(-0.6, 0.6),
)
def test_population_is_recovered_from_its_own_moments(loadings: list[float], path: float) -> None:
    items = " + ".join(f"{value}*x{i}" for i, value in enumerate(loadings))
    model = f"f =~ {items}\nz ~ {path}*f"
    _, _, cov = population_moments(model)
    assert cov[0, -1] == pytest.approx(loadings[0] * path, abs=1e-12)
    assert cov[0, 1] == pytest.approx(loadings[0] * loadings[1], abs=1e-12)
