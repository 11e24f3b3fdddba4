"""Unsure weights: the bootstrap by hand, the model's draws, other judgements, coverage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.performance import judged
from ecosurvey.performance.measured import Measured, measure, scored, scores_of
from ecosurvey.performance.resampling import resampled, tables_of
from ecosurvey.performance.unsure import (
    other_judgements,
    total_draws,
    unsure_places,
    weight_draws,
    weight_intervals,
)
from ecosurvey.performance.weights import critic_weights, entropy_weights

ROOT = Path(__file__).parents[2]
NAMES = ["a", "b", "c", "d"]


def drawn_wave(
    rng: np.random.Generator, units: int = 8, tau: tuple[float, ...] = (3.0, 4.0, 5.0, 7.0)
) -> tuple[Measured, np.ndarray]:
    """Draw units that differ more on some parts than on others; return them and their truth."""
    parts = len(tau)
    root = np.linalg.cholesky(0.5 * np.eye(parts) + 0.5)
    truth = 60 + rng.normal(size=(units, parts)) @ root.T * tau
    codes = np.repeat(np.arange(units), rng.integers(12, 60, units))
    scores = truth[codes] + 18 * rng.normal(size=(len(codes), parts)) @ root.T
    names = [str(k) for k in range(units)]
    return measure("1", scores, pd.Series(codes.astype(str)), names), truth


def test_samples_drawn_anew_are_measured_as_the_first_was() -> None:
    wave, _ = drawn_wave(np.random.default_rng(1))
    scores = wave.means.scores.copy()
    scores[::7, 1] = np.nan
    wave = measure("1", scores, pd.Series(wave.means.codes.astype(str)), wave.codes)
    found = resampled(wave, 4, 30, np.random.default_rng(2))

    again, rng = [], np.random.default_rng(2)
    drawn = [rng.multinomial(n, np.full(n, 1 / n), size=30) for n in np.bincount(wave.means.codes)]
    for k in range(30):
        rows = np.concatenate([
            np.repeat(np.flatnonzero(wave.means.codes == unit), own[k])
            for unit, own in enumerate(drawn)
        ])  # fmt: skip
        codes = pd.Series(wave.means.codes[rows].astype(str))
        again.append(scored(measure("1", scores[rows], codes, wave.codes), 4))
    np.testing.assert_allclose(found, again, atol=1e-8)


def test_draws_of_the_models_weights_have_the_delta_methods_errors() -> None:
    data = es.simulate(
        "a =~ 0.8*a1 + 0.7*a2 + 0.5*a3\nb =~ 0.8*b1 + 0.7*b2 + 0.6*b3\n"
        "y =~ 0.8*y1 + 0.7*y2 + 0.6*y3\ny ~ 0.4*b + 0.3*a\na ~~ 0.3*b", 600, seed=3,
    )  # fmt: skip
    fit = es.sem("a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\ny =~ y1 + y2 + y3\ny ~ b + a", data)
    totals = total_draws(fit, ["b", "a"], "y", ["a"], 1)
    assert totals is not None
    told = fit.standardized().query("op == '~'")
    signs = np.array([1.0, -1.0])
    np.testing.assert_allclose(totals.mean(axis=0), told["est_std"] * signs, atol=0.02)
    np.testing.assert_allclose(totals.std(axis=0), told["se"], rtol=0.15)
    assert total_draws(fit, ["b", "c"], "y", [], 1) is None
    draws = weight_draws([], ["b", "a"], "scale", 1, totals=np.abs(totals), schemes=["model"])
    np.testing.assert_allclose(draws["model"].sum(axis=1), 1)


def test_other_judgements_leave_out_experts_and_move_comparisons_by_a_step() -> None:
    experts = judged(["a", "b"], {"x": [[1, 3], [1 / 3, 1]], "y": [[1, 1], [1, 1]]})
    found = np.sort([float(one[0]) for one in other_judgements(experts)])
    together = np.sqrt(3.0)
    steps = [1 / (1 + 1 / (together + 1)), 1 / (1 + (1 + (1 - (together - 1))))]
    np.testing.assert_allclose(found, np.sort([0.5, 0.75, *steps]))
    alone = judged(["a", "b"], {"x": [[1, 9], [1 / 9, 1]]})
    found = np.sort([float(one[0]) for one in other_judgements(alone)])
    np.testing.assert_allclose(found, [8 / 9, 0.9])  # none beyond 9


def test_the_index_is_as_unsure_as_its_weights_and_its_scores() -> None:
    wave, _ = drawn_wave(np.random.default_rng(3), units=6)
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    scores, _ = scores_of(wave, (), weights, {}, 0.95)
    still = unsure_places(wave, scores, weights, np.tile(weights, (2000, 1)), 1, 0.95)
    np.testing.assert_allclose([one.lower for one in still], [s.lower for s in scores], atol=0.35)
    np.testing.assert_allclose([one.upper for one in still], [s.upper for s in scores], atol=0.35)
    assert sum(one.prob_first for one in still) == pytest.approx(1, abs=1e-9)
    rng = np.random.default_rng(4)
    loose = unsure_places(wave, scores, weights, rng.dirichlet(5 * weights, 2000), 1, 0.95)
    assert all(b.upper - b.lower > a.upper - a.lower for a, b in zip(still, loose, strict=True))


def test_an_index_tells_how_unsure_its_weights_are() -> None:
    asked = es.load_instrument(ROOT / "instruments" / "bfi.yaml")
    rng = np.random.default_rng(5)
    unit = rng.choice([1, 2, 3, 4], 240)
    items = [item.id for item in asked.items]
    x = np.clip(np.rint(3 + 0.2 * unit[:, None] + rng.normal(0, 1.2, (240, len(items)))), 1, 6)
    frame = pd.DataFrame(x, columns=items).assign(education=unit.astype(float))
    found = es.performance_index(asked, frame, "education", scheme="critic")
    again = es.performance_index(asked, frame, "education", scheme="critic")
    assert found.weight_intervals == again.weight_intervals
    assert found.unsure == again.unsure
    assert {one.scheme for one in found.weight_intervals} == {"entropy", "critic"}
    for one in found.weight_intervals:
        assert 0 <= one.lower <= one.weight <= one.upper <= 1
        assert one.weight == found.weights[one.scheme][one.part]
    assert len(found.unsure) == 4
    keys = [table.key for table in found.tables()]
    assert {"index_weight_intervals", "index_unsure"} <= set(keys)
    equal = es.performance_index(asked, frame, "education")
    assert not equal.unsure  # equal by choice: nothing to be unsure of
    assert "index_unsure" not in [table.key for table in equal.tables()]


@pytest.mark.long
@pytest.mark.parametrize(
    ("units", "tau"),
    [(8, (3.0, 4.0, 5.0, 7.0)), (5, (3.0, 4.0, 5.0, 7.0)), (8, (2.0, 2.0, 2.0, 5.0)),
     (15, (5.0, 6.0, 8.0, 10.0))],
)  # fmt: skip
def test_intervals_of_weights_and_of_the_index_cover_as_often_as_they_say(
    units: int, tau: tuple[float, ...]
) -> None:
    """Of weights against those of the true means, and of the index under those weights."""
    rng = np.random.default_rng(6)
    kinds = {"entropy": entropy_weights, "critic": critic_weights}
    hits: dict[str, list[float]] = {name: [] for name in (*kinds, "index entropy", "index critic")}
    for _ in range(200):
        wave, truth = drawn_wave(rng, units, tau)
        table = tables_of([scored(wave, 4)], "scale")
        draws = weight_draws([wave], NAMES, "scale", 1, schemes=list(kinds))
        for name, of in kinds.items():
            right, mine = of(truth), of(table)
            own = weight_intervals({name: dict(zip(NAMES, mine, strict=True))}, draws, 0.95)
            hits[name].append(
                float(np.mean([w.lower <= t <= w.upper for w, t in zip(own, right, strict=True)]))
            )
            scores, _ = scores_of(wave, (), mine, {}, 0.95)
            places = unsure_places(wave, scores, mine, draws[name], 1, 0.95)
            index = truth @ right
            hits[f"index {name}"].append(
                float(
                    np.mean([p.lower <= t <= p.upper for p, t in zip(places, index, strict=True)])
                )
            )
    for name, shares in hits.items():
        assert np.mean(shares) >= 0.95 - 3 * np.std(shares) / np.sqrt(len(shares)), name


def test_reports_and_dashboard_tell_it_in_both_languages() -> None:
    from ecosurvey.core import Text
    from ecosurvey.performance import slices
    from ecosurvey.report.dashboard import dashboard_page
    from ecosurvey.report.model import FigureBlock
    from ecosurvey.report.sections.index import sections
    from ecosurvey.report.write_index import index_json

    asked = es.load_instrument(ROOT / "instruments" / "bfi.yaml")
    wave = es.clean(es.read_responses(ROOT / "data" / "sample" / "bfi.csv", asked))
    found = es.performance_index(asked, wave, "education", scheme="entropy")
    hangs = next(section for section in sections(found) if section.key == "weights")
    figures = [block.figure.key for block in hangs.blocks if isinstance(block, FigureBlock)]
    assert figures[0] == "index_weights"
    told = index_json(found)
    assert len(told["weight_intervals"]) == 2 * len(found.parts)
    assert {one["kind"] for one in told["weight_intervals"]} == {"sampling"}
    assert [one["unit"] for one in told["unsure"]] == [one.unit for one in found.unsure]
    page = dashboard_page(found, slices(found, asked, wave), Text("T", "题"))
    assert '"unsure":[1,' in page and '"range":[0.' in page
