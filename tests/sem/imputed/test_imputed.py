"""Fits pooled over imputations: semTools' numbers, and facts that must hold.

semTools fits by lavaan's own optimizer, which stops some 1e-6 short of the solution; so the
tolerances are looser here than where lavaan's fits were polished.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import ConvergenceError, DataError, OptionError
from ecosurvey.sem import compare, sem, simulate
from ecosurvey.sem.imputed import ImputedSem, PooledTest, sem_mi
from ecosurvey.sem.imputed.test import d2, d3
from reference.sem.cases import numbers

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_imputed"
CASES: dict[str, dict[str, Any]] = json.loads((REFERENCE / "expected.json").read_text("utf-8"))
ASKED = [(name, pooling) for name, case in CASES.items() for pooling in case["tests"]]

UNPOLISHED = 1e-5  # estimates and errors, relative to max(1, |value|)
TEST = 1e-4  # statistics, relative
DF = 1e-3  # degrees of freedom go with the square of W / B, whose B is a small difference
# semTools 0.5-6: a branch the wrong way round makes robust TLI 1; the limits of scaled RMSEA divide
# by the model's df, where lavaan divides by tr(U Gamma); mean residuals are standardized by implied
# variances in CRMR; SRMR of ordinal items leaves out the diagonal, which lavaan counts.
OTHERWISE = ("tli_robust", "nnfi_robust", "rmsea_ci_lower_scaled", "rmsea_ci_upper_scaled")
ORDINAL_OTHERWISE = ("rmr", "rmr_nomean", "srmr", "srmr_bentler", "srmr_bentler_nomean", "crmr")


@cache
def copies(name: str) -> tuple[pd.DataFrame, ...]:
    rows = pd.read_csv(REFERENCE / f"{name}.csv")
    return tuple(part.drop(columns=".imp") for _, part in rows.groupby(".imp"))


@cache
def pooled(name: str, pooling: str | None = None, proportional: bool = False) -> ImputedSem:
    case = CASES[name]
    return sem_mi(
        case["model"], copies(case["data"]), model_type=case["call"], pooling=pooling,
        proportional=proportional, **case["options"],
    )  # fmt: skip


def near(found: Any, expected: Any, limit: float) -> None:
    expected = numbers(expected)
    off = np.abs(np.asarray(found, dtype=float) - expected) / np.maximum(1, np.abs(expected))
    assert np.nanmax(off) <= limit


def shown(case: dict[str, Any]) -> list[int]:
    return [index for index, op in enumerate(case["parameters"]["op"]) if op != "=="]


@pytest.mark.parametrize("name", CASES)
def test_parameters_are_semtools(name: str) -> None:
    said, rows, table = CASES[name]["parameters"], shown(CASES[name]), pooled(name).parameters
    # definitions: Rubin's rules here, the delta method there
    plain = (table["op"] != ":=").to_numpy()
    near(table["est"], numbers(said["est"])[rows], UNPOLISHED)
    for column in ("se", "ci_lower", "ci_upper", "pvalue"):
        near(table[column][plain], numbers(said[column])[rows][plain], UNPOLISHED)
    for column in ("fmi", "riv"):
        near(table[column], numbers(said[column])[rows], TEST)
    near(table["z"][plain], numbers(said["t"])[rows][plain], TEST)
    finite = np.isfinite(numbers(said["df"])[rows])  # make.R writes what is infinite as null
    near(table["df"][finite], numbers(said["df"])[rows][finite], DF)
    assert not np.isfinite(table["df"][~finite]).any()
    near(
        pooled(name, proportional=True).parameters["se"][plain],
        numbers(CASES[name]["scaled_se"])[rows][plain], UNPOLISHED,
    )  # fmt: skip
    if (
        name == "imputed_covariate"
    ):  # there semTools takes the covariate's variance from one data set
        return
    free = plain & (table["se"] > 0).to_numpy()
    for column in ("std_lv", "std_all"):
        near(table[column][free], numbers(said[column])[rows][free], UNPOLISHED)


@pytest.mark.parametrize(("name", "pooling"), ASKED)
def test_tests_and_measures_are_semtools(name: str, pooling: str) -> None:
    fit, case = pooled(name, pooling), CASES[name]
    same(fit.pooled_test, case["tests"][pooling])
    for measure, value in case["measures"][pooling].items():
        if measure not in fit.fit_measures or value is None or left_out(name, measure):
            continue
        # RMSEA's limits are searched to 1e-4 there
        limit = 5e-4 if "_ci_" in measure else TEST
        assert fit.fit_measures[measure] == pytest.approx(value, rel=limit, abs=1e-6), measure


def left_out(name: str, measure: str) -> bool:
    if name == "ordinal":
        return measure in ORDINAL_OTHERWISE
    if name == "groups":
        return measure == "crmr"
    if name == "imputed_covariate":  # the baseline too keeps one data set's moments of it
        return measure not in (
            "chisq",
            "df",
            "logl",
            "unrestricted_logl",
            "aic",
            "bic",
            "rmsea",
            "mfi",
        )
    return measure in OTHERWISE


def same(found: PooledTest, said: dict[str, dict[str, float]]) -> None:
    for mine, theirs in (("chisq", "chisq"), ("df", "df"), ("ariv", "ariv"), ("fmi", "fmi")):
        assert getattr(found, mine) == pytest.approx(said["chisq"][theirs], rel=TEST)
    assert found.pvalue == pytest.approx(said["chisq"]["pvalue"], rel=1e-3)
    if "F" in said["f"]:
        assert found.f == pytest.approx(said["f"]["F"], rel=TEST)
        assert found.df2 == pytest.approx(said["f"]["df2"], rel=DF)
        assert found.pvalue_f == pytest.approx(said["f"]["pvalue"], rel=1e-3)


@pytest.mark.parametrize("pooling", ["D3", "D2"])
def test_differences_are_semtools(pooling: str) -> None:
    case = CASES["plain"]
    freer = sem_mi(case["freer"], copies("hs"), model_type="cfa")
    same(pooled("plain").compare(freer, pooling), case["differences"][pooling])
    assert freer.compare(pooled("plain"), pooling) == pooled("plain").compare(freer, pooling)


def test_definitions_follow_rubins_rules() -> None:
    fit = pooled("paths")
    row = fit.parameters.set_index("lhs").loc["indirect"]
    each = [one.parameters.set_index("lhs").loc["indirect"] for one in fit.fits]
    est, se = (np.array([one[name] for one in each], dtype=float) for name in ("est", "se"))
    total = np.mean(se**2) + (1 + 1 / fit.m) * est.var(ddof=1)
    assert row["est"] == pytest.approx(est.mean())
    assert row["se"] == pytest.approx(np.sqrt(total))


def test_equal_copies_are_the_fit_itself() -> None:
    data = simulate("f =~ .8*x1 + .7*x2 + .6*x3 + .7*x4; y ~ .5*f", 250, seed=4)
    model = "f =~ x1 + x2 + x3 + x4; y ~ f"
    one, many = sem(model, data), sem_mi(model, [data] * 3)
    for column in ("est", "se", "z", "pvalue", "ci_upper", "std_all"):
        np.testing.assert_allclose(many.parameters[column], one.parameters[column], atol=1e-12)
    for measure in (
        "chisq",
        "pvalue",
        "cfi",
        "tli",
        "rmsea",
        "srmr",
        "logl",
        "bic",
        "baseline_chisq",
    ):
        assert many.fit_measures[measure] == pytest.approx(one.fit_measures[measure], rel=1e-9)
    assert many.pooled_test.ariv == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(
        many.effects("y").to_frame()["est"], one.effects("y").to_frame()["est"]
    )


def test_a_saturated_model_has_no_test() -> None:
    rng = np.random.default_rng(5)
    frames = [pd.DataFrame(rng.normal(size=(80, 2)), columns=["x", "y"]) for _ in range(3)]
    fit = sem_mi("y ~ x", frames)
    assert fit.fit_measures["chisq"] == 0
    assert np.isnan(fit.pooled_test.pvalue)


def test_negative_statistics_become_zero_and_are_told() -> None:
    test = d2([0.1, 40.0, 0.2], 10)
    assert test.negative
    assert test.chisq == 0
    assert d3(10.0, 12.0, 5, 4).ariv < 0


def test_weights_are_taken() -> None:
    frames = [frame.assign(w=1 + (frame.index % 3)) for frame in copies("hs")]
    fit = sem_mi("visual =~ x1 + x2 + x3 + x4", frames, sampling_weights="w")
    assert fit.weights == "w"
    assert fit.estimator == "MLR"
    assert fit.fit_measures["chisq_scaled"] > 0


def test_what_cannot_be_pooled_is_refused() -> None:
    frame = copies("hs")[0]
    model = "visual =~ x1 + x2 + x3 + x4"
    with pytest.raises(DataError, match="1 imputed data set"):
        sem_mi(model, [frame])
    with pytest.raises(DataError, match="not a list"):
        sem_mi(model, frame)
    with pytest.raises(DataError, match="set 2: 'x1' still has 3 gaps"):
        sem_mi(model, [frame, frame.assign(x1=frame["x1"].where(frame.index > 2))])
    with pytest.raises(DataError, match="groups or rows"):
        sem_mi(model, [frame, frame[:200]])
    with pytest.raises(OptionError, match="missing="):
        sem_mi(model, [frame, frame], missing="fiml")
    with pytest.raises(OptionError, match="D3 needs"):
        sem_mi(model, [frame, frame], estimator="GLS", pooling="D3")
    with pytest.raises(ConvergenceError, match="0 of 2"):
        sem_mi(model, [frame, frame], se="none")
    fit = pooled("plain")
    with pytest.raises(OptionError, match=r"fit\.compare"):
        compare(fit, pooled("robust"))
    with pytest.raises(DataError, match="not nested"):
        fit.compare(fit)
    with pytest.raises(OptionError, match=r"\.fits"):
        fit.scores()


def test_what_is_read_names_pooling_and_missing_information() -> None:
    fit = pooled("plain")
    text = fit.summary()
    assert "6 imputed data sets, pooled by Rubin's rules; tests by D3" in text
    assert "FMI" in text
    assert "合并6个插补数据集" in fit.summary("zh")
    assert [finding.code for finding in fit.findings] == ["few_imputations"]
