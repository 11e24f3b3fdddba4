from __future__ import annotations

import pickle
from importlib import import_module

import numpy as np
import pytest

from ecosurvey.correlation import TwoStep, two_step
from ecosurvey.correlation.sampling import SamplingCovariance

SIZES = [4, 3, 0, 5, 0]


@pytest.fixture(scope="module")
def answers() -> np.ndarray:
    """Three ordinal variables and two continuous ones of few values, with gaps."""
    rng = np.random.default_rng(3)
    latent = rng.multivariate_normal(np.zeros(5), np.full((5, 5), 0.4) + 0.6 * np.eye(5), 300)
    cuts = [[-0.8, 0.1, 1.0], [-0.3, 0.7], None, [-1.0, -0.2, 0.5, 1.2], None]
    found = np.stack(
        [
            np.round(column * 2) if cut is None else np.searchsorted(cut, column).astype(float)
            for column, cut in zip(latent.T, cuts, strict=True)
        ],
        axis=1,
    )
    found[rng.random(found.shape) < 0.05] = np.nan
    return found


def same(one: TwoStep, other: TwoStep) -> None:
    np.testing.assert_allclose(one.values(), other.values(), rtol=0, atol=1e-10)
    assert one.gamma is not None and other.gamma is not None
    np.testing.assert_allclose(one.gamma, other.gamma, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_tables_of_few_values_give_what_rows_give(
    answers: np.ndarray, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = np.random.default_rng(1).uniform(0.5, 2, len(answers)) if weighted else None
    by_table = two_step(answers, SIZES, weights=weights)
    monkeypatch.setattr("ecosurvey.correlation.pairs._MANY", 0)
    same(by_table, two_step(answers, SIZES, weights=weights))


@pytest.mark.parametrize("clustered", [False, True])
def test_many_rows_are_taken_in_chunks(
    answers: np.ndarray, clustered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("ecosurvey.correlation.two_step")  # the package has such a function
    monkeypatch.setattr(module, "_FEW", 100)
    clusters = np.arange(len(answers)) // 3 if clustered else None
    whole = two_step(answers, SIZES, clusters=clusters)
    assert whole.sampling is not None
    assert (whole.sampling.influences is None) == clustered
    monkeypatch.setattr(module, "_CHUNK", 70)
    chunked = two_step(answers, SIZES, clusters=clusters)
    assert chunked.sampling is not None and chunked.sampling.influences is None
    same(whole, chunked)


def test_influences_give_what_the_matrix_gives() -> None:
    influences = np.random.default_rng(2).normal(size=(6, 9))
    by_rows = SamplingCovariance(influences)
    formed = SamplingCovariance(matrix=influences @ influences.T)
    weight = np.linspace(0.5, 2, 6)
    np.testing.assert_allclose(by_rows.diagonal, formed.diagonal, rtol=1e-13)
    for v in (weight, np.diag(weight)):
        assert by_rows.trace(v) == pytest.approx(np.trace(np.diag(weight) @ formed.matrix))
        product = np.diag(weight) @ formed.matrix
        assert by_rows.square(v) == pytest.approx(np.trace(product @ product))


@pytest.mark.parametrize("whole", [False, True])
def test_variances_of_ordinal_variables_are_counted_from_tables(
    answers: np.ndarray, whole: bool
) -> None:
    some, sizes = answers[:40, [0, 1, 3]], [4, 3, 5]
    if whole:  # beside those with gaps variables of as many categories without
        rng = np.random.default_rng(2)
        twins = [rng.permutation(np.arange(40.0)) % 4 for _ in range(2)]
        some, sizes = np.column_stack([some, *twins]), [*sizes, 4, 4]
    found = two_step(some, sizes).sampling
    assert found is not None
    counted = found.diagonal.copy()
    copied = pickle.loads(pickle.dumps(found))
    assert found.influences is not None
    np.testing.assert_allclose(counted, (found.influences**2).sum(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(copied.influences, found.influences)
    np.testing.assert_array_equal(copied.diagonal, counted)


def test_sampling_covariance_needs_one_of_its_forms() -> None:
    with pytest.raises(TypeError, match="influences or the matrix"):
        SamplingCovariance()
