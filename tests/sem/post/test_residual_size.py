"""The size of residuals, its error and tests equal the summary of lavaan's lavResiduals()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.residual_size import SizeKind, residual_size

KINDS: tuple[SizeKind, ...] = ("raw", "cor_bentler", "cor_bollen")
CASES = [
    "hs", "hs_means", "hs_mlr", "hs_mlm", "hs_gls", "democracy", "mimic", "path", "second",
    "growth", "groups", "groups_equal_mlr",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CASES)
def test_size_equals_lavaans(
    name: str, kind: SizeKind, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    for number, group in enumerate(reference(name)["residuals"][kind]):
        summary = group["summary"]
        columns = summary["columns"] if isinstance(summary["columns"], list) else ["cov"]
        for column in {"cov", "total"} & set(columns):
            values = [row[columns.index(column)] for row in summary["values"]]
            found = residual_size(fit_case(name), kind, means=column == "total").groups[number]
            ours = [
                found.estimate, found.se, found.exact_z, found.exact_pvalue, found.unbiased,
                found.unbiased_se, found.ci_lower, found.ci_upper, 0.05, found.close_z,
                found.close_pvalue,
            ]  # fmt: skip
            theirs = np.array(values, dtype=float)
            theirs[6] = max(theirs[6], 0.0)  # lavaan's interval may go below 0
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)


def test_without_sampling_covariance_only_the_estimate_is_given(
    fit_case: Callable[[str], Fit],
) -> None:
    found = residual_size(fit_case("hs_uls")).groups[0]
    assert found.estimate > 0
    assert np.isnan(found.se)
    assert "SRMR" in residual_size(fit_case("hs")).summary()
