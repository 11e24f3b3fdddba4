"""The parameter table equals lavaan's, row for row (tests/reference/sem_syntax/make.R)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from ecosurvey.sem.options import TableOptions, check_group_equal
from ecosurvey.sem.syntax import parameter_table

REFERENCE = Path(__file__).parents[2] / "reference" / "sem_syntax" / "expected.json"
CASES: list[dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))
CATEGORIES = 4  # of the ordered variables that make.R cuts


def build(case: dict[str, Any]) -> Any:
    options = dict(case["options"])
    ordered = options.pop("ordered", [])
    options.pop("conditional_x", None)
    names = case["observed"] if ordered is True else ordered
    if "group_equal" in options:
        options["group_equal"] = check_group_equal(options["group_equal"])
    if "group_partial" in options:
        options["group_partial"] = tuple(options["group_partial"])
    options["meanstructure"] = case["meanstructure"]
    options["fixed_x"] = case["fixed_x"]
    return parameter_table(
        case["model"],
        columns=case["columns"],
        groups=case["group_labels"] or ("",),
        thresholds=dict.fromkeys(names, CATEGORIES - 1),
        options=TableOptions(model_type=case["model_type"], **options),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_table_equals_lavaans(case: dict[str, Any]) -> None:
    table = build(case)
    rows = [
        [r.lhs, r.op, r.rhs, r.user, r.group, r.free, _value(r.ustart), r.exo, r.label, r.plabel]
        for r in table
    ]
    assert rows == [row[:10] for row in case["rows"]]
    assert list(table.observed) == case["observed"]
    assert list(table.latent) == case["latent"]
    assert table.meanstructure == case["meanstructure"]
    assert list(table.exogenous) == (case["exogenous"] if case["fixed_x"] else [])


def test_bounds_equal_lavaans() -> None:
    case = next(case for case in CASES if case["name"] == "bounds")
    free = [i for i, row in enumerate(case["rows"]) if row[5]]
    table = build(case).rows
    bounds = [[_value(table[i].lower), _value(table[i].upper)] for i in free]
    assert bounds == [[_value(x) for x in case["rows"][i][10:12]] for i in free]


def _value(x: float | None) -> float | None:
    return None if x is None or not math.isfinite(x) else x
