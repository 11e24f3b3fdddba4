"""Extraction, rotation and fit against R, and what can go wrong."""

from __future__ import annotations

import warnings
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, OptionError
from ecosurvey.factors import (
    _factor_analyzer,
    efa,
    loading_intervals,
    procrustes,
    tucker_congruence,
)
from ecosurvey.factors.criteria import CRITERIA
from ecosurvey.factors.extraction import _ml, _uls, extract
from ecosurvey.factors.rotation import random_orthogonal, rotate
from ecosurvey.factors.schmid_leiman import schmid_leiman

SETS = [("bfi", 5), ("holzinger", 3)]
ROTATIONS = [
    "varimax", "quartimax", "equamax", "oblimin", "quartimin", "geomin", "geomin_orthogonal",
    "bifactor", "promax",
]  # fmt: skip


def _distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference after the best matching of columns and signs."""
    best = np.inf
    for order in permutations(range(ours.shape[1])):
        turned = ours[:, order]
        signs = np.sign((turned * theirs).sum(axis=0))
        best = min(best, float(np.abs(turned * signs - theirs).max()))
    return best


@pytest.mark.parametrize(("name", "k"), SETS)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_extraction_matches_r(
    name: str, k: int, method: Any, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = extract(answers[name].corr().to_numpy(), k, method)
    tight = np.array(expected[name]["efa"]["tight"][method]["unrotated"])
    assert found.converged
    np.testing.assert_allclose(found.loadings, tight, atol=1e-7)


@pytest.mark.parametrize(("name", "k"), SETS)
def test_principal_axes_match_psych(
    name: str, k: int, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = extract(answers[name].corr().to_numpy(), k, "principal_axis")
    psych = np.array(expected[name]["efa"]["psych"]["pa_none"]["loadings"])
    np.testing.assert_allclose(found.loadings, psych, atol=1e-7)


@pytest.mark.parametrize("name", ["bfi", "holzinger"])
@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_rotation_matches_gparotation(name: str, method: str, rotation: str, expected: Any) -> None:
    reference = expected[name]["efa"]["tight"][method]
    found = rotate(np.array(reference["unrotated"]), rotation)
    theirs = np.array(reference["rotated"][rotation]["loadings"])
    assert found.converged
    assert _distance(found.loadings, theirs) < 1e-5
    if reference["rotated"][rotation].get("phi"):
        phi = np.array(reference["rotated"][rotation]["phi"])
        assert np.sort(np.abs(found.phi), axis=None) == pytest.approx(
            np.sort(np.abs(phi), axis=None), abs=1e-5
        )


@pytest.mark.parametrize(("name", "k"), SETS)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_fit_indices_match_psych(
    name: str, k: int, method: Any, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    fit = efa(answers[name], k, method).fit
    stats = expected[name]["efa"]["tight"][method]["stats"]
    for key in ("chisq", "df", "rmsr", "rmsr_corrected", "tli", "bic", "null_chisq", "objective",
                "fit_off"):  # fmt: skip
        assert getattr(fit, key) == pytest.approx(stats[key], rel=1e-6), key
    # R's uniroot finds the bounds to about 1e-4 of the noncentrality
    bounds = [fit.rmsea, fit.rmsea_ci_lower, fit.rmsea_ci_upper]
    np.testing.assert_allclose(bounds, stats["rmsea"], atol=1e-6)


@pytest.mark.parametrize(("name", "k"), SETS)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_the_whole_agrees_with_psych_as_far_as_psych_converges(
    name: str, k: int, method: Any, expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = efa(answers[name], k, method)
    psych = expected[name]["efa"]["psych"][f"{method}_oblimin"]
    # psych's optimiser stops at changes of 1e-5 or so and offers no control
    np.testing.assert_allclose(found.loadings, psych["loadings"], atol=5e-5)
    np.testing.assert_allclose(found.phi, psych["phi"], atol=1e-4)
    np.testing.assert_allclose(found.communality, psych["h2"], atol=1e-4)
    np.testing.assert_allclose(found.complexity, psych["complexity"], atol=5e-4)
    np.testing.assert_allclose(found.structure, psych["structure"], atol=1e-4)
    np.testing.assert_allclose(found.variance.T, psych["vaccounted"][:3], atol=2e-4)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["oblimin", "varimax", "geomin", "quartimax", "promax"])
def test_both_engines_arrive_at_the_same(
    method: Any, rotation: str, answers: dict[str, pd.DataFrame]
) -> None:
    theirs = efa(answers["bfi"], 5, method, rotation, engine="factor_analyzer")
    own = efa(answers["bfi"], 5, method, rotation, engine="own")
    np.testing.assert_allclose(theirs.loadings, own.loadings, atol=2e-5)


def test_factor_analyzer_is_given_the_slope_of_its_own_objective() -> None:
    from factor_analyzer import FactorAnalyzer

    generator = np.random.default_rng(8)
    corr = np.corrcoef(generator.normal(size=(90, 8)) @ generator.normal(size=(8, 8)), rowvar=False)
    psi = generator.uniform(0.2, 0.8, 8)
    for name, slope in _factor_analyzer.SLOPES.items():
        objective = getattr(FactorAnalyzer, name)
        found = slope(psi, corr, 3)
        for i, step in enumerate(1e-6 * np.eye(8)):
            ends = [objective(psi + sign * step, corr.copy(), 3) for sign in (1, -1)]
            assert found[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-6)


def test_factor_analyzer_runs_without_a_warning(answers: dict[str, pd.DataFrame]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = _factor_analyzer.uniquenesses(answers["holzinger"].corr().to_numpy(), 3, "ml")
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("function", [_uls, _ml])
def test_derivatives_of_extraction_match_finite_differences(
    function: Any, answers: dict[str, pd.DataFrame]
) -> None:
    corr = answers["holzinger"].corr().to_numpy()
    psi = np.random.default_rng(1).uniform(0.3, 0.8, 9)
    to_psi = np.exp if function is _ml else (lambda x: x)
    x = np.log(psi) if function is _ml else psi
    _, gradient, hessian = function(psi, corr, 3)
    h = 1e-6
    for i in range(9):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        high, low = function(to_psi(up), corr, 3), function(to_psi(down), corr, 3)
        assert (high[0] - low[0]) / (2 * h) == pytest.approx(gradient[i], abs=1e-7)
        np.testing.assert_allclose((high[1] - low[1]) / (2 * h), hessian[i], atol=1e-6)


@pytest.mark.parametrize("name", sorted(CRITERIA))
def test_gradients_of_criteria_match_finite_differences(name: str) -> None:
    loadings = np.random.default_rng(2).normal(size=(1, 6, 3))
    criterion = CRITERIA[name].make(6, 3)
    gradient = criterion(loadings)[1]
    h = 1e-6
    for i in range(6):
        for j in range(3):
            step = np.zeros_like(loadings)
            step[0, i, j] = h
            slope = (criterion(loadings + step)[0] - criterion(loadings - step)[0]) / (2 * h)
            assert slope[0] == pytest.approx(gradient[0, i, j], abs=1e-6)


def test_congruence_matches_psych(expected: Any) -> None:
    first, second = (pd.DataFrame(part) for part in expected["congruence_input"])
    found = tucker_congruence(first, second)
    np.testing.assert_allclose(found, expected["congruence"], atol=1e-10)


def test_schmid_leiman_matches_psych(expected: Any, answers: dict[str, pd.DataFrame]) -> None:
    found = efa(answers["holzinger"], 3)
    split = schmid_leiman(found.loadings.to_numpy(), found.phi.to_numpy())
    psych = np.array(expected["schmid"]["sl"])
    np.testing.assert_allclose(split.general, psych[:, 0], atol=2e-5)
    assert _distance(split.group, psych[:, 1:4]) < 2e-5


def test_target_rotation_reaches_the_target(answers: dict[str, pd.DataFrame]) -> None:
    names = list(answers["holzinger"].columns)
    aim = pd.DataFrame(np.nan, names, ["v", "t", "s"])
    aim.iloc[3:, 0] = 0
    aim.iloc[[0, 1, 2, 6, 7, 8], 1] = 0
    aim.iloc[:6, 2] = 0
    found = efa(answers["holzinger"], 3, rotation="target", target=aim)
    own = np.abs(found.loadings.to_numpy())
    assert (own[:3].argmax(axis=1) == 0).all()
    assert (own[3:6].argmax(axis=1) == 1).all()
    assert (own[6:].argmax(axis=1) == 2).all()
    with pytest.raises(OptionError, match="belongs to rotation='target'"):
        efa(answers["holzinger"], 3, target=aim)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["oblimin", "varimax", "geomin", "quartimax"]))
def test_rotation_keeps_what_is_reproduced(seed: int, method: str) -> None:
    loadings = np.random.default_rng(seed).normal(size=(8, 3)) / 2
    found = rotate(loadings, method, n_starts=2)
    implied = found.loadings @ found.phi @ found.loadings.T
    np.testing.assert_allclose(implied, loadings @ loadings.T, atol=1e-8)
    np.testing.assert_allclose(np.diag(found.phi), 1, atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_rotation_does_not_depend_on_where_it_starts(seed: int) -> None:
    simple = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    turn = random_orthogonal(1, 3, np.random.default_rng(seed))[0]
    found = rotate(simple @ turn, "oblimin")
    assert _distance(found.loadings, simple) < 1e-5


def test_procrustes_recovers_a_turned_solution() -> None:
    rng = np.random.default_rng(5)
    aim = pd.DataFrame(rng.normal(size=(9, 3)))
    turned = aim @ random_orthogonal(1, 3, rng)[0]
    turned.columns = aim.columns
    np.testing.assert_allclose(procrustes(turned, aim), aim, atol=1e-10)
    with pytest.raises(DataError, match="different items"):
        tucker_congruence(aim, aim.iloc[:5])


def test_a_heywood_case_is_named_and_serious() -> None:
    r = np.array([[1, 0.9, 0.9, 0.1], [0.9, 1, 0.7, 0.1], [0.9, 0.7, 1, 0.1], [0.1, 0.1, 0.1, 1]])
    found = efa(pd.DataFrame(r, list("abcd"), list("abcd")), 1, n_obs=200)
    assert [(f.code, f.severity, f.where) for f in found.findings] == [("heywood", "serious", "a")]


@pytest.mark.parametrize(
    ("k", "word"), [(0, "not a positive"), (4, "at most 3"), (2.5, "not a positive")]
)
def test_impossible_numbers_of_factors_are_refused(
    k: Any, word: str, answers: dict[str, pd.DataFrame]
) -> None:
    with pytest.raises(OptionError, match=word):
        efa(answers["holzinger"].iloc[:, :6], k)


def test_unknown_names_are_refused_with_the_choices(answers: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(OptionError, match="rotation='oblimax' is not known"):
        efa(answers["holzinger"], 3, rotation="oblimax")
    with pytest.raises(OptionError, match="method='pca' is not known"):
        efa(answers["holzinger"], 3, "pca")  # type: ignore[arg-type]


def test_singular_correlations_are_said_and_ml_is_refused() -> None:
    rows = np.random.default_rng(1).normal(size=(6, 8))
    found = efa(pd.DataFrame(rows), 1)
    assert "not_positive_definite" in [f.code for f in found.findings]
    with pytest.raises(DataError, match="positive definite"):
        efa(pd.DataFrame(rows), 1, "ml")


def test_a_matrix_gives_the_same_as_the_answers(answers: dict[str, pd.DataFrame]) -> None:
    data = answers["holzinger"]
    rows, matrix = efa(data, 3), efa(data.corr(), 3, n_obs=len(data))
    np.testing.assert_allclose(rows.loadings, matrix.loadings, atol=1e-8)
    assert rows.fit.chisq == pytest.approx(matrix.fit.chisq)
    assert np.isnan(efa(data.corr(), 3).fit.chisq)


def test_the_result_reads_in_both_languages(answers: dict[str, pd.DataFrame]) -> None:
    found = efa(answers["bfi"], 5)
    assert found.sorted(0.3).isna().any(axis=None)
    assert "direct oblimin rotation" in found.summary()
    assert "最小残差法" in found.summary("zh")
    assert "pairwise deletion" in found.summary()
    assert list(found.to_frame().columns) == [
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "h2",
        "u2",
        "complexity",
    ]


def test_bootstrap_standard_errors_are_those_of_theory() -> None:
    rng = np.random.default_rng(8)
    loadings = np.array([0.8, 0.7, 0.6, 0.7, 0.8])
    n = 400
    noise = rng.normal(size=(n, 5)) * np.sqrt(1 - loadings**2)
    data = pd.DataFrame(rng.normal(size=(n, 1)) * loadings + noise)
    found = loading_intervals(data, 1, "ml", n_boot=400, seed=3)
    samples = []
    for _ in range(200):
        noise = rng.normal(size=(n, 5)) * np.sqrt(1 - loadings**2)
        sample = np.corrcoef((rng.normal(size=(n, 1)) * loadings + noise).T)
        samples.append(extract(sample, 1, "ml").loadings[:, 0])
    # both are simulations: 200 samples know a standard deviation to 5%, 400 draws to 3.5%
    np.testing.assert_allclose(found.loadings["se"], np.std(samples, axis=0), rtol=0.25)
    assert found.failed == 0


def test_bootstrap_factors_are_matched_to_the_solution(answers: dict[str, pd.DataFrame]) -> None:
    found = loading_intervals(answers["holzinger"], 3, n_boot=60, seed=1)
    whole = efa(answers["holzinger"], 3, engine="own").loadings
    np.testing.assert_allclose(found.loadings["loading"], whole.to_numpy().ravel(), atol=1e-8)
    frame = found.loadings
    assert ((frame.ci_lower < frame.loading) & (frame.loading < frame.ci_upper)).mean() > 0.9
    assert found.loadings["se"].median() < 0.1


def test_the_renamed_keyword_is_translated_where_scikit_learn_has_the_new_one() -> None:
    def newer(array: Any, *, ensure_all_finite: Any = True) -> Any:  # from 1.8
        return array, ensure_all_finite

    def both(  # 1.6 and 1.7, where the old name warns
        array: Any, *, force_all_finite: Any = "deprecated", ensure_all_finite: Any = None
    ) -> Any:
        assert force_all_finite == "deprecated"
        return array, ensure_all_finite

    for check_array in (newer, both):
        translated = _factor_analyzer._translate(check_array)
        assert translated(1, force_all_finite="allow-nan") == (1, "allow-nan")
    assert _factor_analyzer._deprecated(both)
