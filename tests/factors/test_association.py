"""Factor analysis on Spearman and polychoric correlations, against R and psych."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.factors import efa, kmo, loading_intervals, parallel_analysis
from ecosurvey.reliability import htmt

TEN = [f"{c}{i}" for c in "AC" for i in range(1, 6)]
KINDS = ["spearman", "polychoric"]


@pytest.fixture(scope="module")
def ten(answers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """2,436 complete answers to ten items, reverse-keyed ones turned."""
    frame = answers["bfi"].dropna()
    turned = frame[["A1", "C4", "C5"]].rsub(7)
    return frame.assign(**turned)[TEN]


@pytest.fixture(scope="module")
def measurement() -> Any:
    path = Path(__file__).parents[1] / "reference" / "measurement" / "expected.json"
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_adequacy_matches_psych(kind: Any, ten: pd.DataFrame, measurement: Any) -> None:
    # psych's search for polychoric correlations ends at about 1e-5
    found = kmo(ten, correlation=kind).overall
    assert found == pytest.approx(measurement["kmo"][kind], abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_loadings_match_psych(kind: Any, ten: pd.DataFrame, measurement: Any) -> None:
    theirs = np.array(measurement[f"efa_{kind}"])
    found = efa(ten, 2, "minres", "varimax", correlation=kind)
    ours = found.loadings.to_numpy()[:, np.argsort(-(theirs**2).sum(axis=0)).argsort()]
    signs = np.sign((ours * theirs).sum(axis=0))
    # psych's optimiser stops at changes of 1e-5 or so and offers no control
    np.testing.assert_allclose(ours * signs, theirs, atol=5e-5)
    word = {"spearman": "Spearman", "polychoric": "Polychoric"}[kind]
    assert word in found.missing.en


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["pca", "fa"])
def test_parallel_analysis_matches_r_to_simulation_error(
    kind: Any, method: Any, ten: pd.DataFrame, measurement: Any
) -> None:
    theirs = measurement["parallel"][kind]
    found = parallel_analysis(ten, 60, method=method, seed=1, correlation=kind)
    if method == "pca":
        np.testing.assert_allclose(found.eigenvalues, theirs["observed"], atol=1e-5)
    # the largest eigenvalue has a standard deviation of 0.02: of the means of 40 and 60, 0.004
    np.testing.assert_allclose(found.random_mean, theirs[method], atol=0.016)
    assert found.kind == "resample"
    assert found.n_factors == (2 if method == "pca" else found.n_factors)


def test_random_matrices_do_not_depend_on_the_workers(ten: pd.DataFrame) -> None:
    data = ten.head(150)[TEN[:5]]
    one = parallel_analysis(data, 20, seed=2, correlation="polychoric")
    two = parallel_analysis(data, 20, seed=2, correlation="polychoric", jobs=2)
    np.testing.assert_array_equal(one.random_mean, two.random_mean)


def test_ranks_with_gaps_are_those_of_pandas(answers: dict[str, pd.DataFrame]) -> None:
    data = answers["bfi"][TEN[:5]].head(400)
    assert data.isna().to_numpy().any()
    theirs = kmo(data.corr(method="spearman"), n_obs=400).overall
    assert kmo(data, correlation="spearman").overall == pytest.approx(theirs, abs=1e-12)


def test_htmt_on_polychorics_is_that_of_semtools(ten: pd.DataFrame, measurement: Any) -> None:
    scales = {"A": TEN[:5], "C": TEN[5:]}
    found = htmt(ten, scales, correlation="polychoric")
    assert float(found.htmt.loc["A", "C"]) == pytest.approx(
        measurement["htmt_polychoric"], abs=1e-6
    )
    drawn = htmt(ten.head(300), scales, correlation="polychoric", n_boot=100, seed=1).pairs.iloc[0]
    assert drawn["htmt_ci_lower"] < drawn["htmt"] < drawn["htmt_ci_upper"]


def test_loadings_on_polychorics_have_intervals(ten: pd.DataFrame) -> None:
    found = loading_intervals(ten.head(300), 2, n_boot=60, seed=1, correlation="polychoric")
    row = found.loadings.iloc[2]
    assert row["ci_lower"] < row["loading"] < row["ci_upper"]
    assert "多分格相关" in found.summary("zh")


def test_what_cannot_be_polychoric_gets_a_clear_word(ten: pd.DataFrame) -> None:
    continuous = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 4)))
    with pytest.raises(DataError, match="has 60 different answers"):
        efa(continuous, 1, correlation="polychoric")
    with pytest.raises(OptionError, match="the data are a matrix"):
        efa(ten.corr(), 1, n_obs=100, correlation="spearman")
    with pytest.raises(OptionError, match="Use one of: pearson, spearman, polychoric"):
        kmo(ten, correlation="kendall")  # type: ignore[arg-type]
