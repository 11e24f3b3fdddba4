"""Fits a reference case with ecosurvey, asked exactly as lavaan was."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ecosurvey.sem import SemResult, cfa, growth, sem
from reference.sem.cases import Case, dataset, family, symmetric

CALLS = {"cfa": cfa, "sem": sem, "growth": growth}


@cache
def fitted(key: str, member: str) -> SemResult:
    case = family(key)[member]
    return refit(case, case["model"], case["options"])


def refit(case: Case, model: str, options: dict[str, Any]) -> SemResult:
    call = CALLS[case["call"]]
    if "moments" not in case:
        return call(model, dataset(case["data"]), **options)
    given = case["moments"]
    names = given["names"]
    cov = pd.DataFrame(symmetric(given["cov"]), index=names, columns=names)
    mean = pd.Series(np.array(given["mean"]), index=names) if given["mean"] else None
    return call(model, cov=cov, n=given["n"], mean=mean, **options)
