"""Exploratory blocks inside models: lavaan's rotated solutions, and what follows from them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tolerances as tol
from ecosurvey.core import EcosurveyError, ModelSyntaxError, OptionError
from ecosurvey.sem import cfa, sem
from ecosurvey.sem.modification import modification_indices
from ecosurvey.sem.residuals import residuals
from ecosurvey.sem.results import SemResult

REFERENCE = Path(__file__).parents[2] / "reference"
CASES: dict[str, Any] = json.loads(
    (REFERENCE / "sem_efa" / "expected.json").read_text(encoding="utf-8")
)
DATA = {
    "hs": pd.read_csv(REFERENCE / "sem_post" / "hs.csv"),
    "gaps": pd.read_csv(REFERENCE / "sem_post" / "hs_gaps.csv"),
    "bfi": pd.read_csv(REFERENCE / "sem" / "data" / "bfi.csv"),
}
# lavaan's model has no covariance of two factors that are in the middle of a path, which its own
# rotation needs: its bordered errors miss it, those of its rotation's derivatives do not
BETWEEN = ("paths", "paths_mlr")
# lavaan's starts are proper rotations (determinant 1), and no sign of a factor is as good as the
# other where a target is full: it ends at a higher value of the criterion. Unrotated, signs differ.
APART = ("target", "none")


@cache
def fitted(name: str) -> SemResult:
    case = CASES[name]
    args = dict(case["args"] or {})
    if "target" in args:
        args |= {"target": np.array(args["target"], dtype=float), "rstarts": 30}
    options = {key.replace(".", "_"): value for key, value in dict(case["options"]).items()}
    data = DATA[case["data"]]
    return sem(case["model"], data, rotation=case["rotation"], rotation_args=args, **options)


@pytest.mark.parametrize("name", [name for name in CASES if name not in APART])
def test_rotated_solution_equals_lavaans(name: str) -> None:
    found = fitted(name)
    at = {(r.lhs, r.op, r.rhs, r.group): r for r in found.parameters.itertuples()}
    for row in CASES[name]["rows"]:
        ours = at[row["lhs"], row["op"], row["rhs"], 0 if row["op"] == ":=" else row["group"]]
        for expected, mine, limit in (
            (row["est"], ours.est, tol.ESTIMATE),
            (row["std.lv"], ours.std_lv, tol.ESTIMATE),
            (row["std.all"], ours.std_all, tol.ESTIMATE),
            (None if name in BETWEEN else row["exact"], ours.se, tol.STANDARD_ERROR),
            (row.get("delta"), ours.se, tol.STANDARD_ERROR),
        ):
            if expected is not None:
                assert abs(mine - expected) <= limit * max(1.0, abs(expected)), row


@pytest.mark.parametrize("name", CASES)
def test_rotation_leaves_the_fit_alone(name: str) -> None:
    expected, found = CASES[name]["measures"], fitted(name).fit_measures
    for key in ("npar", "chisq", "df", "baseline.chisq", "cfi", "rmsea", "srmr", "logl", "bic"):
        assert found[key.replace(".", "_")] == pytest.approx(
            expected[key], rel=tol.STATISTIC, abs=tol.STATISTIC
        ), key
    for key in ("chisq.scaled", "chisq.scaling.factor", "rmsea.robust"):
        if expected.get(key) is not None:
            ours = found[key.replace(".", "_")]
            assert ours == pytest.approx(expected[key], rel=tol.STANDARD_ERROR, abs=1e-6), key


def loadings(rows: pd.DataFrame) -> np.ndarray[Any, Any]:
    return rows[rows["op"] == "=~"].pivot(index="rhs", columns="lhs", values="std_all").to_numpy()


def test_full_target_is_nearer_than_lavaans() -> None:
    aim = np.array(CASES["target"]["args"]["target"], dtype=float)
    theirs = pd.DataFrame(CASES["target"]["rows"]).rename(columns={"std.all": "std_all"})
    ours = fitted("target").parameters
    assert ((loadings(ours) - aim) ** 2).sum() < 0.5 * ((loadings(theirs) - aim) ** 2).sum()


def test_what_follows_a_fit_knows_no_rotation() -> None:
    turned, plain = fitted("geomin"), fitted("none")
    one, other = (residuals(f.fit, "standardized").groups[0].cov for f in (turned, plain))
    np.testing.assert_allclose(one, other, atol=1e-6)
    tables = []
    for found in (turned, plain):
        frame = modification_indices(found.fit).to_frame()
        frame = frame[frame["op"].eq("~~") & frame["lhs"].str.startswith("x")]
        tables.append(frame.sort_values(["lhs", "rhs"])[["mi", "epc"]].to_numpy(dtype=float))
    assert len(tables[0]) == 36
    # lavaan's at a rotated solution leave out the zeros that rotation fills; its unrotated do not
    found = modification_indices(turned.fit).to_frame().set_index(["lhs", "op", "rhs"])["mi"]
    for row in CASES["none"]["modification"]:
        mine = found[row["lhs"], row["op"], row["rhs"]]
        assert mine == pytest.approx(row["mi"], rel=tol.STANDARD_ERROR)
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(turned.r_squared, plain.r_squared, atol=1e-8)
    scores = [found.scores().scores[0] for found in (turned, plain)]
    back = np.linalg.lstsq(scores[1], scores[0], rcond=None)[0]
    np.testing.assert_allclose(scores[1] @ back, scores[0], atol=1e-7)
    at = turned.parameters.set_index(["lhs", "op", "rhs"])["est"]
    phi = np.eye(3)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        phi[i, j] = phi[j, i] = at[f"f{i + 1}", "~~", f"f{j + 1}"]
    np.testing.assert_allclose(back.T @ back, phi, atol=1e-7)
    assert "Number of model parameters                        33" in turned.summary()


def test_standardized_errors_are_those_of_scaled_data() -> None:
    raw = fitted("geomin").standardized()
    data = DATA["hs"].filter(regex="^x") * np.linspace(1, 1.4, 9)
    scaled = cfa(CASES["geomin"]["model"], data).standardized()
    np.testing.assert_allclose(raw["est_std"], scaled["est_std"], atol=1e-7)
    np.testing.assert_allclose(raw["se"], scaled["se"], atol=1e-7)


def test_the_same_solution_from_other_starts_and_none() -> None:
    first = fitted("geomin").parameters["est"]
    for args in ({"seed": 7}, {"rstarts": 5}):
        again = cfa(CASES["geomin"]["model"], DATA["hs"], rotation_args=args)
        np.testing.assert_allclose(again.parameters["est"], first, atol=1e-10)


NINE = CASES["geomin"]["model"]
TWO = 'efa("b")*f1 + efa("b")*f2 =~ x1 + x2 + x3 + x4 + x5'
WRONG = {
    f"{TWO}\nx6 ~ f1": "differ in their relation",
    f"{TWO}\nx6 ~ 1*f1 + f2": "take no values",
    f"{TWO}\nf1 ~~ f2": "follow from its rotation",
    TWO.replace("x3", "a*x3"): "take no values",
    f"{TWO}\nx6 ~ a*f1 + a*f2": "cannot hold for what a rotation changes",
    f"{TWO}\nx6 ~ a*f1 + b*f2\na > 0": "cannot hold for what a rotation changes",
    f"{TWO}\nf1 =~ x6": "has another definition",
    'efa("b")*f1 + efa("b")*f2 =~ x1 + x2': "2 factors and 2 items",
    "efa(b)*f1 =~ x1 + x2": "not understood",
    'efa("b")*f1 ~ x1': "not understood",
}


@pytest.mark.parametrize("model", WRONG)
def test_blocks_that_cannot_be_rotated(model: str) -> None:
    with pytest.raises(ModelSyntaxError, match=WRONG[model]):
        sem(model, DATA["hs"])


def test_what_is_not_offered_says_so() -> None:
    found = fitted("geomin")
    for ask in (
        found.to_syntax,
        found.cross_check,
        lambda: found.bootstrap(20, seed=1),
        found.score_test,
        lambda: sem(found.table, DATA["hs"]),  # type: ignore[arg-type]
        lambda: cfa(NINE, DATA["hs"], ordered=["x1"]),
        lambda: cfa(NINE, DATA["hs"], estimator="ULS"),
        lambda: cfa(NINE, DATA["hs"], rotation="promax"),
        lambda: cfa(NINE, DATA["hs"], rotation_args={"epsilon": 1}),
        lambda: cfa(NINE, DATA["hs"], rotation="target"),
        lambda: cfa(NINE, DATA["hs"], rotation_args={"rstarts": -1}),
        lambda: cfa(NINE, DATA["hs"], rotation="target", rotation_args={"target": np.eye(3)}),
    ):
        with pytest.raises(OptionError):
            ask()
    with pytest.raises(EcosurveyError, match="equality over groups"):
        cfa(TWO, DATA["hs"], group="school", group_equal="loadings")
