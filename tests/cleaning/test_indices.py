"""The indices against arithmetic done by hand, and against plain loops."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosurvey.cleaning.careless import (
    distance,
    even_odd,
    longest_run,
    person_total,
    variability,
)

NAN = np.nan
ANSWERS = arrays(
    float,
    st.tuples(st.integers(1, 6), st.integers(1, 12)),
    elements=st.sampled_from([1, 2, 3, NAN]),
)


def test_longstring_counts_the_longest_run_of_equal_answers() -> None:
    # 1 1 2 2 2 1 -> three twos; 3 _ 3 1 2 1 -> the gap is passed over: 3 3
    answers = np.array([[1, 1, 2, 2, 2, 1], [3, NAN, 3, 1, 2, 1], [NAN] * 6])
    assert longest_run(answers).tolist() == [3, 2, 0]


@given(ANSWERS)
def test_longstring_is_the_longest_group_of_the_answers_given(answers: np.ndarray) -> None:
    expected = [
        max((len(list(run)) for _, run in groupby(row[np.isfinite(row)])), default=0)
        for row in answers
    ]
    assert longest_run(answers).tolist() == expected


def test_irv_is_the_sample_sd_within_a_person() -> None:
    # 1, 3, 5: mean 3, squares 4 + 0 + 4 = 8, 8 / 2 = 4, root 2; one answer has no SD
    answers = np.array([[1.0, 3.0, 5.0], [2.0, 2.0, 2.0], [4.0, NAN, NAN]])
    np.testing.assert_allclose(variability(answers), [2.0, 0.0, NAN])


@given(ANSWERS)
def test_irv_is_numpys_sd_of_the_answers_given(answers: np.ndarray) -> None:
    expected = [
        np.std(row[np.isfinite(row)], ddof=1) if np.isfinite(row).sum() > 1 else NAN
        for row in answers
    ]
    np.testing.assert_allclose(variability(answers), expected, atol=1e-12)


SCALES = [np.array([0, 1]), np.array([2, 3]), np.array([4, 5])]


def test_even_odd_steps_the_half_correlation_up_by_spearman_brown() -> None:
    # halves: odd (1, 2, 3), even (1, 3, 2). Centred (-1, 0, 1) and (-1, 1, 0):
    # product 1, sizes 2 and 2, r = 1/2; 2r / (1 + r) = 1 / 1.5 = 2/3
    row = np.array([[1.0, 1.0, 2.0, 3.0, 3.0, 2.0]])
    np.testing.assert_allclose(even_odd(row, SCALES), [2 / 3])


def test_even_odd_is_floored_at_minus_one() -> None:
    # odd (1, 2, 3), even (3, 1, 2): (-1, 0, 1)·(1, -1, 0) = -1, r = -1/2,
    # 2(-1/2) / (1/2) = -2, floored to -1; r = -1 exactly also gives -1
    half = np.array([[1.0, 3.0, 2.0, 1.0, 3.0, 2.0], [1.0, 3.0, 2.0, 2.0, 3.0, 1.0]])
    np.testing.assert_allclose(even_odd(half, SCALES), [-1.0, -1.0])


def test_even_odd_uses_the_means_of_odd_and_even_items() -> None:
    # scales of 3, 2 and 2 items: odd halves (mean of 1st and 3rd = 2, 2, 4), even (1, 2, 3)
    # centred (-2/3, -2/3, 4/3) and (-1, 0, 1): product 2, sizes 24/9 and 2, r = 2 / sqrt(48/9)
    scales = [np.array([0, 1, 2]), np.array([3, 4]), np.array([5, 6])]
    row = np.array([[1.0, 1.0, 3.0, 2.0, 2.0, 4.0, 3.0]])
    r = 2 / np.sqrt(48 / 9)
    np.testing.assert_allclose(even_odd(row, scales), [2 * r / (1 + r)])


def test_even_odd_says_nothing_without_variation_or_with_too_few_scales() -> None:
    flat = np.array([[3.0] * 6, [1.0, 2.0, NAN, NAN, 3.0, 4.0]])
    assert np.isnan(even_odd(flat, SCALES)).all()
    assert np.isnan(even_odd(flat, SCALES[:2])).all()


def test_person_total_leaves_the_person_out_of_the_means() -> None:
    # person 1 (1, 2, 3) against the others' means (2, 4, 3):
    # (-1, 0, 1)·(-1, 1, 0) = 1 over sqrt(2 · 2) = 1/2
    answers = np.array([[1.0, 2.0, 3.0], [2.0, 5.0, 3.0], [2.0, 3.0, 3.0]])
    np.testing.assert_allclose(person_total(answers)[0], 0.5)


@given(arrays(float, (5, 6), elements=st.sampled_from([1, 2, 3, 4, NAN])))
def test_person_total_is_numpys_correlation_with_the_others(answers: np.ndarray) -> None:
    got = person_total(answers)
    for i, row in enumerate(answers):
        rest = np.delete(answers, i, axis=0)
        given_rest = np.isfinite(rest)
        means = np.where(given_rest, rest, 0).sum(0) / np.maximum(given_rest.sum(0), 1)
        use = np.isfinite(row) & given_rest.any(axis=0)
        x, y = row[use], means[use]
        if use.sum() < 2 or np.ptp(x) == 0 or np.ptp(y) < 1e-9:
            assert np.isnan(got[i])
        else:
            assert got[i] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)


def test_mahalanobis_is_the_quadratic_form_with_the_inverse() -> None:
    # two uncorrelated items, each with values -1, 1, mean 0: S = diag(4/3), so that
    # every one of the four corners has D² = 2 · 3/4 = 3/2
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    d2, df = distance(corners)
    np.testing.assert_allclose(d2, [1.5] * 4)
    assert df == 2


def test_mahalanobis_of_complete_rows_matches_the_textbook_formula() -> None:
    x = np.random.default_rng(3).normal(size=(60, 4)) @ np.triu(np.ones((4, 4)))
    centred = x - x.mean(0)
    inverse = np.linalg.inv(np.cov(x.T))
    np.testing.assert_allclose(
        distance(x)[0], np.einsum("ij,jk,ik->i", centred, inverse, centred), rtol=1e-9
    )
    # the mean of D² is p (n - 1) / n
    assert distance(x)[0].mean() == pytest.approx(4 * 59 / 60)


def test_mahalanobis_drops_redundant_items_and_empty_rows() -> None:
    x = np.random.default_rng(4).normal(size=(30, 3))
    doubled = np.column_stack([x, x[:, 0]])
    d2, df = distance(doubled)
    assert df == 3
    np.testing.assert_allclose(d2, distance(x)[0], rtol=1e-7)
    x[0] = NAN
    assert np.isnan(distance(x)[0][0])
