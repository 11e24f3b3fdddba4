"""Chained equations: what is imputed, and what comes out of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning.impute import impute, pool
from ecosurvey.core import DataError, OptionError

POOL = Path(__file__).parents[1] / "reference" / "cleaning" / "pool.json"


def likert(n: int = 400, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(n, 1))
    x = np.clip(np.round(3 + f + 0.7 * rng.normal(size=(n, 4))), 1, 5)
    return pd.DataFrame(x, columns=list("abcd"))


def with_gaps(full: pd.DataFrame) -> pd.DataFrame:
    """Leave d out mostly where a is high: missing at random, far from completely so."""
    rng = np.random.default_rng(4)
    gaps = full.copy()
    gaps.loc[rng.random(len(full)) < np.where(full["a"] >= 4, 0.75, 0.05), "d"] = np.nan
    gaps.loc[rng.random(len(full)) < 0.05, "b"] = np.nan
    return gaps


def test_answers_stay_and_gaps_get_answers_that_people_gave() -> None:
    gaps = with_gaps(likert())
    done = impute(gaps, m=3, seed=1)
    assert done.filled == gaps.isna().sum()[["b", "d"]].to_dict()
    for copy in done.datasets:
        assert not copy.isna().any(axis=None)
        pd.testing.assert_frame_equal(copy.where(gaps.notna()), gaps)
        assert set(copy["d"]) <= set(gaps["d"].dropna())
    assert not done.datasets[0].equals(done.datasets[1])
    assert "预测均值匹配" in done.summary("zh")


def test_the_same_seed_gives_the_same_copies_whatever_their_number() -> None:
    gaps = with_gaps(likert(120))
    first, second = impute(gaps, m=2, seed=9), impute(gaps, m=4, seed=9)
    pd.testing.assert_frame_equal(first.datasets[1], second.datasets[1])


def test_the_mean_that_gaps_had_biased_is_recovered() -> None:
    full = likert(1500)
    gaps = with_gaps(full)
    done = impute(gaps, m=10, seed=2)
    means = [float(copy["d"].mean()) for copy in done.datasets]
    errors = [float(copy["d"].sem()) for copy in done.datasets]
    pooled = pool(means, errors, len(full) - 1)
    truth = float(full["d"].mean())
    assert abs(float(gaps["d"].mean()) - truth) > 0.25  # what leaving out rows would say
    assert abs(pooled.estimate - truth) < 0.07
    assert pooled.se > np.mean(errors) and 0 < pooled.fmi < 1
    kept = np.mean([copy["a"].corr(copy["d"]) for copy in done.datasets])
    assert abs(kept - full["a"].corr(full["d"])) < 0.05


def test_pooling_equals_mice() -> None:
    r = json.loads(POOL.read_text())
    found = pool(r["q"], r["s"], 120 - 3)
    assert found.estimate == pytest.approx(r["estimate"], rel=1e-12)
    assert found.se == pytest.approx(r["se"], rel=1e-12)
    assert found.df == pytest.approx(r["df"], rel=1e-9)
    assert found.fmi == pytest.approx(r["fmi"], rel=1e-9)


def test_constant_and_redundant_columns_do_no_harm() -> None:
    gaps = with_gaps(likert(100)).assign(same=3.0, twice=lambda df: df["a"] * 2)
    assert not impute(gaps, m=1, seed=1).datasets[0].isna().any(axis=None)


def test_nothing_missing_changes_nothing() -> None:
    full = likert(30)
    done = impute(full, m=2, seed=1)
    assert done.filled == {} and done.datasets[1].equals(full)


def test_what_cannot_be_imputed_is_an_error_with_a_remedy() -> None:
    with pytest.raises(DataError, match="has only 0 answers"):
        impute(likert(20).assign(e=np.nan))
    with pytest.raises(OptionError, match="m=0"):
        impute(likert(20), m=0)
    with pytest.raises(OptionError, match="cannot be pooled"):
        pool([1.0], [0.1], 10)
