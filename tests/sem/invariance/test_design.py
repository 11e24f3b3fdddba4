"""Invariance of weighted and clustered rows, and of yes/no items that tell too little."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.sem.invariance import InvarianceResult

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED: dict[str, Any] = json.loads(
    (REFERENCE / "sem_invariance/expected_design.json").read_text("utf-8")
)
MODEL = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"
ASKED: dict[str, dict[str, Any]] = {
    "weights": {"sampling_weights": "weight"},
    "clusters": {"cluster": "school"},
    "both": {"sampling_weights": "weight", "cluster": "school"},
    "clusters_fiml": {"cluster": "school", "missing": "fiml"},
}


def rows(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "sem_design" / f"{name}.csv")


def _compare(found: InvarianceResult, said: dict[str, Any], kinds: tuple[str, str]) -> None:
    seen = 0
    for step in found.steps:
        if step.partial or step.level.name not in said["measures"]:
            continue
        seen += 1
        m, want = step.measures, said["measures"][step.level.name]
        assert m.chisq == pytest.approx(want["chisq.scaled"], rel=1e-4)
        for name, key in zip(("cfi", "rmsea", "srmr"), (*kinds, "srmr"), strict=True):
            assert getattr(m, name) == pytest.approx(want[key], abs=1e-5)
        if step.change is not None:
            test = said["differences"][step.level.name]
            # a small difference of large numbers: lavaan's stopping rule shows
            assert step.change.chisq == pytest.approx(test["chisq"], abs=1e-4 * m.chisq)
            assert step.change.df == test["df"]
            assert step.change.pvalue == pytest.approx(test["pvalue"], abs=1e-4)
        if step.level.name == "scalar":
            ours = step.fit.parameters
            latent = ours[ours["op"].eq("~1") & ours["lhs"].isin(["f", "g"]) & ours["group"].eq(2)]
            np.testing.assert_allclose(latent["est"], said["means"]["est"], atol=1e-5)
            np.testing.assert_allclose(latent["se"], said["means"]["se"], atol=1e-5)
    assert seen >= 2


@pytest.mark.parametrize("name", ASKED)
def test_the_sequence_is_lavaans(name: str) -> None:
    data = rows("rows_holes" if name == "clusters_fiml" else "rows")
    found = es.invariance(MODEL, data, "region", partial=False, **ASKED[name])
    _compare(found, EXPECTED[name], ("cfi.robust", "rmsea.robust"))


def test_the_ordinal_sequence_is_semtools() -> None:
    found = es.invariance(
        "f =~ x1 + x2 + x3 + y2 + y1", rows("rows_ordinal"), "region", partial=False,
        ordered=["x1", "x2", "x3", "y2", "y1"], sampling_weights="weight",
    )  # fmt: skip
    _compare(found, EXPECTED["ordinal_weights"], ("cfi.scaled", "rmsea.scaled"))


def weak(seed: int) -> pd.DataFrame:
    """Yes/no items that hardly measure their factor, in two groups of 150."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=300)
    data = {
        f"x{i}": (rng.choice([0.3, 0.5, 0.8]) * f + rng.normal(size=300) > rng.normal(0, 0.5))
        for i in range(4)
    }
    return pd.DataFrame(data).astype(int).assign(g=np.repeat(["a", "b"], 150))


@pytest.mark.parametrize(
    "seed", [0, 13, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 7, 11))]
)
def test_weak_binary_items_end_in_a_result_without_overflow(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = es.invariance("f =~ x0 + x1 + x2 + x3", weak(seed), "g", ordered=True)
    unsolved = [step for step in found.steps if not step.fit.converged]
    told = [finding.code for finding in found.findings]
    assert ("binary_residuals" in told) == bool(unsolved)
    for step in unsolved:
        assert "no solution" in step.verdict.en
    names = [step.level.name for step in found.steps]
    if not found.steps[1].fit.converged:  # where yes/no items tell too little, strict is tried
        assert names[:3] == ["configural", "scalar", "strict"]
