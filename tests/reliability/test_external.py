"""Criteria and known groups, beside R's own tests (tests/reference/external/make.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

import ecosurvey as es

ROOT = Path(__file__).parents[2]
SCALES = {"A": [f"A{i}" for i in range(1, 6)], "N": [f"N{i}" for i in range(1, 6)]}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data" / "sample" / "bfi.csv")
    frame["A1"] = 7 - frame["A1"]
    return frame


@pytest.fixture(scope="module")
def values() -> Any:
    path = ROOT / "tests" / "reference" / "external" / "expected.json"
    return json.loads(path.read_text("utf-8"))


def test_correlations_with_a_criterion_are_those_of_r(people: pd.DataFrame, values: Any) -> None:
    found = es.criterion_validity(people, SCALES, ["age"]).values.set_index("scale")
    for scale, r in values.items():
        row = found.loc[scale]
        assert row["n"] == r["n"]
        for ours, theirs in (("r", "r"), ("ci_lower", "lower"), ("ci_upper", "upper"),
                             ("corrected", "corrected")):  # fmt: skip
            assert row[ours] == pytest.approx(r[theirs], abs=1e-9)
        assert row["pvalue"] == pytest.approx(r["p"], rel=1e-6)
    assert (found["pvalue_holm"] >= found["pvalue"]).all()


def test_many_groups_are_tested_as_by_r(people: pd.DataFrame, values: Any) -> None:
    found = es.known_groups(people, SCALES, "education").tests.set_index("scale")
    for scale, r in values.items():
        row = found.loc[scale]
        for ours, theirs in (("welch_f", "welch"), ("df1", "df1"), ("df2", "df2"),
                             ("pvalue", "welch_p"), ("omega_squared", "omega2")):  # fmt: skip
            assert row[ours] == pytest.approx(r[theirs], rel=1e-8)
        assert np.isnan(row["g"])


def test_two_groups_have_welchs_t_and_hedges_g(people: pd.DataFrame, values: Any) -> None:
    found = es.known_groups(people, SCALES, "gender").tests.set_index("scale")
    for scale, r in values.items():
        row = found.loc[scale]
        assert row["welch_f"] == pytest.approx(r["t"] ** 2, rel=1e-9)
        assert row["df2"] == pytest.approx(r["t_df"], rel=1e-9)
        # psych's g has no correction for small samples, and is the second group less the first
        df = float(people["gender"].notna().sum() - 2)
        small = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
        assert row["g"] == pytest.approx(-r["g"] * small, abs=1e-9)
        assert row["ci_lower"] < row["g"] < row["ci_upper"]


def test_the_expected_order_is_held_to_the_means(people: pd.DataFrame) -> None:
    up = es.known_groups(people, {"A": SCALES["A"]}, "gender", order=[1, 2])
    down = es.known_groups(people, {"A": SCALES["A"]}, "gender", order=[2, 1])
    assert (up.tests["as_expected"][0], down.tests["as_expected"][0]) == (True, False)
    assert "yes" in up.summary() and "否" in down.summary("zh")


def test_small_groups_are_named(people: pd.DataFrame) -> None:
    few = pd.concat([people[people["gender"] == 1].iloc[:300], people[people["gender"] == 2][:5]])
    found = es.known_groups(few, {"A": SCALES["A"]}, "gender")
    assert [finding.code for finding in found.findings] == ["small_groups"]


def test_what_cannot_be_compared_is_refused(people: pd.DataFrame) -> None:
    with pytest.raises(es.DataError, match="one group only"):
        es.known_groups(people[people["gender"] == 1], SCALES, "gender")
    with pytest.raises(es.DataError, match="Groups there are"):
        es.known_groups(people, SCALES, "gender", order=[1, 3])
    with pytest.raises(es.DataError, match="does not vary"):
        es.criterion_validity(people.assign(age=30), SCALES, ["age"])
    with pytest.raises(es.EcosurveyError, match="wage"):
        es.criterion_validity(people, SCALES, ["wage"])
