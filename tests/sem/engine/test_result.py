"""What follows a fit can be had from the result itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem import SemResult, cfa, compare, sem, simulate

MODEL = "f =~ x1 + a*x2 + b*x3; g =~ y1 + y2 + y3; g ~ p*f; w ~ q*g; indirect := p*q"
TRUTH = """
f =~ 0.8*x1 + 0.7*x2 + 0.6*x3; g =~ 0.8*y1 + 0.7*y2 + 0.6*y3
g ~ 0.5*f; w ~ 0.4*g
"""


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return simulate(TRUTH, 300, seed=2)


@pytest.fixture(scope="module")
def fit(data) -> SemResult:
    return sem(MODEL, data, estimator="MLR")


def test_the_main_table_has_a_row_a_parameter(fit) -> None:
    frame = fit.parameters
    assert len(frame) == sum(row.op not in ("==", "<", ">") for row in fit.table.rows)
    free = frame[frame["se"] > 0]
    np.testing.assert_allclose(free["z"], free["est"] / free["se"])
    assert (free["ci_lower"] < free["est"]).all()
    fixed = frame[(frame["op"] == "=~") & (frame["rhs"] == "x1")].iloc[0]
    assert fixed["est"] == 1.0
    assert fixed["se"] == 0.0
    assert np.isnan(fixed["z"])


def test_indirect_effects_are_those_of_the_definition(fit) -> None:
    defined = fit.parameters[fit.parameters["op"] == ":="].iloc[0]
    effects = fit.effects("w", "f").to_frame()
    row = effects[effects["kind"] == "indirect"].iloc[0]
    assert row["est"] == pytest.approx(defined["est"])
    assert row["se"] == pytest.approx(defined["se"])


def test_everything_that_follows_a_fit_is_there(fit) -> None:
    assert {"est_std", "se", "pvalue"} <= set(fit.standardized().columns)
    assert len(fit.modification_indices().to_frame()) > 5
    assert fit.residuals().to_frame().shape[0] >= 7
    assert len(fit.scores().to_frame()) == fit.n
    assert fit.wald_test("a == b").to_frame()["df"].iloc[0] == 1
    assert "indirect" in fit.summary()
    assert fit.r_squared["g"] == pytest.approx(
        1 - float(fit.standardized().query("lhs == 'g' and rhs == 'g'")["est_std"].iloc[0])
    )
    assert fit.observed[0].cov.shape == fit.implied[0].cov.shape
    assert fit.latent_covariances.shape == (2, 2)


def test_the_table_of_fit_shows_each_measure_in_its_own_way(data) -> None:
    made = cfa("f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; f ~~ 0*g", data, estimator="MLMVS")
    shown = {name: cells for name, *cells in made.tables()[0].cells()}
    assert [cell[:3] for cell in shown["p"][:2]] == ["< .", "< ."]
    assert shown["df"][0] == "9.000" and "." in shown["df"][1]  # adjusted by mean and variance
    assert len(shown["AIC"][0].partition(".")[2]) == 1
    plain = cfa("f =~ x1 + x2 + x3 + w", data)
    assert dict(plain.tables()[0].cells())["df"] == "2"


def test_a_fit_written_as_text_is_the_same_fit(fit, data) -> None:
    again = sem(fit.to_syntax(), data, estimator="MLR")
    assert again.fit.objective == pytest.approx(fit.fit.objective, rel=1e-10)
    assert again.fit_measures["df"] == fit.fit_measures["df"]


def test_the_bootstrap_does_not_depend_on_the_number_of_jobs(fit) -> None:
    one, two = (fit.bootstrap(8, seed=3, jobs=jobs).to_frame() for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_nested_models_can_be_compared(data, fit) -> None:
    freer = sem(MODEL + "; w ~ f", data, estimator="MLR")
    frame = compare(freer, fit).to_frame()
    assert len(frame) == 2


def test_groups_are_stacked_by_label(data) -> None:
    both = data.assign(sex=np.where(np.arange(len(data)) % 2, "m", "f"))
    fit = cfa("f =~ x1 + x2 + x3", both, group="sex", group_equal="loadings")
    assert fit.groups == ("f", "m")
    assert fit.r_squared.loc["m", "x1"] > 0
    assert fit.latent_correlations.loc[("m", "f"), "f"] == pytest.approx(1.0)
    assert len(fit.implied) == 2
    assert fit.score_test().to_frame()["df"].iloc[0] == 1
    assert any("[m]" in name for name in fit.vcov.columns)


def test_the_tables_hold_the_unrounded_numbers(fit) -> None:
    tables = {table.key: table for table in fit.tables()}
    assert next(iter(tables)) == "fit"
    loadings = tables["loadings"].to_frame()
    own = fit.parameters[fit.parameters["op"] == "=~"]["est"]
    assert loadings["est"].tolist() == own.tolist()
