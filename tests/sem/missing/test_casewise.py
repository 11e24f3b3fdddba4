"""The likelihood of rows with gaps equals the textbook's, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from ecosurvey.sem.implied import Directions
from ecosurvey.sem.loss.casewise import (
    casewise,
    curvature_at_rows,
    expected_halves,
    gradient_moments,
    loglik_rows,
    scores,
)
from ecosurvey.sem.loss.saturated import saturated_moments
from ecosurvey.sem.observed.incomplete import incomplete

Floats = NDArray[np.float64]


def _setting(
    seed: int, n: int = 30, p: int = 5, rate: float = 0.3
) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(p, p)) / 2 + np.eye(p)
    x = rng.normal(size=(n, p)) @ root.T
    x[rng.random((n, p)) < rate] = np.nan
    # some of the random matrices are nearly singular, where any program loses digits
    return x, rng.normal(size=p) / 3, root @ root.T + np.eye(p) / 20


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.05, 0.5, 0.8]), st.sampled_from([3, 40, 400]))
def test_each_row_has_the_textbook_likelihood(seed: int, rate: float, n: int) -> None:
    x, mu, sigma = _setting(seed, n=n, p=4, rate=rate)
    data = incomplete(x)
    got = loglik_rows(data, casewise(data, mu, sigma))
    want = []
    for row in x:
        o = ~np.isnan(row)
        if o.any():
            want.append(multivariate_normal(mu[o], sigma[np.ix_(o, o)]).logpdf(row[o]))
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def _directions(p: int) -> Directions:
    """All unit directions in mu and in the symmetric Sigma, then some at random."""
    rows, cols = np.tril_indices(p)
    rng = np.random.default_rng(1)
    eye, zero = np.eye(p), np.zeros((p, p))
    u = np.concatenate([zero, np.where(rows == cols, 0.5, 1.0)[:, None] * eye[rows]])
    v = np.concatenate([zero, eye[cols]])
    mean = np.concatenate([eye, np.zeros((len(rows), p))])
    some = rng.normal(size=(3, 6, p)) / 3
    return Directions(
        np.concatenate([u, some[0]]), np.concatenate([v, some[1]]), np.concatenate([mean, some[2]])
    )


def _matrices(moves: Directions) -> Floats:
    outer = np.einsum("tj,tk->tjk", moves.u, moves.v)
    return outer + outer.transpose(0, 2, 1)


def test_gradient_and_scores_equal_finite_differences() -> None:
    x, mu, sigma = _setting(3)
    data = incomplete(x)
    moves = _directions(5)
    d_mu, d_sigma = moves.mean, _matrices(moves)
    parts = casewise(data, mu, sigma)
    eps = 1e-6
    want = np.column_stack(
        [
            loglik_rows(data, casewise(data, mu + eps * m, sigma + eps * s))
            - loglik_rows(data, casewise(data, mu - eps * m, sigma - eps * s))
            for m, s in zip(d_mu, d_sigma, strict=True)
        ]
    ) / (2 * eps)
    got = scores(data, parts, moves)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
    g_mu, g_sigma = gradient_moments(data, parts)
    total = d_mu @ g_mu + np.einsum("tjk,jk->t", d_sigma, g_sigma)
    np.testing.assert_allclose(total, got.sum(axis=0), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("rate", [0.1, 0.6])
def test_the_observed_information_is_the_negative_second_derivative(rate: float) -> None:
    x, mu, sigma = _setting(5, rate=rate)
    data = incomplete(x)
    moves = _directions(5)
    d_mu, d_sigma = moves.mean, _matrices(moves)

    def gradient(step: Floats) -> Floats:
        at = casewise(data, mu + d_mu.T @ step, sigma + np.einsum("tjk,t->jk", d_sigma, step))
        return scores(data, at, moves).sum(axis=0)

    eps = 1e-5
    size = len(d_mu)
    want = -np.array([(gradient(eps * e) - gradient(-eps * e)) / (2 * eps) for e in np.eye(size)])
    parts = casewise(data, mu, sigma)
    _, by_sigma = expected_halves(data, parts, moves)
    got = curvature_at_rows(data, parts, moves) - by_sigma
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def test_the_expected_information_is_the_sum_over_rows_of_the_textbook_one() -> None:
    x, mu, sigma = _setting(7)
    data = incomplete(x)
    moves = _directions(5)
    d_mu, d_sigma = moves.mean, _matrices(moves)
    by_mean, by_sigma = expected_halves(data, casewise(data, mu, sigma), moves)
    want_mean, want_sigma = np.zeros_like(by_mean), np.zeros_like(by_sigma)
    for seen in data.observed:
        a = np.zeros((5, 5))
        a[np.ix_(seen, seen)] = np.linalg.inv(sigma[np.ix_(seen, seen)])
        want_mean += d_mu @ a @ d_mu.T
        want_sigma += 0.5 * np.einsum("jk,akl,lm,bmj->ab", a, d_sigma, a, d_sigma)
    np.testing.assert_allclose(by_mean, want_mean, atol=1e-9)
    np.testing.assert_allclose(by_sigma, want_sigma, atol=1e-9)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.4])
def test_saturated_moments_have_no_gradient_left(rate: float) -> None:
    x, _, _ = _setting(11, n=300, p=4, rate=rate)
    data = incomplete(x)
    got = saturated_moments(data)
    g_mu, g_sigma = gradient_moments(data, casewise(data, got.mean, got.cov))
    assert got.converged
    assert np.abs(g_mu).max() < 1e-6
    assert np.abs(g_sigma).max() < 1e-6


def test_without_gaps_the_saturated_moments_are_the_samples() -> None:
    x, _, _ = _setting(13, n=50, rate=0.0)
    got = saturated_moments(incomplete(x))
    np.testing.assert_allclose(got.mean, x.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(got.cov, np.cov(x.T, bias=True), atol=1e-9)
