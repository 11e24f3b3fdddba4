"""Modification indices, score and Wald tests equal lavaan's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosurvey.core import ConvergenceError, ModelSyntaxError, OptionError
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.restrictions import score_test, wald_test

CASES = [
    "hs", "hs_means", "hs_std_lv", "hs_mlr", "hs_mlm", "hs_gls", "hs_uls", "democracy", "mimic",
    "mimic_free", "path", "second", "growth", "feedback", "groups", "groups_equal", "groups_mimic",
]  # fmt: skip
COLUMNS = ("mi", "epc", "sepc_lv", "sepc_all", "sepc_nox")


@pytest.mark.parametrize("name", CASES)
def test_indices_equal_lavaans(
    name: str, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    fit = fit_case(name)
    found = modification_indices(fit)
    expected = reference(name)["modindices"]
    groups = expected.get("group", [1] * len(expected["lhs"]))
    keys = list(zip(expected["lhs"], expected["op"], expected["rhs"], groups, strict=True))
    theirs = {key: index for index, key in enumerate(keys)}
    ours = [(c.lhs, c.op, c.rhs, c.group + 1) for c in found.candidates]
    covariates = {"ageyr", "sex", "x1", "x2"} & set(fit.model.table.exogenous)
    # lavaan also lists the covariates' own moments, and regressions of covariates on others
    assert {key for key in theirs if key[0] not in covariates} == set(ours)
    for column in COLUMNS:
        if column == "sepc_nox" and name == "mimic_free":
            continue  # there lavaan counts a covariate as such or not by what the candidate is
        values = np.array([expected[column][theirs[key]] for key in ours], dtype=float)
        np.testing.assert_allclose(getattr(found, column), values, rtol=1e-8, atol=1e-8)


def test_frame_is_sorted_and_table_says_the_rule(fit_case: Callable[[str], Fit]) -> None:
    found = modification_indices(fit_case("hs"), minimum=3.84)
    frame = found.to_frame()
    assert frame["mi"].is_monotonic_decreasing
    assert frame["mi"].min() >= 3.84
    assert list(frame.loc[0, ["lhs", "op", "rhs"]]) == ["visual", "=~", "x9"]
    assert "reason of theory" in found.summary()


def test_index_predicts_the_drop_of_chisquare(
    fit_case: Callable[[str], Fit], fit_model: Callable[..., Fit], reference: Callable[[str], Any]
) -> None:
    fit, case = fit_case("hs"), reference("hs")
    found = modification_indices(fit, add="visual =~ x9")
    freed = fit_model(case["model"] + "\nvisual =~ x9", "cfa", "hs", {})
    drop = fit.test.stat - freed.test.stat
    assert found.mi[0] == pytest.approx(drop, rel=0.15)
    assert found.epc[0] == pytest.approx(0.577, abs=1e-3)


def test_unfitted_model_cannot_be_tested(fit_case: Callable[[str], Fit]) -> None:
    with pytest.raises(ConvergenceError):
        modification_indices(replace(fit_case("hs"), converged=False))


@pytest.mark.parametrize("add", ["x1 ~~ visual", "visual =~ nothing", "a == b"])
def test_what_has_no_place_cannot_be_tried(add: str, fit_case: Callable[[str], Fit]) -> None:
    with pytest.raises(ModelSyntaxError):
        modification_indices(fit_case("hs"), add=add)


def outside(kind: str, reference: Callable[[str], Any]) -> list[Any]:
    return [case for case in reference("tests") if case["kind"] == kind]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("index", range(4))
def test_wald_equals_lavaans(
    index: int, fit_model: Callable[..., Fit], reference: Callable[[str], Any]
) -> None:
    case = outside("wald", reference)[index]
    fit = fit_model(case["model"], "cfa", "hs", case["options"] or {})
    found = wald_test(fit, case["constraints"])
    assert found.df == case["df"]
    assert found.stat == pytest.approx(case["stat"], rel=1e-8)
    assert found.pvalue == pytest.approx(case["pvalue"], rel=1e-8)


@pytest.mark.parametrize("index", range(2))
def test_score_of_additions_equals_lavaans(
    index: int, fit_model: Callable[..., Fit], reference: Callable[[str], Any]
) -> None:
    case = outside("score_add", reference)[index]
    found = score_test(fit_model(case["model"], "cfa", "hs", {}), add=case["add"])
    assert found.stat == pytest.approx(case["stat"], rel=1e-8)
    assert [one.stat for one in found.single] == pytest.approx(case["uni"]["X2"], rel=1e-8)


@pytest.mark.parametrize("index", range(3))
def test_score_of_releases_equals_lavaans(
    index: int, fit_model: Callable[..., Fit], reference: Callable[[str], Any]
) -> None:
    case = outside("score_release", reference)[index]
    fit = fit_model(case["model"], "cfa", "hs", {})
    found = score_test(fit, release=as_list(case["release"]))
    assert (found.df, found.stat) == (case["df"], pytest.approx(case["stat"], rel=1e-8))
    assert [one.stat for one in found.single] == pytest.approx(as_list(case["uni"]["X2"]), rel=1e-8)


@pytest.mark.parametrize("name", ["democracy", "groups_equal", "groups_mimic"])
def test_score_of_all_constraints_equals_lavaans(
    name: str, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    expected = reference(name)["score"]
    found = score_test(fit_case(name))
    assert found.stat == pytest.approx(expected["test"]["X2"], rel=1e-8)
    assert found.df == expected["test"]["df"]
    assert [one.stat for one in found.single] == pytest.approx(expected["uni"]["X2"], rel=1e-8)
    changes = [c for c, n in zip(expected["epc"]["epc"], expected["epc"]["free"], strict=True) if n]
    assert found.epc is not None
    # without the restrictions latent means lose their origin; lavaan shows one of many values
    known = np.isfinite(found.epc)
    assert (~known).sum() == (12 if name == "groups_equal" else 0)
    np.testing.assert_allclose(found.epc[known], np.array(changes)[known], rtol=1e-7, atol=1e-9)


def test_released_constraints_are_spelled_out(fit_case: Callable[[str], Fit]) -> None:
    assert score_test(fit_case("democracy")).single[0].text == "dem60 =~ y2 == dem65 =~ y6"
    first = score_test(fit_case("groups_equal"), release=[1]).single[0].text
    assert first == "visual =~ x2 (Pasteur) == visual =~ x2 (Grant-White)"


def test_impossible_restrictions_are_refused(fit_case: Callable[[str], Fit]) -> None:
    democracy, plain = fit_case("democracy"), fit_case("hs")
    with pytest.raises(OptionError, match="depend on each other"):
        wald_test(democracy, "p == q; 2*p == 2*q")
    with pytest.raises(ModelSyntaxError, match="not a label"):
        wald_test(democracy, "p == nothing")
    with pytest.raises(ModelSyntaxError, match="takes equations"):
        wald_test(democracy, "p < q")
    with pytest.raises(OptionError, match="no equality constraints"):
        score_test(plain)
    with pytest.raises(OptionError, match="from 1 to 3"):
        score_test(democracy, release=[4])
