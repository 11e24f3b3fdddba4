"""Scale scores are means of what was answered; their correlations are psych's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.descriptives import describe_scales, scale_scores

ROOT = Path(__file__).parents[2]
EXPECTED = json.loads((ROOT / "tests/reference/descriptives/expected.json").read_text("utf-8"))
SCALES = {letter: [f"{letter}{i}" for i in range(1, 6)] for letter in "ACENO"}


def turned_bfi() -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data/sample/bfi.csv")
    for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5"):
        frame[item] = 7 - frame[item]
    return frame


def test_scale_statistics_are_those_of_psych() -> None:
    found = describe_scales(turned_bfi(), SCALES).statistics
    for key in ("n", "mean", "sd", "skew", "kurtosis"):
        np.testing.assert_allclose(found[key], EXPECTED["bfi_scales"][key], rtol=1e-11, atol=1e-11)


def test_pairwise_correlations_are_those_of_psych() -> None:
    expected = EXPECTED["bfi_whole_scales"]
    found = describe_scales(turned_bfi(), SCALES, min_answered=1.0)
    np.testing.assert_allclose(found.correlations, expected["r"], rtol=1e-11, atol=1e-12)
    np.testing.assert_array_equal(found.pairs, expected["n"])
    # psych forms p by 1 - cdf-like arithmetic: below 1e-12 only its order of magnitude is its own
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(
        found.pvalues.to_numpy()[off], np.array(expected["p"])[off], rtol=1e-6, atol=1e-12
    )


def test_a_score_needs_the_asked_share_of_answers() -> None:
    data = pd.DataFrame({"a": [1, 1, np.nan], "b": [3, np.nan, np.nan], "c": [5, np.nan, 2]})
    half = scale_scores(data, {"s": ["a", "b", "c"]}, min_answered=0.5)["s"]
    third = scale_scores(data, {"s": ["a", "b", "c"]}, min_answered=1 / 3)["s"]
    np.testing.assert_allclose(half, [3, np.nan, np.nan])
    np.testing.assert_allclose(third, [3, 1, 2])


@pytest.mark.parametrize("share", [0.0, -1.0, 1.01])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(OptionError, match="is not a share"):
        scale_scores(pd.DataFrame({"a": [1]}), {"s": ["a"]}, min_answered=share)


def test_scales_without_items_and_unknown_items_are_refused() -> None:
    data = pd.DataFrame({"POL1": [1, 2]})
    with pytest.raises(DataError, match="no scales"):
        describe_scales(data, {})
    with pytest.raises(DataError, match="no rows"):
        describe_scales(data.iloc[:0], {"s": ["POL1"]})
    with pytest.raises(DataError, match="'s' has no items"):
        scale_scores(data, {"s": []})
    with pytest.raises(DataError, match="Did you mean 'POL1'"):
        scale_scores(data, {"s": ["POL"]})


def test_a_scale_without_spread_is_serious() -> None:
    data = pd.DataFrame({"a": [2, 2, 2, 2], "b": [1, 2, 3, 4]})
    found = describe_scales(data, {"s": ["a"], "t": ["b"]})
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.where) == ("constant_scale", "serious", "s")
    assert np.isnan(found.correlations.loc["s", "t"])
    assert "—" in found.summary()


def test_the_table_holds_means_and_starred_correlations() -> None:
    names = {"A": Text("Agreeableness", "宜人性")}
    found = describe_scales(turned_bfi(), SCALES, names)
    text = found.summary("zh")
    assert "宜人性" in text
    assert ".26***" in text
    assert len(found.to_frame()) == 5
    assert "至少作答该量表50%" in text
    assert "at least 75% of a scale's items" in describe_scales(
        turned_bfi(), SCALES, min_answered=0.75
    ).summary("en")


def test_a_perfect_correlation_has_p_zero() -> None:
    data = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]})
    found = describe_scales(data, {"a": ["a"], "b": ["b"]})
    assert found.correlations.loc["a", "b"] == pytest.approx(1.0)
    assert found.pvalues.loc["a", "b"] == pytest.approx(0.0, abs=1e-6)
