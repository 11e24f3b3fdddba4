"""A model of its own for each group: estimates, errors and tests are lavaan's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tolerances as tol
from ecosurvey.core import ModelSyntaxError
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.syntax import parameter_table

REFERENCE = Path(__file__).parents[2] / "reference"
CASES: dict[str, Any] = json.loads(
    (REFERENCE / "sem_group_blocks" / "expected.json").read_text(encoding="utf-8")
)
HS = pd.read_csv(REFERENCE / "sem_post" / "hs.csv")
GAPS = pd.read_csv(REFERENCE / "sem_post" / "hs_gaps.csv").assign(school=HS["school"])
ONE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
GROUPS = ("Pasteur", "Grant-White")


def fitted(name: str, **options: Any) -> SemResult:
    case = CASES[name]
    data = HS if case["data"] == "hs" else GAPS
    return sem(case["model"], data, group="school", **{**dict(case["options"]), **options})


def blocks(first: str, second: str, labels: tuple[str, str] = GROUPS) -> str:
    return f"group: {labels[0]}\n{first}\ngroup: {labels[1]}\n{second}"


def check_rows(
    found: pd.DataFrame, rows: list[dict[str, Any]], error: float, near: float = tol.ESTIMATE
) -> None:
    at = {(r.lhs, r.op, r.rhs, r.group): r for r in found.itertuples()}
    for row in rows:
        group = 1 + GROUPS.index(row["group"]) if row["group"] in GROUPS else 0
        ours = at[row["lhs"], row["op"], row["rhs"], group]
        for theirs, mine, limit in (
            ("est", ours.est, near),
            ("se", ours.se, error),
            ("std.lv", ours.std_lv, near),
            ("std.all", ours.std_all, near),
        ):
            assert abs(mine - row[theirs]) <= limit * max(1.0, abs(row[theirs])), (row, theirs)


@pytest.mark.parametrize("name", [name for name in CASES if name != "equal"])
def test_blocks_equal_lavaans(name: str) -> None:
    case, found = CASES[name], fitted(name)
    assert found.converged
    # make.R cannot polish this one: lavaan's search ends 1e-6 from the solution, a little below it
    near = 1e-5 if name == "fiml_mlr" else tol.ESTIMATE
    check_rows(found.parameters, case["rows"], tol.STANDARD_ERROR, near)
    assert found.fit_measures["logl"] >= case["measures"]["logl"] - 1e-8
    for key in ("npar", "chisq", "df", "baseline.chisq", "cfi", "rmsea", "srmr", "aic", "bic"):
        expected = case["measures"][key]
        assert found.fit_measures[key.replace(".", "_")] == pytest.approx(
            expected, rel=tol.STATISTIC, abs=tol.STATISTIC
        ), key
    if "chisq.scaled" in case["measures"]:
        assert found.fit_measures["chisq_scaled"] == pytest.approx(
            case["measures"]["chisq.scaled"], rel=tol.STANDARD_ERROR
        )


@pytest.mark.parametrize("name", ["other", "one_factor_less", "fiml"])
def test_largest_modification_indices_of_blocks(name: str) -> None:
    frame = modification_indices(fitted(name).fit).to_frame()
    at = {(r.lhs, r.op, r.rhs, str(r.group)): r for r in frame.itertuples()}
    for row in CASES[name]["modification"]:
        found = [
            at[lhs, row["op"], rhs, group]
            for lhs, rhs in ((row["lhs"], row["rhs"]), (row["rhs"], row["lhs"]))
            for group in (row["group"], str(1 + GROUPS.index(row["group"])))
            if (lhs, row["op"], rhs, group) in at
        ]
        assert found[0].mi == pytest.approx(row["mi"], rel=tol.STANDARD_ERROR)


def test_group_equal_holds_what_the_groups_have_in_common() -> None:
    model = blocks(ONE, ONE.replace("x3", "x3 + x5"))
    found = sem(model, HS, group="school", group_equal=["loadings", "intercepts"])
    check_rows(
        found.parameters.assign(label=""),
        CASES["equal"]["rows"],
        tol.STANDARD_ERROR,
    )
    assert found.fit_measures["chisq"] == pytest.approx(CASES["equal"]["measures"]["chisq"])
    same = sem(blocks(ONE, ONE), HS, group="school", group_equal=["loadings", "intercepts"])
    plain = sem(ONE, HS, group="school", group_equal=["loadings", "intercepts"])
    assert same.table == plain.table


def test_a_block_belongs_to_the_group_it_names() -> None:
    other = f"{ONE}\nx1 ~~ x4"
    straight = cfa(blocks(ONE, other), HS, group="school")
    turned = cfa(blocks(other, ONE, GROUPS[::-1]), HS, group="school")
    assert straight.table == turned.table
    assert straight.table == cfa(blocks(ONE, other, ("1", "2")), HS, group="school").table
    assert (
        straight.table
        == cfa(
            f'group: "Pasteur"; {ONE}; group:Grant-White # the other\n{other}', HS, group="school"
        ).table
    )


@pytest.mark.parametrize("name", ["other", "mlr", "fiml"])
def test_explained_variance_of_each_group(name: str) -> None:
    ours = fitted(name).r_squared
    theirs = CASES[name]["r2"]
    assert {key for key, _ in ours.index} == set(theirs)
    for group, values in theirs.items():
        np.testing.assert_allclose(sorted(ours[group]), sorted(values), atol=tol.ESTIMATE)


def test_blocks_are_written_as_text_again() -> None:
    found = fitted("mlr")
    again = sem(found.to_syntax(), HS, group="school", estimator="MLR")
    assert again.fit_measures["chisq"] == pytest.approx(found.fit_measures["chisq"], rel=1e-9)
    assert again.fit_measures["df"] == found.fit_measures["df"]
    np.testing.assert_allclose(again.fit.x, found.fit.x, atol=1e-6)


def test_a_factor_that_a_group_lacks_has_no_scores_there() -> None:
    scores = fitted("one_factor_less").scores().scores
    assert np.isnan(scores[0][:, 2]).all()
    assert np.isfinite(scores[0][:, :2]).all()
    assert np.isnan(scores[1][:, :2]).all()


def test_a_name_called_group_is_no_header() -> None:
    table = parameter_table("f =~ x1 + a*x2 + b*x3\ngroup := a*b\ny ~ x1 +\ngroup:x1")
    assert [row.rhs for row in table if row.op in ("~", ":=")] == ["x1", "group:x1", "a*b"]


WRONG = {
    blocks(ONE, ONE, ("Pasteur", "Grant")): "not a group of the data",
    blocks(ONE, ONE, ("Pasteur", "Pasteur")): "has a block already",
    f"group: Pasteur\n{ONE}": "no formulas for group 'Grant-White'",
    f"{ONE}\n{blocks(ONE, ONE)}": "above the first 'group:'",
    f"group:\n{ONE}": "names no group",
    f"level: 1\n{ONE}": "not offered",
    blocks(ONE, f"{ONE} + x7"): "'x7' is an observed variable in group 'Grant-White'",
    blocks(f"{ONE}\nvisual ~ ageyr", f"{ONE}\nageyr ~~ ageyr"): "'ageyr' is a covariate in group",
    blocks(f"{ONE} + c(1, 2)*x7", f"{ONE} + x7"): "2 values for 1 group",
}


@pytest.mark.parametrize("model", WRONG)
def test_blocks_that_do_not_match(model: str) -> None:
    with pytest.raises(ModelSyntaxError, match=WRONG[model]):
        cfa(model, HS, group="school")


def test_blocks_need_groups() -> None:
    with pytest.raises(ModelSyntaxError, match="the data no groups"):
        cfa(blocks(ONE, ONE), HS)
