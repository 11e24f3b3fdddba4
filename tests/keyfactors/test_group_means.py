"""Latent means by group: simulated truth, groups that do not compare, groups too small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Text
from ecosurvey.keyfactors.group_means import group_means
from ecosurvey.sem.invariance import invariance

GROUPS = {"side": {1: Text("left", "左"), 2: Text("right", "右"), 3: Text("few", "少")}}
ITEMS = ["x1", "x2", "x3", "x4"]


def drawn(shift: float, drift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    side = np.r_[np.repeat([2.0, 1.0], 500), np.repeat(3.0, 10)]
    factor = rng.normal(size=len(side)) + shift * (side == 2)
    frame = pd.DataFrame(factor[:, None] + rng.normal(size=(len(side), 4)), columns=ITEMS)
    frame.loc[side == 2, ["x1", "x2", "x3"]] += drift * np.array([1.0, -1.0, 2.0])
    return frame.assign(side=side)


def test_the_true_difference_is_found_from_the_first_group_of_the_questionnaire() -> None:
    found = group_means(drawn(0.6), {"F": ITEMS}, GROUPS)
    first, second = found.rows  # the third group is too small
    assert (first.group.en, first.d, first.n) == ("left", 0.0, 500)
    assert second.ci_lower is not None
    assert second.ci_upper is not None
    assert second.ci_lower < 0.6 < second.ci_upper
    assert [finding.code for finding in found.findings] == ["small_groups_left_out"]
    assert found.tables()[0].key == "latent_group_means"


def test_the_table_names_question_and_construct_above_their_rows() -> None:
    names = {"F": Text("Trust", "信任"), "side": Text("Side of the river", "河岸")}
    table = group_means(drawn(0.6), {"F": ITEMS}, GROUPS, names).tables()[0]
    assert table.groups == ((0, Text("Trust, by Side of the river", "信任（按河岸）")),)


def test_the_numbers_are_those_of_the_test_of_invariance() -> None:
    frame = drawn(0.6)
    ordered = frame[frame["side"] < 3].sort_values("side", kind="stable")
    mean = invariance("F =~ x1 + x2 + x3 + x4", ordered, "side", levels=["scalar"]).means[0]
    row = group_means(frame, {"F": ITEMS}, GROUPS).rows[1]
    assert (row.d, row.ci_lower, row.ci_upper) == pytest.approx(
        (mean.d, mean.d_ci_lower, mean.d_ci_upper), abs=1e-10
    )


def test_groups_that_are_not_measured_alike_get_no_difference() -> None:
    found = group_means(drawn(0.0, drift=1.2), {"F": ITEMS}, GROUPS)
    assert [row.held for row in found.rows] == [False, False]
    assert all(row.d is None for row in found.rows)


def test_short_scales_and_lone_groups_are_left_out() -> None:
    frame = drawn(0.3)
    assert group_means(frame, {"F": ITEMS[:2]}, GROUPS).rows == ()
    assert group_means(frame[frame["side"] == 1], {"F": ITEMS}, GROUPS).rows == ()


def test_what_could_not_be_tested_is_neither_alike_nor_unlike() -> None:
    frame = drawn(0.3)
    frame.loc[frame["side"] == 2, ITEMS[0]] = 3.0  # a constant item in one group has no model
    found = group_means(frame, {"F": ITEMS}, GROUPS)
    assert [row.held for row in found.rows] == [None, None]
    assert [row.d for row in found.rows] == [None, None]
    (doubt,) = [one for one in found.findings if one.code == "group_means_not_tested"]
    assert "F" in doubt.message.en
    assert "not tested" in found.summary("en")
    assert "未检验" in found.summary("zh")
