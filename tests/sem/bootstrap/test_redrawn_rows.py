"""The quick likelihood of drawn rows with gaps is that of the rows drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.core.random import stream
from ecosurvey.sem.bootstrap import together
from ecosurvey.sem.bootstrap.drawn_patterns import invert
from ecosurvey.sem.bootstrap.gradient import gradients, informations, stacked
from ecosurvey.sem.bootstrap.redrawn_rows import RowSource
from ecosurvey.sem.bootstrap.refit import refit_of
from ecosurvey.sem.bootstrap.replicates import Chunk, _sources
from ecosurvey.sem.fit import implied_group
from ecosurvey.sem.loss import FullInformation
from ecosurvey.sem.observed import incomplete
from ecosurvey.sem.optimizer import objective

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


def _source(fit: Any) -> RowSource:
    refit = refit_of(fit)
    (source,) = _sources(refit, fit.model.moments)
    return source


def test_slopes_are_those_of_the_drawn_rows(fit: Any) -> None:
    rows, source = fit.model.moments[0].rows, _source(fit)
    values = np.where(rows.observed, rows.x, np.nan)
    samples = [np.random.default_rng(at).integers(0, rows.n, rows.n) for at in range(4)]
    counts = np.array([np.bincount(one, minlength=rows.n) for one in samples], dtype=float)
    scales = np.array([1.0, 1.05, 1.3, 0.8])
    points = [implied_group(fit.model, 0, fit.x * scale)[1] for scale in scales]
    together = source.drawn(counts)
    k = np.linalg.inv([one.sigma for one in points])
    mu = np.array([one.mu for one in points])
    some = np.array([False, True, True, False])
    none = together.take(np.zeros(4, dtype=bool))
    assert none.slopes(k[:0], mu[:0])[0].shape == (0, *k.shape[1:])
    for found, chosen in (
        (together.slopes(k, mu), [0, 1, 2, 3]),
        (together.slopes(k[::-1], mu[::-1]), None),  # the inverses must find their way
        (together.take(some).slopes(k[some], mu[some]), [1, 2]),
    ):
        for at, sample in enumerate(chosen or ()):
            wanted = FullInformation(incomplete(values[samples[sample]]), 0.0).at(points[sample])
            np.testing.assert_allclose(found[0][at], wanted.slope().sigma, rtol=1e-9, atol=1e-11)
            np.testing.assert_allclose(found[1][at], wanted.slope().mu, rtol=1e-9, atol=1e-11)


def test_the_first_slopes_come_from_the_rows(fit: Any) -> None:
    source, n = _source(fit), fit.model.moments[0].rows.n
    counts = np.random.default_rng(3).multinomial(n, np.full(n, 1 / n), 3).astype(float)
    wanted, valid = gradients(
        fit.model, [source.drawn(counts)], stacked(fit.model, np.tile(fit.x, (3, 1)))
    )
    assert valid.all()
    place, found = fit.model.layouts[0], source.first_slopes(counts)
    assert found is not None
    np.testing.assert_allclose(found, wanted[:, place.parameter], atol=1e-10)


def test_informations_are_those_of_complete_rows() -> None:
    frame = es.simulate(TRUTH, 200, seed=4) + 1.0
    model = MODEL + "\ni ~~ j\nf ~ 0.3*1\ng ~ 1\na ~ 0*1\ne ~ 0*1"
    fit = es.sem(model, frame, meanstructure=True).fit
    x = np.array([fit.x, fit.x * 1.1])
    found = informations(fit.model, stacked(fit.model, x))
    for own, at in zip(found, x, strict=True):
        wanted = objective(fit.model, "ML").at(at).expected_information()
        np.testing.assert_allclose(own, np.diag(wanted), rtol=1e-10)
    (own_variance,) = (r for r in fit.model.table.rows if (r.lhs, r.op, r.rhs) == ("a", "~~", "a"))
    x[1, own_variance.free - 1] = -9.0
    assert np.isnan(informations(fit.model, stacked(fit.model, x))).any(axis=1).tolist() == [
        False,
        True,
    ]


def test_where_sigma_is_not_positive_definite_a_sample_has_no_slope(fit: Any) -> None:
    source, n = _source(fit), fit.model.moments[0].rows.n
    (own_variance,) = (r for r in fit.model.table.rows if (r.lhs, r.op, r.rhs) == ("a", "~~", "a"))
    x = np.array([fit.x, fit.x])
    x[1, own_variance.free - 1] = -9.0
    points = stacked(fit.model, x)
    _, valid = gradients(fit.model, [source.drawn(np.ones((2, n)))], points)
    assert valid.tolist() == [True, False]


def _replicates(fit: Any, n: int) -> tuple[list[Any], list[Any]]:
    refit, moments = refit_of(fit), fit.model.moments
    sources = _sources(refit, moments)
    assert sources
    quick, plain = (
        Chunk(refit, moments, False, given)([stream(1, "t", at) for at in range(n)])
        for given in (sources, ())
    )
    assert all(one.reason == "" for one in (*quick, *plain))
    return quick, plain


@pytest.mark.parametrize(("left", "apart"), [(together._ARRIVED, 1e-4), (1e-16, 1e-5)])
def test_replicates_are_those_of_the_drawn_rows(
    fit: Any, left: float, apart: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In standard errors: as near as the search says, and as the plain way itself can tell."""
    monkeypatch.setattr(together, "_ARRIVED", left)
    standard = np.sqrt(np.diag(refit_of(fit).spread) / fit.model.n)
    for one, other in zip(*_replicates(fit, 6), strict=True):
        np.testing.assert_allclose(one.x / standard, other.x / standard, atol=apart)


