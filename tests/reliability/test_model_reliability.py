"""Reliability of factors from fitted models, against semTools 0.5-6."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import OptionError, Text
from ecosurvey.reliability import model_reliability, omega_hierarchical
from ecosurvey.sem import cfa


@pytest.fixture(scope="module")
def theirs() -> Any:
    path = Path(__file__).parents[1] / "reference" / "model_reliability" / "expected.json"
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("case", ["three", "crossed", "bifactor", "ordinal"])
def test_omega_is_that_of_semtools(
    case: str, theirs: Any, bfi: pd.DataFrame, holzinger: pd.DataFrame
) -> None:
    data = bfi.dropna() if case in ("bifactor", "ordinal") else holzinger
    ordered = ["A2", "A3", "A5", "C1", "C2", "C3", "E3", "E4", "E5"]
    fit = cfa(
        theirs["model"][case], data, std_lv=case == "bifactor",
        ordered=ordered if case == "ordinal" else False,
    )  # fmt: skip
    found = model_reliability(fit).factors
    for column, key in (("omega", "observed"), ("omega_implied", "implied")):
        for factor, value in theirs[case][key].items():
            assert found.loc[factor, column] == pytest.approx(value, abs=1e-5), (factor, column)


def test_theta_parameterization_has_the_same_reliability(bfi: pd.DataFrame) -> None:
    items = ["N1", "N2", "N3", "N4", "N5"]
    model = "N =~ " + " + ".join(items)
    delta = cfa(model, bfi.dropna(), ordered=items)
    theta = cfa(model, bfi.dropna(), ordered=items, parameterization="theta")
    one, other = (model_reliability(fit).factors.loc["N", "omega"] for fit in (delta, theta))
    assert one == pytest.approx(other, abs=1e-5)


def test_a_general_factor_has_omega_hierarchical_and_all_together_omega_total() -> None:
    rng = np.random.default_rng(4)
    n, group, g = 4000, np.kron(np.eye(3), np.full((3, 1), 0.5)), 0.6
    noise = np.sqrt(1 - 0.25 - g**2) * rng.normal(size=(n, 9))
    data = pd.DataFrame(rng.normal(size=(n, 1)) * g + rng.normal(size=(n, 3)) @ group.T + noise)
    data.columns = pd.Index([f"x{i + 1}" for i in range(9)])
    parts = ["x1 + x2 + x3", "x4 + x5 + x6", "x7 + x8 + x9"]
    model = f"g =~ {' + '.join(parts)}\n" + "\n".join(
        f"f{i} =~ {part}" for i, part in enumerate(parts)
    )
    fixed = ["g ~~ 0*f0", "g ~~ 0*f1", "g ~~ 0*f2", "f0 ~~ 0*f1", "f0 ~~ 0*f2", "f1 ~~ 0*f2"]
    fit = cfa("\n".join([model, *fixed]), data, std_lv=True)
    found, explored = model_reliability(fit), omega_hierarchical(data, 3)
    truth = (9 * g) ** 2 / ((9 * g) ** 2 + 3 * (3 * 0.5) ** 2 + 9 * (1 - 0.25 - g**2))
    assert found.factors.loc["g", "omega"] == pytest.approx(truth, abs=0.02)
    assert found.factors.loc["g", "omega"] == pytest.approx(explored.hierarchical, abs=0.02)
    assert found.factors.loc["total", "omega"] == pytest.approx(explored.total, abs=0.01)


def test_it_reads_in_both_languages_and_refuses_groups(holzinger: pd.DataFrame) -> None:
    model = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9"
    found = model_reliability(cfa(model, holzinger), {"speed": Text("Speed", "速度")})
    assert "Speed" in found.summary() and "All factors" in found.summary()
    assert "速度" in found.summary("zh") and "总ω" in found.summary("zh")
    frame = holzinger.assign(g=np.arange(len(holzinger)) % 2)
    with pytest.raises(OptionError, match="one group"):
        model_reliability(cfa(model, frame, group="g"))
