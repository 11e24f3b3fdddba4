"""A doubtful fit says so; an impossible one is refused in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, EcosurveyError, ModelSyntaxError, OptionError, trusted
from ecosurvey.sem import cfa, sem

ONE = "f =~ x1 + x2 + x3 + x4"


def frame(n: int = 200, items: int = 4, loading: float = 0.8, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal((n, 1))
    values = loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal((n, items))
    return pd.DataFrame(values, columns=[f"x{i + 1}" for i in range(items)])


def codes(fit) -> set[str]:
    return {finding.code for finding in fit.findings}


def test_a_good_fit_has_nothing_to_say() -> None:
    fit = cfa(ONE, frame())
    assert fit.converged
    assert fit.findings == ()
    assert fit.warnings == []


def test_a_constant_variable_is_named() -> None:
    data = frame().assign(x3=2.0)
    with pytest.raises(DataError, match=r"x3 does not vary"):
        cfa(ONE, data)
    with pytest.raises(DataError, match=r"x2, x3 do not vary\. Leave them out"):
        cfa(ONE, data.assign(x2=1.0))


def test_a_message_about_one_row_is_grammatical() -> None:
    gaps = frame().assign(x3=np.nan)
    gaps.loc[gaps.index[0], "x3"] = 1.0
    with pytest.raises(DataError, match="1 complete row remains"):
        cfa(ONE, gaps, missing="listwise")


def test_variables_that_determine_one_another_are_named() -> None:
    data = frame()
    data["x4"] = data["x1"] + data["x2"]
    with pytest.raises(DataError, match=r"(?=.*x1)(?=.*x2)(?=.*x4).*determine one another"):
        cfa(ONE, data)


def test_near_collinear_variables_are_a_warning() -> None:
    data = frame()
    rng = np.random.default_rng(0)
    data["x4"] = data["x1"] + 0.003 * rng.standard_normal(len(data))
    fit = cfa(ONE, data)
    found = next(f for f in fit.findings if f.code == "near_collinear")
    assert "x1" in found.message.en
    assert "x4" in found.message.en


def test_scales_that_differ_a_thousandfold_are_a_note() -> None:
    data = frame()
    data["x2"] *= 100
    fit = cfa(ONE, data)
    assert fit.converged
    assert "variance_scales" in codes(fit)


def test_too_few_rows_for_a_covariance_matrix_are_refused() -> None:
    with pytest.raises(DataError, match="too few"):
        cfa(ONE, frame(n=4))


def test_fewer_rows_than_parameters_are_a_warning() -> None:
    fit = cfa(ONE, frame(n=8, seed=3))
    assert "fewer_rows_than_parameters" in codes(fit)


def test_a_missing_column_is_an_error_with_its_near_miss() -> None:
    with pytest.raises(ModelSyntaxError, match="x4"):
        cfa("f =~ x1 + x2 + x44", frame())


def test_text_in_a_column_is_refused_with_its_row() -> None:
    data = frame().astype(object)
    data.loc[7, "x2"] = "often"
    with pytest.raises(DataError, match=r"'often' in row 7"):
        cfa(ONE, data)


def test_an_empty_column_is_named() -> None:
    with pytest.raises(DataError, match="x2 has no value at all"):
        cfa(ONE, frame().assign(x2=np.nan))


def test_infinite_numbers_are_refused() -> None:
    data = frame()
    data.loc[3, "x1"] = np.inf
    with pytest.raises(DataError, match="infinite"):
        cfa(ONE, data)


def test_more_parameters_than_moments_are_serious() -> None:
    fit = cfa("f =~ x1 + x2", frame())
    assert "negative_df" in codes(fit)
    assert not trusted(fit.findings)
    assert np.isnan(fit.fit.test.stat)


def test_an_unidentified_model_names_the_parameters_and_gives_no_errors() -> None:
    fit = cfa("f =~ NA*x1 + x2 + x3 + x4", frame())
    found = next(f for f in fit.findings if f.code == "not_identified")
    assert found.severity == "serious"
    assert "f =~ x1" in found.message.en
    assert "f ~~ f" in found.message.en
    assert fit.parameters["se"][:4].isna().all()


def test_only_the_part_that_is_not_identified_is_named() -> None:
    rng = np.random.default_rng(2)
    data = frame(items=4).join(frame(items=4, seed=5).add_prefix("y_"))
    data["y_x1"] += 0.3 * data["x1"] + 0.1 * rng.standard_normal(len(data))
    fit = cfa("f =~ x1 + x2 + x3 + x4; g =~ NA*y_x1 + y_x2 + y_x3 + y_x4", data)
    found = next(f for f in fit.findings if f.code == "not_identified")
    assert "g =~ y_x1" in found.message.en
    assert "f =~ x2" not in found.message.en


def test_a_negative_variance_is_serious_and_named() -> None:
    cov = pd.DataFrame(
        [[1.0, 0.7, 0.7], [0.7, 1.0, 0.3], [0.7, 0.3, 1.0]],
        index=["x1", "x2", "x3"],
        columns=["x1", "x2", "x3"],
    )
    fit = cfa("f =~ x1 + x2 + x3", cov=cov, n=200)
    found = next(f for f in fit.findings if f.code == "negative_variance")
    assert found.severity == "serious"
    assert found.where == "x1 ~~ x1"
    assert "negative" in fit.summary()
    assert any("negative" in words for words in fit.warnings)
    assert np.isnan(fit.r_squared["x1"])


def test_factors_that_correlate_beyond_one_are_serious() -> None:
    rng = np.random.default_rng(4)
    data = frame(items=6, loading=0.75, seed=9)
    data["x4"] += 0.3 * data["x1"] + 0.02 * rng.standard_normal(len(data))
    fit = cfa("f =~ x1 + x2 + x3; g =~ x4 + x5 + x6", data)
    found = next(f for f in fit.findings if f.code.startswith("latent_correlation_beyond"))
    assert found.severity == "serious"
    assert "g ~~ f" in found.where or "f ~~ g" in found.where


def test_rows_left_out_are_counted() -> None:
    data = frame()
    data.iloc[:3, 1] = np.nan
    fit = cfa(ONE, data)
    assert fit.n == 197
    found = next(f for f in fit.findings if f.code == "rows_left_out")
    assert "3 of 200" in found.message.en
    assert "200 行中有 3 行" in found.message.zh


def test_rows_without_a_group_are_counted() -> None:
    data = frame().assign(g=["a", "b"] * 100)
    data.loc[[0, 1], "g"] = None
    fit = cfa(ONE, data, group="g")
    assert fit.n == 198
    assert fit.groups == ("a", "b")
    assert "rows_left_out" in codes(fit)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "MLX"}, "MLX"),
        ({"missing": "guess"}, "guess"),
        ({"likelihood": "wishart", "estimator": "GLS"}, "wishart"),
        ({"se": "robust", "information": "first_order"}, "first.order"),
        ({"estimator": "GLS", "test": "satorra_bentler"}, "scaled test"),
        ({"estimator": "DWLS", "information": "observed"}, "expected"),
        ({"estimator": "ULS", "se": "robust_huber_white"}, "casewise"),
        ({"estimator": "MLM", "information": "observed"}, "expected"),
        ({"engine": "other"}, "other"),
        ({"level": 95}, "95"),
        ({"group_equal": "loading"}, "loadings"),
        ({"test": "chi"}, "chi"),
        ({"cov": 3}, "data="),
    ],
)
def test_options_without_meaning_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        cfa(ONE, frame(), **options)


def test_neither_data_nor_moments_is_refused() -> None:
    with pytest.raises(OptionError, match="either data"):
        cfa(ONE)


def test_moments_need_a_size_means_and_rows_where_the_method_does() -> None:
    cov = frame().cov()
    with pytest.raises(OptionError, match="n="):
        cfa(ONE, cov=cov)
    with pytest.raises(DataError, match="mean="):
        cfa(ONE, cov=cov, n=200, meanstructure=True)
    with pytest.raises(DataError, match="needs the rows"):
        cfa(ONE, cov=cov, n=200, estimator="MLM")
    with pytest.raises(DataError, match=r"needs the rows"):
        cfa(ONE, cov=cov, n=200, estimator="MLR")
    with pytest.raises(ModelSyntaxError, match="'x4' is not a column"):
        cfa(ONE, cov=cov.iloc[:3, :3], n=200)


def test_a_group_column_with_one_value_or_none_is_refused() -> None:
    with pytest.raises(DataError, match="one value only"):
        cfa(ONE, frame().assign(g="a"), group="g")
    with pytest.raises(DataError, match="not a column"):
        cfa(ONE, frame(), group="gg")
    with pytest.raises(DataError, match="is empty"):
        cfa(ONE, frame().assign(g=None), group="g")


def test_a_group_with_one_row_is_refused_by_name() -> None:
    data = frame().assign(g=["a"] * 199 + ["b"])
    with pytest.raises(DataError, match="'b'"):
        cfa(ONE, data, group="g")


def test_a_search_that_does_not_arrive_is_serious_and_gives_no_errors(monkeypatch) -> None:
    from ecosurvey.sem.optimizer import constrained

    full = constrained.score
    monkeypatch.setattr(
        constrained,
        "score",
        lambda objective, start, basis, radius=1.0: full(objective, start, basis, 1),
    )
    fit = cfa(ONE, frame())
    assert not fit.converged
    assert "not_converged" in codes(fit)
    assert fit.parameters["se"].dropna().eq(0).all()
    assert np.isnan(fit.fit.test.stat)


def test_bad_input_never_gives_anything_but_our_errors() -> None:
    for data in (None, 3, "x1,x2", [1, 2], pd.DataFrame(), frame(0)):
        with pytest.raises(EcosurveyError):
            sem(ONE, data)


@pytest.mark.parametrize("model", [None, 3, "", "f =~", "a == b", "x1"])
def test_what_is_not_a_model_is_refused(model: object) -> None:
    with pytest.raises(ModelSyntaxError):
        cfa(model, frame())


def test_a_parameter_table_may_stand_for_the_text() -> None:
    from ecosurvey.sem.api import fit_request
    from ecosurvey.sem.request import Request

    fit = cfa(ONE, frame())
    again = fit_request(Request("cfa"), fit.table, frame())
    assert again.fit.objective == fit.fit.objective


def test_models_of_little_are_fitted_all_the_same() -> None:
    for model, df in (("x1 ~~ x2", 0), ("x1 ~~ 0*x2", 1), ("x1 ~ 1", 0), ("x1 ~ x2", 0)):
        fit = sem(model, frame())
        assert fit.converged
        assert fit.fit.test.df == df
        assert fit.summary()
    fixed = "f =~ 1*x1 + 1*x2; f ~~ 1*f; x1 ~~ 1*x1; x2 ~~ 1*x2"
    assert sem(fixed, frame()).fit_measures["npar"] == 0


def test_wls_refuses_fewer_rows_than_moments() -> None:
    with pytest.raises(DataError, match="WLS"):
        cfa("f =~ x1 + x2 + x3 + x4", frame(n=10), estimator="WLS")
