from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import Responses, read_responses

DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"


@pytest.fixture(scope="session")
def demo() -> Instrument:
    return load_instrument(DEMO)


@pytest.fixture
def wave(demo: Instrument) -> pd.DataFrame:
    """Twenty rows as codes, as text, with every column of the demonstration."""
    n = 20
    frame = pd.DataFrame({"rid": [f"R{k}" for k in range(1, n + 1)]})
    for place, item in enumerate(demo.items):
        frame[item.id] = [str((row + place) % 5 + 1) for row in range(n)]
    frame["ATT1"], frame["ATT2"], frame["USE"] = "2", "1", "1"
    frame["consent"], frame["role"] = "1", "1"
    frame["forms"], frame["years"], frame["comment"] = "1;2", "7", "fine"
    frame["time"], frame["seconds"] = "2026-09-02 10:00:00", "120"
    frame["origin"], frame["wave"] = "synthetic", "W2"
    return frame


Read = Callable[[pd.DataFrame], Responses]


@pytest.fixture
def read(tmp_path: Path, demo: Instrument) -> Read:
    """Write a frame as CSV and read it back."""

    def run(frame: pd.DataFrame) -> Responses:
        path = tmp_path / "wave.csv"
        frame.to_csv(path, index=False)
        return read_responses(path, demo)

    return run


@pytest.fixture
def refused(read: Read) -> Callable[[pd.DataFrame], str]:
    def run(frame: pd.DataFrame) -> str:
        with pytest.raises(DataError) as caught:
            read(frame)
        return str(caught.value)

    return run
