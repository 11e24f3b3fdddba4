"""Replicates equal lavaan's fits of the same drawn rows, whatever computes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import ConvergenceError, DataError, OptionError
from ecosurvey.core.random import stream
from ecosurvey.sem import SemResult, cfa, sem
from ecosurvey.sem.bootstrap import BootstrapResult, bootstrap
from ecosurvey.sem.bootstrap.gradient import gradient
from ecosurvey.sem.bootstrap.refit import refit_of
from ecosurvey.sem.bootstrap.replicates import Chunk, draw_replicates
from ecosurvey.sem.bootstrap.resample import counts_of, drawn_moments, weighted_moments
from ecosurvey.sem.optimizer import objective

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED: dict[str, Any] = json.loads(
    (REFERENCE / "sem_bootstrap/expected.json").read_text(encoding="utf-8")
)
SEED = 20261124


@pytest.fixture(scope="module")
def hs() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "sem_post/hs.csv")


@pytest.fixture(scope="module")
def democracy() -> SemResult:
    data = pd.read_csv(REFERENCE / "sem_post/pd.csv")
    return sem(EXPECTED["democracy"]["model"], data)


def _agrees(found: BootstrapResult, replicates: list[dict[str, Any]]) -> None:
    rows = [row.op not in ("==", "<", ">") for row in found.fit.model.table.rows]
    assert found.n == len(replicates)
    for at, wanted in enumerate(replicates):
        np.testing.assert_allclose(found.drawn.est[at, rows], wanted["est"], rtol=1e-5, atol=1e-5)
        std = np.array(wanted["std"], dtype=float)  # lavaan leaves out what is not there
        np.testing.assert_allclose(found.drawn.std_all[at, rows][: len(std)], std, atol=1e-5)


def test_each_replicate_is_lavaans_fit_of_the_drawn_rows(democracy: SemResult) -> None:
    found = bootstrap(democracy.fit, 6, seed=SEED)
    _agrees(found, EXPECTED["democracy"]["replicates"])


def test_groups_are_drawn_from_each_by_itself(hs: pd.DataFrame) -> None:
    fit = cfa(EXPECTED["schools"]["model"], hs, group="school", group_equal="loadings")
    _agrees(bootstrap(fit.fit, 4, seed=SEED), EXPECTED["schools"]["replicates"])


def test_fixed_covariates_are_drawn_with_their_rows(hs: pd.DataFrame) -> None:
    one = hs[hs["school"] == "Pasteur"]
    fit = sem(EXPECTED["mimic"]["model"], one)
    _agrees(bootstrap(fit.fit, 4, seed=SEED), EXPECTED["mimic"]["replicates"])


def test_one_worker_and_two_give_the_same_bits(democracy: SemResult) -> None:
    one = bootstrap(democracy.fit, 130, seed=3, jobs=1)
    two = bootstrap(democracy.fit, 130, seed=3, jobs=2)
    assert np.array_equal(one.draws.x, two.draws.x, equal_nan=True)
    assert one.parameters.equals(two.parameters)


def test_weights_and_drawn_rows_have_the_same_moments(hs: pd.DataFrame) -> None:
    for estimator in ("ML", "GLS"):  # divided by N, by N - 1
        fit = cfa("f =~ x1 + x2 + x3 + x4", hs, estimator=estimator).fit
        own = fit.model.moments[0]
        rows = np.stack([stream(1, "t", at).integers(0, own.n, own.n) for at in range(5)])
        fast = weighted_moments(own, counts_of(rows, own.n))
        for at, drawn in enumerate(rows):
            slow = drawn_moments(own, drawn)
            np.testing.assert_allclose(fast[at].cov, slow.cov, atol=1e-12)
            np.testing.assert_allclose(fast[at].mean, slow.mean, atol=1e-12)
            assert fast[at].n == slow.n


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS", "DWLS"])
def test_the_gradient_by_matrices_is_the_engines(estimator: str, democracy: SemResult) -> None:
    data = pd.read_csv(REFERENCE / "sem_post/pd.csv")
    fit = sem(EXPECTED["democracy"]["model"], data, estimator=estimator, meanstructure=True).fit
    aim = objective(fit.model, fit.method.loss)
    x = fit.x * (1 + 0.05 * np.random.default_rng(1).normal(size=len(fit.x)))
    np.testing.assert_allclose(
        gradient(aim.model, aim.losses, x), aim.at(x).gradient(), rtol=1e-9, atol=1e-11
    )


@pytest.mark.parametrize("estimator", ["ULS", "DWLS", "MLR"])
def test_each_estimator_fits_its_own_replicates(estimator: str, hs: pd.DataFrame) -> None:
    model = "visual =~ x1 + x2 + x3 + x4\nspeed =~ x7 + x8 + x9 + x1"
    fit = cfa(model, hs, estimator=estimator)
    found = bootstrap(fit.fit, 3, seed=SEED)
    for at in range(3):
        rows = stream(SEED, "sem.bootstrap", at).integers(0, len(hs), len(hs))
        again = cfa(model, hs.iloc[rows].reset_index(drop=True), estimator=estimator)
        np.testing.assert_allclose(found.draws.x[at], again.fit.x, atol=1e-6)


def test_rows_with_gaps_are_drawn_with_their_gaps(hs: pd.DataFrame) -> None:
    holes = pd.read_csv(REFERENCE / "sem_missing/hs_holes.csv").drop(index=6)  # one row is empty
    model = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9"
    known = holes.dropna(subset=["x1", "x2", "x3", "x7", "x8", "x9"], how="all")
    fit = cfa(model, known, missing="fiml")
    found = bootstrap(fit.fit, 2, seed=SEED)
    for at in range(2):
        rows = stream(SEED, "sem.bootstrap", at).integers(0, fit.n, fit.n)
        again = cfa(model, known.iloc[rows].reset_index(drop=True), missing="fiml")
        np.testing.assert_allclose(found.draws.x[at], again.fit.x, atol=1e-5)


def test_failures_are_counted_and_said() -> None:
    rng = np.random.default_rng(5)
    data = pd.DataFrame(rng.normal(size=(9, 1)) + rng.normal(size=(9, 6)) / 2)
    data.columns = pd.Index([f"x{i}" for i in range(6)])
    fit = sem("x0 ~ x1 + x2 + x3 + x4 + x5", data, fixed_x=False)
    found = bootstrap(fit.fit, 60, seed=1)
    assert sum(found.failures.values()) == found.n_failed
    assert found.failures["singular_moments"] > 0
    assert found.n + found.n_failed == 60
    assert np.isnan(found.free_draws.to_numpy()).any(axis=1).sum() == found.n_failed
    said = {finding.code: finding for finding in found.findings}
    assert str(found.n_failed) in said["bootstrap_failures"].message.en
    assert np.isfinite(found.parameters["ci_lower"]).all()


def test_an_interrupt_keeps_the_replicates_done(democracy: SemResult) -> None:
    def stop(done: int, wanted: int) -> None:
        if done >= 64:
            raise KeyboardInterrupt

    found = bootstrap(democracy.fit, 400, seed=3, on_progress=stop)
    assert found.n == 64
    assert "bootstrap_interrupted" in {finding.code for finding in found.findings}


def test_what_cannot_be_drawn_is_refused(democracy: SemResult) -> None:
    with pytest.raises(OptionError, match="ci='bcaa'"):
        bootstrap(democracy.fit, ci="bcaa")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="no interval"):
        bootstrap(democracy.fit, 1)
    observed = democracy.observed[0]
    moments = sem(EXPECTED["democracy"]["model"], cov=observed.cov, n=75)
    with pytest.raises(DataError, match="moments only"):
        bootstrap(moments.fit, 10)


def test_an_unfinished_fit_is_refused() -> None:
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(30, 4)), columns=["a", "b", "c", "d"])
    fit = cfa("f =~ a + b + c + d", data)
    if not fit.converged:
        with pytest.raises(ConvergenceError):
            bootstrap(fit.fit, 10)
    stuck = _unconverged(fit)
    with pytest.raises(ConvergenceError):
        bootstrap(stuck, 10)


def _unconverged(fit: SemResult) -> Any:
    from dataclasses import replace

    return replace(fit.fit, converged=False)


def test_the_objective_is_reported_where_asked_for(democracy: SemResult) -> None:
    refit = refit_of(democracy.fit)
    found = draw_replicates(
        refit, democracy.fit.model.moments, 6, seed=SEED, purpose="sem.bootstrap", value=True
    )
    wanted = [each["fmin"] for each in EXPECTED["democracy"]["replicates"]]
    np.testing.assert_allclose(found.values, wanted, rtol=1e-6)


def test_chunks_can_be_sent_to_workers(democracy: SemResult) -> None:
    import pickle

    chunk = Chunk(refit_of(democracy.fit), democracy.fit.model.moments)
    again = pickle.loads(pickle.dumps(chunk))
    one, two = (each([stream(1, "t", 0)])[0] for each in (chunk, again))
    assert np.array_equal(one.x, two.x)
