"""The two sample waves, compared once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosurvey.cleaning import CleanData, clean
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses
from ecosurvey.waves import WaveComparison, compare_waves

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ecosystem() -> Instrument:
    return load_instrument(ROOT / "instruments" / "ecosystem.yaml")


@pytest.fixture(scope="session")
def sample_waves(ecosystem: Instrument) -> list[tuple[str, CleanData]]:
    folder = ROOT / "data" / "sample"
    return [
        (f"W{k}", clean(read_responses(folder / f"ecosystem_wave{k}.csv", ecosystem)))
        for k in (1, 2)
    ]


@pytest.fixture(scope="session")
def sample(ecosystem: Instrument, sample_waves: list[tuple[str, CleanData]]) -> WaveComparison:
    return compare_waves(ecosystem, sample_waves, composition=("role",))
