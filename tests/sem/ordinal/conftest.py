"""Fits of the ordinal reference cases (tests/reference/sem_ordinal/make.R), each made once."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

import ecosurvey as es

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_ordinal"
CASES = sorted(path.stem.removeprefix("expected_") for path in REFERENCE.glob("expected_*.json"))


@lru_cache
def read_case(name: str) -> dict[str, Any]:
    return dict(json.loads((REFERENCE / f"expected_{name}.json").read_text("utf-8")))


@lru_cache
def read_rows(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv")


@lru_cache
def fitted(name: str) -> es.SemResult:
    case = read_case(name)
    made: es.SemResult = getattr(es, case["call"])(
        case["model"], read_rows(case["data"]), **case["options"]
    )
    return made


def merged(ours: pd.DataFrame, theirs: list[dict[str, Any]]) -> pd.DataFrame:
    """Put our rows beside lavaan's; both must have the same ones."""
    frame = pd.DataFrame(theirs)
    frame = frame[~frame["op"].isin(["==", "<", ">"])]
    if "group" not in frame:
        frame["group"] = 1
    frame.loc[frame["op"] == ":=", "group"] = 0
    both = ours.merge(frame, "outer", ["lhs", "op", "rhs", "group"], suffixes=("", "_lavaan"))
    assert len(both) == len(ours) == len(frame)
    return both
