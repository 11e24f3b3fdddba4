"""Items with the scores of constructs, and the items' correlations by construct, against R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.reliability import (
    alpha,
    cross_loadings,
    efa_cfa,
    item_correlations,
    validity,
)
from ecosurvey.sem import cfa

EXACT = 1e-10


@pytest.fixture(scope="module")
def theirs() -> Any:
    path = Path(__file__).parents[1] / "reference" / "cross_loadings" / "expected.json"
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(params=["bfi", "holzinger"])
def case(
    request: pytest.FixtureRequest,
    bfi: pd.DataFrame,
    holzinger: pd.DataFrame,
    bfi_scales: dict[str, list[str]],
    holzinger_scales: dict[str, list[str]],
) -> tuple[str, pd.DataFrame, dict[str, list[str]]]:
    if request.param == "bfi":
        return "bfi", bfi.dropna(), bfi_scales
    return "holzinger", holzinger, holzinger_scales


def test_correlations_and_tests_are_those_of_r(case: Any, theirs: Any) -> None:
    name, data, scales = case
    found, r = cross_loadings(data, scales), theirs[name]
    np.testing.assert_allclose(found.correlations, r["corrected"], atol=EXACT)
    np.testing.assert_allclose(found.items["own"], r["r_drop"], atol=EXACT)
    assert list(found.items["closest"]) == r["closest"]
    np.testing.assert_allclose(found.items["t"], r["t"], rtol=1e-8)
    np.testing.assert_allclose(found.items["pvalue"], r["p"], rtol=1e-6, atol=1e-14)
    kept = cross_loadings(data, scales, corrected=False)
    np.testing.assert_allclose(kept.correlations, r["kept"], atol=EXACT)
    ranks = cross_loadings(data, scales, correlation="spearman")
    np.testing.assert_allclose(ranks.correlations, r["spearman"], atol=EXACT)


def test_what_lies_behind_the_answers_correlates_as_by_lavaan(
    bfi: pd.DataFrame, bfi_scales: dict[str, list[str]], theirs: Any
) -> None:
    found = cross_loadings(bfi.dropna(), bfi_scales, correlation="polychoric")
    # lavCor's optimiser stops at about 1e-6 of a correlation
    np.testing.assert_allclose(found.correlations, theirs["bfi"]["polychoric"], atol=1e-5)


def test_structure_coefficients_are_those_of_lavaan(case: Any, theirs: Any) -> None:
    name, data, scales = case
    model = "\n".join(f"{c} =~ {' + '.join(items)}" for c, items in scales.items())
    found = validity(cfa(model, data), data).cross_loadings
    assert found is not None and found.structure is not None
    np.testing.assert_allclose(found.structure, theirs[name]["structure"], atol=1e-5)
    keys = [table.key for table in found.tables()]
    assert keys == ["cross_loadings", "structure_coefficients"]


def test_own_correlations_with_gaps_are_those_of_alpha(
    bfi: pd.DataFrame, bfi_scales: dict[str, list[str]]
) -> None:
    found = cross_loadings(bfi, bfi_scales)
    for construct, items in bfi_scales.items():
        own = alpha(bfi, items).items["item_rest"]
        np.testing.assert_allclose(found.correlations.loc[items, construct], own, atol=EXACT)


def test_an_item_in_the_wrong_scale_is_named(
    holzinger: pd.DataFrame, holzinger_scales: dict[str, list[str]]
) -> None:
    wrong = {**holzinger_scales, "textual": ["x5", "x6"], "speed": ["x7", "x8", "x9", "x4"]}
    names = {"textual": Text("Reading", "阅读")}
    found = cross_loadings(holzinger, wrong, names)
    said = {f.where: f for f in found.findings if f.code == "cross_loading"}
    assert said["x4"].severity == "warning"
    assert "'Reading'" in said["x4"].message.en and "“阅读”" in said["x4"].message.zh
    assert "p < .001" in said["x4"].message.en
    assert set(said) == {"x4"}
    table = found.tables()[0]
    assert [table.rows[i][0] for i in table.alarms] == ["x4"]
    assert "Red, where" in found.summary()
    assert "No item goes with" in cross_loadings(holzinger, holzinger_scales).summary()
    # without respondents there is no test, and the word is weaker
    matrix = cross_loadings(holzinger.corr(), wrong)
    assert {f.severity for f in matrix.findings} == {"note"}
    assert "p =" not in matrix.findings[0].message.en


def test_a_lone_item_has_no_rest_and_no_verdict(holzinger: pd.DataFrame) -> None:
    found = cross_loadings(holzinger, {"A": ["x1"], "B": ["x4", "x5"]})
    assert np.isnan(found.correlations.loc["x1", "A"])
    assert found.correlations.loc["x1", "B"] == pytest.approx(
        holzinger["x1"].corr(holzinger["x4"] + holzinger["x5"])
    )
    assert not found.findings
    assert "A" in found.summary() and "所属构念" in found.summary("zh")
    assert "<table" in found._repr_html_()
    with pytest.raises(DataError, match="only 1 construct"):
        cross_loadings(holzinger, {"A": ["x1", "x2"]})


def test_items_stand_in_the_order_of_their_constructs(
    bfi: pd.DataFrame, bfi_scales: dict[str, list[str]]
) -> None:
    backwards = dict(reversed(bfi_scales.items()))
    found = item_correlations(bfi, backwards)
    items = [item for of in backwards.values() for item in of]
    np.testing.assert_allclose(found.matrix, bfi[items].corr(), atol=1e-12)
    within = bfi[bfi_scales["A"]].corr().to_numpy()[np.triu_indices(5, 1)].mean()
    between = bfi.corr().loc[bfi_scales["A"], bfi_scales["N"]].to_numpy().mean()
    assert found.blocks.loc["A", "A"] == pytest.approx(within, abs=1e-12)
    assert found.blocks.loc["A", "N"] == pytest.approx(between, abs=1e-12)
    ranks = item_correlations(bfi.dropna(), bfi_scales, correlation="spearman")
    np.testing.assert_allclose(ranks.matrix, bfi.dropna().corr("spearman"), atol=1e-12)
    assert "Spearman" in ranks.summary() and "等级" in ranks.summary("zh")


def test_a_lone_item_leaves_its_block_empty(holzinger: pd.DataFrame) -> None:
    found = item_correlations(holzinger, {"A": ["x1"], "B": ["x4", "x5"]})
    assert np.isnan(found.blocks.loc["A", "A"])
    with pytest.raises(DataError, match="does not vary"):
        item_correlations(holzinger.assign(x4=1), {"A": ["x1"], "B": ["x4", "x5"]})


def test_scales_are_lists_of_items_by_construct(holzinger: pd.DataFrame) -> None:
    with pytest.raises(OptionError, match="the scales are of type list"):
        cross_loadings(holzinger, [["x1", "x2"], ["x4", "x5"]])  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="are the word 'x1'"):
        item_correlations(holzinger, {"A": "x1", "B": ["x4", "x5"]})
    with pytest.raises(OptionError, match="the scales are of type int"):
        efa_cfa(holzinger, 2)  # type: ignore[arg-type]
