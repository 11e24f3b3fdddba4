"""Residuals equal lavaan's lavResiduals() and residuals()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.residuals import RESIDUALS, ResidualKind, residuals

CASES = [
    "hs", "hs_means", "hs_mlr", "hs_mlm", "hs_gls", "democracy", "democracy_mlr", "mimic",
    "mimic_free", "path", "second", "growth", "feedback", "groups", "groups_equal",
    "groups_equal_mlr", "groups_mimic",
]  # fmt: skip


def array(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values, dtype=float)


@pytest.mark.parametrize("kind", RESIDUALS)
@pytest.mark.parametrize("name", CASES)
def test_residuals_equal_lavaans(
    name: str, kind: ResidualKind, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    found = residuals(fit_case(name), kind)
    expected = reference(name)["residuals"]
    if kind not in expected:
        pytest.skip("lavaan does not give them here")
    for ours, theirs in zip(found.groups, expected[kind], strict=True):
        np.testing.assert_allclose(ours.cov, array(theirs["cov"]), rtol=0, atol=2e-6)
        if theirs.get("mean") is not None:
            np.testing.assert_allclose(ours.mean, array(theirs["mean"]), rtol=0, atol=2e-6)
        for key in ("cov_se", "cov_z", "mean_se", "mean_z"):
            if theirs.get(key) is not None:
                # lavaan shows rounding where a moment is fitted exactly (here it is zero), and
                # leaves residuals below 1e-4 undivided where it should give z
                varies = getattr(ours, key.replace("_z", "_se")) > 0
                values = np.where(varies, array(theirs[key]), 0.0)
                size = np.abs(getattr(ours, key.split("_")[0]))
                seen = (size >= 1e-4) | ~varies if key.endswith("z") else np.ones_like(varies)
                found_here = np.asarray(getattr(ours, key))
                np.testing.assert_allclose(found_here[seen], values[seen], rtol=1e-6, atol=2e-6)


def test_uls_has_residuals_but_no_errors_for_them(fit_case: Callable[[str], Fit]) -> None:
    found = residuals(fit_case("hs_uls"))
    assert np.isfinite(found.groups[0].cov).all()
    assert np.isnan(found.groups[0].cov_z).all()


def test_worst_fitted_pairs_come_first(fit_case: Callable[[str], Fit]) -> None:
    worst = residuals(fit_case("hs")).largest(3)
    assert worst["z"].abs().is_monotonic_decreasing
    assert len(worst) == 3


def test_table_is_a_lower_triangle(fit_case: Callable[[str], Fit]) -> None:
    found = residuals(fit_case("groups"), "cor_bollen")
    assert len(found.tables()) == 2
    assert found.tables()[0].rows[0][2] is None
    assert "Pasteur" in found.summary()
    assert found.to_frame().shape == (18, 9)
