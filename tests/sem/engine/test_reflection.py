"""A factor that a search has turned over is turned back; what is tied stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from ecosurvey.sem import SemResult, cfa, simulate
from ecosurvey.sem.fit import implied
from ecosurvey.sem.reflection import upright

TRUTH = "f =~ .8*x1 + .7*x2 + .6*x3; g =~ .7*y1 + .6*y2 + .8*y3; f ~~ .4*g; x1 ~~ .2*y1"
MODEL = "f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; x1 ~~ y1"


def fitted(model: str = MODEL, **options: bool) -> SemResult:
    return cfa(model, simulate(TRUTH, 300, seed=3), **options)


def turned(fit: SemResult, factor: str) -> np.ndarray:
    x = fit.fit.x.copy()
    for row in fit.table:
        if row.free and factor in (row.lhs, row.rhs) and row.lhs != row.rhs:
            x[row.free - 1] *= -1
    return x


@pytest.mark.parametrize("factor", ["f", "g"])
def test_a_turned_factor_is_turned_back(factor: str) -> None:
    fit = fitted(std_lv=True)
    x = turned(fit, factor)
    model = fit.fit.model
    one, other = (implied(model, at)[0].sigma for at in (x, fit.fit.x))
    np.testing.assert_allclose(one, other, atol=1e-12)  # both fit alike
    np.testing.assert_array_equal(upright(model, fit.fit.x, x), fit.fit.x)


def test_factors_with_a_marker_or_tied_loadings_are_left_alone() -> None:
    for fit in (
        fitted(),
        fitted(MODEL.replace("x2 +", "a*x2 +").replace("x3", "a*x3"), std_lv=True),
    ):
        x = turned(fit, "f")
        np.testing.assert_array_equal(upright(fit.fit.model, fit.fit.x, x), x)