def test_groups_are_drawn_each_by_itself() -> None:
    frame = _holes(240, few=False)
    frame["who"] = np.where(np.arange(len(frame)) % 3 == 0, "x", "y")
    model = "f =~ a + b + c + d"
    fit = es.cfa(model, frame, group="who", missing="fiml", group_equal="loadings").fit
    refit, moments = refit_of(fit), fit.model.moments
    assert refit.quick == bool(_sources(refit, moments))
    fit = es.cfa(model, frame, group="who", missing="fiml").fit
    standard = np.sqrt(np.diag(refit_of(fit).spread) / fit.model.n)
    for one, other in zip(*_replicates(fit, 3), strict=True):
        np.testing.assert_allclose(one.x / standard, other.x / standard, atol=1e-4)


def test_a_sample_that_strays_does_not_hold_up_the_others(
    fit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "_ARRIVED", 1e-18)  # to the end: on the way steps differ
    plain = [one.x for one in _replicates(fit, 4)[0]]
    inner = together.gradients

    def failing(model: Any, rows: Any, points: Any, *error: float) -> Any:
        if len(points[0].k) == 4:
            raise np.linalg.LinAlgError
        return inner(model, rows, points, *error)

    monkeypatch.setattr(together, "gradients", failing)
    np.testing.assert_allclose([one.x for one in _replicates(fit, 4)[0]], plain, atol=1e-9)


def test_a_variable_that_nobody_drawn_answered_is_no_sample(fit: Any) -> None:
    rows, source = fit.model.moments[0].rows, _source(fit)
    without = 1.0 - rows.observed[:, 0].astype(float)
    counts = np.array([without, np.ones(rows.n)])
    assert source.answered(counts).tolist() == [False, True]
    found = refit_of(fit).by_counts([source], [counts])
    assert [one is not None and one.reason for one in found] == ["singular_moments", ""]


def test_inverses_are_exact_from_near_and_from_afar() -> None:
    rng = np.random.default_rng(1)
    half = rng.normal(size=(20, 6, 9))
    matrices = half @ half.transpose(0, 2, 1) / 9 + np.eye(6)
    exact = np.linalg.inv(matrices)
    for off in (0.0, 1e-9, 1e-3, 0.05, 10.0):
        found = exact * (1 + off)
        invert(matrices.copy(), found)
        np.testing.assert_allclose(found @ matrices, np.broadcast_to(np.eye(6), found.shape),
                                   atol=1e-12)  # fmt: skip
    invert(matrices[:0], exact[:0])
    with pytest.raises(np.linalg.LinAlgError):
        invert(np.zeros((1, 4, 4)), np.zeros((1, 4, 4)))
