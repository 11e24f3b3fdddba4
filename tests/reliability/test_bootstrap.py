"""Bootstrap intervals of alpha and omega, against SciPy's and against known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ecosurvey.core import DataError, OptionError
from ecosurvey.factors.moments import pairwise_moments
from ecosurvey.reliability import reliability
from ecosurvey.reliability.alpha import alpha_kernel
from ecosurvey.reliability.bootstrap import _Rows

ITEMS = list("abcd")
BOUNDS = ["alpha_boot_lower", "alpha_boot_upper", "omega_boot_lower", "omega_boot_upper"]


def _answers(rng: np.random.Generator, n: int, *, skewed: bool = False) -> pd.DataFrame:
    trait, noise = rng.normal(size=(n, 1)), rng.normal(size=(n, 4))
    if skewed:
        trait = rng.exponential(size=(n, 1)) - 1
    return pd.DataFrame(trait + noise, columns=ITEMS)


def test_percentiles_are_those_of_scipy_to_simulation_error() -> None:
    data = _answers(np.random.default_rng(1), 150)
    row = reliability(data, {"f": ITEMS}, n_boot=2000, seed=1).scales.loc["f"]

    def kernel(*columns: np.ndarray) -> float:
        return alpha_kernel(np.cov(np.array(columns)))

    theirs = stats.bootstrap(
        tuple(data.to_numpy().T), kernel, paired=True, vectorized=False, n_resamples=2000,
        method="percentile", rng=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    found = row[["alpha_boot_lower", "alpha_boot_upper"]].to_numpy(float)
    np.testing.assert_allclose(found, theirs, atol=0.012)


def test_intervals_do_not_depend_on_workers_nor_on_other_scales(holzinger: pd.DataFrame) -> None:
    scales = {"visual": ["x1", "x2", "x3"], "speed": ["x7", "x8", "x9"]}
    one = reliability(holzinger, scales, n_boot=130, seed=3)
    two = reliability(holzinger, scales, n_boot=130, seed=3, jobs=2)
    alone = reliability(holzinger, {"speed": scales["speed"]}, n_boot=130, seed=3)
    pd.testing.assert_frame_equal(one.scales, two.scales, check_exact=True)
    assert alone.scales.loc["speed", BOUNDS].equals(one.scales.loc["speed", BOUNDS])
    assert "reliability_bootstrap" in [table.key for table in one.tables()]
    assert "种子3" in one.summary("zh")


def test_without_a_bootstrap_there_is_no_table_of_it(holzinger: pd.DataFrame) -> None:
    found = reliability(holzinger, {"visual": ["x1", "x2", "x3"]})
    assert "reliability_bootstrap" not in [table.key for table in found.tables()]
    assert "alpha_boot_lower" not in found.scales


def test_gaps_one_item_and_two_are_taken_in(bfi: pd.DataFrame) -> None:
    scales = {"A": ["A2", "A3", "A5"], "two": ["N1", "N2"], "one": ["E3"]}
    found = reliability(bfi.head(300), scales, n_boot=100, seed=1).scales
    row = found.loc["A"]
    assert row["alpha_boot_lower"] < row["alpha"] < row["alpha_boot_upper"]
    assert row["omega_boot_lower"] < row["omega"] < row["omega_boot_upper"]
    assert np.isfinite(found.loc["two", "alpha_boot_lower"])
    assert np.isnan(found.loc["two", "omega_boot_lower"])
    assert found.loc["one", BOUNDS].isna().all()


def test_samples_without_a_value_are_counted_and_told() -> None:
    data = _answers(np.random.default_rng(4), 30)
    data["d"] = 0.0
    data.loc[0, "d"] = 1.0  # one answer in thirty differs: a third of the samples miss it
    found = reliability(data, {"f": ITEMS}, n_boot=100, seed=1)
    said = [f for f in found.findings if f.code == "bootstrap_failures"]
    assert len(said) == 1 and "of 100 bootstrap samples" in said[0].say("en")


def test_too_few_samples_and_a_matrix_are_refused(holzinger: pd.DataFrame) -> None:
    scales = {"visual": ["x1", "x2", "x3"]}
    with pytest.raises(OptionError, match="n_boot=20"):
        reliability(holzinger, scales, n_boot=20)
    with pytest.raises(DataError, match="needs the answers themselves"):
        reliability(holzinger.cov(), scales, n_obs=301, n_boot=100)


@pytest.mark.long
@pytest.mark.parametrize("skewed", [False, True])
def test_intervals_cover_the_truth(skewed: bool) -> None:
    rng = np.random.default_rng(6)
    truth = 4 / 5  # of four items of unit trait and noise: 16 / (16 + 4)
    hits = feldt = 0
    for _ in range(250):
        answers = _answers(rng, 200, skewed=skewed)
        row = reliability(answers, {"f": ITEMS}, n_boot=300, seed=1).scales.loc["f"]
        hits += row["omega_boot_lower"] < truth < row["omega_boot_upper"]
        feldt += row["alpha_ci_lower"] < truth < row["alpha_ci_upper"]
    assert hits / 250 > 0.88  # simulation error 1.4%
    if skewed:  # the exact interval is exact for normal answers only
        assert feldt < hits


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_moments_by_counts_are_those_of_the_drawn_rows(gaps: float) -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(1, 6, (50, 4)) * 100.0
    rows[rng.random(rows.shape) < gaps] = np.nan
    drawn = rng.integers(0, 50, (6, 50))
    counts = np.array([np.bincount(each, minlength=50) for each in drawn], dtype=float)
    cov, corr, usable = _Rows.of(rows).moments(counts)
    assert usable.all()
    for at, each in enumerate(drawn):
        wanted = pairwise_moments(rows[each], ("a", "b", "c", "d"))
        np.testing.assert_allclose(cov[at], wanted[0], rtol=1e-10)
        np.testing.assert_allclose(corr[at], wanted[1], atol=1e-12)


def test_a_sample_in_which_an_item_stands_still_has_no_moments() -> None:
    rows = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0], [4.0, 5.0]])
    counts = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 1.0, 1.0, 0.0]])
    assert _Rows.of(rows).moments(counts)[2].tolist() == [True, False]
