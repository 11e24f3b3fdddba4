from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, OptionError
from ecosurvey.correlation import polychoric, smooth_correlations


def sample(n: int, correlations: np.ndarray, cuts: list[float], seed: int = 1) -> pd.DataFrame:
    latent = np.random.default_rng(seed).multivariate_normal(
        np.zeros(len(correlations)), correlations, size=n
    )
    names = [f"x{i + 1}" for i in range(len(correlations))]
    return pd.DataFrame(np.searchsorted(cuts, latent) + 1, columns=names)


EVEN = np.full((3, 3), 0.5) + 0.5 * np.eye(3)


def test_latent_correlation_is_recovered() -> None:
    found = polychoric(sample(60_000, EVEN, [-1.0, 0.2, 1.1])).to_numpy()
    np.testing.assert_allclose(found, EVEN, atol=0.02)


def test_tetrachoric_at_the_medians_is_sheppards_formula() -> None:
    rows = [(1, 1)] * 40 + [(1, 2)] * 10 + [(2, 1)] * 10 + [(2, 2)] * 40
    found = polychoric(pd.DataFrame(rows, columns=["a", "b"])).loc["a", "b"]
    assert found == pytest.approx(-np.cos(2 * np.pi * 0.4), abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_rows_and_columns_changes_nothing(seed: int) -> None:
    frame = sample(150, EVEN, [-0.8, 0.3], seed)
    rng = np.random.default_rng(seed)
    shuffled = frame.iloc[rng.permutation(len(frame))][["x3", "x1", "x2"]]
    found, again = polychoric(frame), polychoric(shuffled)
    np.testing.assert_allclose(
        again.loc[["x1", "x2", "x3"], ["x1", "x2", "x3"]], found, rtol=0, atol=1e-11
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_reversing_an_item_reverses_its_correlations(seed: int) -> None:
    frame = sample(200, EVEN, [-0.8, 0.3, 1.0], seed)
    found = polychoric(frame)
    frame["x2"] = 5 - frame["x2"]
    turned = polychoric(frame)
    assert turned.loc["x1", "x2"] == pytest.approx(-found.loc["x1", "x2"], abs=1e-9)
    assert turned.loc["x1", "x3"] == pytest.approx(found.loc["x1", "x3"], abs=1e-12)


def test_distances_between_categories_do_not_matter() -> None:
    frame = sample(300, EVEN, [-0.8, 0.3, 1.0])
    spread = frame.replace({1: -10, 4: 99})
    pd.testing.assert_frame_equal(polychoric(frame), polychoric(spread))


def test_ordered_categoricals_keep_their_order() -> None:
    frame = sample(300, EVEN, [-0.8, 0.3])
    words = ["low", "middle", "high"]
    named = frame.apply(
        lambda column: pd.Categorical.from_codes(column - 1, categories=words, ordered=True)
    )
    pd.testing.assert_frame_equal(polychoric(frame), polychoric(named))
    unordered = named.astype("str").astype("category")
    with pytest.raises(DataError, match="no order"):
        polychoric(unordered)


def test_standard_errors_match_the_spread_of_estimates() -> None:
    runs = [
        polychoric(sample(300, EVEN, [-0.8, 0.3, 1.0], seed), return_acov=True)
        for seed in range(200)
    ]
    estimates = np.array([run.correlations.loc["x1", "x2"] for run in runs])
    errors = np.array([run.standard_errors.loc["x1", "x2"] for run in runs])
    assert errors.mean() == pytest.approx(estimates.std(), rel=0.15)


def test_threshold_errors_are_those_of_normal_quantiles() -> None:
    found = polychoric(sample(500, EVEN, [0.3]), return_acov=True)
    row = found.thresholds.iloc[0]
    from scipy.special import ndtr

    share, density = ndtr(row["est"]), np.exp(-(row["est"] ** 2) / 2) / np.sqrt(2 * np.pi)
    assert row["se"] == pytest.approx(np.sqrt(share * (1 - share) / 500) / density, rel=1e-10)


def test_covariance_of_all_statistics_is_labelled() -> None:
    frame = sample(200, EVEN, [-0.5, 0.6])
    frame["age"] = np.random.default_rng(1).normal(40, 10, 200)
    found = polychoric(frame, ordered=["x1", "x2", "x3"], return_acov=True)
    labels = list(found.acov.columns)
    assert labels[:2] == ["x1|t1", "x1|t2"]
    assert {"age~1", "age~~age", "x1~~age", "x1~~x2"} <= set(labels)
    assert "" not in labels
    assert np.linalg.eigvalsh(found.acov.to_numpy())[0] > 0


def test_means_of_continuous_variables_have_their_known_errors() -> None:
    frame = sample(4000, EVEN, [-0.5, 0.6])
    frame["age"] = np.random.default_rng(1).normal(40, 10, 4000)
    found = polychoric(frame, ordered=["x1", "x2", "x3"], return_acov=True)
    expected = frame["age"].var(ddof=0) / 4000
    # scores of mean and variance are uncorrelated in the population, and all but so here
    assert found.acov.loc["age~1", "age~1"] == pytest.approx(expected, rel=0.005)


def test_pearson_correlation_of_continuous_columns() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 2)) @ np.array([[1, 0.4], [0, 1]])
    frame = pd.DataFrame({"u": x[:, 0], "v": x[:, 1], "w": rng.integers(1, 3, 300)})
    found = polychoric(frame, ordered=["w"])
    assert found.loc["u", "v"] == pytest.approx(np.corrcoef(x.T)[0, 1], abs=1e-12)


