"""Fits of incomplete data equal lavaan's, number for number.

The values were polished by BFGS to a gradient below 1e-7 and an EM tolerance of 1e-12 (see
``make.R``), so the general tolerances hold; none is wider here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.sem import SemResult, cfa, sem

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_missing"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads((REFERENCE / "expected.json").read_text("utf-8"))
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[SemResult, dict[str, Any]]:
    expected = CASES[request.param]
    options = {name.replace(".", "_"): value for name, value in expected["options"].items()}
    if "group_equal" in options:
        options["group_equal"] = list(options["group_equal"])
    data = pd.read_csv(REFERENCE / expected["file"])
    return sem(expected["model"], data, missing="fiml", **options), expected


def test_estimates_and_errors(case: tuple[SemResult, dict[str, Any]]) -> None:
    fit, expected = case
    want = pd.DataFrame(expected["parameters"])
    got = fit.parameters
    assert list(got["lhs"] + got["op"] + got["rhs"]) == list(want["lhs"] + want["op"] + want["rhs"])
    np.testing.assert_allclose(got["est"], want["est"], atol=1e-5)
    np.testing.assert_allclose(got["se"], want["se"].fillna(0), atol=1e-5)
    np.testing.assert_allclose(got["std_all"], want["std.all"], atol=1e-5)
    std = pd.DataFrame(expected["std_se"])[: len(got)]  # rows of constraints come last
    np.testing.assert_allclose(fit.standardized()["se"], std["se"].fillna(0), atol=1e-5)


def test_every_fit_measure(case: tuple[SemResult, dict[str, Any]]) -> None:
    fit, expected = case
    got = fit.fit_measures
    for name, value in expected["fit_measures"].items():
        if value is not None:
            assert got[name.replace(".", "_")] == pytest.approx(value, rel=1e-4, abs=1e-6), name


def test_saturated_moments(case: tuple[SemResult, dict[str, Any]]) -> None:
    fit, expected = case
    for moments, want in zip(fit.fit.model.moments, expected["h1"], strict=True):
        np.testing.assert_allclose(moments.mean, want["mean"], atol=1e-6)
        np.testing.assert_allclose(moments.cov, want["cov"], atol=1e-6)


def _holes() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "hs_holes.csv")


MODEL = "visual =~ x1 + x2 + x3"


def test_rows_without_any_answer_are_left_out_and_counted() -> None:
    data = _holes()
    fit = cfa(MODEL, data, missing="fiml")
    empty = int(data[["x1", "x2", "x3"]].isna().all(axis=1).sum())
    assert fit.n == len(data) - empty
    assert any(f.code == "rows_left_out" and str(empty) in f.message.en for f in fit.findings)


def test_complete_data_give_the_same_fit_either_way() -> None:
    data = _holes().dropna()
    one = cfa(MODEL, data, missing="fiml", information="expected")
    other = cfa(MODEL, data, meanstructure=True)
    np.testing.assert_allclose(one.parameters["est"], other.parameters["est"], atol=1e-7)


def test_two_variables_that_nobody_answered_both_are_named() -> None:
    data = _holes()
    data.loc[: len(data) // 2, "x1"] = np.nan
    data.loc[len(data) // 2 :, "x2"] = np.nan
    with pytest.raises(DataError, match="'x1' and 'x2' have together fewer than two answers"):
        cfa(MODEL, data, missing="fiml")


@pytest.mark.parametrize("estimator", ["MLM", "GLS", "ULS"])
def test_estimators_without_a_casewise_likelihood_say_so(estimator: str) -> None:
    with pytest.raises(OptionError, match="missing='fiml' is not for"):
        cfa(MODEL, _holes(), missing="fiml", estimator=estimator)
