"""The latent responses' own arithmetic, and what happens at the door."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.sem.implied import (
    complete,
    matrices,
    statistic_slopes,
    statistics,
    statistics_jacobian,
)
from ecosurvey.sem.optimizer import response_objective

from .conftest import CASES, fitted, read_case, read_rows

PAIR = "agree =~ A3 + A1 + A2 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"


@pytest.mark.parametrize("name", CASES)
def test_derivatives_equal_finite_differences(name: str) -> None:
    model = fitted(name).fit.model
    rng = np.random.default_rng(7)
    x = fitted(name).fit.x * rng.uniform(0.95, 1.05, model.n_par)
    step = 1e-6
    for layout, of in zip(model.layouts, model.responses, strict=True):
        found = statistics_jacobian(layout.free, complete(matrices(layout, x), of), of)
        for cell in rng.choice(len(layout.free), 12, replace=False):
            up, down = x.copy(), x.copy()
            up[layout.parameter[cell]] += step
            down[layout.parameter[cell]] -= step
            ends = [statistics(complete(matrices(layout, at), of), of) for at in (up, down)]
            numeric = (ends[0] - ends[1]) / (2 * step)
            np.testing.assert_allclose(found[:, cell], numeric, rtol=0, atol=2e-8)


@pytest.mark.parametrize("name", CASES)
def test_derivatives_with_thresholds_apart_are_the_same(name: str) -> None:
    fit = fitted(name).fit
    rng = np.random.default_rng(5)
    for layout, of in zip(fit.model.layouts, fit.model.responses, strict=True):
        found = complete(matrices(layout, fit.x), of)
        slopes = statistic_slopes(layout.free, found, of)
        whole = statistics_jacobian(layout.free, found, of)
        np.testing.assert_allclose(slopes.whole(), whole, rtol=0, atol=1e-12)
        for what in (rng.normal(size=len(whole)), rng.normal(size=(len(whole), 3))):
            np.testing.assert_allclose(slopes.pulled(what), whole.T @ what, rtol=0, atol=1e-9)
        weight = rng.uniform(0.5, 2, len(whole))
        for form in (weight, np.diag(weight)):
            expected = whole.T @ (weight[:, None] * whole)
            np.testing.assert_allclose(slopes.squared(form), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("loss", ["ULS", "DWLS", "WLS"])
def test_the_gradient_is_that_of_the_value(loss: str) -> None:
    fit = fitted("mimic").fit
    aim = response_objective(fit.model, loss)
    x = fit.x * 1.03
    gradient = aim.at(x).gradient()
    for index in (0, 5, 9, 20, len(x) - 1):
        move = np.zeros(len(x))
        move[index] = 1e-6
        numeric = (aim.at(x + move).value - aim.at(x - move).value) / 2e-6
        assert gradient[index] == pytest.approx(numeric, abs=1e-6)


def test_wlsmv_is_what_ordered_means() -> None:
    fit = es.cfa(PAIR, read_rows("bfi"), ordered=True)
    assert fit.estimator == "WLSMV"
    assert fit.fit.tests[1].name == "scaled.shifted"


def test_the_order_of_rows_and_of_values_changes_nothing() -> None:
    rows = read_rows("bfi")
    shuffled = rows.sample(frac=1, random_state=3)
    stretched = shuffled.copy()
    stretched["A1"] = stretched["A1"] ** 3  # only the order of the categories counts
    one, other = (es.cfa(PAIR, data, ordered=True) for data in (rows, stretched))
    np.testing.assert_allclose(one.parameters["est"], other.parameters["est"], atol=1e-9)
    np.testing.assert_allclose(one.parameters["se"], other.parameters["se"], atol=1e-9)


def test_delta_and_theta_are_the_same_model() -> None:
    delta, theta = fitted("bfi_wlsmv"), fitted("bfi_wlsmv_theta")
    assert delta.fit_measures["chisq"] == pytest.approx(theta.fit_measures["chisq"], rel=1e-9)
    loadings = [fit.parameters.query("op == '=~'")["std_all"] for fit in (delta, theta)]
    np.testing.assert_allclose(*loadings, atol=1e-8)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda d: d.assign(A1=3), {}, "one value only"),
        (lambda d: d.assign(A1=np.arange(len(d)) % 200), {}, "continuous"),
        (lambda d: d, {"ordered": ["A1", "Z9"]}, "'Z9' in ordered="),
        (lambda d: d, {"ordered": ["E1"]}, "none of ordered="),
        (lambda d: d, {"estimator": "MLR"}, "not for ordinal"),
        (lambda d: d, {"missing": "fiml"}, "pairwise"),
        (lambda d: d, {"engine": "semopy"}, "knows no ordinal"),
        (lambda d: d.assign(A1=np.nan), {}, "complete rows remain"),
        (lambda d: d.assign(A1=np.nan), {"missing": "pairwise"}, "no value"),
        (lambda d: d.assign(A1="often"), {}, "A1"),
    ],
)
def test_what_cannot_be_fitted_is_said(change, options, words) -> None:  # type: ignore[no-untyped-def]
    data = change(read_rows("bfi"))
    with pytest.raises(es.EcosurveyError, match=words):
        es.cfa(PAIR, data, **({"ordered": True} | options))


def test_a_category_empty_in_a_group_is_an_error_that_names_its_remedy() -> None:
    data = read_rows("two_groups").copy()
    data.loc[(data["sex"] == "men") & (data["A2"] == 1), "A2"] = 2
    with pytest.raises(es.DataError, match="nobody in group 'men' chose category 1 of 'A2'") as no:
        es.cfa(PAIR, data, ordered=True, group="sex")
    assert "Merge it with 2" in str(no.value)
    fit = es.cfa(PAIR, data, ordered=True, group="sex", collapse=True)
    assert any(finding.code == "categories_merged" for finding in fit.findings)
    merged = data.assign(A2=data["A2"].clip(lower=2))
    by_hand = es.cfa(PAIR, merged, ordered=True, group="sex")
    assert fit.fit_measures["chisq"] == pytest.approx(by_hand.fit_measures["chisq"], rel=1e-9)


def test_a_group_of_five_is_refused_or_warned_of() -> None:
    data = read_rows("two_groups")
    few = pd.concat([data[data["sex"] == "women"], data[data["sex"] == "men"].head(5)])
    with pytest.raises(es.DataError, match="group 'men'"):
        es.cfa(PAIR, few, ordered=True, group="sex")


def test_few_rows_are_warned_of() -> None:
    fit = es.cfa("f =~ A1 + A2 + A3", read_rows("bfi").head(80), ordered=True)
    assert any(finding.code == "few_rows_for_categories" for finding in fit.findings)


def test_the_bootstrap_draws_answers_and_counts_what_fails() -> None:
    case = read_case("bfi_path")
    fit = es.sem(case["model"], read_rows("bfi"), ordered=True)
    drawn = fit.bootstrap(40, seed=1)
    again = fit.bootstrap(40, seed=1, jobs=2)
    frame = drawn.to_frame()
    pd.testing.assert_frame_equal(frame, again.to_frame())
    loading = frame[(frame["op"] == "=~") & (frame["rhs"] == "C2")].iloc[0]
    robust = fit.parameters.query("op == '=~' and rhs == 'C2'").iloc[0]
    assert loading["est"] == pytest.approx(robust["est"])
    assert 0.6 < loading["se"] / robust["se"] < 1.6
    scale = frame[(frame["op"] == "~~") & (frame["lhs"] == "A1") & (frame["rhs"] == "A1")].iloc[0]
    assert scale["est"] == pytest.approx(
        float(fit.parameters.query("op == '~~' and lhs == 'A1' and rhs == 'A1'")["est"].iloc[0])
    )


def test_residuals_are_those_of_the_correlations() -> None:
    fit = fitted("bfi_wlsmv")
    left = fit.residuals("raw")
    observed = es.polychoric(read_rows("bfi")[list(left.groups[0].names)])
    implied = fit.implied[0].cov
    names = list(left.groups[0].names)
    expected = observed.loc[names, names] - implied.loc[names, names]
    np.testing.assert_allclose(left.groups[0].cov, expected, atol=1e-7)
    z = fit.residuals("standardized").groups[0].cov
    assert np.isfinite(z).all() and np.abs(z).max() > 2


def test_factor_scores_are_the_modes_that_lavaan_searches() -> None:
    import json

    from .conftest import REFERENCE

    expected = json.loads((REFERENCE / "scores.json").read_text("utf-8"))
    items = list(read_rows("mixed").columns[:15])
    for name, data, ordered in (("pair", "bfi", True), ("mimic", "mixed", items)):
        fit = es.sem(expected[f"{name}_model"], read_rows(data), ordered=ordered)
        ours = fit.scores().to_frame().to_numpy()
        assert len(ours) == fit.n
        # lavaan stops each row's own search at nlminb's default tolerance
        np.testing.assert_allclose(ours[:40], np.array(expected[name]), rtol=0, atol=5e-4)


def test_missing_answers_leave_a_score_to_the_others() -> None:
    fit = es.cfa(PAIR, read_rows("holes"), ordered=True, missing="pairwise")
    scores = fit.scores().to_frame()
    assert np.isfinite(scores.to_numpy()).all()
    assert scores["agree"].std() < 1
