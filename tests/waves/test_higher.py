"""Constructs of constructs over the waves: lavaan's numbers, and parts that change differently."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Text
from ecosurvey.instrument import HigherOrder, load_instrument
from ecosurvey.waves import compare_waves
from ecosurvey.waves.alignment import align_waves
from ecosurvey.waves.comparability import Families, judge_construct
from ecosurvey.waves.higher import judge_whole
from made_up_waves import LOADINGS, questionnaire
from tolerances import ESTIMATE, STANDARD_ERROR, STATISTIC

REFERENCE = Path(__file__).parents[1] / "reference"
ROOT = Path(__file__).parents[2]
PARTS = {c: tuple(f"{c}{k}" for k in range(1, 4)) for c in "ABC"}
WHOLE = """
higher_order:
  - {id: W, label: {en: Whole, zh: 整体}, of: [A, B, C]}
"""


def test_the_model_of_the_whole_is_lavaans() -> None:
    want = json.loads((REFERENCE / "waves" / "expected.json").read_text("utf-8"))["order2"]
    rows = pd.read_csv(REFERENCE / "sem_post" / "hs.csv")
    asked = load_instrument(ROOT / "instruments" / "holzinger.yaml")
    waves = align_waves(asked, [(g, rows[rows["school"] == g]) for g in want["groups"]])
    families = Families(1e-9, 1, 9, 4)
    parts = {c: judge_construct(waves, c, families, "ML") for c in asked.scales()}
    # all equal, as in lavaan's model, whether or not the items are
    parts = {name: type(one)(name, True, True, one.why, fit=one.fit) for name, one in parts.items()}
    whole = HigherOrder("g", Text("g", "g"), ("visual", "textual", "speed"))
    found = judge_whole(waves, whole, parts, families, "ML")
    assert found.fit is not None
    for (_, measures, _), kind in zip(found.levels, ("free", "held"), strict=True):
        assert measures.chisq == pytest.approx(want["chisq"][kind], rel=STATISTIC)
        assert measures.df == want["df"][kind]
    known = found.fit.parameters.set_index(["lhs", "op", "rhs", "group"])
    rows = want["rows"]
    for op, group, est, se in zip(rows["op"], rows["group"], rows["est"], rows["se"], strict=True):
        row = known.loc[("g", op, "g" if op == "~~" else "", group)]
        assert row["est"] == pytest.approx(est, abs=10 * ESTIMATE)
        assert row["se"] == pytest.approx(se, abs=STANDARD_ERROR)


def _wave(rng: np.random.Generator, whole: float, part: float = 0.0) -> pd.DataFrame:
    n = 900
    top = whole + rng.normal(size=n)
    columns = {}
    for construct, items in PARTS.items():
        own = 0.8 * top + 0.6 * rng.normal(size=n) + (part if construct == "C" else 0.0)
        for item, loading in zip(items, LOADINGS, strict=False):
            columns[item] = loading * own + np.sqrt(1 - loading**2) * rng.normal(size=n)
    return pd.DataFrame(columns)


def test_change_of_the_whole_is_told_from_change_of_a_part(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, PARTS, WHOLE)
    rng = np.random.default_rng(4)
    first = _wave(rng, 0.0)
    found = compare_waves(asked, [("1", first), ("2", _wave(rng, 0.5))], estimator="MLR")
    told = {c.construct: c.d for c in found.alerts}
    assert set(told) == {"A", "B", "C", "W"}
    assert told["W"] == pytest.approx(0.5, abs=0.15)
    found = compare_waves(asked, [("1", first), ("2", _wave(rng, 0.0, 0.8))], estimator="MLR")
    assert {c.construct for c in found.alerts} == {"C"}
    whole = next(one for one in found.comparability if one.construct == "W")
    assert not whole.comparable
    assert "differently" in whole.why.en
    assert "W" not in {level.construct for level in found.levels}
