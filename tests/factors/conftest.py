"""Answers and reference values shared by the tests of factor analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference" / "factors"


@pytest.fixture(scope="session")
def expected() -> Any:
    return json.loads((REFERENCE / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def answers() -> dict[str, pd.DataFrame]:
    """Real answers: 2,800 to 25 personality items with gaps, 301 to nine ability tests."""
    return {name: pd.read_csv(REFERENCE / f"{name}.csv") for name in ("bfi", "holzinger")}
