"""The measures of a fit as a whole: which there are, under which names, and what they refuse."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from ecosurvey.core import OptionError
from ecosurvey.sem import cfa
from ecosurvey.sem.measures import FAMILIES, fit_measures
from reference.sem.cases import dataset, every_case, family
from reference.sem.fits import fitted


@pytest.mark.parametrize(("key", "member"), every_case())
def test_every_measure_that_lavaan_prints_is_there(key: str, member: str) -> None:
    said = family(key)[member]["fit_measures"]
    assert set(said) <= set(fitted(key, member).fit_measures)


def test_each_measure_belongs_to_one_family() -> None:
    fit = fitted("holzinger", "hs_MLR").fit
    names = [name for gather in FAMILIES.values() for name in gather(fit)]
    assert len(names) == len(set(names))


def test_names_pick_in_the_order_asked() -> None:
    fit = fitted("holzinger", "hs_ML").fit
    assert list(fit_measures(fit, ["srmr", "cfi"])) == ["srmr", "cfi"]
    assert fit_measures(fit, ["cfi"])["cfi"] == fit_measures(fit)["cfi"]


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(OptionError, match="rmsea_scaled"):
        fit_measures(fitted("holzinger", "hs_MLM").fit, ["rmsea_scalled"])


def test_scaled_measures_need_a_scaled_test() -> None:
    assert "cfi_scaled" not in fitted("holzinger", "hs_ML").fit_measures
    assert "cfi_robust" in fitted("holzinger", "hs_MLM").fit_measures
    assert "cfi_robust" not in fitted("holzinger", "hs_MLMVS").fit_measures


def test_least_squares_have_no_likelihood() -> None:
    measures = fitted("holzinger", "hs_ULS").fit_measures
    assert not {"logl", "aic", "bic", "sabic"} & set(measures)
    assert measures["ntotal"] == 301


def test_a_saturated_model_is_measured_without_a_division_by_zero() -> None:
    fit = cfa("f =~ x1 + x2 + x3", dataset("holzinger"), estimator="MLR")
    measures = fit.fit_measures
    assert measures["df"] == 0
    assert measures["cfi"] == measures["tli"] == measures["nfi"] == 1.0
    assert measures["rmsea"] == measures["rmsea_ci_upper"] == 0.0
    assert math.isnan(measures["cn_05"])
    assert measures["srmr"] == pytest.approx(0.0, abs=1e-8)


def test_a_fit_that_did_not_converge_has_no_numbers_to_trust() -> None:
    case = family("holzinger")["hs_ML"]
    fit = fitted("holzinger", "hs_ML")
    from dataclasses import replace

    lost = tuple(replace(t, stat=math.nan, pvalue=math.nan) for t in fit.fit.tests)
    measures = fit_measures(replace(fit.fit, converged=False, tests=lost))
    for name in ("chisq", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_upper", "cn_05", "mfi"):
        assert math.isnan(measures[name]), name
    assert measures["npar"] == case["fit_measures"]["npar"]


def test_the_measures_load_no_frames() -> None:
    code = (
        "import sys, ecosurvey.sem.measures.rmsea, ecosurvey.sem.measures.cfi\n"
        "print('scipy.stats' in sys.modules, 'matplotlib' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
