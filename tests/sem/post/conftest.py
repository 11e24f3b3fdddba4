"""Fits of the reference cases (tests/reference/sem_post/make.R), each made once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem.estimate import build_model, estimate
from ecosurvey.sem.estimators import settle
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.observed import moments_of
from ecosurvey.sem.options import TableOptions, check_group_equal
from ecosurvey.sem.syntax import parameter_table

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_post"


@lru_cache
def read_case(name: str) -> Any:
    return json.loads((REFERENCE / f"expected_{name}.json").read_text(encoding="utf-8"))


def _fit(model: str, model_type: str, data: str, options: dict[str, Any]) -> Fit:
    options = dict(options)
    frame = pd.read_csv(REFERENCE / f"{data}.csv")
    group = options.pop("group", None)
    estimator = options.pop("estimator", "ML")
    if "group_equal" in options:
        options["group_equal"] = check_group_equal(options["group_equal"])
    method = settle(estimator)
    if model_type == "growth" or group:
        options["meanstructure"] = True
    labels = list(dict.fromkeys(frame[group])) if group else [""]
    table = parameter_table(
        model,
        columns=list(frame.columns),
        groups=[str(label) for label in labels],
        options=replace(TableOptions(model_type=model_type), **options),  # type: ignore[arg-type]
    )
    names = table.observed
    moments = []
    for label in labels:
        rows = frame[frame[group] == label] if group else frame
        values = np.array(rows[list(names)], dtype=float)
        moments.append(moments_of(values, names, unbiased=method.loss != "ML"))
    return estimate(build_model(table, moments), method)


_FITS: dict[str, Fit] = {}


def _fitted(model: str, model_type: str, data: str, options: dict[str, Any]) -> Fit:
    key = json.dumps([model, model_type, data, options])
    if key not in _FITS:
        _FITS[key] = _fit(model, model_type, data, options)
    return _FITS[key]


@pytest.fixture
def reference() -> Callable[[str], Any]:
    return read_case


@pytest.fixture
def read_data() -> Callable[[str], pd.DataFrame]:
    """Read a reference data set by name."""
    return lambda name: pd.read_csv(REFERENCE / f"{name}.csv")


@pytest.fixture
def fit_model() -> Callable[..., Fit]:
    """Fit any model to a reference data set."""
    return _fitted


@pytest.fixture
def fit_case() -> Callable[[str], Fit]:
    """Fit a reference case by name."""

    def fit(name: str) -> Fit:
        case = read_case(name)
        return _fitted(case["model"], case["model_type"], case["data"], case["options"])

    return fit
