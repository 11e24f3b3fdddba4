"""Products written x:z are made of the columns, as lavaan makes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import ModelSyntaxError
from ecosurvey.sem import sem

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_design"
CASES = json.loads((REFERENCE / "expected_products.json").read_text("utf-8"))
DATA = {
    "rows": pd.read_csv(REFERENCE / "rows.csv"),
    "holes": pd.read_csv(REFERENCE / "rows_holes.csv"),
}


@pytest.mark.parametrize("name", CASES)
def test_products_are_lavaans(name: str) -> None:
    case = CASES[name]
    fit = sem(case["model"], DATA[case["data"]], **case["options"])
    said, found = case["parameters"], fit.parameters
    assert found["rhs"].tolist() == said["rhs"]
    for column in ("est", "se"):
        expected = np.array([np.nan if v is None else v for v in said[column]], dtype=float)
        limit = 1e-5 * np.maximum(1, np.abs(expected))
        assert (np.abs(found[column] - expected) <= limit).all(), column
    assert fit.fit_measures["chisq"] == pytest.approx(case["fit_measures"]["chisq"], abs=1e-6)
    assert "x1:w" not in DATA[case["data"]]  # the data are left as they were


def test_a_product_column_that_is_there_is_used() -> None:
    data = DATA["rows"].assign(**{"x1:w": np.arange(len(DATA["rows"]))})
    made = sem("y1 ~ x1 + w + x1:w", DATA["rows"])
    given = sem("y1 ~ x1 + w + x1:w", data)
    assert made.parameters["est"][2] != pytest.approx(given.parameters["est"][2])


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("f =~ x1 + x2 + x3\ny1 ~ f + w + f:w", "es.moderation"),
        ("y1 ~ x1 + w + x11:w", "'x11' is not a column either"),
    ],
)
def test_products_that_cannot_be_made_say_what_to_do(model: str, said: str) -> None:
    with pytest.raises(ModelSyntaxError, match=said):
        sem(model, DATA["rows"])
