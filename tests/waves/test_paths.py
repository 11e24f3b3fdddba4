"""Structural paths and ranks of the key factors, wave by wave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.report.figures import rank_slopes
from ecosurvey.report.figures.style import style
from ecosurvey.sem import sem
from ecosurvey.waves import WaveComparison, compare_waves
from ecosurvey.waves.paths import anchored
from made_up_waves import LOADINGS, questionnaire

ITEMS = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in "ABY"}
MODEL = """
model:
  hypotheses:
    - {id: H1, from: A, to: Y, sign: "+", why: {en: reason, zh: 理由}}
    - {id: H2, from: B, to: Y, sign: "+", why: {en: reason, zh: 理由}}
  outcome: Y
  candidates: [A, B]
"""


def _wave(rng: np.random.Generator, a: float, b: float, drift: float = 0.0) -> pd.DataFrame:
    n = 900
    factors = {"A": rng.normal(size=n), "B": rng.normal(size=n)}
    factors["Y"] = a * factors["A"] + b * factors["B"] + 0.7 * rng.normal(size=n)
    columns = {}
    for construct, items in ITEMS.items():
        for item, loading in zip(items, LOADINGS, strict=True):
            loading -= drift if item == "A1" else 0.0
            columns[item] = loading * factors[construct] + 0.6 * rng.normal(size=n)
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def waves() -> list[tuple[str, pd.DataFrame]]:
    rng = np.random.default_rng(1)
    return [("1", _wave(rng, 0.6, 0.2)), ("2", _wave(rng, 0.6, 0.9, drift=0.4))]


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory, waves: list[tuple[str, pd.DataFrame]]
) -> WaveComparison:
    asked = questionnaire(tmp_path_factory.mktemp("paths"), ITEMS, MODEL)
    return compare_waves(asked, waves, structural=True, estimator="MLR")


def test_the_path_that_changed_is_found_and_the_other_is_not(found: WaveComparison) -> None:
    assert [test.item for test in found.drifting] == ["A1"]
    assert found.paths is not None
    told = {path.source: path for path in found.paths.paths}
    assert told["B"].adjusted < 0.001
    assert told["B"].change == pytest.approx(0.7, abs=3 * told["B"].se)
    assert told["A"].adjusted > 0.05  # though its first item drifts, which sets no scale then


def test_ranks_change_places_surely(found: WaveComparison) -> None:
    assert found.paths is not None
    ranks = {one.factor: one for one in found.paths.ranks}
    assert (ranks["A"].rank_before, ranks["A"].rank_after) == (1, 2)
    assert (ranks["B"].rank_before, ranks["B"].rank_after) == (2, 1)
    assert ranks["B"].prob_up > 0.95
    assert ranks["A"].prob_down > 0.95


def test_paths_and_changes_are_those_of_the_model_by_hand(
    found: WaveComparison, waves: list[tuple[str, pd.DataFrame]]
) -> None:
    """The same model written out: A's drifting item free and last."""
    assert found.paths is not None
    model = "A =~ A2 + A3 + A4 + A1; B =~ B1 + B2 + B3 + B4; Y =~ Y1 + Y2 + Y3 + Y4; Y ~ A + B"
    stacked = pd.concat([frame.assign(w=label) for label, frame in waves])
    fit = sem(model, stacked, group="w", estimator="MLR", group_equal=["loadings"],
              group_partial=["A=~A1"])  # fmt: skip
    rows = fit.parameters.query("op == '~'")
    for path in found.paths.paths:
        own = rows[rows["rhs"] == path.source].set_index("group")
        assert path.before == pytest.approx(own.loc[1, "est"], abs=1e-6)
        assert path.after == pytest.approx(own.loc[2, "est"], abs=1e-6)
    again = compare_waves(found.instrument, waves, structural=True, estimator="MLR")
    assert again.paths is not None
    assert again.paths.ranks == found.paths.ranks  # seeded


def test_paths_of_what_cannot_be_compared_are_left_out(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS, MODEL)
    rng = np.random.default_rng(2)
    first, second = _wave(rng, 0.5, 0.5), _wave(rng, 0.5, 0.5)
    own = rng.normal(size=len(second))  # B's items now measure two things
    second["B3"] = 0.9 * own + 0.3 * rng.normal(size=len(second))
    second["B4"] = 0.9 * own + 0.3 * rng.normal(size=len(second))
    found = compare_waves(asked, [("1", first), ("2", second)], structural=True, estimator="MLR")
    assert found.paths is not None
    assert {path.source for path in found.paths.paths} == {"A"}
    assert {one.factor for one in found.paths.ranks} == {"A"}
    assert "paths_not_comparable" in {finding.code for finding in found.findings}


def test_an_item_that_was_not_asked_is_told(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, ITEMS, MODEL)
    rng = np.random.default_rng(3)
    first, second = _wave(rng, 0.5, 0.5), _wave(rng, 0.5, 0.5)
    with pytest.raises(DataError, match="A4, which a wave does not have"):
        compare_waves(
            asked, [("1", first.drop(columns="A4")), ("2", second)], structural=True,
            estimator="MLR",
        )  # fmt: skip


def test_anchors_set_the_scale_of_structural_models() -> None:
    assert anchored("f =~ a + b\ng ~ f", {"f": ("a",), "g": ()}) == "f =~ b + a\ng ~ f"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_slopes_are_drawn_with_labels_apart(found: WaveComparison, lang: str) -> None:
    drawing = rank_slopes.describe(found)
    assert drawing.sure == pytest.approx(0.975)
    with style():
        figure = rank_slopes.draw(drawing, lang)  # type: ignore[arg-type]
        figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 2 * len(drawing.lines)
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
