"""Answers and reference values shared by the tests of reliability."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"
BFI = {key: [f"{key}{i}" for i in range(1, 6)] for key in "ACENO"}
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}


@pytest.fixture(scope="session")
def expected() -> Any:
    return json.loads((REFERENCE / "reliability" / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def measurement() -> Any:
    return json.loads((REFERENCE / "measurement" / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def bfi() -> pd.DataFrame:
    """2,800 answers to 25 items, with gaps; reverse-keyed items turned."""
    frame = pd.read_csv(REFERENCE / "factors" / "bfi.csv")
    for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5"):
        frame[item] = 7 - frame[item]
    return frame


@pytest.fixture(scope="session")
def holzinger() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "factors" / "holzinger.csv")


@pytest.fixture(scope="session")
def bfi_scales() -> dict[str, list[str]]:
    return BFI


@pytest.fixture(scope="session")
def holzinger_scales() -> dict[str, list[str]]:
    return HOLZINGER
