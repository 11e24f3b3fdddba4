"""Reads what lavaan said (expected/*.json, written by make.R) and the data it was asked about."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
FAMILIES = sorted(path.stem for path in (HERE / "expected").glob("*.json"))

Case = dict[str, Any]


@cache
def family(name: str) -> dict[str, Case]:
    return json.loads((HERE / "expected" / f"{name}.json").read_text("utf-8"))


def every_case() -> list[tuple[str, str]]:
    return [(name, case) for name in FAMILIES for case in family(name)]


@cache
def dataset(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def symmetric(lower: list[float]) -> np.ndarray:
    """The matrix whose lower triangle, column by column, is given."""
    p = round((np.sqrt(8 * len(lower) + 1) - 1) / 2)
    full = np.zeros((p, p))
    full[np.triu_indices(p)] = lower  # rows of the upper triangle are columns of the lower
    return full + np.triu(full, 1).T


def numbers(values: list[float | None] | float | None) -> np.ndarray:
    """NaN where lavaan has NA."""
    if not isinstance(values, list):
        values = [values]
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def number(value: float | list[float] | None) -> float:
    """NaN where lavaan has NA or nothing."""
    return float("nan") if value is None or isinstance(value, list) else float(value)
