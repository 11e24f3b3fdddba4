"""Little's test, patterns, what gaps go with, and the advice that follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosurvey.core import DataError, Text
from ecosurvey.sem.missing_data import (
    little_mcar,
    missing_data,
    missing_patterns,
    related_gaps,
)

HERE = Path(__file__).parents[2] / "reference" / "missing_data"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text())
DATA = pd.read_csv(HERE / "data.csv")
ITEMS = DATA[["x1", "x2", "x3", "x4"]]


@pytest.mark.parametrize("name", ["little", "air"])
def test_little_equals_base_r_over_em_moments(name: str) -> None:
    data = ITEMS if name == "little" else pd.read_csv(HERE / "airquality.csv")
    found, r = little_mcar(data), EXPECTED[name]
    assert (found.df, found.n, found.n_patterns) == (r["df"], r["n"], r["patterns"])
    assert found.statistic == pytest.approx(r["statistic"], rel=1e-6)
    assert found.pvalue == pytest.approx(r["pvalue"], abs=1e-6)
    assert found.converged


def test_little_equals_the_published_value_for_airquality() -> None:
    # naniar's manual: mcar_test(airquality) -> statistic 35.1, df 14, p .00142, 4 patterns
    found = little_mcar(pd.read_csv(HERE / "airquality.csv"))
    assert round(found.statistic, 1) == 35.1 and found.df == 14 and found.n_patterns == 4
    assert found.pvalue == pytest.approx(0.00142, abs=5e-6)


def test_littles_own_correction_only_scales_the_statistic() -> None:
    plain, corrected = little_mcar(ITEMS), little_mcar(ITEMS, corrected=True)
    assert corrected.statistic == pytest.approx(plain.statistic * (plain.n - 1) / plain.n)


def test_little_does_not_depend_on_units_or_order() -> None:
    changed = ITEMS[["x3", "x1", "x4", "x2"]] * [1000.0, 0.01, -3.0, 1.0] + 5
    shuffled = changed.sample(frac=1, random_state=1)
    assert little_mcar(shuffled).statistic == pytest.approx(little_mcar(ITEMS).statistic, rel=1e-6)


def test_little_rejects_at_its_level_and_finds_what_is_not_random() -> None:
    rng = np.random.default_rng(3)
    low = 0
    for _ in range(200):
        x = rng.normal(size=(150, 3)) + rng.normal(size=(150, 1))
        x[rng.random((150, 3)) < 0.1] = np.nan
        low += little_mcar(pd.DataFrame(x)).pvalue < 0.05
    assert 2 <= low <= 20  # 10 expected, standard deviation 3.1
    x = rng.normal(size=(400, 2)) @ np.array([[1.0, 0.7], [0.0, 0.7]])
    x[x[:, 0] > 0.5, 1] = np.nan
    assert little_mcar(pd.DataFrame(x)).pvalue < 1e-6


def test_nothing_missing_has_no_test_and_needs_no_treatment() -> None:
    full = missing_data(ITEMS.dropna())
    assert full.mcar is not None and full.mcar.df == 0 and np.isnan(full.mcar.pvalue)
    assert full.treatment.method == "none" and full.related == ()
    assert "Nothing is missing" in full.summary() and "无需处理" in full.summary("zh")


@pytest.mark.parametrize("shape", [(3, 3), (0, 4), (10, 1)])
def test_too_little_data_is_an_error_with_a_remedy(shape: tuple[int, int]) -> None:
    frame = pd.DataFrame(np.random.default_rng(1).normal(size=shape))
    with pytest.raises(DataError, match="too few for Little's test"):
        little_mcar(frame)
    assert missing_data(frame).mcar is None


def test_constant_columns_are_left_out_and_named() -> None:
    found = little_mcar(ITEMS.assign(same=3.0, empty=np.nan))
    assert found.dropped == ("same", "empty")
    assert found.statistic == pytest.approx(EXPECTED["little"]["statistic"], rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (12, 3), elements=st.sampled_from([1.0, 2.0, np.nan])))
def test_patterns_count_every_row_once(values: np.ndarray) -> None:
    patterns = missing_patterns(pd.DataFrame(values, columns=["a", "b", "c"]))
    assert sum(p.n for p in patterns) == 12
    assert sum(p.n * len(p.missing) for p in patterns) == np.isnan(values).sum()
    assert len({p.missing for p in patterns}) == len(patterns)
    assert [p.n for p in patterns] == sorted((p.n for p in patterns), reverse=True)


def test_related_gaps_equal_r() -> None:
    covariates = DATA[["age", "role"]]
    found = related_gaps(DATA[["x2"]], covariates, categorical=["role"])
    age, role = found
    assert (age.covariate, role.covariate) == ("age", "role")
    r = EXPECTED
    assert age.statistic == pytest.approx(r["welch"]["t"], rel=1e-9)
    assert age.df == pytest.approx(r["welch"]["df"], rel=1e-9)
    assert age.pvalue == pytest.approx(r["welch"]["p"], rel=1e-8)
    assert role.statistic == pytest.approx(r["chisq"]["x2"], rel=1e-9)
    assert role.pvalue == pytest.approx(r["chisq"]["p"], rel=1e-8)
    assert [age.pvalue_holm, role.pvalue_holm] == pytest.approx(r["holm"], rel=1e-8)


def test_gaps_that_go_with_age_make_age_an_auxiliary_variable() -> None:
    found = missing_data(ITEMS, {"F": ["x1", "x2", "x3", "x4"]}, DATA[["age"]])
    assert found.treatment.method == "fiml_auxiliary"
    assert found.treatment.auxiliary == ("age",)
    assert found.by_scale["F"] == pytest.approx(ITEMS.isna().to_numpy().mean())
    keys = [table.key for table in found.tables()]
    assert keys == ["missing_shares", "missing_patterns", "little_mcar", "missing_related"]
    assert "age" in found.treatment.say.zh
    named = missing_data(ITEMS, None, DATA[["age"]], names={"age": Text("Age in years", "年龄")})
    assert "Gaps go with Age in years:" in named.treatment.say.en
    assert "缺失与年龄有关" in named.treatment.say.zh
    assert named.tables()[-1].rows[0][1] == Text("Age in years", "年龄")


def test_an_item_that_many_left_out_asks_for_imputation_beside() -> None:
    few = ITEMS.copy()
    few.loc[:120, "x1"] = np.nan
    found = missing_data(few)
    assert found.treatment.method == "fiml_sensitivity"
    assert any(f.code == "missing_treatment" for f in found.findings)
