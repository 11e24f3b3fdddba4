"""Long simulations: WLSMV's test holds its level; likelihood with gaps is unbiased.

Run with ``-m long``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es

pytestmark = pytest.mark.long

MODEL = "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8"
CUTS = np.array([-1.2, -0.3, 0.6, 1.3])
REPLICATIONS = 1000


def _normal(rng: np.random.Generator, n: int) -> np.ndarray:
    f = rng.standard_normal(n)
    g = 0.5 * f + np.sqrt(0.75) * rng.standard_normal(n)
    factors = np.repeat(np.column_stack([f, g]), 4, axis=1)
    return np.asarray(0.7 * factors + np.sqrt(0.51) * rng.standard_normal((n, 8)))


def _frame(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[f"x{i + 1}" for i in range(8)])


@pytest.mark.parametrize("n", [300, 600, 1200])
def test_wlsmv_rejects_a_true_model_at_its_level(n: int) -> None:
    rng = np.random.default_rng(n)
    rejected = 0
    for _ in range(REPLICATIONS):
        data = _frame(np.searchsorted(CUTS, _normal(rng, n)) + 1)
        fit = es.cfa(MODEL, data, ordered=True)
        rejected += fit.fit_measures["pvalue_scaled"] < 0.05
    # binomial: 5 % of 1,000 with four standard errors, and the known slight excess at 300
    assert 0.022 < rejected / REPLICATIONS < (0.085 if n == 300 else 0.078)


def test_likelihood_with_gaps_is_unbiased_where_complete_rows_are_not() -> None:
    rng = np.random.default_rng(5)
    means = {"fiml": [], "listwise": []}  # type: dict[str, list[float]]
    for _ in range(300):
        values = _normal(rng, 600)
        lost = rng.random(600) < 1 / (1 + np.exp(-2 * values[:, 0]))  # x1 tells who is missing
        values[lost, 4:] = np.nan
        data = _frame(values)
        for how, found in means.items():
            fit = es.cfa(MODEL, data, missing=how, meanstructure=True)
            rows = fit.parameters
            found.append(float(rows[(rows["op"] == "~1") & (rows["lhs"] == "x5")]["est"].iloc[0]))
    assert abs(np.mean(means["fiml"])) < 0.01
    assert np.mean(means["listwise"]) < -0.1
