"""After full-information likelihood: scores and indices equal lavaan's; no errors invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem import SemResult, cfa
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.residuals import residuals
from ecosurvey.sem.scores import ScoreMethod, factor_scores

METHODS: tuple[ScoreMethod, ...] = ("regression", "bartlett")


@pytest.fixture
def expected(reference: Callable[[str], Any]) -> Any:
    return reference("gaps")


@pytest.fixture
def result(expected: Any, read_data: Callable[[str], pd.DataFrame]) -> SemResult:
    return cfa(expected["model"], read_data("hs_gaps"), missing="fiml")


@pytest.mark.parametrize("method", METHODS)
def test_scores_of_rows_with_gaps_equal_lavaans(
    method: ScoreMethod, result: SemResult, expected: Any
) -> None:
    found = factor_scores(result.fit, method).scores[0]
    np.testing.assert_allclose(found, np.array(expected[method], dtype=float), atol=1e-8)


def test_indices_equal_lavaans(result: SemResult, expected: Any) -> None:
    found, theirs = modification_indices(result.fit), expected["modindices"]
    keys = list(zip(theirs["lhs"], theirs["op"], theirs["rhs"], strict=True))
    order = [keys.index((c.lhs, c.op, c.rhs)) for c in found.candidates]
    assert len(order) == len(keys)
    for name in ("mi", "epc", "sepc_lv", "sepc_all"):
        values = np.array(theirs[name])[order]
        np.testing.assert_allclose(getattr(found, name), values, rtol=1e-8, atol=1e-8)


def test_residuals_have_no_errors_there(result: SemResult) -> None:
    found = residuals(result.fit).groups[0]
    assert np.isfinite(found.cov).all()
    assert np.isnan(found.cov_z).all()
