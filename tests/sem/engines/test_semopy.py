"""semopy and our own engine agree wherever semopy can fit the model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import OptionError
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.engines import cross_check, semopy_search
from ecosurvey.sem.optimizer import objective, start_values
from reference.sem.cases import dataset
from reference.sem.fits import fitted

FITTED_BY_BOTH = [
    ("holzinger", "hs_ML"),
    ("holzinger", "hs_MLR"),
    ("holzinger", "hs_mean_ML"),
    ("holzinger", "hs_std_lv_ML"),
    ("holzinger", "hs_orthogonal_ML"),
    ("political", "political_ML"),
    ("political", "path_ML"),
    ("structures", "mimic_ML"),
    ("structures", "second_order_ML"),
    ("structures", "single_indicator_ML"),
    ("structures", "nonrecursive_ML"),
    ("options", "moments_cov_ML"),
]


@pytest.mark.parametrize(("key", "member"), FITTED_BY_BOTH)
def test_both_engines_agree(key: str, member: str) -> None:
    check = cross_check(fitted(key, member).fit)
    assert check.agrees, check.findings
    assert check.gradient < 1e-5
    kinds = set(check.to_frame()["kind"])
    assert {"covariance", "fit"} <= kinds
    assert ("se" in kinds) == (not member.endswith("MLR"))


def test_a_wrong_estimate_is_found_and_named() -> None:
    fit = fitted("holzinger", "hs_ML").fit
    moved = fit.x.copy()
    moved[0] += 1e-3
    check = cross_check(replace(fit, x=moved))
    assert not check.agrees
    assert check.findings[0].severity == "serious"
    assert "visual =~ x2" in check.findings[0].say()
    assert "NO" in check.summary()
    assert "否" in check.summary("zh")


def test_the_search_gives_every_parameter_its_place() -> None:
    own = fitted("political", "political_ML").fit
    aim = objective(own.model, "ML")
    found = semopy_search(aim, start_values(own.model))
    np.testing.assert_allclose(found.x, own.x, atol=1e-5)
    assert found.converged


TWO_FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual"
SIZES = {
    "all large": [1e8] * 6,
    "all small": [1e-6] * 6,
    "one large": [1, 1e8, 1, 1, 1, 1],
    "a marker large, another small": [1e8, 1, 1e3, 1e-4, 1, 1],
}


@pytest.mark.parametrize("options", [{}, {"std_lv": True}], ids=["marker", "std_lv"])
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_raw_scores_of_any_size_are_checked(sizes: list[float], options: dict[str, bool]) -> None:
    plain = dataset("holzinger")[["x1", "x2", "x3", "x4", "x5", "x6"]]
    fit = sem(TWO_FACTORS, plain * sizes, **options)
    check = fit.cross_check()
    assert check.agrees, check.findings
    assert check.gradient < 1e-6
    assert fit.fit_measures["chisq"] == pytest.approx(sem(TWO_FACTORS, plain).fit_measures["chisq"])
    moved = fit.fit.x.copy()
    moved[0] *= 1.001
    assert not cross_check(replace(fit.fit, x=moved)).agrees


def test_equal_parameters_of_large_scores_stay_equal() -> None:
    data = dataset("holzinger")[["x1", "x2", "x3", "x4"]] * [1e8, 1e8, 4e8, 1e8]
    check = cfa("f =~ x1 + a*x2 + a*x3 + x4", data).cross_check()
    assert check.agrees, check.findings


def test_a_fit_better_than_expected_is_no_disagreement() -> None:
    rng = np.random.default_rng(2)
    f = rng.normal(size=(400, 1))
    fit = cfa("f =~ a + b + c + d", pd.DataFrame(f + rng.normal(size=(400, 4)), columns=[*"abcd"]))
    assert fit.fit_measures["chisq"] < fit.fit_measures["df"]  # so that semopy's CFI exceeds one
    assert fit.cross_check().agrees


@pytest.mark.parametrize(
    ("key", "member", "reason"),
    [
        ("holzinger", "hs_GLS", "maximum likelihood"),
        ("holzinger", "hs_wishart_ML", "maximum likelihood"),
        ("groups_two", "school_loadings_ML", "one group"),
        ("constraints", "effect_coding_ML", "constraints"),
        ("constraints", "nonlinear_ML", "constraints"),
        ("growth", "growth_ML", "restricted means"),
    ],
)
def test_what_semopy_cannot_fit_is_refused_with_the_reason(
    key: str, member: str, reason: str
) -> None:
    with pytest.raises(OptionError, match=reason):
        cross_check(fitted(key, member).fit)


def test_names_that_semopy_could_not_read_are_no_hindrance() -> None:
    data = dataset("holzinger")[["x1", "x2", "x3", "x4"]]
    data.columns = ["政策1", "start", "x.3", "DEFINE_4"]
    fit = cfa("因子 =~ 政策1 + start + x.3 + DEFINE_4", pd.DataFrame(data))
    assert cross_check(fit.fit).agrees


def test_semopy_gives_the_same_result_object() -> None:
    model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    mine = cfa(model, dataset("holzinger"))
    other = cfa(model, dataset("holzinger"), engine="semopy")
    assert other.engine == "semopy"
    columns = ["est", "se", "std_all"]
    np.testing.assert_allclose(other.parameters[columns], mine.parameters[columns], atol=1e-5)
    assert other.fit_measures == pytest.approx(mine.fit_measures, rel=1e-4, nan_ok=True)


@pytest.mark.parametrize("options", [{"estimator": "GLS"}, {"missing": "fiml"}])
def test_semopy_is_refused_for_other_discrepancies(options: dict[str, str]) -> None:
    data = dataset("holzinger")[["x1", "x2", "x3", "x4"]].copy()
    data.loc[3, "x2"] = np.nan
    with pytest.raises(OptionError, match="semopy"):
        cfa("f =~ x1 + x2 + x3 + x4", data, engine="semopy", **options)


def test_importing_the_engine_does_not_import_semopy() -> None:
    code = "import ecosurvey.sem.engines, sys; print('semopy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
