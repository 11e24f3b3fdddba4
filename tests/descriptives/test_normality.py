"""Multivariate normality against psych, by definition, and by simulation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.descriptives import multivariate_normality
from ecosurvey.descriptives.normality import henze_zirkler

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def expected() -> Any:
    return json.loads((REFERENCE / "measurement" / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def answers() -> dict[str, pd.DataFrame]:
    bfi = pd.read_csv(REFERENCE / "factors" / "bfi.csv")
    for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5"):
        bfi[item] = 7 - bfi[item]
    return {
        "bfi": bfi.dropna().iloc[:, :10],
        "holzinger": pd.read_csv(REFERENCE / "factors" / "holzinger.csv"),
    }


@pytest.mark.parametrize("name", ["bfi", "holzinger"])
def test_mardia_matches_psych(name: str, expected: Any, answers: dict[str, pd.DataFrame]) -> None:
    found, psych = multivariate_normality(answers[name]), expected["mardia"][name]
    assert found.b1p == pytest.approx(psych["b1p"], rel=1e-10)
    assert found.b2p == pytest.approx(psych["b2p"], rel=1e-10)
    assert found.skew_uncorrected == pytest.approx(psych["skew"], rel=1e-10)
    assert found.skew_chisq == pytest.approx(psych["small_skew"], rel=1e-10)
    assert found.skew_pvalue == pytest.approx(psych["p_small"], rel=1e-6, abs=1e-300)
    assert found.kurtosis_z == pytest.approx(psych["kurtosis"], rel=1e-10)
    assert found.kurtosis_pvalue == pytest.approx(psych["p_kurtosis"], rel=1e-6, abs=1e-12)


def test_henze_zirkler_matches_its_definition_written_out_in_r(
    expected: Any, answers: dict[str, pd.DataFrame]
) -> None:
    found = multivariate_normality(answers["holzinger"])
    assert found.hz == pytest.approx(expected["hz"]["holzinger"], rel=1e-10)
    first = multivariate_normality(answers["bfi"].head(500))
    assert first.hz == pytest.approx(expected["hz"]["bfi"], rel=1e-10)


def test_tests_of_normal_answers_hold_their_level() -> None:
    generator = np.random.default_rng(5)
    values, pvalues = [], []
    for _ in range(300):
        rows = generator.normal(size=(150, 4)) @ np.triu(np.ones((4, 4)))
        found = multivariate_normality(pd.DataFrame(rows))
        values.append(found.hz)
        pvalues.append((found.skew_pvalue, found.kurtosis_pvalue, found.hz_pvalue))
    _, mean, variance = henze_zirkler(generator.normal(size=(150, 4)))
    # the asymptotic moments: within the simulation's error and a few percent of bias at n = 150
    assert np.mean(values) == pytest.approx(mean, rel=0.03)
    assert np.std(values) == pytest.approx(np.sqrt(variance), rel=0.2)
    rates = (np.array(pvalues) < 0.05).mean(axis=0)
    assert (rates < 0.09).all() and rates[2] > 0.01


def test_skewed_answers_are_found_and_told_of_in_both_languages() -> None:
    rows = np.random.default_rng(2).exponential(size=(300, 3))
    found = multivariate_normality(pd.DataFrame(rows, columns=list("abc")))
    assert max(found.skew_pvalue, found.kurtosis_pvalue, found.hz_pvalue) < 1e-6
    assert [finding.code for finding in found.findings] == ["not_normal"]
    assert "Mardia" in found.summary("en") and "多元正态" in found.summary("zh")


def test_gaps_are_left_out_and_counted() -> None:
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(60, 2)), columns=["a", "b"])
    whole = multivariate_normality(frame.iloc[5:])
    frame.iloc[:5, 0] = np.nan
    found = multivariate_normality(frame)
    assert (found.n, found.incomplete) == (55, 5)
    assert found.b2p == pytest.approx(whole.b2p)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda f: f.assign(c=1.0), "does not vary"),
        (lambda f: f.assign(c=f["a"] + f["b"]), "determine each other exactly: a, b, c"),
        (lambda f: f.assign(c=np.nan), "0 rows have answers to all 3 items"),
        (lambda f: f.head(3), "more complete rows than items"),
        (lambda f: f.assign(c="x"), "holds text"),
    ],
)
def test_what_cannot_be_tested_gets_a_clear_word(change: Any, word: str) -> None:
    frame = pd.DataFrame(np.random.default_rng(4).normal(size=(50, 2)), columns=["a", "b"])
    with pytest.raises(DataError, match=word):
        multivariate_normality(change(frame))
