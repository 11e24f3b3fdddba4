"""Effects over imputed data sets, against lavaan and mice."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.tolerances import ESTIMATE, STANDARD_ERROR

from ecosurvey import imputed_effects, key_factors, sem_mi
from ecosurvey.core import Text
from ecosurvey.sem.imputed import ImputedSem

REFERENCE = Path(__file__).parents[1] / "reference"
EXPECTED = json.loads((REFERENCE / "imputed_effects/expected.json").read_text("utf-8"))
ROWS = pd.read_csv(REFERENCE / "sem_imputed/hs.csv")
COPIES = [rows.drop(columns=".imp") for _, rows in ROWS.groupby(".imp")]


@pytest.fixture(scope="module")
def fit() -> ImputedSem:
    return sem_mi(EXPECTED["model"], COPIES, estimator="MLR")


def test_effects_and_missing_information_are_rs(fit: ImputedSem) -> None:
    found = imputed_effects(fit, "speed", ["visual", "textual"])
    assert found.m == len(COPIES) == 6
    for row in found.rows:
        wanted = EXPECTED["effects"][row.factor]
        for name in ("estimate", "lowest", "highest"):
            assert getattr(row, name) == pytest.approx(wanted[name], abs=ESTIMATE), name
        for name in ("se", "fmi"):  # from the errors of each fit
            assert getattr(row, name) == pytest.approx(wanted[name], abs=STANDARD_ERROR), name


def test_the_ranking_of_pooled_fits_has_the_same_effects(fit: ImputedSem) -> None:
    ranked = key_factors(fit, "speed", seed=1)
    found = {row.factor: row for row in imputed_effects(fit, "speed", ranked.factors).rows}
    for row in ranked.rows:  # one standardizes the pooled estimates, the other pools standardized
        assert abs(row.total_std - found[row.factor].estimate) < 0.2 * found[row.factor].se
        assert row.ci_lower < found[row.factor].estimate < row.ci_upper


def test_it_is_told_where_the_first_factor_is_not_the_same(fit: ImputedSem) -> None:
    copies = [
        copy.assign(y=(1 + (-1) ** k / 5) * copy["x1"] / copy["x1"].std()
                    + copy["x2"] / copy["x2"].std() + copy["x7"])
        for k, copy in enumerate(COPIES)
    ]  # fmt: skip
    names = {"x1": Text("one", "甲"), "x2": Text("two", "乙")}
    found = imputed_effects(sem_mi("y ~ x1 + x2", copies), "y", ["x1", "x2"], names=names)
    assert [(row.best, row.worst) for row in found.rows] == [(1, 2), (1, 2)]
    (told,) = found.findings
    assert told.code == "first_differs"
    assert "one in 3, two in 3 of 6" in told.message.en
    assert "甲（3个）" in told.message.zh
    assert "插补" in found.summary("zh")
