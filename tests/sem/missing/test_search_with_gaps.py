"""The search that needs the Hessian once ends where the one by Newton's steps does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem import SemResult, sem
from ecosurvey.sem.estimate import build_model
from ecosurvey.sem.implied import Directions
from ecosurvey.sem.inference.saturated import saturated
from ecosurvey.sem.loss.casewise import casewise, curvature_at_rows, expected_halves, scores
from ecosurvey.sem.observed import Moments, incomplete
from ecosurvey.sem.optimizer import confirmed, objective, score, start_values
from ecosurvey.sem.optimizer.gaps import hessian_is_costly, search_with_gaps
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.sample import by_group, full_information_moments
from ecosurvey.sem.syntax import parameter_table

MODELS = {
    "factors": "a =~ a1+a2+a3\nb =~ b1+b2+b3\nb ~ a + w",
    "held equal": "a =~ a1+k*a2+k*a3\nb =~ b1+b2+b3\nb ~~ a",
}


def _answers(seed: int, rate: float, n: int = 150) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, w = rng.standard_normal((2, n))
    b = 0.5 * a + 0.3 * w + rng.standard_normal(n)
    items = {f"{k}{i}": f + rng.standard_normal(n) for k, f in (("a", a), ("b", b)) for i in "123"}
    frame = pd.DataFrame(items)
    return frame.mask(rng.random(frame.shape) < rate).assign(w=w)


def _fit(name: str, rate: float, **options: object) -> SemResult:
    return sem(MODELS[name], _answers(3, rate), missing="fiml", **options)


@pytest.mark.parametrize("rate", [0.05, 0.35])
@pytest.mark.parametrize("name", MODELS)
def test_both_searches_end_in_the_same_solution(name: str, rate: float) -> None:
    model = _fit(name, rate).fit.model
    aim, begin, basis = objective(model, "ML"), start_values(model), model.constraints.basis
    quick, slow = search_with_gaps(aim, begin, basis), score(aim, begin, basis)
    assert quick is not None
    assert slow.converged
    np.testing.assert_allclose(quick.x, slow.x, rtol=0, atol=1e-8)
    assert quick.point is not None
    assert quick.point.value == pytest.approx(aim.at(slow.x).value, rel=1e-12)


def test_it_gives_up_where_the_model_is_not_identified() -> None:
    data = _answers(3, 0.2)
    fit = sem("a =~ NA*a1+a2+a3\nb =~ b1+b2+b3", data, missing="fiml")
    model = fit.fit.model
    basis = model.constraints.basis
    assert search_with_gaps(objective(model, "ML"), start_values(model), basis) is None


def test_only_where_gaps_and_parameters_are_many_is_it_used() -> None:
    assert not hessian_is_costly(_fit("factors", 0.05).fit.model)
    rng = np.random.default_rng(1)
    wide = pd.DataFrame(rng.standard_normal((300, 40)), columns=[f"v{i}" for i in range(40)])
    moments, _ = full_information_moments(
        by_group(wide.mask(rng.random(wide.shape) < 0.2), None), list(wide)
    )
    table = parameter_table("f =~ " + "+".join(wide), options=TableOptions(meanstructure=True))
    assert hessian_is_costly(build_model(table, moments))


def test_the_baseline_begins_at_its_solution() -> None:
    fit = sem("a =~ a1+a2+a3\nb =~ b1+b2+b3", _answers(4, 0.2), missing="fiml").fit
    base = fit.baseline
    assert base is not None
    assert base.iterations == 1
    aim, basis = objective(base.model, "ML"), base.model.constraints.basis
    searched = score(aim, start_values(base.model), basis)
    np.testing.assert_allclose(base.x, searched.x, atol=1e-8)
    assert confirmed(aim, base.x + 1e-3) is None


@pytest.mark.parametrize("fixed", [(), (1, 3)])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_saturated_model_agrees_with_moves_cell_by_cell(
    fixed: tuple[int, ...], weighted: bool
) -> None:
    rng = np.random.default_rng(8)
    p, n = 4, 60
    x = rng.standard_normal((n, p)) @ (np.eye(p) + 0.3)
    x[rng.random((n, p)) < 0.25] = np.nan
    weights = rng.uniform(0.5, 1.5, n) if weighted else None
    rows = incomplete(x, weights)
    cov, mean = np.eye(p) + 0.4, np.full(p, 0.1)
    moments = Moments(tuple("abcd"), rows.mass, cov, mean, rows=rows)
    given = np.array(fixed, dtype=np.intp)
    got = saturated(moments, given, robust=True)

    one, other = np.triu_indices(p)
    own = np.isin(np.arange(p), given)
    eye, half = np.eye(p), np.where(one == other, 0.5, 1.0)[:, None]
    kept = np.concatenate([~own, ~(own[one] & own[other])])
    moves = Directions(
        np.concatenate([np.zeros((p, p)), half * eye[one]])[kept],
        np.concatenate([np.zeros((p, p)), eye[other]])[kept],
        np.concatenate([eye, np.zeros((len(one), p))])[kept],
    )
    parts = casewise(rows, mean, cov)
    observed = curvature_at_rows(rows, parts, moves) - expected_halves(rows, parts, moves)[1]
    inverse = np.linalg.inv(observed / rows.mass)
    each = scores(rows, parts, moves)
    middle = each.T @ each / rows.mass
    complete = got.complete(moves, given)
    np.testing.assert_allclose(got.observed(moves, given), observed / rows.mass, atol=1e-12)
    assert got.trace == pytest.approx(np.trace(inverse @ middle), rel=1e-9)
    assert got.mean == pytest.approx(np.trace(complete @ inverse @ middle @ inverse), rel=1e-9)
    normal = saturated(moments, given, robust=False)
    assert normal.mean == pytest.approx(np.trace(complete @ inverse), rel=1e-9)
