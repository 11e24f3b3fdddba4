"""The sample questionnaire, and a run of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosurvey.instrument import Instrument, load_instrument
from made_up_run import write_run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def asked() -> Instrument:
    return load_instrument(ROOT / "instruments" / "ecosystem.yaml")


@pytest.fixture
def results(tmp_path: Path, asked: Instrument) -> Path:
    return write_run(tmp_path / "results", asked)
