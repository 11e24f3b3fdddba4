"""Control charts: the stated rate of false signals, jumps and creep found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecosurvey.waves import compare_waves
from ecosurvey.waves.chart import chart_limit, moving_average
from made_up_waves import answers, questionnaire

ITEMS = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in "AB"}


def test_the_rate_of_false_signals_is_what_is_claimed() -> None:
    constructs, waves, alpha, runs = 4, 6, 0.10, 4000
    z = np.random.default_rng(1).normal(size=(runs, constructs, waves - 1))
    averages = np.array([[moving_average(one) for one in run] for run in z])
    limit = chart_limit(constructs, waves, alpha)
    jumps = (np.abs(z) > limit).any(axis=(1, 2))
    either = jumps | (np.abs(averages) > limit).any(axis=(1, 2))
    error = np.sqrt(alpha * (1 - alpha) / runs)
    assert jumps.mean() == pytest.approx(alpha / 2, abs=4 * error)  # exact for jumps
    assert alpha / 2 < either.mean() < alpha + 3 * error  # at most for both


def test_averages_are_standard_normal() -> None:
    z = np.random.default_rng(2).normal(size=(5000, 5))
    averages = np.array([moving_average(one) for one in z])
    assert averages.std(axis=0) == pytest.approx(np.ones(5), abs=0.05)


def test_creep_and_a_jump_are_told_apart(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS)
    rng = np.random.default_rng(3)
    courses = [(0, 0), (0.0, 0), (0.09, 0), (0.15, 0), (0.2, 0.6)]
    waves = [
        (str(k), answers(rng, 500, ITEMS, means={"A": a, "B": b}))
        for k, (a, b) in enumerate(courses)
    ]
    found = compare_waves(asked, waves, estimator="MLR")
    last = {point.construct: point for point in found.chart if point.wave == "4"}
    assert last["A"].creep
    assert last["B"].jump
    assert not any(p.jump or p.creep for p in found.chart if p.wave in ("1", "2"))
    assert "wave_chart" in [table.key for table in found.tables()]
    two = compare_waves(asked, waves[:2], estimator="MLR")
    assert not two.chart
