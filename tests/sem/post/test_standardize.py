"""Standardized solutions equal lavaan's standardizedSolution()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosurvey.sem.estimates import delta_method
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.standardize import STANDARDIZATIONS, Standardization, standardized

CASES = [
    "hs", "hs_means", "hs_std_lv", "hs_mlr", "hs_mlm", "hs_gls", "hs_uls", "democracy",
    "democracy_mlr", "mimic", "mimic_free", "path", "second", "growth", "feedback", "groups",
    "groups_equal", "groups_equal_mlr", "groups_mimic",
]  # fmt: skip
# lavaan differentiates the standardized solution numerically
ESTIMATE, ERROR = 1e-6, 5e-6


@pytest.mark.parametrize("kind", STANDARDIZATIONS)
@pytest.mark.parametrize("name", CASES)
def test_standardized_solution_equals_lavaans(
    name: str, kind: Standardization, fit_case: Callable[[str], Fit], reference: Callable[..., Any]
) -> None:
    fit = fit_case(name)
    expected = reference(name)[kind]
    found = standardized(fit, kind)
    rows = fit.model.table.rows
    keep = [i for i, row in enumerate(rows) if row.op not in ("==", "<", ">")]
    assert [rows[i].lhs + rows[i].op + rows[i].rhs for i in keep] == [
        "".join(parts)
        for parts in zip(expected["lhs"], expected["op"], expected["rhs"], strict=True)
    ]
    for ours, theirs, tolerance in (
        (found.est, "est_std", ESTIMATE),
        (found.se, "se", ERROR),
        (found.ci_lower, "ci_lower", 2 * ERROR),
        (found.ci_upper, "ci_upper", 2 * ERROR),
        (found.pvalue, "pvalue", 1e-4),
    ):
        values = np.array([np.nan if v is None else v for v in expected[theirs]], dtype=float)
        np.testing.assert_allclose(ours[keep], values, rtol=0, atol=tolerance, err_msg=theirs)


def test_an_error_of_the_arithmetic_is_none() -> None:
    """A factor's standardized variance is 1 by definition; on some processors it is 1 + 2e-16."""
    found = delta_method(np.array([1.0, 1e-3]), np.array([[6e-17], [1e-8]]), np.eye(1))
    assert found.se.tolist() == [0.0, 1e-8]
    assert np.isnan(found.z[0])
