"""Reliability of ordered categories and of second-order factors, against semTools 0.5-6."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.reliability import alpha, ordinal_reliability, second_order_omega, validity
from ecosurvey.reliability.green_yang import category_covariances, one_factor_weighted
from ecosurvey.sem import cfa

HIGHER = (
    "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
    "g =~ visual + textual + speed"
)
THRESHOLDS = [np.array([-1.0, 0.0, 1.0])] * 4


@pytest.fixture(scope="module")
def complete(bfi: pd.DataFrame) -> pd.DataFrame:
    return bfi.dropna()


def test_ordinal_reliability_matches_semtools(
    complete: pd.DataFrame, bfi_scales: dict[str, list[str]], measurement: Any
) -> None:
    found = ordinal_reliability(complete, bfi_scales)
    for construct, theirs in measurement["ordinal"].items():
        ours = found.scales.loc[construct]
        for key, name in (
            ("omega", "green_yang_observed"), ("omega_implied", "green_yang_implied"),
            ("alpha_ordinal", "alpha_ordinal"), ("omega_latent", "omega_latent_observed"),
            ("cr", "omega_latent_implied"), ("ave", "ave"),
        ):  # fmt: skip
            # lavaan searches polychoric correlations to about 1e-8
            assert ours[key] == pytest.approx(theirs[name], abs=1e-6), (construct, key)
        loadings = found.loadings.loc[found.loadings["construct"] == construct, "loading"]
        np.testing.assert_allclose(loadings, theirs["loadings"], atol=1e-6)
    assert [f.where for f in found.findings if f.code == "low_categorical_omega"] == ["O"]
    assert "类别ω" in found.summary("zh")


def test_the_weighted_factor_is_that_of_the_structural_engine(complete: pd.DataFrame) -> None:
    data = complete[["N1", "N2", "N3", "N4"]].head(600)
    fit = cfa("f =~ N1 + N2 + N3 + N4", data, ordered=True, std_lv=True)
    found = ordinal_reliability(data, {"f": list(data.columns)})
    engine = fit.parameters.loc[fit.parameters["op"] == "=~", "est"]
    np.testing.assert_allclose(found.loadings["loading"], engine, atol=1e-6)


def test_categories_covary_as_simulated_answers_do() -> None:
    corr = np.full((4, 4), 0.5)
    np.fill_diagonal(corr, 1.0)
    steps = [np.array([1.0, 2.0, 1.0])] * 4
    latent = np.random.default_rng(1).multivariate_normal(np.zeros(4), corr, 200_000)
    values = np.array([1.0, 2.0, 4.0, 5.0])
    answers = values[np.digitize(latent, THRESHOLDS[0])]
    expected = category_covariances(THRESHOLDS, steps, corr)
    np.testing.assert_allclose(np.cov(answers, rowvar=False), expected, atol=0.03)


def test_an_item_scored_with_a_gap_keeps_its_score() -> None:
    latent = np.random.default_rng(2).normal(size=(3000, 1)) + np.random.default_rng(3).normal(
        size=(3000, 4)
    )
    codes = np.digitize(latent, THRESHOLDS[0])
    stretched = pd.DataFrame(np.array([1, 2, 4, 5])[codes], columns=list("abcd"))
    found = ordinal_reliability(stretched, {"f": list("abcd")}).scales.loc["f"]
    # equal loadings: alpha of the very scores is their reliability
    assert found["omega"] == pytest.approx(alpha(stretched).raw, abs=0.005)


def test_bootstrap_intervals_do_not_depend_on_the_workers(complete: pd.DataFrame) -> None:
    data, scales = complete.head(200), {"A": ["A1", "A2", "A3"]}
    one = ordinal_reliability(data, scales, n_boot=100, seed=5)
    two = ordinal_reliability(data, scales, n_boot=100, seed=5, jobs=2)
    pd.testing.assert_frame_equal(one.scales, two.scales, check_exact=True)
    row = one.scales.loc["A"]
    assert row["omega_ci_lower"] < row["omega"] < row["omega_ci_upper"]
    assert "100 bootstrap samples, seed 5" in one.summary()


@pytest.mark.long
def test_bootstrap_intervals_cover_the_truth() -> None:
    rng = np.random.default_rng(4)
    scales = {"f": list("abcd")}

    def answers(n: int) -> pd.DataFrame:
        latent = 0.7 * rng.normal(size=(n, 1)) + np.sqrt(1 - 0.49) * rng.normal(size=(n, 4))
        return pd.DataFrame(np.digitize(latent, [-1.5, -0.5, 0.8]), columns=list("abcd"))

    truth = float(ordinal_reliability(answers(200_000), scales).scales.loc["f", "omega"])
    hits = 0
    for _ in range(80):
        row = ordinal_reliability(answers(250), scales, n_boot=200, seed=1).scales.loc["f"]
        hits += row["omega_ci_lower"] < truth < row["omega_ci_upper"]
    assert hits / 80 >= 0.875  # simulation error 2.4%


def test_gaps_two_items_and_one_are_taken_in(bfi: pd.DataFrame) -> None:
    scales = {"A": ["A2", "A3", "A5"], "two": ["N1", "N2"], "one": ["E3"]}
    found = ordinal_reliability(bfi, scales)
    assert found.scales.loc["A", "n"] > len(bfi.dropna())
    r = found.loadings.loc[found.loadings["construct"] == "two", "loading"].prod()
    assert found.scales.loc["two", "alpha_ordinal"] == pytest.approx(2 * r / (1 + r))
    assert np.isnan(found.scales.loc["one", "omega"])
    assert "single_item_construct" in [f.code for f in found.findings]


def test_a_loading_beyond_one_is_named_not_hidden() -> None:
    corr = np.array([[1, 0.85, 0.85], [0.85, 1, 0.6], [0.85, 0.6, 1.0]])
    loadings, converged = one_factor_weighted(corr, np.ones((3, 3)))
    assert converged and loadings[0] > 1
    rng = np.random.default_rng(5)
    latent = rng.multivariate_normal(np.zeros(3), corr, 800)
    answers = pd.DataFrame(np.digitize(latent, [-0.7, 0.7]), columns=list("abc"))
    found = ordinal_reliability(answers, {"f": list("abc")})
    assert ("heywood", "a") in {(f.code, f.where) for f in found.findings}
    assert np.isnan(found.scales.loc["f", "omega"])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda x: x.assign(a=3), "one value"),
        (lambda x: x.assign(a=np.nan), "no value|no answers"),
        (lambda x: x.assign(a="yes"), "text|number"),
        (lambda x: x.drop(columns="a"), "'a'"),
    ],
)
def test_bad_answers_get_a_clear_word(change: Any, word: str) -> None:
    good = pd.DataFrame(np.random.default_rng(1).integers(1, 5, (50, 3)), columns=list("abc"))
    with pytest.raises(DataError, match=word):
        ordinal_reliability(change(good), {"f": list("abc")})
    with pytest.raises(OptionError, match="too few"):
        ordinal_reliability(good, {"f": list("abc")}, n_boot=5)


def test_second_order_omega_matches_semtools(
    holzinger: pd.DataFrame, complete: pd.DataFrame, measurement: Any
) -> None:
    ordinal = "A =~ A2 + A3 + A5\nC =~ C1 + C2 + C3\nE =~ E3 + E4 + E5\ng =~ A + C + E"
    for fit, theirs in (
        (cfa(HIGHER, holzinger), measurement["second"]),
        (cfa(ordinal, complete, ordered=True), measurement["second_ordinal"]),
    ):
        found = second_order_omega(fit)
        assert found is not None
        ours = found.factors.loc["g", ["omega_l1", "omega_l2", "partial_omega_l1"]]
        np.testing.assert_allclose(
            ours.to_numpy(float),
            [theirs["omegaL1"], theirs["omegaL2"], theirs["partialOmegaL1"]],
            atol=1e-6,
        )


def test_validity_tells_of_second_order_factors(holzinger: pd.DataFrame) -> None:
    with_g, without = cfa(HIGHER, holzinger), cfa(HIGHER.rpartition("\n")[0], holzinger)
    assert "second_order_omega" in [table.key for table in validity(with_g).tables()]
    assert validity(without).second_order is None
