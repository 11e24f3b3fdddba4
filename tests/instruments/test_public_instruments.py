"""The questionnaires of the public data fit their data, and claim nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosurvey.instrument import load_instrument
from ecosurvey.responses import read_responses

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "rows"), [("bfi", 2800), ("holzinger", 301)])
def test_data_are_read_without_a_single_doubt(name: str, rows: int) -> None:
    instrument = load_instrument(ROOT / "instruments" / f"{name}.yaml")
    responses = read_responses(ROOT / "data" / "sample" / f"{name}.csv", instrument)
    assert responses.n_rows == rows
    assert len(responses.issues) == 0
    assert responses.findings == ()
    assert not responses.synthetic


def test_the_sample_waves_hold_every_question_and_nothing_else() -> None:
    instrument = load_instrument(ROOT / "instruments" / "ecosystem.yaml")
    for wave in (1, 2):
        path = ROOT / "data" / "sample" / f"ecosystem_wave{wave}.csv"
        responses = read_responses(path, instrument)
        assert responses.synthetic
        assert {finding.code for finding in responses.findings} <= {"codes_off_scale", "synthetic"}


def test_bfi_has_five_scales_of_five_and_seven_reversed_items() -> None:
    instrument = load_instrument(ROOT / "instruments" / "bfi.yaml")
    assert {k: len(v) for k, v in instrument.scales().items()} == dict.fromkeys("ACENO", 5)
    reverse = [item.id for item in instrument.items if item.reverse]
    assert reverse == ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]


@pytest.mark.parametrize(("name", "outcome"), [("bfi", "N"), ("holzinger", "speed")])
def test_their_structural_models_are_marked_as_illustrations(name: str, outcome: str) -> None:
    path = ROOT / "instruments" / f"{name}.yaml"
    instrument = load_instrument(path)
    assert instrument.outcome == outcome
    assert instrument.structural_syntax() is not None
    assert "illustration: true" in path.read_text("utf-8")
