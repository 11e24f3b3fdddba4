"""Synonyms, antonyms, Guttman errors, near duplicates: by hand, and by brute force."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosurvey.cleaning.careless import (
    agreement,
    guttman_errors,
    item_pairs,
    nearest_sheet,
    within_window,
)
from ecosurvey.cleaning.careless.near_duplicates import expected_share

NAN = np.nan


def test_synonyms_correlate_across_the_pairs_within_a_person() -> None:
    # pairs (0, 1), (2, 3), (4, 5): one side (1, 2, 3), other side (1, 3, 2):
    # (-1, 0, 1)·(-1, 1, 0) = 1 over sqrt(2 · 2) = 1/2
    pairs = np.array([[0, 1], [2, 3], [4, 5]])
    r, count = agreement(np.array([[1.0, 1, 2, 3, 3, 2], [1, 5, 3, 3, 5, NAN]]), pairs)
    assert r == pytest.approx([0.5, -1.0]) and count.tolist() == [3, 2]


@settings(max_examples=60)
@given(arrays(float, (9, 4), elements=st.sampled_from([1.0, 2, 3, 4, NAN])))
def test_pairs_are_those_of_pandas_pairwise_correlations(x: np.ndarray) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        r = pd.DataFrame(x).corr(min_periods=3).to_numpy()
    for antonyms, sign in ((False, 1), (True, -1)):
        expected = [[i, j] for i, j in combinations(range(4), 2) if r[i, j] * sign > 0.6 + 1e-9]
        near = any(abs(abs(r[i, j]) - 0.6) < 1e-9 for i, j in combinations(range(4), 2))
        if not near:
            assert item_pairs(x, 0.6, antonyms=antonyms).tolist() == expected


def by_definition(row: np.ndarray, easier_first: list[tuple[int, int]]) -> int:
    """Count pairs of steps of which the easier was not taken and the harder was."""
    taken = [row[item] >= step for item, step in easier_first]
    return sum(not a and b for a, b in combinations(taken, 2))


def test_guttman_errors_by_hand() -> None:
    # Two items of two steps. Of 4 people, steps taken: item 1 >= 1: 4, >= 2: 2;
    # item 2 >= 1: 3, >= 2: 1. Order: 1.1, 2.1, 1.2, 2.2. The person (1, 2) took
    # 1.1, 2.1, 2.2 and not 1.2, which is easier than 2.2: one error, the most for a total
    # of 3; (2, 0) took 1.2 but not 2.1: one error, the most for a total of 2 ((0, 2) would
    # take 2.1 and 2.2 but not 1.1, 1.2: 1 + 2 = 3 errors).
    x = np.array([[2.0, 1], [1, 2], [2, 0], [1, 1]])
    errors, most = guttman_errors(x, np.array([2, 2]))
    assert errors.tolist() == [0, 1, 1, 0]
    assert most.tolist() == [1, 1, 3, 3]


@settings(max_examples=40, deadline=None)
@given(arrays(float, (7, 3), elements=st.sampled_from([0.0, 1, 2, 3])))
def test_guttman_errors_and_their_maximum_follow_the_definition(x: np.ndarray) -> None:
    steps = np.array([3, 3, 3])
    share = {(j, h): -np.mean(x[:, j] >= h) for j in range(3) for h in (1, 2, 3)}
    order = sorted(share, key=lambda step: (share[step], step[1], step[0]))
    errors, most = guttman_errors(x, steps)
    assert errors.tolist() == [by_definition(row, order) for row in x]
    every = [np.array(scores) for scores in product(range(4), repeat=3)]
    for row, greatest in zip(x, most, strict=True):
        same = [by_definition(one, order) for one in every if one.sum() == row.sum()]
        assert greatest == max(same)


def test_guttman_errors_of_a_person_with_gaps_are_those_among_the_items_answered() -> None:
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, (60, 5)).astype(float)
    gaps = x.copy()
    gaps[0, 2] = NAN
    errors, _ = guttman_errors(gaps, np.full(5, 4))
    n = np.isfinite(gaps).sum(axis=0)
    share = {(j, h): -(gaps[:, j] >= h).sum() / n[j] for j in (0, 1, 3, 4) for h in range(1, 5)}
    order = sorted(share, key=lambda step: (share[step], step[1], step[0]))
    assert errors[0] == by_definition(gaps[0], order)


def test_random_answers_have_more_guttman_errors_than_scalable_ones() -> None:
    rng = np.random.default_rng(7)
    level = rng.normal(size=(300, 1)) + np.linspace(1, -1, 10) + 0.4 * rng.normal(size=(300, 10))
    x = np.clip(np.round(level + 2), 0, 4)
    x[:30] = rng.integers(0, 5, (30, 10))
    errors, most = guttman_errors(x, np.full(10, 4))
    normed = errors / np.maximum(most, 1)
    assert np.median(normed[:30]) > 5 * np.median(normed[30:])


@settings(max_examples=40)
@given(arrays(float, (6, 8), elements=st.sampled_from([1.0, 2, 3, 4, NAN])))
def test_the_nearest_sheet_is_the_one_with_the_largest_share_of_equal_answers(
    x: np.ndarray,
) -> None:
    share, partner = nearest_sheet(x, min_answers=4)

    def usable(row: np.ndarray) -> bool:
        known = row[np.isfinite(row)]
        return len(known) >= 4 and len(set(known)) >= 3

    for i in range(6):
        found = []
        for j in range(6):
            both = np.isfinite(x[i]) & np.isfinite(x[j])
            equal = int((x[i] == x[j]).sum())
            if i != j and usable(x[i]) and usable(x[j]) and 4 <= both.sum() > equal:
                found.append(equal / both.sum())
        assert share[i] == pytest.approx(max(found, default=NAN), nan_ok=True)
        assert (partner[i] >= 0) == bool(found)


def test_a_copy_with_few_changes_stands_out_from_what_dealing_anew_gives() -> None:
    rng = np.random.default_rng(4)
    factor = np.repeat(rng.normal(size=(200, 5)), 6, axis=1)
    x = np.clip(np.round(3 + factor + 0.7 * rng.normal(size=(200, 30))), 1, 5)
    x[7] = x[3]
    x[7, [1, 11]] = 6 - x[7, [1, 11]] + (x[7, [1, 11]] == 3)
    scales = [np.arange(k, k + 6) for k in range(0, 30, 6)]
    share, partner = nearest_sheet(x)
    assert share[7] == pytest.approx(28 / 30) and partner[7] == 3 and partner[3] == 7
    limit = expected_share(x, scales)
    assert (share > limit).sum() == 2
    assert limit == expected_share(x, scales)  # the same each time


def test_sheets_of_one_address_are_counted_within_the_window_only() -> None:
    address = np.array([0, 0, 0, 1, -1, 0])
    seconds = np.array([0.0, 600, 601, 0, 0, NAN])
    np.testing.assert_array_equal(
        within_window(address, seconds, 600), [1.0, 2.0, 1.0, 0.0, NAN, NAN]
    )


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=1, max_size=9))
def test_counts_within_the_window_equal_a_double_loop(sheets: list[tuple[int, int]]) -> None:
    address = np.array([a for a, _ in sheets])
    seconds = np.array([s for _, s in sheets], dtype=float)
    expected = [sum(a == b and abs(s - t) <= 5 for b, t in sheets) - 1 for a, s in sheets]
    assert within_window(address, seconds, 5).tolist() == expected


def test_sheets_without_any_answer_are_like_none() -> None:
    share, partner = nearest_sheet(np.full((3, 8), np.nan), min_answers=4)
    assert np.isnan(share).all()
    assert (partner == -1).all()
