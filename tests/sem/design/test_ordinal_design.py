"""Ordinal answers with weights and clusters: lavaan's numbers, and facts that must hold.

lavaan 0.6-14 ignores clusters of ordinal data; there it was given the covariance Gamma of its own
scores, summed by cluster (make_ordinal.R).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tolerances as tol
from ecosurvey.sem import SemResult, sem
from reference.sem.cases import numbers

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_design"
CASES: dict[str, dict[str, Any]] = json.loads(
    (REFERENCE / "expected_ordinal.json").read_text("utf-8")
)
ITEMS = ["x1", "x2", "x3", "y1", "y2"]
MODEL = "f =~ x1 + x2 + x3\ng =~ y2 + y1 + y3"


@cache
def rows(name: str = "rows_ordinal") -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv")


@cache
def fitted(name: str) -> SemResult:
    case = CASES[name]
    return sem(case["model"], rows(case["data"]), **case["options"])


def keys(table: Any) -> list[tuple[Any, ...]]:
    group = table["group"] if "group" in table else [1] * len(table["op"])
    return list(zip(table["lhs"], table["op"], table["rhs"], group, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_errors_are_lavaans(name: str) -> None:
    said, table = CASES[name]["parameters"], fitted(name).parameters
    places = {key: index for index, key in enumerate(keys(said))}
    order = [places[key] for key in keys(table)]
    assert len(order) == sum(op != "==" for op in said["op"])
    for column, limit in (
        ("est", tol.ESTIMATE), ("se", tol.ESTIMATE), ("std_lv", tol.ESTIMATE),
        ("std_all", tol.ESTIMATE),
    ):  # fmt: skip
        np.testing.assert_allclose(table[column], numbers(said[column])[order], atol=limit)


@pytest.mark.parametrize("name", CASES)
def test_tests_and_measures_are_lavaans(name: str) -> None:
    fit = fitted(name)
    for said, test in zip(CASES[name]["tests"], fit.fit.tests, strict=True):
        assert test.name == said["test"]
        assert test.stat == pytest.approx(said["stat"], rel=tol.STATISTIC)
    for measure, value in CASES[name]["fit_measures"].items():
        if "_ci_" in measure or not isinstance(value, float):  # limits: sem/parity compares them
            continue
        assert fit.fit_measures[measure] == pytest.approx(
            value, rel=tol.BASELINE_SCALED, abs=1e-8
        ), measure


def test_whole_weights_stand_for_repeated_rows() -> None:
    data = rows().assign(count=1 + np.random.default_rng(1).integers(0, 3, len(rows())))
    weighted = sem(
        MODEL, data, ordered=ITEMS, sampling_weights="count",
        sampling_weights_normalization="none",
    )  # fmt: skip
    moments = weighted.fit.model.moments[0].ordinal
    again = sem(MODEL, data.loc[data.index.repeat(data["count"])], ordered=ITEMS)
    repeated = again.fit.model.moments[0].ordinal
    assert moments is not None
    assert repeated is not None
    np.testing.assert_allclose(moments.values, repeated.values, atol=1e-9)


def test_equal_weights_and_single_clusters_change_nothing_but_the_factor() -> None:
    data = rows().assign(one=2.5, row=np.arange(len(rows())))
    plain = sem(MODEL, data, ordered=ITEMS)
    n = plain.n
    for asked, factor in (({"sampling_weights": "one"}, 1.0), ({"cluster": "row"}, n / (n - 1))):
        fit = sem(MODEL, data, ordered=ITEMS, **asked)
        np.testing.assert_allclose(fit.parameters["est"], plain.parameters["est"], atol=1e-8)
        np.testing.assert_allclose(
            fit.parameters["se"], plain.parameters["se"] * np.sqrt(factor), rtol=1e-6, atol=1e-9
        )


def test_rows_without_weight_are_left_out_and_told() -> None:
    data = rows().assign(weight=rows()["weight"].where(rows().index >= 20, 0.0))
    fit = sem(MODEL, data, ordered=ITEMS, sampling_weights="weight")
    assert any("weight is zero" in finding.say() for finding in fit.findings)
    np.testing.assert_allclose(
        fit.parameters["est"],
        sem(MODEL, data[20:], ordered=ITEMS, sampling_weights="weight").parameters["est"],
        atol=1e-9,
    )


def test_the_bootstrap_draws_clusters() -> None:
    fit = sem("f =~ x1 + x2 + x3 + y2", rows(), ordered=ITEMS, cluster="school")
    found = fit.bootstrap(6, seed=1)
    assert len(found.to_frame()) > 0


@pytest.mark.long
def test_clustered_intervals_cover_where_plain_ones_do_not() -> None:
    covered = {"school": 0, None: 0}
    runs = 200
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        school = np.repeat(np.arange(60), 12)
        f = 0.7 * rng.normal(size=60)[school] + np.sqrt(0.51) * rng.normal(size=720)
        answers = {}
        for item in ("a", "b", "c"):
            # half of what is special to an item is shared in a school
            own = rng.normal(size=60)[school] + rng.normal(size=720)
            answers[item] = np.digitize(0.7 * f + np.sqrt(0.51 / 2) * own, [-0.6, 0.5])
        data = pd.DataFrame(answers).assign(school=school)
        for cluster in covered:
            fit = sem("f =~ a + b + c", data, ordered=True, cluster=cluster, std_lv=True)
            row = fit.parameters.iloc[0]
            covered[cluster] += row["ci_lower"] < 0.7 < row["ci_upper"]
    # loadings of data drawn by 60 schools; their truth is the same in every sample
    assert 0.90 < covered["school"] / runs < 0.98
    assert covered[None] / runs < 0.85
