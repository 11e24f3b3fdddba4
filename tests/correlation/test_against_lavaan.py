"""Two-step statistics and their sampling covariance, held to lavaan 0.6-14's.

lavaan's one-dimensional searches stop at a relative gain of 1e-10 of the likelihood, which
leaves 1e-7 in polychoric and up to 4e-6 in polyserial correlations, which it searches with first
derivatives only; its options give no way to tighten them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.correlation import TwoStep, code_categories, polychoric, two_step

FOLDER = Path(__file__).parents[1] / "reference" / "correlation"
SETS = ("bfi", "bfi_holes", "sparse", "binary", "mixed", "mixed_holes", "conditional")


def load(name: str) -> tuple[dict, pd.DataFrame]:
    expected = json.loads((FOLDER / f"expected_{name}.json").read_text())
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    if expected["missing"] == "listwise":
        frame = frame.dropna()
    return expected, frame


def fitted(expected: dict, frame: pd.DataFrame) -> TwoStep:
    coded = code_categories(frame, expected["variables"], expected["ordered"])
    x = frame[expected["x"]].to_numpy(dtype=float) if expected["x"] else None
    return two_step(coded.data, coded.n_categories, x)


def lavaan_signs(found: TwoStep, expected: dict) -> np.ndarray:
    """lavaan keeps means with a minus sign among the thresholds."""
    signs = np.ones(found.places.size)
    for cut, name in zip(found.places.cuts, expected["variables"], strict=True):
        if name not in expected["ordered"]:
            signs[cut] = -1.0
    return signs


@pytest.mark.parametrize("name", SETS)
def test_statistics_match_lavaan(name: str) -> None:
    expected, frame = load(name)
    found = fitted(expected, frame)
    values = found.values() * lavaan_signs(found, expected)
    reference = np.array(expected["statistics"])
    assert found.n == expected["n"]
    # covariances of continuous variables carry their units: compare in standard deviations
    unit = np.sqrt(np.abs(expected["gamma_diagonal"]))
    np.testing.assert_allclose(values / unit, reference / unit, rtol=0, atol=5e-6)


@pytest.mark.parametrize("name", SETS)
def test_sampling_covariance_matches_lavaan(name: str) -> None:
    expected, frame = load(name)
    found = fitted(expected, frame)
    signs = lavaan_signs(found, expected)
    gamma = found.gamma * np.outer(signs, signs)
    diagonal = np.array(expected["gamma_diagonal"])
    np.testing.assert_allclose(np.diag(gamma), diagonal, rtol=1e-5)
    rows = np.array(expected["gamma_row_numbers"], dtype=int) - 1
    unit = np.sqrt(np.outer(diagonal[rows], diagonal))
    np.testing.assert_allclose(
        gamma[rows] / unit, np.array(expected["gamma_rows"]) / unit, rtol=0, atol=5e-6
    )


@pytest.mark.parametrize("name", ["bfi", "sparse", "binary", "mixed"])
def test_correlations_match_lavcor(name: str) -> None:
    expected, frame = load(name)
    found = polychoric(frame[expected["variables"]], ordered=expected["ordered"])
    np.testing.assert_allclose(found.to_numpy(), np.array(expected["lavcor"]), rtol=0, atol=5e-6)


@pytest.mark.parametrize("name", ["bfi", "sparse"])
def test_correlations_match_psych(name: str) -> None:
    # psych minimizes without derivatives to 1e-4 in rho
    expected, frame = load(name)
    found = polychoric(frame[expected["variables"]])
    np.testing.assert_allclose(found.to_numpy(), np.array(expected["psych"]), rtol=0, atol=2e-4)
