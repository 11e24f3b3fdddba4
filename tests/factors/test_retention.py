"""Rules for the number of factors: against R by their definitions, and against known structures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Text
from ecosurvey.factors import number_of_factors
from ecosurvey.factors.retention import (
    acceleration_factor,
    average_partial,
    comparison_data,
    empirical_kaiser,
    hull,
)
from ecosurvey.factors.retention.comparison_data import population_of
from ecosurvey.factors.retention.recommend import Verdict, elect
from ecosurvey.factors.retention.rules import empirical_kaiser_references

SETS = ["bfi", "holzinger"]


@pytest.fixture(scope="module")
def by_hand() -> Any:
    path = Path(__file__).parents[1] / "reference" / "retention" / "expected.json"
    return json.loads(path.read_text("utf-8"))


def _answers(k: int, n: int, rng: np.random.Generator, *, graded: bool) -> pd.DataFrame:
    """Return answers to five items of each of k factors that correlate .3."""
    factors = np.sqrt(0.7) * rng.normal(size=(n, k)) + np.sqrt(0.3) * rng.normal(size=(n, 1))
    x = 0.6 * np.repeat(factors, 5, axis=1) + 0.8 * rng.normal(size=(n, 5 * k))
    return pd.DataFrame(np.digitize(x, [-0.5, 0.5, 1.2, 1.8]) if graded else x)


@pytest.mark.parametrize("name", SETS)
def test_rules_of_eigenvalues_are_those_of_their_definitions(
    name: str, answers: dict[str, pd.DataFrame], by_hand: Any
) -> None:
    data, theirs = answers[name], by_hand[name]
    corr = data.corr().to_numpy()
    values = np.linalg.eigvalsh(corr)[::-1]
    references = empirical_kaiser_references(values, len(data))
    np.testing.assert_allclose(references, theirs["ekc"]["reference"], rtol=1e-10)
    assert empirical_kaiser(values, len(data)) == theirs["ekc"]["n"]
    assert acceleration_factor(values) == theirs["af"]
    found, last = average_partial(corr), len(corr) - 2
    np.testing.assert_allclose(found.squared[:last], theirs["map"]["value"][:last], rtol=1e-9)
    np.testing.assert_allclose(found.fourth[:last], theirs["map4"]["value"][:last], rtol=1e-9)
    assert (found.n_factors, found.n_factors_revised) == (theirs["map"]["n"], theirs["map4"]["n"])


@pytest.mark.parametrize(("name", "most"), [("bfi", 8), ("holzinger", 4)])
def test_hull_is_that_of_its_definition(
    name: str, most: int, answers: dict[str, pd.DataFrame], by_hand: Any
) -> None:
    found, theirs = hull(answers[name].corr().to_numpy(), most), by_hand[name]["hull"]
    np.testing.assert_allclose(found.fit, theirs["fit"], atol=1e-6)
    np.testing.assert_array_equal(found.df, theirs["df"])
    st = np.array(theirs["st"], dtype=float)
    np.testing.assert_allclose(found.st, st, rtol=1e-5)
    assert found.n_factors == theirs["n"]


def test_hull_sees_the_factors_of_bfi_and_not_one_large_one(
    answers: dict[str, pd.DataFrame],
) -> None:
    found = number_of_factors(answers["bfi"], n_iter=50, seed=1, comparison=False)
    assert found.hull.n_factors == 6  # with residuals' mean square for a fit it was one
    assert (found.recommended, found.agreeing) == (6, 3)


@pytest.mark.parametrize(
    ("votes", "chosen"),
    [((3, 4, 4), (4, 2, 3)), ((3, 4, 3, 4), (3, 2, 4)), ((11, 15, 14), (14, 1, 3)),
     ((5, 2, 9, 7), (5, 1, 4)), ((6, 5), (6, 1, 2))],
)  # fmt: skip
def test_votes_are_counted_and_else_the_middle_is_taken(
    votes: tuple[int, ...], chosen: tuple[int, int, int]
) -> None:
    name = Text("rule", "准则")
    verdicts = [Verdict("rule", name, k, True) for k in votes] + [Verdict("no", name, 99, False)]
    assert elect(tuple(verdicts)) == chosen


def test_hull_without_a_bend_says_nothing_and_has_no_vote() -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(150, 8)) + 0.15 * rng.normal(size=(150, 1)))
    found = number_of_factors(data, n_iter=50, seed=1, comparison=False)
    verdict = next(v for v in found.verdicts if v.rule == "hull")
    assert (verdict.n_factors, verdict.counts, found.trusted) == (0, False, 2)
    assert found.tables()[0].rows[2][1] is None


def test_a_population_has_the_answers_own_values_and_nearly_their_correlations() -> None:
    rng = np.random.default_rng(1)
    data = _answers(2, 400, rng, graded=True).to_numpy(float)
    corr = np.corrcoef(data, rowvar=False)
    made = population_of(data, corr, 2, 10_000, rng)
    assert set(np.unique(made)) == set(np.unique(data))
    np.testing.assert_allclose(made.mean(axis=0), data.mean(axis=0), atol=0.06)
    off = (np.corrcoef(made, rowvar=False) - corr)[np.triu_indices(10, 1)]
    assert np.sqrt((off**2).mean()) < 0.045  # sampling error of the correlations themselves


def test_comparison_data_finds_what_was_built_in_and_repeats() -> None:
    data = _answers(3, 300, np.random.default_rng(2), graded=True).to_numpy(float)
    corr = np.corrcoef(data, rowvar=False)
    found = comparison_data(data, corr, 5, seed=1, n_samples=150)
    again = comparison_data(data, corr, 5, seed=1, n_samples=150)
    assert found.n_factors == 3
    assert found.distance[2] < found.distance[1] < found.distance[0]
    assert found.pvalues[-1] > found.level
    np.testing.assert_array_equal(found.distance, again.distance)


def test_comparison_data_has_its_vote_where_there_are_answers(
    answers: dict[str, pd.DataFrame],
) -> None:
    data = answers["holzinger"]
    found = number_of_factors(data, n_iter=100, seed=1)
    assert found.comparison is not None and found.comparison.n_factors == 3
    assert (found.recommended, found.trusted) == (3, 4)
    assert "比较数据法" in found.summary("zh")
    without = number_of_factors(data.corr(), n_obs=301, n_iter=100, seed=1)
    assert without.comparison is None and without.trusted == 3
    ranks = number_of_factors(data, n_iter=20, seed=1, correlation="spearman")
    assert ranks.comparison is None and ranks.recommended == 3


@pytest.mark.long
@pytest.mark.parametrize("graded", [False, True])
@pytest.mark.parametrize(("k", "n"), [(1, 200), (3, 200), (5, 400)])
def test_trusted_rules_find_known_structures(k: int, n: int, graded: bool) -> None:
    rng = np.random.default_rng(10 * k + graded)
    hits: dict[str, int] = {}
    votes: dict[str, int] = {}
    rounds = 30
    for i in range(rounds):
        found = number_of_factors(_answers(k, n, rng, graded=graded), n_iter=100, seed=i)
        for verdict in found.verdicts:
            hits[verdict.rule] = hits.get(verdict.rule, 0) + (verdict.n_factors == k)
            votes[verdict.rule] = votes.get(verdict.rule, 0) + verdict.counts
        hits["recommended"] = hits.get("recommended", 0) + (found.recommended == k)
    assert hits["recommended"] >= 0.9 * rounds, hits
    # each trusted rule is right more often than not, alone: .75 less simulation error
    for rule in ("parallel_analysis", "comparison_data", "empirical_kaiser", "hull"):
        assert hits[rule] >= 0.6 * votes[rule], hits
    assert votes["hull"] == 0 if k == 1 else votes["hull"] >= 0.6 * rounds, votes
