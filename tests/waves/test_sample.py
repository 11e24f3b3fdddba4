"""The two sample waves: the planted change found, the planted rewording not mistaken for one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ecosurvey.cleaning import CleanData
from ecosurvey.instrument import Instrument
from ecosurvey.waves import WaveComparison, compare_waves

ROOT = Path(__file__).parents[2]
TRUTH = json.loads((ROOT / "data" / "sample" / "truth.json").read_text("utf-8"))


def test_the_only_change_is_the_one_that_was_planted(sample: WaveComparison) -> None:
    planted = TRUTH["mean_shift"]
    assert [(change.construct, change.kind) for change in sample.alerts] == [
        (planted["construct"], "mean")
    ]
    assert sample.alerts[0].ci_lower < planted["latent_sd"] < sample.alerts[0].ci_upper


def test_the_truth_lies_in_most_intervals(sample: WaveComparison) -> None:
    true = TRUTH["waves"]["W2"]["latent_means"]
    means = [change for change in sample.changes if change.kind == "mean"]
    inside = [c.ci_lower < true.get(c.construct, 0.0) < c.ci_upper for c in means]
    assert len(means) == 17  # BAR and ECO among them
    assert sum(inside) >= 15
    variances = [change for change in sample.changes if change.kind == "variance"]
    assert sum(c.ci_lower < 0.0 < c.ci_upper for c in variances) >= 13


def test_the_reworded_item_is_named_and_is_no_change(sample: WaveComparison) -> None:
    assert [(test.item, test.suspect) for test in sample.drifting] == [("CUL4", True)]
    assert sample.drifting[0].dmacs > 0.3
    assert all(one.comparable for one in sample.comparability)
    assert sum(one.ordinal for one in sample.comparability) == 15
    culture = next(one for one in sample.comparability if one.construct == "CUL")
    assert culture.freed == ("CUL4",)
    assert culture.anchors == ("CUL1", "CUL2", "CUL3")
    assert "CUL4" in sample.verdict.en
    assert "CUL4" in sample.verdict.zh


@pytest.mark.long
def test_paths_did_not_change_and_ranks_have_probabilities(
    ecosystem: Instrument, sample_waves: list[tuple[str, CleanData]]
) -> None:
    found = compare_waves(ecosystem, sample_waves, structural=True, estimator="MLR").paths
    assert found is not None
    assert len(found.paths) == len(TRUTH["paths_std"])
    assert min(path.adjusted for path in found.paths) > 0.05
    ranks = {one.factor: one for one in found.ranks}
    assert set(ranks) == set(TRUTH["ranking"])
    assert (ranks["PLT"].rank_before, ranks["PLT"].rank_after) == (1, 1)
    for one in ranks.values():
        assert 0.0 <= one.prob_up + one.prob_down <= 1.0


def test_composition_is_given_beside(sample: WaveComparison) -> None:
    technology = next(c for c in sample.changes if c.construct == "TEC" and c.kind == "mean")
    assert technology.composition_d == pytest.approx(technology.numbers_d, abs=0.05)
    assert technology.composition_se > technology.se * 0.9
    assert all(np.isnan(c.composition_d) for c in sample.changes if c.kind == "variance")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_can_be_read(sample: WaveComparison, lang: str) -> None:
    keys = [table.key for table in sample.tables()]
    assert keys == [
        "wave_comparability", "wave_drift", "wave_items", "wave_means", "wave_variances",
        "wave_levels", "wave_composition",
    ]  # fmt: skip
    for table in sample.tables():
        assert table.to_text(lang)  # type: ignore[arg-type]
    assert len(sample.to_frame()) == 32
    assert sample.synthetic