def test_pairwise_uses_more_rows_than_listwise() -> None:
    frame = sample(400, EVEN, [-0.5, 0.6]).astype(float)
    frame.iloc[:150, 2] = np.nan
    pairwise = polychoric(frame)
    assert pairwise.loc["x1", "x2"] == pytest.approx(
        polychoric(frame[["x1", "x2"]]).loc["x1", "x2"], abs=1e-12
    )
    listwise = polychoric(frame, missing="listwise")
    pd.testing.assert_frame_equal(listwise, polychoric(frame.dropna()))


def test_empty_cells_are_named_by_pair() -> None:
    frame = sample(40, EVEN, [-1.5, -0.5, 0.5, 1.5])
    found = polychoric(frame, return_acov=True, smooth=True)
    (finding,) = [f for f in found.findings if f.code == "empty_cells"]
    assert "x1 × x2" in finding.message.en
    assert "x1 × x2" in finding.message.zh


def indefinite() -> pd.DataFrame:
    rows = [(1, 1, 2)] * 20 + [(1, 2, 1)] * 20 + [(2, 2, 2)] * 19 + [(2, 1, 1)] + [(1, 1, 1)]
    return pd.DataFrame(rows, columns=["a", "b", "c"])


def test_indefinite_matrix_is_said_and_smoothed_on_request() -> None:
    with pytest.warns(RuntimeWarning, match="not positive definite"):
        found = polychoric(indefinite())
    assert np.linalg.eigvalsh(found.to_numpy())[0] < 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        smoothed = polychoric(indefinite(), smooth=True)
    assert np.linalg.eigvalsh(smoothed.to_numpy())[0] > 0
    np.testing.assert_allclose(np.diag(smoothed), 1.0)
    result = polychoric(indefinite(), return_acov=True)
    assert any(
        f.code == "not_positive_definite" and f.severity == "serious" for f in result.findings
    )


def test_smoothing_leaves_a_definite_matrix_alone() -> None:
    np.testing.assert_array_equal(smooth_correlations(EVEN), EVEN)


def test_two_empty_cells_on_the_diagonal_are_a_correlation_of_one() -> None:
    frame = pd.DataFrame({"a": [1, 1, 1, 2, 2], "b": [2, 2, 2, 1, 1]})
    result = polychoric(frame, return_acov=True)
    assert result.correlations.loc["a", "b"] == -1.0
    assert any(f.code == "correlation_nearly_one" for f in result.findings)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([3, 3, 3, 3, 3], "one value only: every answer is 3"),
        ([np.nan] * 5, "no value at all"),
        (["a", "b", "a", "b", "a"], "holds text"),
    ],
)
def test_useless_columns_are_refused_by_name(column: list, message: str) -> None:
    frame = pd.DataFrame({"good": [1, 2, 1, 2, 2], "bad": column})
    with pytest.raises(DataError, match=message) as caught:
        polychoric(frame)
    assert "'bad'" in str(caught.value)


def test_continuous_column_declared_ordinal_is_refused() -> None:
    frame = pd.DataFrame({"x": [1, 2] * 100, "income": np.random.default_rng(1).normal(size=200)})
    with pytest.raises(DataError, match="'income' has 200 different values"):
        polychoric(frame)


def test_many_categories_are_a_warning() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.integers(1, 4, 400), "many": rng.integers(1, 31, 400)})
    result = polychoric(frame, return_acov=True)
    (finding,) = [f for f in result.findings if f.code == "many_categories"]
    assert finding.where == "many"
    assert "30 categories" in finding.message.en


def test_columns_never_answered_together_are_refused() -> None:
    frame = pd.DataFrame({"a": [1, 2, 1, np.nan, np.nan], "b": [np.nan, np.nan, np.nan, 1, 2]})
    with pytest.raises(DataError, match="answered together in 0 rows"):
        polychoric(frame)


def test_unknown_options_and_columns_are_refused() -> None:
    frame = sample(50, EVEN, [0.0])
    with pytest.raises(OptionError, match="missing='fiml'"):
        polychoric(frame, missing="fiml")
    with pytest.raises(DataError, match="'x9' is not a column"):
        polychoric(frame, ordered=["x9"])
    with pytest.raises(DataError, match="two columns"):
        polychoric(frame[["x1"]])


def test_result_prints_and_makes_frames() -> None:
    result = polychoric(sample(200, EVEN, [-0.5, 0.6]), return_acov=True)
    assert "Polychoric correlations" in result.summary()
    assert "多分格相关矩阵" in result.summary("zh")
    assert result.to_frame().shape == (3, 3)
    assert list(result.thresholds.columns) == ["item", "threshold", "est", "se"]
    assert "<table" in result._repr_html_()
