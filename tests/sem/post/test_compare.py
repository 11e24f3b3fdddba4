"""Comparisons of nested models equal lavaan's lavTestLRT()."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecosurvey.core import ConvergenceError, DataError, OptionError
from ecosurvey.sem.compare import compare
from ecosurvey.sem.fit import Fit

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_post" / "expected_compare.json"
CASES: list[dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))
# where rows of the two models do not stand for the same things, lavaan gives a number all the same
REFUSED = {
    ("hs_two_factors", "satorra.bentler.2010", "delta"),
    ("groups_intercepts", "satorra.2000", "exact"),
}


def fits_of(case: dict[str, Any], fit_model: Callable[..., Fit]) -> tuple[Fit, Fit]:
    free, fixed = (
        fit_model(
            part["model"],
            part["model_type"],
            part["data"],
            {**(part["options"] or {}), "estimator": case["estimator"]},
        )
        for part in (case["free"], case["fixed"])
    )
    return free, fixed


@pytest.mark.parametrize("case", CASES, ids=[f"{c['name']}-{c['estimator']}" for c in CASES])
def test_differences_equal_lavaans(case: dict[str, Any], fit_model: Callable[..., Fit]) -> None:
    free, fixed = fits_of(case, fit_model)
    for result in case["results"]:
        options = {
            "method": result["method"],
            "a_method": result["a_method"],
            "scaled_shifted": result["scaled_shifted"],
        }
        scaled = case["estimator"].startswith("ML") and case["estimator"] != "ML"
        if scaled and (case["name"], result["method"], result["a_method"]) in REFUSED:
            with pytest.raises(DataError, match=r"restricted model"):
                compare(free, fixed, **options)
            continue
        found = compare(fixed, free, **options)
        difference = found.models[1].difference
        assert difference is not None
        if result["chisq_diff"] < 0:  # lavaan shows a negative chi-square
            assert [f.code for f in found.findings] == ["negative_scaling"]
            continue
        assert difference.chisq_diff == pytest.approx(result["chisq_diff"], rel=1e-6, abs=1e-8)
        assert difference.df_diff == pytest.approx(result["df_diff"], rel=1e-6)
        assert difference.pvalue == pytest.approx(result["pvalue"], rel=1e-4, abs=1e-12)


def test_models_are_sorted_by_freedom_and_named(fit_model: Callable[..., Fit]) -> None:
    free, fixed = fits_of(CASES[0], fit_model)
    found = compare(fixed, free, names=["orthogonal", "oblique"])
    assert [model.name for model in found.models] == ["oblique", "orthogonal"]
    frame = found.to_frame()
    assert frame["df_diff"].isna().tolist() == [True, False]
    assert "oblique" in found.summary()
    assert "嵌套模型比较" in found.summary("zh")


def test_what_cannot_be_compared_is_refused(fit_model: Callable[..., Fit]) -> None:
    free, fixed = fits_of(CASES[0], fit_model)
    with pytest.raises(OptionError, match="two models"):
        compare(free)
    with pytest.raises(OptionError, match="1 names for 2"):
        compare(free, fixed, names=["a"])
    with pytest.raises(ConvergenceError):
        compare(free, replace(fixed, converged=False))
    other = fit_model("visual =~ x1 + x2 + x3 + x4", "cfa", "hs", {})
    with pytest.raises(DataError, match="different observed variables"):
        compare(free, other)
    robust = fit_model(CASES[0]["free"]["model"], "cfa", "hs", {"estimator": "MLR"})
    with pytest.raises(DataError, match="ML and MLR"):
        compare(fixed, robust)


def test_equal_freedom_and_wrong_nesting_are_findings(fit_model: Callable[..., Fit]) -> None:
    model = CASES[0]["free"]["model"]
    same = compare(
        fit_model(model + "\nvisual =~ x9", "cfa", "hs", {}),
        fit_model(model + "\nx1 ~~ x2", "cfa", "hs", {}),
    )
    assert [f.code for f in same.findings] == ["same_df"]
    worse = model.replace("x7 + x8 + x9", "x7 + x8 + start(1)*x9")
    better = fit_model(model + "\nvisual =~ x9", "cfa", "hs", {})
    more = fit_model(worse + "\nx2 ~~ x8\nx3 ~~ x4", "cfa", "hs", {})
    assert [f.code for f in compare(better, more).findings] == ["not_nested"]
