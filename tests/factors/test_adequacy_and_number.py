"""Adequacy and the number of factors against psych 2.2.9, and against known structures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.factors import adequacy, bartlett, kmo, number_of_factors, parallel_analysis
from ecosurvey.factors.retention import average_partial
from ecosurvey.factors.retention.parallel import random_correlations

SETS = ["bfi", "holzinger"]


def _structure(k: int, per: int, loading: float, phi: float) -> np.ndarray:
    loadings = np.kron(np.eye(k), np.full((per, 1), loading))
    factors = np.full((k, k), phi)
    np.fill_diagonal(factors, 1)
    corr = loadings @ factors @ loadings.T
    np.fill_diagonal(corr, 1)
    return corr


@pytest.mark.parametrize("name", SETS)
def test_kmo_and_bartlett_match_psych(
    name: str, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found, psych = adequacy(answers[name]), expected[name]["adequacy"]
    assert found.kmo.overall == pytest.approx(psych["kmo"], abs=1e-12)
    np.testing.assert_allclose(found.kmo.items, psych["kmo_items"], atol=1e-12)
    assert found.bartlett.chisq == pytest.approx(psych["chisq"], rel=1e-12)
    assert found.bartlett.df == psych["df"]
    assert found.bartlett.determinant == pytest.approx(psych["determinant"], rel=1e-10)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("method", "column"), [("pca", 0), ("fa", 1)])
def test_parallel_analysis_matches_psych_to_simulation_error(
    name: str, method: Any, column: int, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    psych, p = expected[name]["parallel"], answers[name].shape[1]
    found = parallel_analysis(answers[name], 1000, method=method, seed=1)
    simulated = slice((2 + column) * p, (3 + column) * p)
    # psych draws 200 data sets: its means are known to about sd / 14, its 95% points to sd / 7;
    # the standard deviation of the largest eigenvalue is 0.05 (n = 301) and 0.015 (n = 2800)
    sd = {"bfi": 0.015, "holzinger": 0.05}[name]
    np.testing.assert_allclose(found.random_mean, psych["mean"][simulated], atol=4 * sd / 14)
    np.testing.assert_allclose(found.random_percentile, psych["q95"][simulated], atol=4 * sd / 7)
    assert found.n_factors == psych["ncomp" if method == "pca" else "nfact"]
    if method == "pca":
        eigenvalues = expected[name]["adequacy"]["eigenvalues"]
        np.testing.assert_allclose(found.eigenvalues, eigenvalues, atol=1e-12)


def test_resampled_answers_give_much_the_same(
    expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = parallel_analysis(answers["holzinger"], 300, kind="resample", seed=1)
    psych = expected["holzinger"]["parallel"]["mean"][:9]
    np.testing.assert_allclose(found.random_mean, psych, atol=4 * 0.05 / 14)
    assert found.n_factors == 3


def test_parallel_analysis_repeats_with_its_seed(answers: dict[str, pd.DataFrame]) -> None:
    first = parallel_analysis(answers["holzinger"], 50)
    again = parallel_analysis(answers["holzinger"], 50, seed=first.seed)
    np.testing.assert_array_equal(first.random_mean, again.random_mean)


def test_random_correlations_have_the_spread_of_real_samples() -> None:
    drawn = random_correlations(4000, 50, 4, np.random.default_rng(1))
    off = drawn[:, 1, 3]
    # r of independent normals: mean 0, variance 1 / (n - 1)
    assert abs(off.mean()) < 4 * np.sqrt(1 / 49 / 4000)
    assert off.var() == pytest.approx(1 / 49, rel=0.1)
    few = random_correlations(5, 4, 10, np.random.default_rng(1))
    assert (np.linalg.matrix_rank(few) == 3).all()


@pytest.mark.parametrize(("name", "m"), [("bfi", 10), ("holzinger", 7)])
def test_average_partial_matches_psych(
    name: str, m: int, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = average_partial(answers[name].corr().to_numpy())
    np.testing.assert_allclose(found.squared[1 : m + 1], expected[name]["map"][:m], atol=1e-10)


@pytest.mark.parametrize(
    ("k", "per", "loading", "phi", "n"),
    [(1, 6, 0.6, 0.0, 300), (3, 5, 0.6, 0.3, 300), (4, 5, 0.7, 0.5, 1000), (5, 4, 0.6, 0.3, 500)],
)
def test_the_recommendation_finds_known_structures(
    k: int, per: int, loading: float, phi: float, n: int
) -> None:
    lower = np.linalg.cholesky(_structure(k, per, loading, phi))
    rng = np.random.default_rng(k)
    hits = 0
    for _ in range(10):
        data = pd.DataFrame(rng.normal(size=(n, k * per)) @ lower.T)
        found = number_of_factors(data, n_iter=50, seed=1, comparison=False)
        hits += found.recommended == k
    assert hits >= 9


def test_noise_has_no_factor() -> None:
    noise = pd.DataFrame(np.random.default_rng(2).normal(size=(500, 10)))
    found = parallel_analysis(noise, 200, percentile=99, seed=1)
    assert found.n_factors == 0
    assert [f.code for f in found.findings] == ["no_factor"]
    assert "low_kmo" in [f.code for f in adequacy(noise).findings]
    assert "bartlett_not_significant" in [f.code for f in bartlett(noise).findings]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda x: x.assign(d=x["a"] * 2), "'a' and 'd' correlate perfectly"),
        (lambda x: x.assign(d=x["a"] + x["b"]), "determine each other exactly: .*d"),
        (lambda x: x.assign(d=3.0), "'d' does not vary"),
        (lambda x: x.assign(d=np.nan), "'d' has no answers"),
        (lambda x: x[["a"]], "at least 2 items"),
        (lambda x: x.head(2), "only 2 rows"),
        (lambda x: pd.DataFrame(np.random.default_rng(1).normal(size=(5, 8))), "5 rows for 8"),
    ],
)
def test_bad_answers_get_a_clear_word(change: Any, word: str) -> None:
    good = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=list("abc"))
    with pytest.raises(DataError, match=word):
        kmo(change(good))


def test_options_are_checked_at_the_door(answers: dict[str, pd.DataFrame]) -> None:
    data = answers["holzinger"]
    with pytest.raises(OptionError, match="n_obs is for a correlation matrix"):
        kmo(data, n_obs=100)
    with pytest.raises(OptionError, match="number of respondents"):
        bartlett(data.corr())
    with pytest.raises(OptionError, match="Use one of: pca, fa"):
        parallel_analysis(data, method="principal")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="needs the answers themselves"):
        parallel_analysis(data.corr(), kind="resample", n_obs=301)
    with pytest.raises(OptionError, match="percentile=5"):
        parallel_analysis(data, percentile=5)


def test_impossible_correlations_are_refused() -> None:
    wrong = pd.DataFrame([[1, 1.4], [1.4, 1]], list("ab"), list("ab"))
    with pytest.raises(DataError, match=r"correlation of 1\.400"):
        kmo(wrong)
