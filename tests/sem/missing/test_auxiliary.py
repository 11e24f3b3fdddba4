"""Auxiliary variables and missing information, held to lavaan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es

FOLDER = Path(__file__).parents[2] / "reference" / "sem_auxiliary"
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
# lavaan's search stops at about 1e-6 of estimates here, and its Hessian is by differences
LIKELIHOOD = 1e-4


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "expected.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "gaps.csv")


@pytest.mark.parametrize(
    ("name", "text", "auxiliary", "estimator"),
    [
        ("cfa", MODEL, ["aux1", "aux2"], "ML"),
        ("sem_mlr", MODEL + "\nspeed ~ visual + textual", "aux1", "MLR"),
    ],
)
def test_saturated_correlates_equal_lavaans(
    name: str,
    text: str,
    auxiliary: str | list[str],
    estimator: str,
    rows: pd.DataFrame,
    expected: dict[str, Any],
) -> None:
    fit = es.sem(text, rows, missing="fiml", estimator=estimator, auxiliary=auxiliary)
    case = expected[name]
    ours = {
        frozenset((r.lhs, r.rhs)) | {r.op}: r for r in fit.parameters.itertuples() if r.op != ""
    }
    assert len(ours) == len(case["parameters"])
    for row in case["parameters"]:
        mine = ours[frozenset((row["lhs"], row["rhs"])) | {row["op"]}]
        assert mine.est == pytest.approx(row["est"], abs=LIKELIHOOD)
        assert mine.se == pytest.approx(row["se"], abs=LIKELIHOOD)
    for key in ("chisq", "df", "npar", "logl", "rmsea"):
        assert fit.fit_measures[key] == pytest.approx(case["measures"][key], rel=1e-5)
    for key in ("baseline.chisq", "baseline.df", "cfi", "tli"):
        found = fit.fit_measures[key.replace(".", "_")]
        assert found == pytest.approx(case["baseline"][key], rel=1e-5)
    assert not any(finding.severity == "serious" for finding in fit.findings)


def test_missing_information_equals_lavaans(rows: pd.DataFrame, expected: dict[str, Any]) -> None:
    fit = es.cfa(MODEL, rows, missing="fiml")
    frame = fit.missing_information
    theirs = pd.DataFrame(expected["fmi"])
    both = frame.merge(theirs, on=["lhs", "op", "rhs"], suffixes=("", "_lavaan"))
    assert len(both) == len(theirs)
    np.testing.assert_allclose(both["fmi"], both["fmi_lavaan"].astype(float), atol=LIKELIHOOD)
    assert both["fmi"].max() > 0.2


def test_rows_without_a_covariate_may_be_kept(rows: pd.DataFrame, expected: dict[str, Any]) -> None:
    case = expected["fiml_x"]
    fit = es.sem(case["model"], rows, missing="fiml.x")
    both = fit.parameters.merge(
        pd.DataFrame(case["parameters"]), on=["lhs", "op", "rhs"], suffixes=("", "_lavaan")
    )
    assert len(both) == len(case["parameters"])
    np.testing.assert_allclose(both["est"], both["est_lavaan"], atol=LIKELIHOOD)
    np.testing.assert_allclose(both["se"], both["se_lavaan"], atol=LIKELIHOOD)
    for key, value in case["measures"].items():
        assert fit.fit_measures[key.replace(".", "_")] == pytest.approx(value, rel=1e-5)
    assert es.sem(case["model"], rows, missing="fiml").n < fit.n


def test_pairwise_covariances_give_lavaans_fit(
    rows: pd.DataFrame, expected: dict[str, Any]
) -> None:
    case = expected["pairwise"]
    fit = es.cfa(MODEL, rows, missing="pairwise")
    for key, value in case["measures"].items():
        assert fit.fit_measures[key] == pytest.approx(value, rel=1e-6)
    ours = fit.parameters.set_index(["lhs", "op", "rhs"])
    for row in case["parameters"]:
        mine = ours.loc[(row["lhs"], row["op"], row["rhs"])]
        assert mine["est"] == pytest.approx(row["est"], abs=1e-5)
        assert mine["se"] == pytest.approx(row["se"], abs=1e-5)
    assert any(finding.code == "pairwise_deletion" for finding in fit.findings)
    with pytest.raises(es.OptionError, match="fiml"):
        es.cfa(MODEL, rows, missing="pairwise", estimator="MLR")


def test_what_makes_no_sense_is_refused(rows: pd.DataFrame) -> None:
    for options, words in (
        ({"auxiliary": ["aux1"]}, "fiml"),
        ({"auxiliary": ["x1"], "missing": "fiml"}, "variable of the model"),
        ({"auxiliary": ["aux9"], "missing": "fiml"}, "Did you mean"),
    ):
        with pytest.raises(es.OptionError, match=words):
            es.cfa(MODEL, rows, **options)
    with pytest.raises(es.OptionError, match="no gaps"):
        _ = es.cfa(MODEL, rows.dropna()).missing_information
