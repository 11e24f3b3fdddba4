"""The summary reads as lavaan's, line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ecosurvey.core import Finding, Text
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.measures import fit_measures
from ecosurvey.sem.summary import summary_text

CASES = ["democracy", "mimic", "growth", "hs_mlm", "groups_equal_mlr", "path"]
# what names the program and its optimizer, and lines that only the reference's way of fitting has
OWN = (
    "lavaan",
    "  Optimization method",
    "  Estimator",
    "      for the MLR correction",
    "  Test statistic ",
)


@pytest.mark.parametrize("name", CASES)
def test_every_line_of_lavaans_is_there_in_its_order(
    name: str, fit_case: Callable[[str], Fit], reference: Callable[[str], Any]
) -> None:
    fit = fit_case(name)
    ours = iter(summary_text(fit, fit_measures(fit)).splitlines())
    wanted = [line.rstrip() for line in reference("summaries")[name]]
    wanted = [line for line in wanted if line and not line.startswith(OWN)]
    missing = [line for line in wanted if line not in ours]  # consumes ours: order counts
    assert missing == []


def test_serious_findings_stand_above_the_numbers(fit_case: Callable[[str], Fit]) -> None:
    fit = fit_case("hs")
    serious = Finding(
        "negative_variance", "serious", Text("x1 has a negative variance", "方差为负")
    )
    note = Finding("rows_left_out", "note", Text("3 rows left out", "剔除3行"))
    text = summary_text(fit, fit_measures(fit), [note, serious])
    assert text.index("!! x1 has") < text.index("Model Test User Model")
    assert text.rstrip().endswith("! 3 rows left out")


def test_failed_search_says_so(fit_case: Callable[[str], Fit]) -> None:
    fit = replace(fit_case("hs"), converged=False)
    assert "did NOT find a solution" in summary_text(fit, {}).splitlines()[0]


def test_chinese_columns_line_up(fit_case: Callable[[str], Fit]) -> None:
    fit = fit_case("democracy")
    text = summary_text(fit, fit_measures(fit), lang="zh")
    head = next(line for line in text.splitlines() if "估计值" in line)
    assert len(head) + sum(char >= "一" for char in head) == len(
        "    y2         (a)    1.191    0.139    8.551    0.000    2.621    0.690"
    )


def test_long_names_keep_their_numbers(fit_model: Callable[..., Fit]) -> None:
    text = "a_very_long_factor_name_indeed =~ x1 + a_long_label_too*x2 + x3"
    fit = fit_model(text, "cfa", "hs", {})
    shown = summary_text(fit, fit_measures(fit))
    assert "  a_very_long_factor_name_indeed =~" in shown
    assert "(a_long_label_too)" in shown
