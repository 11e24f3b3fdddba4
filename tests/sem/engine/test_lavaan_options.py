"""Options that few ask for give lavaan's numbers (tests/reference/sem_engine/make.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.sem import cfa, sem

FOLDER = Path(__file__).parents[2] / "reference" / "sem_engine"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))

# lavaan's Hessian is a numerical derivative with an error of about 1e-9, and its fits are
# polished to a gradient of 1e-12: estimates agree to 1e-7, errors and tests to 1e-6 relative.
ESTIMATES, RELATIVE = 1e-7, 2e-6


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "hs.csv")


def name(case: dict[str, Any]) -> str:
    return "-".join(f"{key}={value}" for key, value in case["options"].items())


@pytest.mark.parametrize("case", EXPECTED["cases"], ids=name)
def test_options_give_lavaans_numbers(case: dict[str, Any], data: pd.DataFrame) -> None:
    options = dict(case["options"])
    kind = options.pop("model")
    fit = (cfa if kind == "cfa" else sem)(EXPECTED["models"][kind], data, **options)
    free = [row.free - 1 for row in fit.table.rows if row.free and row.group]
    errors = np.sqrt(np.diag(fit.fit.vcov))[free]
    np.testing.assert_allclose(fit.fit.x[free], case["est"], atol=ESTIMATES)
    np.testing.assert_allclose(errors, case["se"], rtol=RELATIVE, atol=1e-8)
    found = {test.name: test for test in fit.fit.tests}
    assert set(found) == {test["name"] for test in case["tests"]}
    for test in case["tests"]:
        own = found[test["name"]]
        for key in ("stat", "df", "scaling_factor", "shift", "scaling_h1", "scaling_h0"):
            expected = test.get(key)
            if isinstance(expected, (int, float)):
                assert getattr(own, key) == pytest.approx(expected, rel=RELATIVE), key
        if isinstance(test["pvalue"], (int, float)):
            assert own.pvalue == pytest.approx(test["pvalue"], rel=1e-4, abs=1e-15)
