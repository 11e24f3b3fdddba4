"""Fits that start where the population is known to lie are those of the usual search."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ecosurvey as es
from ecosurvey.core.random import stream
from ecosurvey.planning import gaps
from ecosurvey.planning.gaps import KnownStart, known_start
from ecosurvey.planning.population import Population, population_of
from ecosurvey.planning.power import plain_model, request_for
from ecosurvey.planning.targets import targets_of
from ecosurvey.planning.trial import Trial

ASSUMED = es.Assumptions(effect=0.3, missing=0.15)


@pytest.fixture(scope="module")
def planned() -> tuple[Trial, Population, KnownStart]:
    asked = es.load_instrument(Path(__file__).parents[2] / "instruments" / "holzinger.yaml")
    population = population_of(asked, ASSUMED)
    plain = plain_model(asked)
    model = plain.structural_syntax() or plain.measurement_syntax()
    request = request_for("MLR", ASSUMED)
    known = known_start(population, ASSUMED, model, request, 1)
    assert known is not None
    targets = targets_of(asked, population, None)
    return Trial((population,), ASSUMED, (150,), model, request, targets, 0.95), population, known


def test_the_same_is_found_as_without_a_known_start(
    planned: tuple[Trial, Population, KnownStart], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, _, known = planned
    before = [trial.once(stream(1, f"r{k}")) for k in range(5)]

    def never(*_: object) -> None:
        raise AssertionError("the usual search was needed")

    monkeypatch.setattr(gaps, "search", never)
    after = [replace(trial, known=known).once(stream(1, f"r{k}")) for k in range(5)]
    for one, other in zip(before, after, strict=True):
        assert one.reason == other.reason == ""
        np.testing.assert_allclose(other.est, one.est, atol=1e-6)
        np.testing.assert_allclose(other.se, one.se, atol=1e-6)
        assert other.fit_pvalue == pytest.approx(one.fit_pvalue, rel=1e-6)


def test_a_bad_start_ends_in_the_usual_search(
    planned: tuple[Trial, Population, KnownStart],
) -> None:
    trial, _, known = planned
    for bad in (known.x * np.nan, -known.x, known.x + 50.0):
        lost = replace(known, x=bad)
        found = replace(trial, known=lost).once(stream(1, "r0"))
        np.testing.assert_allclose(found.est, trial.once(stream(1, "r0")).est, atol=1e-6)


def test_without_gaps_nothing_is_prepared(
    planned: tuple[Trial, Population, KnownStart],
) -> None:
    trial, population, _ = planned
    whole = es.Assumptions(effect=0.3)
    request = request_for("MLR", whole)
    assert known_start(population, whole, trial.model, request, 1) is None
    rare = es.Assumptions(effect=0.3, missing=1e-9)
    assert known_start(population, rare, trial.model, request_for("MLR", rare), 1) is None
    ordinal = request_for("WLSMV", ASSUMED)
    assert known_start(population, ASSUMED, trial.model, ordinal, 1) is None


def test_workers_can_be_sent_it(planned: tuple[Trial, Population, KnownStart]) -> None:
    trial, _, known = planned
    sent = pickle.loads(pickle.dumps(replace(trial, known=known)))
    one, other = (t.once(stream(2, "r")) for t in (sent, replace(trial, known=known)))
    np.testing.assert_array_equal(one.est, other.est)
