"""Weighted and clustered rows: lavaan's numbers, and facts that must hold."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tolerances as tol
from ecosurvey.core import DataError, OptionError
from ecosurvey.sem import SemResult, cfa, sem
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.residuals import residuals
from reference.sem.cases import numbers, symmetric

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_design"
CASES: dict[str, dict[str, Any]] = json.loads((REFERENCE / "expected.json").read_text("utf-8"))
MODEL = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"


@cache
def rows(name: str = "rows") -> pd.DataFrame:
    return pd.read_csv(REFERENCE / ("rows.csv" if name == "rows" else "rows_holes.csv"))


@cache
def fitted(name: str) -> SemResult:
    case = CASES[name]
    return sem(case["model"], rows(case["data"]), **case["options"])


def near(found: Any, expected: Any, limit: float) -> None:
    expected = numbers(expected)
    off = np.abs(np.asarray(found, dtype=float) - expected) / np.maximum(1, np.abs(expected))
    assert np.nanmax(off) <= limit


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_errors_are_lavaans(name: str) -> None:
    said, table = CASES[name]["parameters"], fitted(name).parameters
    assert (table["lhs"] + table["op"] + table["rhs"]).tolist() == [
        "".join(parts) for parts in zip(said["lhs"], said["op"], said["rhs"], strict=True)
        if parts[1] != "=="
    ]  # fmt: skip
    shown = [index for index, op in enumerate(said["op"]) if op != "=="]
    for column in ("est", "std_lv", "std_all"):
        near(table[column], numbers(said[column])[shown], tol.ESTIMATE)
    near(table["se"], numbers(said["se"])[shown], tol.STANDARD_ERROR)
    said = CASES[name]["standardized"]
    shown = [index for index, op in enumerate(said["op"]) if op != "=="]
    near(fitted(name).standardized()["se"], numbers(said["se"])[shown], tol.STANDARD_ERROR)


@pytest.mark.parametrize("name", CASES)
def test_tests_and_measures_are_lavaans(name: str) -> None:
    fit = fitted(name)
    for said, test in zip(CASES[name]["tests"], fit.fit.tests, strict=True):
        assert test.name == said["test"]
        assert test.stat == pytest.approx(said["stat"], rel=tol.STATISTIC)
        if test.name != "standard":
            assert test.scaling_factor == pytest.approx(said["scaling_factor"], rel=1e-6)
    for measure, value in CASES[name]["fit_measures"].items():
        if "_ci_" in measure:  # found by lavaan to 1e-4: sem/parity compares them
            continue
        if name == "both_holes_groups" and "robust" in measure:
            continue  # lavaan cuts sums of weights to whole numbers there (make.R)
        scaled = measure.endswith(("_scaled", "_robust")) or "scaling" in measure
        limit = tol.BASELINE_SCALED if scaled else 10 * tol.STATISTIC
        assert fit.fit_measures[measure] == pytest.approx(value, rel=limit, abs=1e-9), measure


@pytest.mark.parametrize("name", CASES)
def test_modification_indices_and_residuals_are_lavaans(name: str) -> None:
    fit, case = fitted(name), CASES[name]
    found = modification_indices(fit.fit)
    mine = {
        (frozenset((c.lhs, c.rhs)), c.op, c.group + 1): (found.mi[i], abs(found.epc[i]))
        for i, c in enumerate(found.candidates)
    }
    said = case["modification"]
    for i, op in enumerate(said["op"]):
        if op == "~" and said["lhs"][i] in fit.table.exogenous:
            continue
        group = said["group"][i] if "group" in said else 1
        values = mine[frozenset((said["lhs"][i], said["rhs"][i])), op, group]
        assert values == pytest.approx((said["mi"][i], abs(said["epc"][i])), rel=1e-5)
    for kind in ("cor_bentler", "normalized", "standardized"):
        for group, said in zip(
            residuals(fit.fit, kind).groups, case["residuals"][kind] or (), strict=False
        ):
            real = np.abs(group.cov) > 1e-6
            np.testing.assert_allclose(group.cov[real], symmetric(said["cov"])[real], atol=1e-5)


def test_whole_weights_stand_for_repeated_rows() -> None:
    data = rows().assign(count=np.random.default_rng(1).integers(0, 4, len(rows())))
    weighted = sem(
        MODEL, data, sampling_weights="count", sampling_weights_normalization="none",
        meanstructure=True,
    )  # fmt: skip
    repeated = sem(MODEL, data.loc[data.index.repeat(data["count"])], meanstructure=True)
    np.testing.assert_allclose(weighted.parameters["est"], repeated.parameters["est"], atol=1e-9)
    for name in ("chisq", "logl", "ntotal", "srmr"):
        ours, theirs = weighted.fit_measures[name], repeated.fit_measures[name]
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_equal_weights_and_single_clusters_are_mlr(missing: str) -> None:
    data = rows("holes").assign(one=2.5, row=np.arange(len(rows())))
    plain = sem(MODEL, data, estimator="MLR", missing=missing, meanstructure=True)
    equal = sem(MODEL, data, missing=missing, sampling_weights="one", meanstructure=True)
    alone = sem(MODEL, data, missing=missing, cluster="row")
    n = plain.n
    for fit, factor in ((equal, 1.0), (alone, np.sqrt(n / (n - 1)))):
        np.testing.assert_allclose(fit.parameters["est"], plain.parameters["est"], atol=1e-9)
        np.testing.assert_allclose(
            fit.parameters["se"], plain.parameters["se"] * factor, rtol=1e-8, atol=1e-12
        )
        assert fit.fit.test.stat == pytest.approx(plain.fit.test.stat, rel=1e-9)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_the_order_of_rows_and_the_names_of_clusters_do_not_matter(missing: str) -> None:
    asked = {"missing": missing, "cluster": "school", "sampling_weights": "weight"}
    data = rows("holes")
    shuffled = data.sample(frac=1, random_state=2)
    shuffled["school"] = "s" + shuffled["school"].astype(str)
    one, other = (sem(MODEL, frame, **asked) for frame in (data, shuffled))
    np.testing.assert_allclose(one.parameters["se"], other.parameters["se"], rtol=1e-8, atol=1e-12)
    assert one.fit.tests[1].stat == pytest.approx(other.fit.tests[1].stat, rel=1e-8)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_the_bootstrap_draws_clusters(missing: str) -> None:
    data = rows("holes") if missing == "fiml" else rows()
    fit = cfa(MODEL, data, cluster="school", sampling_weights="weight", missing=missing)
    drawn = fit.bootstrap(60 if missing == "fiml" else 400, ci="bca", seed=3, jobs=1)
    again = fit.bootstrap(10, ci="perc", seed=3, jobs=1)
    np.testing.assert_allclose(drawn.draws.x[:10], again.draws.x, rtol=1e-9)
    free = fit.parameters["se"] > 0
    ratio = drawn.parameters["se"][free] / fit.parameters["se"][free]
    assert 0.8 < ratio.median() < 1.25


def test_what_must_be_known_is_said() -> None:
    few = rows().assign(school=rows()["school"] % 7)
    codes = {f.code for f in cfa(MODEL, few, cluster="school").findings}
    assert {"few_clusters", "clusters_fewer_than_parameters"} <= codes
    uneven = rows().assign(weight=np.where(np.arange(len(rows())) < 20, 50.0, 1.0))
    found = cfa(MODEL, uneven, sampling_weights="weight").findings
    assert any(f.code == "weights" and f.severity == "warning" for f in found)
    fit = fitted("both")
    assert "Number of clusters" in fit.summary()
    assert "群组数" in fit.summary("zh")
    notes = " ".join(note.en for table in fit.tables() for note in table.notes)
    assert "weighted by weight" in notes
    assert "clusters of school" in notes


@pytest.mark.parametrize(
    ("change", "asked", "said"),
    [
        ({"weight": -1.0}, {"sampling_weights": "weight"}, "negative weight"),
        ({"weight": np.nan}, {"sampling_weights": "weight"}, "no weight"),
        ({"weight": 0.0}, {"sampling_weights": "weight"}, "zero"),
        ({"school": 1}, {"cluster": "school"}, "one value only"),
        ({"school": None}, {"cluster": "school"}, "no cluster"),
        ({}, {"cluster": "shcool"}, "Did you mean"),
        ({}, {"sampling_weights": "region"}, "region"),
    ],
)
def test_columns_that_cannot_be_used_are_refused(
    change: dict[str, Any], asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        cfa(MODEL, rows().assign(**change), **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"estimator": "MLM"},
        {"estimator": "DWLS", "ordered": ["x1"]},
        {"ordered": ["x1"], "se": "standard"},
        {"likelihood": "wishart"},
        {"missing": "pairwise"},
        {"engine": "semopy"},
        {"se": "standard"},
        {"sampling_weights_normalization": "some"},
        {"meanstructure": False, "cluster": "school"},
    ],
)
def test_what_has_no_meaning_with_weights_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        cfa(MODEL, rows(), sampling_weights="weight", **asked)
    with pytest.raises(OptionError):
        cfa(MODEL, cov=rows()[["x1", "x2"]].cov(), n=100, cluster="school")


@pytest.mark.long
def test_clustered_intervals_cover_where_plain_ones_do_not() -> None:
    covered = {"school": 0, None: 0}
    runs = 400
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        school = np.repeat(np.arange(60), 12)
        x = rng.normal(size=60)[school] + 0.5 * rng.normal(size=720)
        y = 0.4 * x + 0.7 * rng.normal(size=60)[school] + rng.normal(size=720)
        data = pd.DataFrame({"x": x, "y": y, "school": school})
        for cluster in covered:
            row = sem("y ~ x", data, estimator="MLR", cluster=cluster).parameters.iloc[0]
            covered[cluster] += row["ci_lower"] <= 0.4 <= row["ci_upper"]
    assert 0.91 < covered["school"] / runs < 0.975
    assert covered[None] / runs < 0.8
