"""What must not matter does not, and scales go where they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosurvey.sem import cfa, sem

MODEL = """
f =~ x1 + x2 + x3
g =~ y1 + y2 + y3
g ~ f + w
"""
QUICK = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    n = 250
    w = rng.exponential(size=n)
    f = rng.standard_normal(n)
    g = 0.5 * f + 0.3 * w + rng.standard_normal(n)
    columns = {"w": w}
    for name, factor in (("x", f), ("y", g)):
        for i in range(3):
            columns[f"{name}{i + 1}"] = 3 + (0.6 + 0.2 * i) * factor + rng.standard_normal(n)
    return pd.DataFrame(columns)


def by_name(fit) -> pd.Series:
    frame = fit.parameters
    pairs = [
        "~~".join(sorted([row.lhs, row.rhs])) if row.op == "~~" else f"{row.lhs}{row.op}{row.rhs}"
        for row in frame.itertuples()
    ]
    return frame.set_index(pd.Index(pairs)).sort_index()


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLMV", "GLS", "ULS", "DWLS", "WLS"])
def test_the_order_of_rows_and_columns_does_not_matter(data, estimator) -> None:
    shuffled = data.sample(frac=1, random_state=3)[list(data.columns[::-1])]
    one, other = (by_name(sem(MODEL, d, estimator=estimator)) for d in (data, shuffled))
    for column in ("est", "se", "std_all"):
        np.testing.assert_allclose(one[column], other[column], rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLMV", "GLS", "DWLS"])
def test_the_order_of_items_and_lines_does_not_matter(data, estimator) -> None:
    turned = "g ~ w + f\ng =~ y1 + y3 + y2\nf =~ x1 + x3 + x2"
    one, other = (sem(m, data, estimator=estimator) for m in (MODEL, turned))
    for column in ("est", "se", "std_all"):
        np.testing.assert_allclose(
            by_name(one)[column], by_name(other)[column], rtol=1e-7, atol=1e-8
        )
    for test, twin in zip(one.fit.tests, other.fit.tests, strict=True):
        assert test.stat == pytest.approx(twin.stat, rel=1e-9)


@QUICK
@given(
    exponents=st.lists(st.floats(-3.0, 3.0), min_size=7, max_size=7),
    shift=st.floats(-50, 50),
    estimator=st.sampled_from(["ML", "MLR", "MLM", "GLS", "WLS", "DWLS"]),
)
def test_rescaling_changes_units_and_nothing_else(data, exponents, shift, estimator) -> None:
    scale = pd.Series(10.0 ** np.array(exponents), index=data.columns)
    plain = sem(MODEL, data, estimator=estimator)
    scaled = sem(MODEL, (data + shift) * scale, estimator=estimator)
    assert_same_but_for_units(plain, scaled, scale)


@pytest.mark.parametrize("ratio", [1e-6, 1e6])
@pytest.mark.parametrize("name", ["x1", "y2", "w"])
@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_one_variable_in_a_wild_unit_is_no_trouble(data, ratio, name, missing) -> None:
    gaps = data.mask(np.random.default_rng(4).random(data.shape) < 0.05)
    gaps["w"] = data["w"]
    scale = pd.Series(1.0, index=data.columns)
    scale[name] = ratio
    plain, scaled = (sem(MODEL, d, estimator="MLR", missing=missing) for d in (gaps, gaps * scale))
    assert_same_but_for_units(plain, scaled, scale)
    assert not {"boundary", "near_collinear"} & {finding.code for finding in scaled.findings}


def assert_same_but_for_units(plain, scaled, scale) -> None:
    assert scaled.converged
    np.testing.assert_allclose(
        plain.parameters["std_all"], scaled.parameters["std_all"], rtol=1e-6, atol=1e-7
    )
    for test, twin in zip(plain.fit.tests, scaled.fit.tests, strict=True):
        assert test.stat == pytest.approx(twin.stat, rel=1e-6)
    loading, twin = (by_name(fit).loc["f=~x2"] for fit in (plain, scaled))
    unit = scale["x2"] / scale["x1"]
    assert twin["est"] == pytest.approx(loading["est"] * unit, rel=1e-6)
    assert twin["se"] == pytest.approx(loading["se"] * unit, rel=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLM"])
def test_marker_and_unit_variance_are_the_same_model(data, estimator) -> None:
    model = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"
    marker = cfa(model, data, estimator=estimator)
    unit = cfa(model, data, estimator=estimator, std_lv=True)
    np.testing.assert_allclose(
        marker.parameters["std_all"], unit.parameters["std_all"], rtol=1e-7, atol=1e-8
    )
    for test, twin in zip(marker.fit.tests, unit.fit.tests, strict=True):
        assert test.stat == pytest.approx(twin.stat, rel=1e-8)


def test_moments_give_what_their_data_give(data) -> None:
    fit = sem(MODEL, data, meanstructure=True)
    again = sem(MODEL, cov=data.cov(), n=len(data), mean=data.mean(), meanstructure=True)
    np.testing.assert_allclose(fit.parameters["est"], again.parameters["est"], rtol=1e-10)
    np.testing.assert_allclose(fit.parameters["se"], again.parameters["se"], rtol=1e-8)
    assert fit.fit_measures["logl"] == pytest.approx(again.fit_measures["logl"], rel=1e-12)


def test_groups_without_equalities_are_separate_fits(data) -> None:
    halves = data.assign(group=np.where(np.arange(len(data)) % 2 == 0, "even", "odd"))
    both = sem(MODEL, halves, group="group", estimator="MLR")
    for number, label in enumerate(both.groups, start=1):
        alone = sem(MODEL, halves[halves["group"] == label], estimator="MLR", meanstructure=True)
        part = both.parameters[both.parameters["group"] == number]
        np.testing.assert_allclose(part["est"], alone.parameters["est"], rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(part["se"], alone.parameters["se"], rtol=1e-6, atol=1e-8)
    total = both.fit.test.stat_group
    assert sum(total) == pytest.approx(both.fit.test.stat)


def test_a_group_given_twice_with_all_equal_is_the_pooled_fit(data) -> None:
    twice = pd.concat([data.assign(copy="a"), data.assign(copy="b")], ignore_index=True)
    model = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"
    one = cfa(model, twice, meanstructure=True)
    equal = ["loadings", "intercepts", "means", "residuals", "lv_variances", "lv_covariances"]
    two = cfa(model, twice, group="copy", group_equal=equal)
    np.testing.assert_allclose(
        two.parameters[two.parameters["group"] == 2]["est"], one.parameters["est"], atol=1e-8
    )
    np.testing.assert_allclose(
        two.parameters[two.parameters["group"] == 2]["se"], one.parameters["se"], atol=1e-8
    )


def test_polars_like_and_numpy_input_are_read(data) -> None:
    class Foreign:
        def to_pandas(self) -> pd.DataFrame:
            return data

    one, other = sem(MODEL, data), sem(MODEL, Foreign())
    assert one.fit.objective == other.fit.objective
    fit = cfa("f =~ x1 + x2 + x3", data[["x1", "x2", "x3"]].to_numpy())
    assert fit.converged


def test_the_result_pickles(data) -> None:
    import pickle

    fit = sem(MODEL, data, estimator="MLR")
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(again.parameters, fit.parameters)
    assert again.fit_measures == fit.fit_measures


def test_the_result_shows_itself(data) -> None:
    fit = sem(MODEL, data, estimator="MLR")
    assert "RMSEA" in str(fit)
    assert "<table>" in fit._repr_html_()
    assert fit.to_frame() is fit.parameters
    assert list(fit.parameters.columns) == [
        "lhs", "op", "rhs", "label", "group", "est", "se", "z", "pvalue", "ci_lower",
        "ci_upper", "std_lv", "std_all",
    ]  # fmt: skip
    assert list(fit.vcov.columns)[:2] == ["f =~ x2", "f =~ x3"]
    assert fit.implied[0].cov.shape == (7, 7)
    assert fit.latent_correlations.loc["f", "f"] == pytest.approx(1.0)


def test_the_language_of_the_summary_can_be_chosen(data) -> None:
    assert "估计方法" in sem(MODEL, data).summary("zh")
