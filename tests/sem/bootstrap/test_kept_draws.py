"""Replicates are drawn again only if something that they follow from is another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecosurvey as es
from ecosurvey.core.kept import Kept
from ecosurvey.sem.bootstrap import bootstrap

MODEL = "f =~ a + b + c\ng =~ d + e\ng ~ f"
TRUTH = "f =~ .8*a + .7*b + .6*c\ng =~ .8*d + .7*e\ng ~ .5*f"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many replicates each call that was not spared drew."""
    module = sys.modules["ecosurvey.sem.bootstrap.bootstrap"]
    drawn: list[int] = []
    plain = module.draw_replicates

    def counting(refit: Any, moments: Any, n: int, **more: Any) -> Any:
        drawn.append(n)
        return plain(refit, moments, n, **more)

    monkeypatch.setattr(module, "draw_replicates", counting)
    monkeypatch.setattr(sys.modules["ecosurvey.sem.bootstrap.kept_draws"], "_WORTH", 6)
    return drawn


def test_the_same_content_is_drawn_once(tmp_path: Path, counted: list[int]) -> None:
    frame = es.simulate(TRUTH, 120, seed=1)
    kept = Kept(tmp_path)
    fit = es.sem(MODEL, frame)
    first = bootstrap(fit.fit, 6, seed=3, kept=kept)
    again = bootstrap(es.sem(MODEL, frame.copy()).fit, 6, seed=3, kept=kept)
    assert counted == [6]
    assert again.draws.x.tobytes() == first.draws.x.tobytes()
    assert again.draws.reasons == first.draws.reasons
    assert again.parameters.equals(first.parameters)
    assert again.effects.equals(first.effects)


def test_another_model_seed_number_or_answer_is_drawn_anew(
    tmp_path: Path, counted: list[int]
) -> None:
    frame = es.simulate(TRUTH, 120, seed=1)
    kept = Kept(tmp_path)
    bootstrap(es.sem(MODEL, frame).fit, 6, seed=3, kept=kept)
    other = frame.copy()
    other.iloc[0, 0] += 1e-9
    for given, n, seed in (
        (es.sem(MODEL, frame), 6, 4),
        (es.sem(MODEL, frame), 7, 3),
        (es.sem(MODEL, other), 6, 3),
        (es.sem(f"{MODEL}\na ~~ b", frame), 6, 3),
        (es.sem(MODEL, frame, estimator="ULS"), 6, 3),
        (es.sem(MODEL, frame.mask(np.arange(600).reshape(120, 5) == 7), missing="fiml"), 6, 3),
    ):
        bootstrap(given.fit, n, seed=seed, kept=kept)
    assert len(counted) == 7
    assert len(list(tmp_path.iterdir())) == 7


def test_few_replicates_and_files_of_another_form_are_of_no_use(
    tmp_path: Path, counted: list[int]
) -> None:
    fit = es.sem(MODEL, es.simulate(TRUTH, 120, seed=1)).fit
    kept = Kept(tmp_path)
    bootstrap(fit, 5, seed=3, kept=kept)
    assert not list(tmp_path.iterdir())
    bootstrap(fit, 6, seed=3, kept=kept)
    (path,) = tmp_path.iterdir()
    kept.put(path.stem, {"x": np.zeros((3, 3))})
    found = bootstrap(fit, 6, seed=3, kept=kept)
    assert counted == [5, 6, 6]
    assert found.draws.x.shape[0] == 6
