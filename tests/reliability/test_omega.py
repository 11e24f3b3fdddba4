"""Omega, convergent coefficients, split halves against lavaan, semTools, psych."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.reliability import (
    composite_reliability,
    convergent,
    maximal_reliability,
    omega,
    omega_hierarchical,
    split_half,
)


@pytest.mark.parametrize("case", ["A", "C", "E", "N", "O", "textual", "speed"])
def test_omega_and_its_standard_error_match_lavaan(
    case: str,
    expected: Any,
    bfi: pd.DataFrame,
    holzinger: pd.DataFrame,
    bfi_scales: dict[str, list[str]],
    holzinger_scales: dict[str, list[str]],
) -> None:
    # R's script estimates every scale of bfi on the rows that are complete in all of them
    data = bfi.dropna() if case in bfi_scales else holzinger
    found = omega(data, {**bfi_scales, **holzinger_scales}[case])
    lavaan = expected["omega"][case]
    assert found.n == lavaan["n"]
    assert found.value == pytest.approx(lavaan["omega"], abs=1e-6)
    assert found.value == pytest.approx(lavaan["comp_rel_model"], abs=1e-6)
    assert found.observed == pytest.approx(lavaan["comp_rel"], abs=1e-6)
    assert found.se == pytest.approx(lavaan["se"], abs=1e-6)
    np.testing.assert_allclose(found.loadings, lavaan["loadings"], atol=2e-6)
    assert convergent(found.loadings).h == pytest.approx(lavaan["maximal"], abs=2e-6)


def test_omega_interval_covers_its_value_at_the_nominal_rate() -> None:
    rng = np.random.default_rng(20)
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    truth = composite_reliability(loadings)
    hits = 0
    for _ in range(400):
        noise = rng.normal(size=(250, 4)) * np.sqrt(1 - loadings**2)
        found = omega(pd.DataFrame(rng.normal(size=(250, 1)) * loadings + noise))
        hits += found.ci_lower < truth < found.ci_upper
    assert 0.92 <= hits / 400 <= 0.98  # 95% with a simulation error of 1.1%


def test_two_items_give_spearman_brown_and_say_so() -> None:
    r = pd.DataFrame([[1, 0.5], [0.5, 1]], list("ab"), list("ab"))
    found = omega(r, n_obs=100)
    assert found.value == pytest.approx(2 * 0.5 / 1.5)
    assert np.isnan(found.se)
    assert [f.code for f in found.findings] == ["two_items"]


def test_a_heywood_case_is_serious_and_has_no_interval() -> None:
    r = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    found = omega(pd.DataFrame(r, list("abc"), list("abc")), n_obs=100)
    assert ("heywood", "serious", "a") in [(f.code, f.severity, f.where) for f in found.findings]
    assert np.isnan(found.ci_lower)


def test_perfectly_correlated_items_are_named() -> None:
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.normal(size=(100, 3)), columns=list("abc"))
    answers["d"] = answers["a"] * 2
    with pytest.raises(DataError, match="'a' and 'd' correlate perfectly"):
        omega(answers)


def test_convergent_takes_residuals_and_refuses_gaps() -> None:
    unstandardized = np.array([1.2, 0.8, 0.5])
    residuals = np.array([0.5, 0.4, 0.9])
    found = convergent(unstandardized, residuals)
    assert found.cr == pytest.approx(2.5**2 / (2.5**2 + 1.8))
    assert found.ave == pytest.approx(2.33 / (2.33 + 1.8))
    assert np.isnan(maximal_reliability([0.5, 1.1]))
    with pytest.raises(DataError, match="2 residual variances"):
        convergent([0.5, 0.6, 0.7], [0.5, 0.5])
    with pytest.raises(DataError, match="gaps"):
        convergent([0.5, np.nan])


@pytest.mark.parametrize(("case", "width"), [("holzinger", 8), ("bfi", 10)])
def test_split_halves_match_psych(
    case: str, width: int, expected: Any, bfi: pd.DataFrame, holzinger: pd.DataFrame
) -> None:
    data = holzinger if case == "holzinger" else bfi.dropna()
    found, psych = split_half(data.iloc[:, :width]), expected["split"][case]
    ours = [getattr(found, f"lambda{i}") for i in range(1, 7)]
    np.testing.assert_allclose(ours, psych["lambda"], atol=1e-10)
    ours = [found.lambda4, found.worst, found.mean]
    np.testing.assert_allclose(ours, [psych[k] for k in ("best", "worst", "mean")], atol=1e-10)


def test_split_halves_of_an_odd_number_try_every_split(holzinger: pd.DataFrame) -> None:
    found = split_half(holzinger)
    corr = holzinger.corr().to_numpy()
    first = [list(holzinger.columns).index(i) for i in found.best_split[0]]
    second = [list(holzinger.columns).index(i) for i in found.best_split[1]]
    assert found.splits == 126
    assert sorted(first + second) == list(range(9))
    expected = 4 * corr[np.ix_(first, second)].sum() / corr.sum()
    assert found.lambda4 == pytest.approx(expected)


def test_long_scales_are_split_at_random_and_repeatably() -> None:
    answers = pd.DataFrame(np.random.default_rng(3).normal(size=(100, 24)))
    first, again = split_half(answers, seed=5), split_half(answers, seed=5)
    assert not first.exhaustive
    assert first.lambda4 == again.lambda4


@pytest.mark.parametrize(("case", "k"), [("holzinger", 3), ("bfi", 5)])
def test_omega_hierarchical_matches_psych(
    case: str, k: int, expected: Any, bfi: pd.DataFrame, holzinger: pd.DataFrame
) -> None:
    found = omega_hierarchical(holzinger if case == "holzinger" else bfi.dropna(), k)
    psych = expected["hierarchical"][case]
    # psych's own extraction and rotation stop at about 1e-5
    assert found.hierarchical == pytest.approx(psych["omega_h"], abs=1e-5)
    assert found.total == pytest.approx(psych["omega_t"], abs=1e-6)
    assert found.asymptotic == pytest.approx(psych["lim"], abs=1e-5)
    assert found.alpha == pytest.approx(psych["alpha"], abs=1e-10)
    assert found.ecv == pytest.approx(psych["ecv"], abs=1e-5)
    np.testing.assert_allclose(found.loadings["g"], psych["g"], atol=2e-5)
