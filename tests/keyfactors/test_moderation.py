"""Latent interactions are found where they are, with slopes that follow from the estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.keyfactors.moderation import Moderation, moderation

MODEL = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nY ~ X + M"


def _data(product: float, n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, m = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], size=n).T
    y = 0.4 * x + 0.3 * m + product * x * m + 0.7 * rng.normal(size=n)
    return pd.DataFrame(
        {
            f"{name}{k}": value + 0.6 * rng.normal(size=n)
            for name, value in (("x", x), ("m", m), ("y", y))
            for k in (1, 2, 3)
        }
    )


@pytest.fixture(scope="module")
def found() -> Moderation:
    return moderation(MODEL, _data(0.3, 1500, 1), "X", "M", "Y")


def test_the_true_interaction_is_inside_the_interval(found: Moderation) -> None:
    assert abs(found.est - 0.3) < 2.6 * found.se
    assert found.pvalue < 0.001


def test_no_interaction_is_seldom_found() -> None:
    pvalues = [moderation(MODEL, _data(0.0, 400, seed), "X", "M", "Y").pvalue for seed in range(12)]
    assert sum(p < 0.05 for p in pvalues) <= 3  # 0.6 expected; 4 or more has probability 0.003


def test_simple_slopes_rise_by_the_interaction(found: Moderation) -> None:
    low, middle, high = (row.slope for row in found.slopes)
    sd = float(np.sqrt(found.fit.latent_covariances.loc["M", "M"]))
    assert high - middle == pytest.approx(found.est * sd)
    assert middle - low == pytest.approx(found.est * sd)


def test_at_the_limits_the_interval_touches_zero(found: Moderation) -> None:
    levels, _, lower, upper = found.curve
    for limit in found.limits:
        if -4 < limit < 4:
            touch = min(abs(np.interp(limit, levels, lower)), abs(np.interp(limit, levels, upper)))
            assert touch < 0.01  # read off a curve of steps of a tenth


def test_an_interaction_without_its_main_effect_is_refused() -> None:
    with pytest.raises(DataError, match="not regressed on 'M'"):
        moderation(MODEL.replace("X + M", "X"), _data(0.0, 200, 1), "X", "M", "Y")
