"""Method factor and marker variable against lavaan; what they find where the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.reliability import common_method, marker_variable, method_factor
from ecosurvey.sem import cfa

SCALES = {"A": ["A2", "A3", "A5"], "C": ["C1", "C2", "C3"], "E": ["E3", "E4", "E5"]}
MARKER = ["O1", "O3", "O4"]
MODEL = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())


@pytest.fixture(scope="module")
def answers(bfi: pd.DataFrame) -> pd.DataFrame:
    return bfi.dropna()


def test_the_method_factor_is_that_of_lavaan(answers: pd.DataFrame, measurement: Any) -> None:
    theirs = measurement["ulmf"]
    found = method_factor(cfa(MODEL, answers), answers)
    for fit, key in ((found.without, "plain"), (found.with_method, "tied")):
        assert fit.fit_measures["chisq"] == pytest.approx(theirs[key]["chisq"], rel=1e-6)
        assert fit.fit_measures["df"] == theirs[key]["df"]
    assert found.delta_df == 1
    expected = theirs["plain"]["chisq"] - theirs["tied"]["chisq"]
    assert found.delta_chisq == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(
        found.correlations["with_method"], theirs["tied"]["correlations"], atol=1e-5
    )
    loadings = pd.DataFrame(theirs["tied"]["loadings"])
    method = loadings.loc[loadings["lhs"] == "method", "est.std"]
    own = loadings.loc[loadings["lhs"] != "method", "est.std"]
    np.testing.assert_allclose(found.loadings["method"], method, atol=1e-5)
    np.testing.assert_allclose(found.loadings["with_method"], own, atol=1e-5)
    assert found.share == pytest.approx(float((method**2).mean()), abs=1e-5)
    assert {"method_changes_correlation", "method_changes_loading"} == {
        f.code for f in found.findings
    }
    assert "18.6%" in found.summary("zh")


def test_free_method_loadings_fit_at_least_as_well(answers: pd.DataFrame) -> None:
    fit = cfa(MODEL, answers)
    tied, free = method_factor(fit, answers), method_factor(fit, answers, tied=False)
    assert free.delta_df == 9
    assert free.delta_chisq > tied.delta_chisq


def _simulated(method: float, n: int = 3000) -> pd.DataFrame:
    """Return answers to two uncorrelated constructs of four items that share a method."""
    rng = np.random.default_rng(8)
    common = method * rng.normal(size=(n, 1))
    factors = np.repeat(rng.normal(size=(n, 2)), 4, axis=1)
    # different loadings: equal ones cannot tell a method from a correlation of the constructs
    loadings = np.tile([1.0, 0.8, 0.5, 0.3], 2)
    return pd.DataFrame(
        loadings * factors + common + 0.6 * rng.normal(size=(n, 8)),
        columns=[f"{c}{i}" for c in "ab" for i in range(4)],
    )


TWO = "A =~ a0 + a1 + a2 + a3\nB =~ b0 + b1 + b2 + b3"


def test_a_method_that_inflates_correlations_is_taken_out() -> None:
    data = _simulated(0.5)
    found = method_factor(cfa(TWO, data), data)
    row = found.correlations.iloc[0]
    assert row["without"] > 0.25
    assert abs(row["with_method"]) < 0.12  # simulated: none
    variance = 0.25 + np.array([1.0, 0.64, 0.25, 0.09]) + 0.36
    assert found.share == pytest.approx(float((0.25 / variance).mean()), abs=0.07)


def test_where_there_is_no_method_it_takes_nothing() -> None:
    data = _simulated(0.0)
    found = method_factor(cfa(TWO, data, estimator="MLR"), data)
    assert found.share < 0.03
    assert found.pvalue > 0.01


def test_the_marker_sequence_is_that_of_lavaan(answers: pd.DataFrame, measurement: Any) -> None:
    found, theirs = marker_variable(answers, SCALES, MARKER), measurement["marker"]
    assert found.kept == "method_u"
    for key, model in theirs.items():
        # lavaan's search ends at changes of 1e-10 of its objective
        assert found.models[key].fit_measures["chisq"] == pytest.approx(model["chisq"], rel=1e-6)
        assert found.models[key].fit_measures["df"] == model["df"]
        np.testing.assert_allclose(found.correlations[key], model["correlations"], atol=1e-5)
    assert found.comparisons["delta_df"].tolist() == [1, 8, 3]
    chisq = {key: model["chisq"] for key, model in theirs.items()}
    expected = [
        chisq["baseline"] - chisq["method_c"],
        chisq["method_c"] - chisq["method_u"],
        chisq["method_r"] - chisq["method_u"],
    ]
    np.testing.assert_allclose(found.comparisons["delta_chisq"], expected, rtol=1e-5)


def test_reliability_is_taken_apart_as_the_source_defines(
    answers: pd.DataFrame, measurement: Any
) -> None:
    found = marker_variable(answers, SCALES, MARKER)
    loadings = pd.DataFrame(measurement["marker"]["method_u"]["loadings"])
    for construct, items in SCALES.items():
        mine = loadings[loadings["rhs"].isin(items)]
        s = mine.loc[mine["lhs"] == construct, "est.std"].to_numpy()
        m = mine.loc[mine["lhs"] == "O", "est.std"].to_numpy()
        total = s.sum() ** 2 + m.sum() ** 2 + (1 - s**2 - m**2).sum()
        row = found.reliability.loc[construct]
        assert row["substantive"] == pytest.approx(s.sum() ** 2 / total, abs=1e-5)
        assert row["method"] == pytest.approx(m.sum() ** 2 / total, abs=1e-5)
        assert row["total"] == pytest.approx(row["substantive"] + row["method"])
    assert {f.code for f in found.findings} == {"marker_method_variance", "marker_bias"}
    assert "Method-R" in found.summary("zh")


def test_a_marker_without_method_finds_none() -> None:
    rng = np.random.default_rng(9)
    data = _simulated(0.0)
    trait = rng.normal(size=(len(data), 1))
    data[["m1", "m2", "m3"]] = trait + rng.normal(size=(len(data), 3))
    scales = {"A": list(data.columns[:4]), "B": list(data.columns[4:8])}
    found = marker_variable(data, scales, ["m1", "m2", "m3"])
    assert found.comparisons.iloc[0]["pvalue"] > 0.01
    assert found.share < 0.02
    assert "marker_bias" not in [f.code for f in found.findings]


def test_bad_markers_and_models_get_a_clear_word(answers: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="the marker has 2 items"):
        marker_variable(answers, SCALES, MARKER[:2])
    with pytest.raises(DataError, match="'A2' belongs to"):
        marker_variable(answers, SCALES, ["A2", "O1", "O3"])
    with pytest.raises(DataError, match="has one item"):
        marker_variable(answers, {"A": ["A1"], "C": ["C1", "C2"]}, MARKER)
    with pytest.raises(OptionError, match="continuous items"):
        method_factor(cfa(MODEL, answers.head(400), ordered=True), answers)
    with pytest.raises(OptionError, match="used 300 rows"):
        method_factor(cfa(MODEL, answers.head(400)), answers.head(300))


def test_all_tests_come_together(answers: pd.DataFrame) -> None:
    found = common_method(cfa(MODEL, answers), answers)
    keys = [table.key for table in found.tables()]
    assert keys == [
        "harman", "full_collinearity", "single_factor", "method_factor", "method_factor_loadings",
        "method_factor_correlations",
    ]  # fmt: skip
    ordinal = common_method(cfa(MODEL, answers.head(400), ordered=True), answers.head(400))
    assert ordinal.single_factor is None and ordinal.method_factor is None
    assert ordinal.collinearity is not None


def test_a_scaled_difference_says_that_it_is_scaled(answers: pd.DataFrame) -> None:
    data = answers.head(500)
    robust = method_factor(cfa(MODEL, data, estimator="MLR"), data)
    plain = method_factor(cfa(MODEL, data), data)
    assert "Satorra" in robust.summary("en") and "Satorra" in robust.summary("zh")
    assert "Satorra" not in plain.summary("en")


def test_a_method_factor_without_a_proper_solution_is_not_read() -> None:
    # three tests of Holzinger and Swineford correlate beyond one beside a method factor
    pupils = pd.read_csv(Path(__file__).parents[2] / "data" / "sample" / "holzinger.csv")
    model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
    found = method_factor(cfa(model, pupils), pupils)
    assert abs(found.correlations["with_method"]).max() > 1
    assert [finding.code for finding in found.findings] == ["method_factor_improper"]
    assert "mean nothing" in found.findings[0].message.en
