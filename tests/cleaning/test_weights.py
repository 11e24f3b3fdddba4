"""Raking against R's iterative proportional fitting, and what must hold of weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.cleaning.weights import poststratify, rake
from ecosurvey.core import DataError, OptionError

HERE = Path(__file__).parents[1] / "reference" / "cleaning"
PEOPLE = pd.read_csv(HERE / "people.csv")
EXPECTED = json.loads((HERE / "expected.json").read_text())
MARGINS = {name: dict(enumerate(shares, 1)) for name, shares in EXPECTED["margins"].items()}


def test_raked_weights_equal_rs_loglin() -> None:
    found = rake(PEOPLE, MARGINS, trim=None)
    assert found.converged and found.findings == ()
    np.testing.assert_allclose(found.weights, EXPECTED["weights"], atol=1e-5)
    assert found.effective_n == pytest.approx(EXPECTED["effective_n"], rel=1e-5)
    for _, _, known, _, after in found.margins:
        assert after == pytest.approx(known, abs=1e-6)


def test_counts_do_as_well_as_shares_and_base_weights_are_kept_where_margins_hold() -> None:
    counts = {name: {c: 1000 * s for c, s in m.items()} for name, m in MARGINS.items()}
    pd.testing.assert_series_equal(rake(PEOPLE, counts).weights, rake(PEOPLE, MARGINS).weights)
    two = pd.DataFrame({"g": [1, 1, 2, 2]})
    held = rake(two, {"g": {1: 0.5, 2: 0.5}}, base=[1, 3, 2, 2])
    assert held.weights.tolist() == [0.5, 1.5, 1.0, 1.0]


def test_trimmed_weights_stay_within_limits_and_say_if_margins_are_missed() -> None:
    found = rake(PEOPLE, MARGINS, trim=(0.5, 2.0))
    assert not found.converged
    assert [f.code for f in found.findings] == ["raking_not_converged"]
    ratio = found.weights.max() / found.weights.min()
    assert ratio <= 4 + 1e-9
    assert found.effective_n > rake(PEOPLE, MARGINS, trim=None).effective_n


def test_poststratification_gives_every_cell_its_share() -> None:
    cells = {(s, a): 1.0 + s + a for s in (1, 2) for a in (1, 2, 3, 4)}
    found = poststratify(PEOPLE, ["sex", "age"], cells)
    weighted = PEOPLE.assign(w=found.weights).groupby(["sex", "age"])["w"].sum() / 400
    for cell, share in cells.items():
        assert weighted[cell] == pytest.approx(share / sum(cells.values()))
    assert found.converged and found.iterations == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=6, max_size=40), st.floats(0.05, 0.9))
def test_effective_n_is_never_above_n_and_weights_sum_to_n(codes: list[int], share: float) -> None:
    codes = [1, 2, 3, *codes]
    known = {1: share, 2: (1 - share) / 2, 3: (1 - share) / 2}
    found = rake(pd.DataFrame({"g": codes}), {"g": known}, trim=None)
    assert found.weights.sum() == pytest.approx(len(codes))
    assert found.effective_n <= len(codes) + 1e-9
    assert found.design_effect == pytest.approx(1 + found.weights.var(ddof=0))  # Kish


def test_what_cannot_be_weighted_is_an_error_with_a_remedy() -> None:
    df = pd.DataFrame({"g": [1.0, 2.0, np.nan]})
    with pytest.raises(DataError, match="no known share"):
        rake(df, {"g": {1: 0.5, 2: 0.5}})
    with pytest.raises(DataError, match="nobody in the sample has g = 3"):
        rake(df.dropna(), {"g": {1: 0.4, 2: 0.4, 3: 0.2}})
    with pytest.raises(DataError, match="not a column"):
        rake(df, {"h": {1: 1.0}})
    with pytest.raises(DataError, match="above zero"):
        rake(df.dropna(), {"g": {1: 1.0, 2: 0.0}})
    with pytest.raises(DataError, match="base weights"):
        rake(df.dropna(), {"g": {1: 0.5, 2: 0.5}}, base=[1, -1])
    with pytest.raises(OptionError, match="trim"):
        rake(df.dropna(), {"g": {1: 0.5, 2: 0.5}}, trim=(2, 1))
    with pytest.raises(DataError, match="has no known share"):
        poststratify(df.dropna(), ["g"], {(1.0,): 1.0})
