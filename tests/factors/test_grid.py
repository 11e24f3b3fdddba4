"""Every extraction, rotation and kind of correlation beside psych 2.2.9, from one R script."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from ecosurvey.factors import efa, read_moments
from ecosurvey.factors.criteria import CRITERIA, towards
from ecosurvey.factors.extraction import Extraction
from ecosurvey.reliability import omega_hierarchical

REFERENCE = Path(__file__).parents[1] / "reference" / "factor_grid"
MATRICES = [
    "bfi_pearson", "bfi_spearman", "bfi_polychoric",
    "holzinger_pearson", "holzinger_spearman", "graded_polychoric",
]  # fmt: skip
METHODS: dict[str, Extraction] = {"minres": "minres", "ml": "ml", "pa": "principal_axis"}
ROTATIONS = [
    "none", "varimax", "quartimax", "equamax", "geomin_orthogonal", "bifactor", "promax", "oblimin",
    "quartimin", "geomin", "target", "bifactor_oblique",
]  # fmt: skip
RUGGED = {"geomin", "geomin_orthogonal", "bifactor"}  # criteria with several minima here
CASES = [
    case for case in product(MATRICES, METHODS, ROTATIONS)
    # a flat criterion takes half a second: on nine items once a matrix
    if case[2] != "bifactor_oblique" or case[0].startswith("bfi") or case[1] == "minres"
]  # fmt: skip
TIGHT = 1e-5
# On nine items the oblique bifactor criterion is so flat that both programs stop up to 1e-4 apart
# where its values agree to 1e-7; psych, which stops earlier, is a tenth away.
FLAT = 2e-4
# psych rotates to a gradient of 1e-5, varimax to 1e-5 of its singular values, and sums to 6 digits.
PSYCH = 2e-3
# psych::polychoric searches each correlation to R's optimize(tol = 1.2e-4).
SEARCHED = 3e-4


@pytest.fixture(scope="module")
def grid() -> Any:
    return json.loads((REFERENCE / "expected.json").read_text("utf-8"))


def _matrix(part: Any) -> pd.DataFrame:
    lower = part["matrix"]
    p = round((1 + np.sqrt(1 + 8 * len(lower))) / 2)
    corr = np.eye(p)
    corr[np.triu_indices(p, 1)] = lower  # R's lower triangle by columns is this one by rows
    corr += np.triu(corr, 1).T
    names = [f"v{i}" for i in range(p)]
    return pd.DataFrame(corr, names, names)


def _hypothesis(corr: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return a target: each run of items loads on its own factor, and on no other."""
    p = len(corr)
    aim = np.zeros((p, k))
    aim[np.arange(p), np.repeat(np.arange(k), p // k)] = np.nan
    return pd.DataFrame(aim, corr.index)


def _matched(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the distance after the best matching of columns and signs, and that matching."""
    size = np.sqrt(np.outer((theirs**2).sum(axis=0), (ours**2).sum(axis=0)))
    _, order = linear_sum_assignment(-np.abs(theirs.T @ ours) / size)
    signs = np.where((ours[:, order] * theirs).sum(axis=0) < 0, -1.0, 1.0)
    return float(np.abs(ours[:, order] * signs - theirs).max()), order, signs


@pytest.mark.parametrize(("name", "fm", "rotation"), CASES)
def test_loadings_are_those_of_psych(name: str, fm: str, rotation: str, grid: Any) -> None:
    part = grid[name]
    corr, theirs = _matrix(part), part["extraction"][fm][rotation]
    aim = _hypothesis(corr, part["k"]) if rotation == "target" else None
    flat = rotation == "bifactor_oblique"
    found = efa(
        corr, part["k"], METHODS[fm], rotation, n_obs=part["n"], target=aim, engine="own",
        n_starts=10 if rotation in RUGGED else 1,
    )  # fmt: skip
    assert found.converged
    ours = found.loadings.to_numpy()
    distance, order, signs = _matched(ours, np.array(theirs["tight"]["loadings"]))
    assert distance < (FLAT if flat else TIGHT)
    if rotation == "target":
        assert list(order) == list(range(part["k"]))
    if theirs["tight"].get("phi"):
        phi = found.phi.to_numpy()[np.ix_(order, order)] * signs[:, None] * signs
        np.testing.assert_allclose(phi, theirs["tight"]["phi"], atol=FLAT if flat else TIGHT)
    if "criterion" in theirs:
        best, psych = theirs["criterion"]
        assert _lowest(ours, rotation, aim) == pytest.approx(
            _as_ours(best, rotation, ours), rel=1e-6
        )
        if psych > best + 1e-4 * abs(
            best
        ):  # psych stopped early or in a local minimum: ours is lower
            return
    assert _matched(ours, np.array(theirs["psych"]["loadings"]))[0] < PSYCH


def _lowest(loadings: np.ndarray, rotation: str, aim: pd.DataFrame | None) -> float:
    """Return the criterion with the columns in the order that suits it best."""
    p, k = loadings.shape
    criterion = CRITERIA[rotation].make(p, k) if aim is None else towards(aim.to_numpy())
    orders = [list(range(k))] if aim is not None else list(map(list, permutations(range(k))))
    values, _ = criterion(np.stack([loadings[:, order] for order in orders]))
    return float(values.min())


def _as_ours(value: float, rotation: str, loadings: np.ndarray) -> float:
    """Return a criterion of GPArotation in our units; ours has no negative quartimax."""
    if rotation == "quartimax":
        return value + float(((loadings**2).sum(axis=1) ** 2).sum()) / 4
    return value / 4 if rotation.startswith("bifactor") else value


@pytest.mark.parametrize(("name", "fm"), list(product(MATRICES, METHODS)))
def test_schmid_leiman_is_that_of_psych(name: str, fm: str, grid: Any) -> None:
    part = grid[name]
    theirs = part["extraction"][fm]["schmid"]
    found = omega_hierarchical(_matrix(part), part["k"], method=METHODS[fm], n_obs=part["n"])
    loadings, psych = found.loadings.to_numpy(), np.array(theirs["psych"])
    assert _matched(loadings[:, :1], np.array(theirs["general"])[:, None])[0] < TIGHT
    # schmid leaves principal axes at changes of .001
    atol = 1e-2 if fm == "pa" else 5e-5
    assert _matched(loadings[:, :1], psych[:, :1])[0] < atol
    assert _matched(loadings[:, 1 : part["k"] + 1], psych[:, 1:])[0] < atol


@pytest.mark.parametrize("name", MATRICES)
def test_correlations_of_answers_are_those_of_r(
    name: str, grid: Any, answers: dict[str, pd.DataFrame]
) -> None:
    data, kind = _answers(name, grid, answers)
    atol = SEARCHED if kind == "polychoric" else 1e-8
    ours = read_moments(data, correlation=kind).corr
    np.testing.assert_allclose(ours, _matrix(grid[name]), atol=atol)


@pytest.mark.parametrize("name", ["bfi_spearman", "bfi_polychoric", "graded_polychoric"])
def test_answers_come_to_the_loadings_of_psych(
    name: str, grid: Any, answers: dict[str, pd.DataFrame]
) -> None:
    data, kind = _answers(name, grid, answers)
    found = efa(data, grid[name]["k"], correlation=kind).loadings.to_numpy()
    theirs = np.array(grid[name]["extraction"]["minres"]["oblimin"]["tight"]["loadings"])
    assert _matched(found, theirs)[0] < (PSYCH if kind == "polychoric" else TIGHT)


def _answers(
    name: str, grid: Any, answers: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, Literal["pearson", "spearman", "polychoric"]]:
    data, kind = name.split("_")
    frame = pd.DataFrame(grid["graded"]["rows"]) if data == "graded" else answers[data]
    kinds: dict[str, Literal["pearson", "spearman", "polychoric"]] = {
        "pearson": "pearson", "spearman": "spearman", "polychoric": "polychoric",
    }  # fmt: skip
    return frame, kinds[kind]
