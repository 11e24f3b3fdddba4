"""Does the engine find what was put in, and do its intervals cover it as often as they claim?

Run with ``-m long``: a thousand fits a population, a minute or so each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem import sem

pytestmark = pytest.mark.long

MODEL = """
    need =~ x1 + x2 + x3
    means =~ x4 + x5 + x6
    result =~ y1 + y2 + y3
    result ~ need + means
"""
LOADINGS = np.array([1.0, 0.8, 1.2])
PATHS = {"need": 0.5, "means": 0.3}
ERROR = 0.6
TRUE = {
    **{("=~", f"x{i + 1}"): LOADINGS[i] for i in range(3)},
    **{("=~", f"x{i + 4}"): LOADINGS[i] for i in range(3)},
    **{("=~", f"y{i + 1}"): LOADINGS[i] for i in range(3)},
    **{("~", name): value for name, value in PATHS.items()},
    **{("~~", f"x{i + 1}"): ERROR for i in range(6)},
    **{("~~", f"y{i + 1}"): ERROR for i in range(3)},
    ("~~", "need"): 1.0,
    ("~~", "means"): 0.4,  # with need; its own variance is told apart by lhs below
    ("~~", "result"): 0.5,
}
REPLICATIONS = 1000
SIZE = 800
TAIL = 10


def draw(rng: np.random.Generator, *, normal: bool) -> pd.DataFrame:
    """One sample; not normal: the same, each row stretched, which makes a t on 10 degrees.

    Rows are stretched as wholes since independent skewed factors and errors would leave the
    plain chi-square right (Browne & Shapiro 1988).
    """
    base = rng.standard_normal((SIZE, 2))
    need = base[:, 0]
    means = 0.4 * base[:, 0] + np.sqrt(1 - 0.4**2) * base[:, 1]
    disturbance = np.sqrt(0.5) * rng.standard_normal(SIZE)
    result = PATHS["need"] * need + PATHS["means"] * means + disturbance
    factors = np.repeat(np.column_stack([need, means, result]), 3, axis=1)
    values = factors * np.tile(LOADINGS, 3) + np.sqrt(ERROR) * rng.standard_normal((SIZE, 9))
    if not normal:
        values *= np.sqrt((TAIL - 2) / rng.chisquare(TAIL, (SIZE, 1)))
    names = [f"x{i + 1}" for i in range(6)] + [f"y{i + 1}" for i in range(3)]
    return pd.DataFrame(values, columns=names)


@dataclass(frozen=True)
class Study:
    """What a thousand fits found, one column a free parameter."""

    names: tuple[tuple[str, str, str], ...]
    estimates: np.ndarray
    errors: np.ndarray
    covered: np.ndarray
    pvalues: np.ndarray


def truth(lhs: str, op: str, rhs: str) -> float:
    if (lhs, op, rhs) == ("means", "~~", "means"):
        return 1.0
    return float(TRUE[op, rhs])


def study(estimator: str, *, normal: bool, seed: int) -> Study:
    rng = np.random.default_rng(seed)
    estimates, errors, covered, pvalues = [], [], [], []
    names: tuple[tuple[str, str, str], ...] = ()
    for _ in range(REPLICATIONS):
        fit = sem(MODEL, draw(rng, normal=normal), estimator=estimator)
        assert fit.converged
        free = fit.parameters[fit.parameters["se"] > 0]
        names = tuple(zip(free["lhs"], free["op"], free["rhs"], strict=True))
        real = np.array([truth(*name) for name in names])
        estimates.append(free["est"].to_numpy())
        errors.append(free["se"].to_numpy())
        covered.append((free["ci_lower"] <= real) & (real <= free["ci_upper"]))
        pvalues.append(fit.fit.tests[-1].pvalue)
    return Study(names, np.array(estimates), np.array(errors), np.array(covered), np.array(pvalues))


def real_values(found: Study) -> np.ndarray:
    return np.array([truth(*name) for name in found.names])


@pytest.fixture(scope="module")
def normal_ml() -> Study:
    return study("ML", normal=True, seed=1)


@pytest.fixture(scope="module")
def heavy_mlr() -> Study:
    return study("MLR", normal=False, seed=2)


@pytest.fixture(scope="module")
def heavy_ml() -> Study:
    return study("ML", normal=False, seed=2)


def test_ml_recovers_every_parameter(normal_ml: Study) -> None:
    bias = normal_ml.estimates.mean(axis=0) - real_values(normal_ml)
    spread = normal_ml.estimates.std(axis=0) / np.sqrt(REPLICATIONS)
    assert np.abs(bias).max() < 0.02
    assert (np.abs(bias) < 4 * spread + 0.005).all()


def test_ml_intervals_cover_as_they_claim(normal_ml: Study) -> None:
    share = normal_ml.covered.mean(axis=0)
    assert 0.935 <= share.mean() <= 0.965
    # a single parameter's share varies by 0.7 points over a thousand samples
    assert share.min() >= 0.925
    assert share.max() <= 0.975


def test_ml_standard_errors_are_the_spread_of_the_estimates(normal_ml: Study) -> None:
    ratio = normal_ml.errors.mean(axis=0) / normal_ml.estimates.std(axis=0)
    assert np.abs(ratio - 1).max() < 0.08


def test_the_chisquare_test_rejects_one_in_twenty(normal_ml: Study) -> None:
    assert 0.03 <= (normal_ml.pvalues < 0.05).mean() <= 0.075


def test_mlr_intervals_cover_where_data_are_not_normal(heavy_mlr: Study) -> None:
    share = heavy_mlr.covered.mean(axis=0)
    assert 0.935 <= share.mean() <= 0.965
    assert share.min() >= 0.915


def test_mlr_recovers_every_parameter_where_data_are_not_normal(heavy_mlr: Study) -> None:
    bias = heavy_mlr.estimates.mean(axis=0) - real_values(heavy_mlr)
    assert np.abs(bias).max() < 0.03


def test_the_scaled_test_keeps_its_level_where_the_plain_one_does_not(
    heavy_mlr: Study, heavy_ml: Study
) -> None:
    assert (heavy_mlr.pvalues < 0.05).mean() <= 0.08
    assert (heavy_ml.pvalues < 0.05).mean() >= 0.15


def test_plain_ml_intervals_are_too_narrow_where_data_are_not_normal(heavy_ml: Study) -> None:
    """The study can fail: what should not cover does not."""
    assert heavy_ml.covered.mean() < 0.935
