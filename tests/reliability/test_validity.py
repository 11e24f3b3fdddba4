"""HTMT, Fornell-Larcker, CICFA, common method, item analysis, and the gathering results."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.factors.resampling import bootstrap_correlations
from ecosurvey.reliability import (
    fornell_larcker,
    full_collinearity,
    harman,
    htmt,
    item_analysis,
    reliability,
    single_factor,
    validity,
)
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.latent_intervals import _values

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("case", ["holzinger", "bfi"])
def test_htmt_and_htmt2_match_semtools(
    case: str,
    expected: Any,
    bfi: pd.DataFrame,
    holzinger: pd.DataFrame,
    bfi_scales: dict[str, list[str]],
    holzinger_scales: dict[str, list[str]],
) -> None:
    data, scales = (holzinger, holzinger_scales) if case == "holzinger" else (bfi, bfi_scales)
    found = htmt(data, scales, missing="listwise")
    np.testing.assert_allclose(found.pairs["htmt"], expected["htmt"][case], atol=1e-12)
    np.testing.assert_allclose(found.pairs["htmt2"], expected["htmt2"][case], atol=1e-12)


@pytest.mark.parametrize("gaps", [False, True])
def test_bootstrap_correlations_are_those_of_the_drawn_rows(gaps: bool) -> None:
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)) + 50
    if gaps:
        rows[rng.random(rows.shape) < 0.1] = np.nan
    (found,) = bootstrap_correlations(rows, 3, np.random.default_rng(9))
    weights = np.random.default_rng(9).multinomial(60, np.full(60, 1 / 60), size=3)
    for corr, weight in zip(found, weights, strict=True):
        drawn = pd.DataFrame(np.repeat(rows, weight, axis=0))
        np.testing.assert_allclose(corr, drawn.corr().to_numpy(), atol=1e-10)


def test_htmt_intervals_repeat_with_the_seed_and_cover_the_estimate(
    holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    first = htmt(holzinger, holzinger_scales, n_boot=400, seed=2).pairs
    again = htmt(holzinger, holzinger_scales, n_boot=400, seed=2).pairs
    pd.testing.assert_frame_equal(first, again)
    assert (first["htmt_ci_lower"] < first["htmt"]).all()
    assert (first["htmt"] < first["htmt_ci_upper"]).all()


@pytest.mark.long
def test_htmt_intervals_cover_the_truth_at_their_rate() -> None:
    rng = np.random.default_rng(11)
    truth, rounds, hits = 0.5, 200, 0
    chol = np.linalg.cholesky([[1, truth], [truth, 1]])
    for i in range(rounds):
        factors = rng.normal(size=(300, 2)) @ chol.T
        rows = 0.7 * np.repeat(factors, 4, axis=1) + np.sqrt(0.51) * rng.normal(size=(300, 8))
        data = pd.DataFrame(rows, columns=list("abcdefgh"))
        scales = {"A": list("abcd"), "B": list("efgh")}
        row = htmt(data, scales, n_boot=300, seed=i).pairs.iloc[0]
        hits += row["htmt_ci_lower"] < truth < row["htmt_ci_upper"]
    # .95, less three standard errors of 200 rounds and the error of a percentile of 300 draws
    assert hits / rounds > 0.89


def test_htmt_says_what_it_cannot_judge(holzinger: pd.DataFrame) -> None:
    found = htmt(holzinger, {"A": ["x1"], "B": ["x2", "x3"], "C": ["x4", "x5"]}, n_boot=100, seed=1)
    assert np.isnan(found.htmt.loc["A", "B"])
    assert np.isfinite(found.pairs["htmt_ci_upper"].iloc[2])
    assert ("single_item_construct", "A") in [(f.code, f.where) for f in found.findings]
    with pytest.raises(DataError, match="belongs to 'A' and to 'B'"):
        htmt(holzinger, {"A": ["x1", "x2"], "B": ["x2", "x3"]})
    with pytest.raises(DataError, match="only 1 construct"):
        htmt(holzinger, {"A": ["x1", "x2"]})


def test_split_constructs_are_not_told_apart(holzinger: pd.DataFrame) -> None:
    wrong = holzinger.assign(y=holzinger["x4"] * 0.7 + holzinger["x5"] * 0.7)
    found = htmt(wrong, {"A": ["x4", "x5"], "B": ["x6", "y"]}, {"A": Text("Alpha", "甲")})
    (finding,) = [f for f in found.findings if f.code == "high_htmt"]
    assert "'Alpha'" in finding.message.en
    assert "“甲”" in finding.message.zh


def test_validity_reads_a_fitted_model(
    expected: Any, holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    found, lavaan = validity(cfa(MODEL, holzinger), holzinger), expected["validity"]
    np.testing.assert_allclose(found.loadings["loading"], lavaan["loadings"], atol=5e-6)
    np.testing.assert_allclose(found.loadings["se"], lavaan["se"], atol=5e-6)
    cells = ["correlation", "ci_lower", "ci_upper"]
    theirs = [[r["est.std"], r["ci.lower"], r["ci.upper"]] for r in lavaan["latent_ci"]]
    np.testing.assert_allclose(found.correlations[cells], theirs, atol=5e-6)
    mean_square = np.square(lavaan["loadings"]).reshape(3, 3).mean(axis=1)
    np.testing.assert_allclose(found.constructs["ave"], mean_square, atol=5e-6)
    assert found.fornell_larcker is not None
    assert found.htmt is not None
    keys = [table.key for table in found.tables()]
    assert keys == [
        "convergent_validity", "fornell_larcker", "htmt", "cross_loadings",
        "structure_coefficients", "latent_correlations",
    ]  # fmt: skip
    assert list(found.htmt.htmt.index) == list(holzinger_scales)


def test_validity_of_ordinal_answers_may_rest_on_polychorics(
    bfi: pd.DataFrame, bfi_scales: dict[str, list[str]]
) -> None:
    data = bfi.dropna()
    scales = {name: bfi_scales[name] for name in "AN"}
    model = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in scales.items())
    found = validity(cfa(model, data, ordered=True), data, correlation="polychoric")
    alone = htmt(data, scales, correlation="polychoric")
    assert found.htmt is not None and found.cross_loadings is not None
    pd.testing.assert_frame_equal(found.htmt.pairs, alone.pairs)
    assert "Polychoric" in found.cross_loadings.summary()


# models of the three correlations by other parameters, as many of them as correlations
OTHERWISE = {
    "second order": "g =~ visual + textual + speed",
    "of two facets": "g =~ visual + textual",
    "paths": "textual ~ visual\nspeed ~ visual + textual",
}


@pytest.mark.parametrize("more", OTHERWISE.values(), ids=OTHERWISE)
def test_correlations_that_follow_from_other_parameters_have_lavaans_intervals(
    expected: Any, holzinger: pd.DataFrame, more: str
) -> None:
    found = validity(sem(f"{MODEL}\n{more}", holzinger), holzinger)
    assert list(found.constructs.index) == ["visual", "textual", "speed"]
    theirs = [
        [r["est.std"], r["ci.lower"], r["ci.upper"]] for r in expected["validity"]["latent_ci"]
    ]
    cells = ["correlation", "ci_lower", "ci_upper"]
    np.testing.assert_allclose(found.correlations[cells], theirs, atol=1e-5)
    assert "latent_correlations" in [table.key for table in found.tables()]


def test_slopes_of_implied_correlations_are_those_of_differences(bfi: pd.DataFrame) -> None:
    text = "A =~ A1 + A2 + A3\nC =~ C1 + C2 + C3\nE =~ E1 + E2 + E3\ng =~ A + C + E\nN1 ~ g"
    fit = sem(text, bfi.dropna(), ordered=["A1", "A2", "A3"]).fit
    slopes, step = _values(fit.model, fit.x, 0)[1], 1e-6
    for k, unit in enumerate(step * np.eye(len(fit.x))):
        up, down = (_values(fit.model, fit.x + move, 0)[0] for move in (unit, -unit))
        np.testing.assert_allclose(slopes[:, k], (up - down) / (2 * step), atol=1e-7)


def test_validity_needs_one_group(holzinger: pd.DataFrame) -> None:
    frame = holzinger.assign(g=np.arange(len(holzinger)) % 2)
    with pytest.raises(OptionError, match="one group"):
        validity(cfa(MODEL, frame, group="g"), frame)


def test_fornell_larcker_refuses_unknown_constructs() -> None:
    with pytest.raises(DataError, match="do not hold 'B'"):
        fornell_larcker({"A": 0.5, "B": 0.5}, pd.DataFrame([[1.0]], ["A"], ["A"]))


def test_full_collinearity_is_that_of_scale_means(
    expected: Any, holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    found = full_collinearity(holzinger, holzinger_scales)
    np.testing.assert_allclose(found.vif, expected["vif"], atol=1e-12)


def test_harman_flags_one_dominant_factor() -> None:
    r = np.full((8, 8), 0.6)
    np.fill_diagonal(r, 1)
    found = harman(pd.DataFrame(r), n_obs=100)
    assert found.first_component == pytest.approx((1 + 7 * 0.6) / 8)
    assert found.first_factor == pytest.approx(0.6, abs=1e-6)
    assert [f.code for f in found.findings] == ["common_method"]


def test_critical_ratios_match_welch_in_r(
    expected: Any, holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    items = item_analysis(holzinger, holzinger_scales).items
    for start, name in ((0, "visual"), (3, "textual")):
        ours = items.iloc[start : start + 3]
        t, df, _ = np.array(expected["critical"][name])
        np.testing.assert_allclose(ours["critical_ratio"], t, rtol=1e-10)
        np.testing.assert_allclose(ours["df"], df, rtol=1e-10)


def test_reliability_gathers_every_construct(
    bfi: pd.DataFrame, bfi_scales: dict[str, list[str]], expected: Any
) -> None:
    scales = {**bfi_scales, "O": ["O1"]}
    found = reliability(bfi, scales, {"A": Text("Agreeableness", "宜人性")})
    assert list(found.scales.index) == list(scales)
    for name in "ACEN":
        assert found.scales.loc[name, "alpha"] == pytest.approx(expected["alpha"][name]["raw"])
        assert 0 < found.scales.loc[name, "omega"] < 1
    assert np.isnan(found.scales.loc["O", "alpha"])
    assert ("single_item_construct", "O") in [(f.code, f.where) for f in found.findings]
    assert "宜人性" in found.summary("zh")
    assert "Agreeableness" in found.summary()


def test_the_error_of_measurement_is_that_of_the_mean_score(
    holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]], expected: Any
) -> None:
    scales = {"one": ["x1"], **{name: holzinger_scales[name] for name in ("textual", "speed")}}
    found = reliability(holzinger, scales).scales
    for name in ("textual", "speed"):
        spread = holzinger[holzinger_scales[name]].mean(axis=1).std()
        assert found.loc[name, "score_sd"] == pytest.approx(spread)
        sem = spread * np.sqrt(1 - expected["omega"][name]["omega"])
        assert found.loc[name, "sem"] == pytest.approx(sem, abs=1e-5)
    assert np.isnan(found.loc["one", "sem"])


def test_reliability_goes_on_where_one_scale_is_singular(holzinger: pd.DataFrame) -> None:
    frame = holzinger.assign(copy=holzinger["x1"] * 2)
    found = reliability(frame, {"bad": ["x1", "x2", "copy"], "good": ["x4", "x5", "x6"]})
    assert np.isnan(found.scales.loc["bad", "omega"])
    assert np.isfinite(found.scales.loc["bad", "alpha"])
    assert np.isfinite(found.scales.loc["good", "omega"])
    assert ("no_omega", "bad") in [(f.code, f.where) for f in found.findings]


def test_a_correlation_matrix_serves_in_place_of_answers(
    holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    from_rows = reliability(holzinger, holzinger_scales)
    from_matrix = reliability(holzinger.cov(), holzinger_scales, n_obs=len(holzinger))
    for key in ("alpha", "omega", "omega_ci_lower", "cr"):
        np.testing.assert_allclose(from_rows.scales[key], from_matrix.scales[key], atol=1e-9)
    assert from_matrix.items is None


def test_one_factor_fits_worse_than_three(holzinger: pd.DataFrame) -> None:
    found = single_factor(cfa(MODEL, holzinger), holzinger)
    # lavaan: one factor 312.264 (27), three factors 85.306 (24)
    assert found.delta_chisq == pytest.approx(312.264 - 85.306, abs=2e-3)
    assert found.delta_df == 3
    assert found.pvalue < 1e-40
    assert "one_factor_fits" not in [f.code for f in found.findings]
    with pytest.raises(OptionError, match="200 rows"):
        single_factor(cfa(MODEL, holzinger), holzinger.head(200))
