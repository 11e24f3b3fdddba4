"""What follows a fit equals lavaan's: residuals, modification indices, scores, comparisons."""

from __future__ import annotations

import numpy as np
import pytest

import tolerances as tol
from ecosurvey.core import DataError
from ecosurvey.sem import cfa
from ecosurvey.sem.compare import compare
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.residuals import residuals
from ecosurvey.sem.restrictions import score_test, wald_test
from ecosurvey.sem.scores import factor_scores
from reference.sem.cases import Case, dataset, every_case, family, number, numbers, symmetric
from reference.sem.fits import fitted, refit


def cases_with(part: str, inner: str | None = None) -> list[object]:
    return [
        pytest.param(key, member, id=f"{key}-{member}")
        for key, member in every_case()
        if family(key)[member].get(part) and (inner is None or family(key)[member][part].get(inner))
    ]


def limit(member: str) -> float:
    return 20 * tol.CONSTRAINED if member.startswith(("nonlinear", "inequality")) else 1e-5


@pytest.mark.parametrize("kind", ["raw", "cor_bentler", "cor_bollen"])
@pytest.mark.parametrize(("key", "member"), cases_with("residuals"))
def test_residuals(key: str, member: str, kind: str) -> None:
    case = family(key)[member]
    found = residuals(fitted(key, member).fit, kind)
    for group, said in zip(found.groups, case["residuals"][kind], strict=True):
        assert list(group.names) == case["observed"]
        expected = symmetric(said["cov"])
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(group.cov, expected, atol=limit(member) * scale)
        if said["mean"]:
            np.testing.assert_allclose(group.mean, said["mean"], atol=limit(member) * scale)


@pytest.mark.parametrize("kind", ["normalized", "standardized"])
@pytest.mark.parametrize(("key", "member"), cases_with("residuals", "standardized"))
def test_residuals_in_standard_errors(key: str, member: str, kind: str) -> None:
    case = family(key)[member]
    found = residuals(fitted(key, member).fit, kind)
    raw = residuals(fitted(key, member).fit, "raw")
    for group, plain, said in zip(found.groups, raw.groups, case["residuals"][kind], strict=True):
        expected = symmetric([np.nan if v is None else v for v in said["cov"]])
        # a residual that is zero by the model has no standard error: lavaan divides what rounding
        # left by what rounding left
        real = np.abs(plain.cov) > 1e-7
        near = np.abs(group.cov - expected)[real] / np.maximum(1.0, np.abs(expected[real]))
        assert np.nanmax(near, initial=0.0) <= 10 * limit(member)


@pytest.mark.parametrize(("key", "member"), cases_with("modification"))
def test_ten_largest_modification_indices(key: str, member: str) -> None:
    case = family(key)[member]
    fit = fitted(key, member).fit
    found = modification_indices(fit)
    mine = {
        (c.lhs, c.op, c.rhs, c.group + 1): (
            found.mi[i],
            found.epc[i],
            found.sepc_lv[i],
            found.sepc_all[i],
        )
        for i, c in enumerate(found.candidates)
    }
    said = case["modification"]
    compared = 0
    for i, lhs in enumerate(said["lhs"]):
        op, rhs = said["op"][i], said["rhs"][i]
        group = said["group"][i] if "group" in said else 1
        if op == "~" and lhs in fit.model.table.exogenous:
            continue  # the model says nothing about fixed covariates
        key_ = (lhs, op, rhs, group)
        values = mine[key_] if key_ in mine else mine[rhs, op, lhs, group]
        expected = [number(said[name][i]) for name in ("mi", "epc", "sepc_lv", "sepc_all")]
        assert values == pytest.approx(expected, rel=10 * limit(member), abs=1e-6), key_
        compared += 1
    assert compared or all(op == "~" for op in said["op"])


@pytest.mark.parametrize("method", ["regression", "bartlett"])
@pytest.mark.parametrize(("key", "member"), cases_with("scores", "regression"))
def test_factor_scores(key: str, member: str, method: str) -> None:
    case = family(key)[member]
    found = factor_scores(fitted(key, member).fit, method)
    for values, said in zip(found.scores, case["scores"][method], strict=True):
        assert list(found.latent) == said["names"]
        expected = np.array([numbers(row) for row in said["first"]])
        mine = np.array(values[: len(expected)])
        seen = ~np.isnan(mine)
        assert (expected[~seen] == 0).all()  # where there is no score lavaan shows 0
        np.testing.assert_allclose(mine[seen], expected[seen], atol=limit(member))


def comparisons() -> list[object]:
    return [
        pytest.param(member, i, id=f"{member}-{said['method']}-{i}")
        for member, case in family("comparisons").items()
        if case.get("nested")
        for i, said in enumerate(case["nested"]["comparisons"])
        if not (member.startswith("loadings_intercepts") and said["a_method"] == "exact")
    ]


def test_exact_restrictions_need_the_same_parameters_in_both_models() -> None:
    """Equal intercepts free the latent means: lavaan prints a number, we say what is wrong."""
    case: Case = family("comparisons")["loadings_intercepts_MLM"]
    narrow = refit(case, case["nested"]["model"], case["nested"]["options"])
    with pytest.raises(DataError, match="restricted model only"):
        compare(
            fitted("comparisons", "loadings_intercepts_MLM"),
            narrow,
            method="satorra.2000",
            a_method="exact",
        )


@pytest.mark.parametrize(("member", "which"), comparisons())
def test_nested_models(member: str, which: int) -> None:
    case: Case = family("comparisons")[member]
    nested = case["nested"]
    said = nested["comparisons"][which]
    narrow = refit(case, nested["model"], nested["options"])
    method = said["method"].replace("default", "standard")
    shifted = True if said["scaled_shifted"] is None else said["scaled_shifted"]
    found = compare(
        fitted("comparisons", member),
        narrow,
        method=method,
        a_method=said["a_method"] or "delta",
        scaled_shifted=shifted,
    )
    difference = found.models[1].difference
    assert difference is not None
    assert difference.chisq_diff == pytest.approx(said["chisq_diff"], rel=1e-5)
    assert difference.df_diff == pytest.approx(said["df_diff"], rel=1e-5)
    assert difference.pvalue == pytest.approx(said["pvalue"], rel=1e-5)


@pytest.mark.parametrize(("key", "member"), cases_with("wald"))
def test_wald_tests(key: str, member: str) -> None:
    for said in family(key)[member]["wald"]:
        found = wald_test(fitted(key, member).fit, said["hypothesis"])
        assert found.df == said["df"]
        assert found.stat == pytest.approx(said["stat"], rel=1e-5)
        assert found.pvalue == pytest.approx(said["pvalue"], rel=1e-5)


@pytest.mark.parametrize(("key", "member"), cases_with("score"))
def test_score_tests_of_equalities(key: str, member: str) -> None:
    said = family(key)[member]["score"]
    found = score_test(fitted(key, member).fit)
    assert found.df == said["total"]["df"]
    assert found.stat == pytest.approx(said["total"]["stat"], rel=1e-5)
    single = [one.stat for one in found.single]
    assert single == pytest.approx(said["univariate"]["X2"], rel=1e-5)


def test_a_model_that_is_not_identified_is_called_so_where_lavaan_prints_errors() -> None:
    """Three orthogonal indicators with a residual correlation: one parameter too many."""
    model = "agree =~ A2 + A3 + A4\nneuro =~ N1 + N2 + N3 + N4\nA3 ~~ A4"
    fit = cfa(model, dataset("bfi"), orthogonal=True, estimator="MLR")
    assert "not_identified" in [finding.code for finding in fit.findings]
    assert fit.parameters["se"].isna().any()
