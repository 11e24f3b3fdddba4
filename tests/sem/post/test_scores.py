"""Factor scores equal lavaan's lavPredict()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosurvey.core import DataError
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.scores import ScoreMethod, factor_scores

CASES = [
    "hs", "hs_means", "hs_std_lv", "hs_gls", "hs_uls", "democracy", "mimic", "mimic_free", "second",
    "growth", "feedback", "groups", "groups_equal", "groups_mimic",
]  # fmt: skip
METHODS: tuple[ScoreMethod, ...] = ("regression", "bartlett")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CASES)
def test_scores_equal_lavaans(
    name: str, method: ScoreMethod, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    found = factor_scores(fit_case(name), method)
    for ours, theirs in zip(found.scores, reference(name)["scores"][method], strict=True):
        values = np.array(theirs, dtype=float)
        if method == "bartlett" and name == "second":
            values[:, 3] = np.nan  # lavaan shows 0 for a factor without indicators of its own
        np.testing.assert_allclose(ours[:5], values, rtol=0, atol=2e-7)


@pytest.mark.parametrize("method", METHODS)
def test_determinacy_is_the_correlation_that_the_model_implies(
    method: ScoreMethod, fit_case: Callable[[str], Fit]
) -> None:
    fit = fit_case("hs_std_lv")
    found = factor_scores(fit, method)
    # with exact weights, var(score) under the model over one is determinacy squared, or its inverse
    from ecosurvey.sem.fit import implied

    sigma = implied(fit.model, fit.x)[0].sigma
    variance = np.diag(found.weights[0] @ sigma @ found.weights[0].T)
    expected = np.sqrt(variance) if method == "regression" else 1 / np.sqrt(variance)
    np.testing.assert_allclose(found.determinacy[0], expected, atol=1e-12)
    assert (found.determinacy[0] <= 1).all()


def test_single_indicator_without_error_is_its_own_score(fit_model: Callable[..., Fit]) -> None:
    fit = fit_model("f =~ x1\ng =~ x4 + x5 + x6", "cfa", "hs", {})
    found = factor_scores(fit, "bartlett")
    data = fit.model.moments[0].data
    assert data is not None
    np.testing.assert_allclose(found.scores[0][:, 0], data[:, 0] - data[:, 0].mean(), atol=1e-10)
    assert found.determinacy[0][0] == pytest.approx(1, abs=1e-8)


def test_weak_scores_are_a_finding(fit_case: Callable[[str], Fit]) -> None:
    found = factor_scores(fit_case("mimic"))
    weak = [name for name, d in zip(found.latent, found.determinacy[0], strict=True) if d < 0.8]
    assert [f.where for f in found.findings] == weak


def test_scores_need_rows_and_factors(fit_case: Callable[[str], Fit]) -> None:
    with pytest.raises(DataError, match="no latent"):
        factor_scores(fit_case("path"))
    fit = fit_case("hs")
    bare = replace(fit.model, moments=(replace(fit.model.moments[0], data=None),))
    with pytest.raises(DataError, match="need the rows"):
        factor_scores(replace(fit, model=bare))


def test_frame_names_groups(fit_case: Callable[[str], Fit]) -> None:
    frame = factor_scores(fit_case("groups")).to_frame()
    assert list(frame.columns) == ["group", "visual", "textual", "speed"]
    assert len(frame) == 301
    assert "Determinacy" in factor_scores(fit_case("hs")).summary()
