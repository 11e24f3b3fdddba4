"""Improper, saturated, tiny and unfitted models: answers or errors that speak, never warnings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import EcosurveyError
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.compare import compare
from ecosurvey.sem.effects import effects
from ecosurvey.sem.export import to_syntax
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.measures import fit_measures
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.residual_size import residual_size
from ecosurvey.sem.residuals import RESIDUALS, residuals
from ecosurvey.sem.scores import factor_scores
from ecosurvey.sem.simulate import simulate
from ecosurvey.sem.standardize import STANDARDIZATIONS, standardized
from ecosurvey.sem.summary import summary_text

ASK: dict[str, Callable[[Fit], object]] = {
    **{kind: (lambda fit, kind=kind: standardized(fit, kind)) for kind in STANDARDIZATIONS},  # type: ignore[misc]
    **{kind: (lambda fit, kind=kind: residuals(fit, kind)) for kind in RESIDUALS},  # type: ignore[misc]
    "effects": lambda fit: effects(fit).summary(),
    "indices": lambda fit: modification_indices(fit).summary(),
    "size": lambda fit: residual_size(fit).summary(),
    "regression": lambda fit: factor_scores(fit).summary(),
    "bartlett": lambda fit: factor_scores(fit, "bartlett").summary(),
    "start": lambda fit: to_syntax(fit),
    "fixed": lambda fit: to_syntax(fit, "fixed"),
    "summary": lambda fit: summary_text(fit, fit_measures(fit)),
    "chinese": lambda fit: summary_text(fit, {}, lang="zh"),
}


def heywood() -> Fit:
    cov = np.array([[1, 0.9, 0.9, 0.1], [0.9, 1, 0.7, 0.3], [0.9, 0.7, 1, 0.2], [0.1, 0.3, 0.2, 1]])
    frame = pd.DataFrame(cov, index=list("abcd"), columns=list("abcd"))
    return cfa("f =~ a + b + c + d", cov=frame, n=100).fit


def saturated() -> Fit:
    data = simulate("f =~ .8*x1 + .7*x2 + .6*x3", 200, seed=1)
    return cfa("f =~ x1 + x2 + x3", data).fit


def observed_only() -> Fit:
    data = simulate("y ~ .4*x; m ~ .3*x + .2*y", 200, seed=2)
    return sem("y ~ x; m ~ x + y", data).fit


def unfitted() -> Fit:
    fit = saturated()
    nothing = np.full_like(fit.vcov, np.nan)
    return replace(fit, converged=False, vcov=nothing)


def everything_fixed_but_one() -> Fit:
    data = simulate("f =~ .8*x1 + .7*x2 + .6*x3", 200, seed=3)
    return cfa("f =~ .8*x1 + .7*x2 + .6*x3; f ~~ 1*f; x1 ~~ x1; x2 ~~ .5*x2; x3 ~~ .6*x3", data).fit


MODELS = [heywood, saturated, observed_only, unfitted, everything_fixed_but_one]


@pytest.mark.parametrize("ask", ASK)
@pytest.mark.parametrize("make", MODELS)
def test_any_question_to_any_fit_is_answered_or_refused_in_words(
    ask: str, make: Callable[[], Fit]
) -> None:
    try:
        ASK[ask](make())
    except EcosurveyError as error:
        assert error.fix


def test_negative_variance_is_not_standardized_away() -> None:
    fit = heywood()
    negative = [
        index
        for index, row in enumerate(fit.model.table.rows)
        if row.op == "~~" and row.free and fit.x[row.free - 1] < 0
    ]
    assert negative  # the case is what it says
    assert (standardized(fit).est[negative] < 0).all()


def test_saturated_model_compares_with_a_restricted_one() -> None:
    data = simulate("f =~ .8*x1 + .7*x2 + .6*x3", 200, seed=1)
    free = cfa("f =~ x1 + x2 + x3", data, estimator="MLR")
    equal = cfa("f =~ x1 + a*x2 + a*x3", data, estimator="MLR")
    for method in ("satorra.2000", "satorra.bentler.2001", "satorra.bentler.2010"):
        found = compare(free, equal, method=method).models[1].difference
        assert found is not None
        assert np.isfinite(found.chisq_diff)
