"""Invariance of ordinal items: semTools' models, lavaan's tests, planted differences found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.sem.invariance import InvarianceResult

REFERENCE = Path(__file__).parents[2] / "reference"
MODEL = "agree =~ A3 + A1 + A2 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
ITEMS = ["A1", "A2", "A3", "A4", "A5", "C1", "C2", "C3", "C4", "C5"]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    folder = REFERENCE / "sem_ordinal_invariance"
    return dict(json.loads((folder / "expected.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "sem_ordinal" / "two_groups.csv")


@pytest.fixture(scope="module")
def four(rows: pd.DataFrame) -> InvarianceResult:
    return es.invariance(MODEL, rows, "sex", ordered=True, partial=False)


def _compare(found: InvarianceResult, case: dict[str, Any]) -> None:
    for step in found.steps:
        name = step.level.name
        theirs = case["fits"].get(name)
        if theirs is None:
            continue
        ours = step.fit.fit_measures
        for key in ("chisq", "df", "npar", "chisq.scaled", "cfi.scaled", "rmsea.scaled", "srmr"):
            # lavaan's own search stops at about 1e-7 of these statistics
            assert ours[key.replace(".", "_")] == pytest.approx(theirs[key], rel=1e-5, abs=1e-5)
        test = case["tests"].get(name)
        if test and step.change is not None:
            assert step.change.chisq == pytest.approx(test["chisq"], rel=1e-4)
            assert step.change.df == test["df"]


def test_four_categories_give_semtools_sequence(
    four: InvarianceResult, expected: dict[str, Any]
) -> None:
    names = [step.level.name for step in four.steps]
    assert names == ["configural", "thresholds", "metric", "scalar", "strict", "means"]
    _compare(four, expected["four"])


def test_latent_means_and_variances_are_semtools(
    four: InvarianceResult, expected: dict[str, Any]
) -> None:
    step = four.of_level("scalar")
    assert step is not None
    ours = step.fit.parameters
    for row in expected["four"]["means"]:
        mine = ours[
            (ours["lhs"] == row["lhs"]) & (ours["op"] == "~1") & (ours["group"] == row["group"])
        ]
        assert mine["est"].item() == pytest.approx(row["est"], abs=1e-5)
        assert mine["se"].item() == pytest.approx(row["se"], abs=1e-5)


def test_binary_items_are_one_step(rows: pd.DataFrame, expected: dict[str, Any]) -> None:
    binary = rows.copy()
    binary[ITEMS] = (rows[ITEMS] > 2).astype(int)
    found = es.invariance(MODEL, binary, "sex", ordered=True, partial=False)
    assert [s.level.name for s in found.steps][:3] == ["configural", "scalar", "strict"]
    _compare(found, expected["binary"])


def test_three_categories_skip_what_says_nothing(rows: pd.DataFrame) -> None:
    three = rows.copy()
    three[ITEMS] = rows[ITEMS].clip(upper=3)
    found = es.invariance(MODEL, three, "sex", ordered=True, levels=["metric"], partial=False)
    assert [step.level.name for step in found.steps] == ["configural", "metric"]


def test_a_planted_shift_is_found_and_sized(rows: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    shifted = rows.copy()
    men = shifted["sex"] == "men"
    higher = shifted.loc[men, "A4"] + (rng.random(int(men.sum())) < 0.6)
    shifted.loc[men, "A4"] = higher.clip(upper=4)
    found = es.invariance(MODEL, shifted, "sex", ordered=True)
    assert found.freed == ("A4~1",)
    sizes = {item.item: item for item in found.items}
    assert sizes["A4"].dmacs > 0.3
    assert sizes["A4"].signed < 0  # the reference group answers lower
    assert all(item.dmacs == 0 for name, item in sizes.items() if name != "A4")


def test_dmacs_is_the_integral_of_its_definition(rows: pd.DataFrame) -> None:
    shifted = rows.copy()
    men = shifted["sex"] == "men"
    shifted.loc[men, "A4"] = (shifted.loc[men, "A4"] + 1).clip(upper=4)
    shifted.loc[shifted.index[men][:4], "A4"] = 1  # no category is empty
    found = es.invariance(
        MODEL, shifted, "sex", ordered=True, levels=["scalar"], group_partial=["A4~1"]
    )
    step = found.of_level("scalar")
    assert step is not None
    table = step.fit.parameters.set_index(["lhs", "op", "rhs", "group"])["est"]
    from scipy.integrate import trapezoid
    from scipy.stats import norm

    eta = np.linspace(-8, 8, 20_001)
    mean, sd = table["agree", "~1", "", 2], np.sqrt(table["agree", "~~", "agree", 2])
    curves = []
    for group in (1, 2):
        at = table["A4", "~1", "", group] + table["agree", "=~", "A4", group] * eta
        cuts = [table["A4", "|", f"t{k}", group] for k in (1, 2, 3)]
        root = np.sqrt(table["A4", "~~", "A4", group])
        curves.append(sum(norm.cdf((at - cut) / root) for cut in cuts))
    weight = norm.pdf(eta, mean, sd)
    size = np.sqrt(trapezoid(weight * (curves[0] - curves[1]) ** 2, eta))
    groups = [shifted.loc[shifted["sex"] == g, "A4"] for g in ("women", "men")]
    pooled = np.average([g.std() for g in groups], weights=[len(g) - 1 for g in groups])
    item = next(one for one in found.items if one.item == "A4")
    assert item.dmacs == pytest.approx(size / pooled, rel=1e-4)


def test_what_cannot_be_tested_is_refused(rows: pd.DataFrame) -> None:
    second = MODEL + "\ng =~ agree + consc"
    with pytest.raises(es.EcosurveyError, match="first-order"):
        es.invariance(second, rows, "sex", ordered=True)
    with pytest.raises(es.EcosurveyError, match="regressions"):
        es.invariance(MODEL + "\nconsc ~ agree", rows, "sex", ordered=True)
    with pytest.raises(es.EcosurveyError, match="not known"):
        es.invariance(MODEL, rows, "sex", ordered=True, levels=["metrical"])  # type: ignore[list-item]
