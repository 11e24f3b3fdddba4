"""The quick likelihood of drawn rows with gaps is that of the rows drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.core.random import stream
from ecosurvey.sem.bootstrap.redrawn_rows import RowSource, _inverted
from ecosurvey.sem.bootstrap.refit import refit_of
from ecosurvey.sem.bootstrap.replicates import Chunk, _sources
from ecosurvey.sem.fit import implied_group
from ecosurvey.sem.loss import FullInformation
from ecosurvey.sem.observed import incomplete

TRUTH = (
    "f =~ .8*a + .7*b + .6*c + .7*d\ng =~ .7*e + .6*h + .8*i + .6*j\nf ~~ .5*g\n"
    "a ~~ .4*a\nb ~~ .5*b\nc ~~ .6*c\nd ~~ .5*d\ne ~~ .5*e\nh ~~ .6*h\ni ~~ .4*i\nj ~~ .6*j"
)
MODEL = "f =~ a + b + c + d\ng =~ e + h + i + j\ng ~ f"


def _holes(n: int, few: bool) -> pd.DataFrame:
    frame = es.simulate(TRUTH, n, seed=4) * 2 + 3
    rng = np.random.default_rng(5)
    if few:  # two patterns, many rows each
        frame.iloc[: n // 3, 0:2] = np.nan
        frame.iloc[n // 3 : n // 2, 7] = np.nan
    else:
        frame = frame.mask(rng.random(frame.shape) < 0.15)
        frame.iloc[0, :7] = np.nan
    return frame.dropna(how="all")


@pytest.fixture(scope="module", params=[True, False], ids=["few_patterns", "many_patterns"])
def fit(request: pytest.FixtureRequest) -> Any:
    return es.sem(MODEL, _holes(150, request.param), missing="fiml", estimator="MLR").fit


def test_slope_and_value_are_those_of_the_drawn_rows(fit: Any) -> None:
    rows = fit.model.moments[0].rows
    values = np.where(rows.observed, rows.x, np.nan)
    source = RowSource.of(rows, implied_group(fit.model, 0, fit.x)[1])
    for at in range(3):
        drawn = np.random.default_rng(at).integers(0, rows.n, rows.n)
        plain = FullInformation(incomplete(values[drawn]), 0.0)
        quick = source.drawn(np.bincount(drawn, minlength=rows.n).astype(float))
        assert quick is not None
        apart = []
        for scale in (1.0, 1.05, 1.3, 0.8):
            implied = implied_group(fit.model, 0, fit.x * scale)[1]
            wanted, found = plain.at(implied).slope(), quick.at(implied).slope()
            np.testing.assert_allclose(found.sigma, wanted.sigma, rtol=1e-9, atol=1e-11)
            np.testing.assert_allclose(found.mu, wanted.mu, rtol=1e-9, atol=1e-11)
            apart.append(plain.at(implied).value - quick.at(implied).value)
        np.testing.assert_allclose(apart, apart[0], rtol=1e-10)  # a constant
        implied = implied_group(fit.model, 0, fit.x)[1]
        counts = np.bincount(drawn, minlength=rows.n)
        assert float(counts @ source.values) / rows.n == pytest.approx(quick.at(implied).value)


def test_replicates_are_those_of_the_drawn_rows(fit: Any) -> None:
    refit, moments = refit_of(fit), fit.model.moments
    sources = _sources(refit, moments)
    assert sources
    quick, plain = (
        Chunk(refit, moments, False, given)([stream(1, "t", at) for at in range(4)])
        for given in (sources, ())
    )
    for one, other in zip(quick, plain, strict=True):
        assert one.reason == other.reason == ""
        np.testing.assert_allclose(one.x, other.x, atol=1e-8)


def test_groups_are_drawn_each_by_itself() -> None:
    frame = _holes(240, few=False)
    frame["who"] = np.where(np.arange(len(frame)) % 3 == 0, "x", "y")
    model = "f =~ a + b + c + d"
    fit = es.cfa(model, frame, group="who", missing="fiml", group_equal="loadings").fit
    refit, moments = refit_of(fit), fit.model.moments
    assert refit.quick == bool(_sources(refit, moments))
    fit = es.cfa(model, frame, group="who", missing="fiml").fit
    refit, moments = refit_of(fit), fit.model.moments
    quick, plain = (
        Chunk(refit, moments, False, given)([stream(1, "t", at) for at in range(3)])
        for given in (_sources(refit, moments), ())
    )
    for one, other in zip(quick, plain, strict=True):
        np.testing.assert_allclose(one.x, other.x, atol=1e-8)


def test_a_variable_that_nobody_drawn_answered_is_no_sample(fit: Any) -> None:
    rows = fit.model.moments[0].rows
    source = RowSource.of(rows, implied_group(fit.model, 0, fit.x)[1])
    without = rows.observed[:, 0].astype(float)
    assert source.drawn(1.0 - without) is None


def test_inverses_are_exact_from_near_and_from_afar() -> None:
    rng = np.random.default_rng(1)
    half = rng.normal(size=(20, 6, 9))
    matrices = half @ half.transpose(0, 2, 1) / 9 + np.eye(6)
    exact = np.linalg.inv(matrices)
    for off in (0.0, 1e-9, 1e-3, 0.05, 10.0):
        found = _inverted(matrices, exact * (1 + off))
        np.testing.assert_allclose(found @ matrices, np.broadcast_to(np.eye(6), found.shape),
                                   atol=1e-12)  # fmt: skip
    with pytest.raises(np.linalg.LinAlgError):
        _inverted(np.zeros((1, 4, 4)), np.zeros((1, 4, 4)))
