"""Casewise products equal what forming Gamma gives."""

from __future__ import annotations

import numpy as np
import pytest

from ecosurvey.sem.fit import free_directions
from ecosurvey.sem.implied import moment_jacobian, symmetric_inverse, vech
from ecosurvey.sem.inference import gamma_groups, moment_scores, ugamma, weighted_trace
from ecosurvey.sem.inference.scores import cross_product, normal_scores
from ecosurvey.sem.loss import normal_information
from ecosurvey.sem.observed import (
    Moments,
    contributions,
    moment_covariance,
    moment_variances,
    moments_of,
)
from ecosurvey.sem.optimizer import objective


def normal_weight(weight: np.ndarray, means: bool) -> np.ndarray:
    """The normal-theory weight formed the slow way, by its definition."""
    p = len(weight)
    pairs = [(i, j) for i in range(p) for j in range(i, p)]
    block = np.empty((len(pairs), len(pairs)))
    for a, (i, j) in enumerate(pairs):
        for b, (k, m) in enumerate(pairs):
            value = weight[i, k] * weight[j, m] + weight[i, m] * weight[j, k]
            block[a, b] = value * (0.5 if i == j else 1.0) * (0.5 if k == m else 1.0)
    if not means:
        return block
    zero = np.zeros((p, len(pairs)))
    return np.block([[weight, zero], [zero.T, block]])


def slow_gamma(data: np.ndarray, exogenous: list[int], means: bool) -> np.ndarray:
    """Gamma from products of rows less products of fitted rows, as defined."""
    centred = data - data.mean(axis=0)
    fitted = np.zeros_like(centred)
    if exogenous:
        design = np.column_stack([np.ones(len(data)), data[:, exogenous]])
        fitted = design @ np.linalg.lstsq(design, data, rcond=None)[0] - data.mean(axis=0)
        fitted[:, exogenous] = centred[:, exogenous]
    rows = []
    for own, fit in zip(centred, fitted, strict=True):
        products = vech(np.outer(own, own) - np.outer(fit, fit))
        rows.append(np.concatenate([own - fit, products]) if means else products)
    stacked = np.array(rows)
    stacked -= stacked.mean(axis=0)
    return stacked.T @ stacked / len(data)


@pytest.fixture
def data() -> np.ndarray:
    rng = np.random.default_rng(8)
    return rng.exponential(size=(60, 5)) @ (np.eye(5) + 0.4)


@pytest.mark.parametrize("exogenous", [[], [3], [1, 4]])
@pytest.mark.parametrize("means", [False, True])
def test_gamma_follows_its_definition(data, exogenous, means) -> None:
    moments = moments_of(data, tuple("abcde"), unbiased=True)
    found = moment_covariance(moments, np.array(exogenous, dtype=np.intp), meanstructure=means)
    np.testing.assert_allclose(found, slow_gamma(data, exogenous, means), atol=1e-10)


def test_the_diagonal_alone_is_gammas(data) -> None:
    moments = moments_of(data, tuple("abcde"), unbiased=True)
    gamma = np.diag(moment_covariance(moments, meanstructure=True))
    variances, means = moment_variances(moments)
    np.testing.assert_allclose(np.concatenate([means, vech(variances)]), gamma, rtol=1e-12)


@pytest.mark.parametrize("exogenous", [[], [3], [1, 4]])
@pytest.mark.parametrize("means", [False, True])
def test_the_trace_needs_no_gamma(data, exogenous, means) -> None:
    moments = moments_of(data, tuple("abcde"), unbiased=False)
    index = np.array(exogenous, dtype=np.intp)
    weight = symmetric_inverse(moments.cov + 0.3 * np.eye(5))
    gamma = moment_covariance(moments, index, meanstructure=means)
    slow = np.trace(normal_weight(weight, means) @ gamma)
    found = weighted_trace(contributions(moments, index), weight, meanstructure=means)
    assert found == pytest.approx(slow, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_the_middle_and_its_square_need_no_gamma(seed, case_of, monkeypatch) -> None:
    case = case_of(seed)
    model, means = case.model, case.model.meanstructure
    point = objective(model, "ML").at(case.x)
    jacobian = moment_jacobian(free_directions(model, 0, case.x), meanstructure=means)
    gamma = moment_covariance(model.moments[0], model.exogenous, meanstructure=means)
    assert point.groups is not None
    weight = normal_weight(symmetric_inverse(point.groups[0][1].sigma), means)
    turned, product = weight @ jacobian, weight @ gamma
    for rows in (0, 10_000):  # by Gamma, and by the rows' kernel
        monkeypatch.setattr(ugamma, "_KERNEL_ROWS", rows)
        found = gamma_groups(point, "ML", squares=True)[0]
        np.testing.assert_allclose(found.middle, turned.T @ gamma @ turned, atol=1e-9, rtol=1e-8)
        assert found.trace == pytest.approx(np.trace(product), rel=1e-10)
        assert found.square == pytest.approx(np.trace(product @ product), rel=1e-9)
        np.testing.assert_allclose(
            found.middle_square, turned.T @ gamma @ product @ turned, atol=1e-8, rtol=1e-7
        )


def test_information_along_moves_is_that_of_the_formed_matrices(case_of) -> None:
    case = case_of(3)
    moves = free_directions(case.model, 0, case.x)
    weight = symmetric_inverse(case.model.moments[0].cov)
    jacobian = moment_jacobian(moves, meanstructure=True)
    np.testing.assert_allclose(
        normal_information(weight, moves),
        jacobian.T @ normal_weight(weight, True) @ jacobian,
        atol=1e-10,
    )


def test_casewise_scores_sum_to_the_gradient_and_center_on_zero(case_of) -> None:
    case = case_of(11)
    model = case.model
    point = objective(model, "ML").at(case.x)
    assert point.groups is not None
    total = np.zeros(model.n_par)
    for chunk in normal_scores(model.moments[0], point.groups[0][1], point.moves[0]):
        total[model.layouts[0].parameter] += chunk.sum(axis=0)
    np.testing.assert_allclose(-total / model.n, point.gradient(), atol=1e-12)
    parts = contributions(model.moments[0], model.exogenous)
    weight = symmetric_inverse(model.moments[0].cov)
    centred = sum(c.sum(axis=0) for c in moment_scores(parts, weight, point.moves[0]))
    np.testing.assert_allclose(centred, 0, atol=1e-9)


def test_a_cross_product_without_rows_is_an_error() -> None:
    from ecosurvey.core import DataError

    with pytest.raises(DataError, match="no rows"):
        cross_product(iter(()), Moments(("x",), 1, np.eye(1), np.zeros(1)))
