from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import CleanData, Rules, clean
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses

DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"


@pytest.fixture(scope="session")
def demo() -> Instrument:
    return load_instrument(DEMO)


@pytest.fixture
def wave(demo: Instrument) -> pd.DataFrame:
    """Forty attentive respondents, all different."""
    rng = np.random.default_rng(5)
    n = 40
    frame = pd.DataFrame({"rid": [f"R{k}" for k in range(1, n + 1)]})
    for item in demo.items:
        frame[item.id] = rng.integers(1, 6, n).astype(float)
    frame["ATT1"], frame["ATT2"], frame["USE"] = 2.0, 1.0, 1.0
    frame["consent"], frame["role"], frame["years"] = 1.0, 1.0, 7.0
    frame["seconds"], frame["comment"] = 300.0, [f"comment {k}" for k in range(n)]
    return frame


Run = Callable[..., CleanData]


@pytest.fixture
def run(demo: Instrument) -> Run:
    def cleaned(frame: pd.DataFrame, rules: Rules | None = None) -> CleanData:
        return clean(read_responses(frame, demo), rules=rules)

    return cleaned
