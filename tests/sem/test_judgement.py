"""A badly fitting model is said to be one, and a good one is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import OptionError
from ecosurvey.sem import cfa, judgement

ITEMS = [f"x{i}" for i in range(1, 7)]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    factors = np.repeat(rng.normal(size=(600, 2)), 3, axis=1)
    return pd.DataFrame(0.8 * factors + 0.6 * rng.normal(size=(600, 6)), columns=ITEMS)


def test_one_factor_for_two_is_said_to_fit_poorly(data: pd.DataFrame) -> None:
    fit = cfa(f"f =~ {' + '.join(ITEMS)}", data)
    found = [finding for finding in fit.findings if finding.code == "poor_fit"]
    assert len(found) == 1
    assert found[0].severity == "warning"
    for name in ("CFI", "RMSEA", "SRMR"):
        assert name in found[0].message.en
        assert name in found[0].message.zh


def test_the_right_model_is_not(data: pd.DataFrame) -> None:
    fit = cfa("f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6", data, estimator="MLR")
    assert not any(finding.code == "poor_fit" for finding in fit.findings)


def test_the_scaled_version_is_judged_where_a_robust_one_cannot_be_computed(
    data: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    measures = {
        "chisq": 9.0, "df": 8.0, "pvalue": 0.3, "srmr": 0.02,
        "cfi": 0.98, "cfi_scaled": 0.85, "cfi_robust": np.nan,
        "rmsea": 0.02, "rmsea_scaled": 0.03, "rmsea_robust": np.nan,
    }  # fmt: skip
    monkeypatch.setattr(judgement, "headline_measures", lambda _: measures)
    fit = cfa("f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6", data, estimator="MLR")
    (found,) = [finding for finding in fit.findings if finding.code == "poor_fit"]
    assert "CFI = .850" in found.message.en


def test_a_saturated_model_is_not_judged(data: pd.DataFrame) -> None:
    assert not cfa("f =~ x1 + x2 + x3", data).findings


def test_a_result_at_the_prompt_is_one_line(data: pd.DataFrame) -> None:
    shown = repr(cfa(f"f =~ {' + '.join(ITEMS)}", data))
    assert len(shown) < 200
    assert "poor_fit" in shown


def test_semopy_is_for_likelihood_only(data: pd.DataFrame) -> None:
    with pytest.raises(OptionError, match="engine='semopy' fits estimator='ML' only"):
        cfa("f =~ x1 + x2 + x3", data, engine="semopy", estimator="MLR")
