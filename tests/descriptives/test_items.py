"""Item statistics have psych's digits, and say what is unusual."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.descriptives import describe_items

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
EXPECTED = json.loads((ROOT / "tests/reference/descriptives/expected.json").read_text("utf-8"))


def bfi_items() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "bfi.csv").iloc[:, 1:26]


def holzinger_items() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "holzinger.csv")[[f"x{i}" for i in range(1, 10)]]


@pytest.mark.parametrize(("name", "read"), [("bfi", bfi_items), ("holzinger", holzinger_items)])
def test_item_statistics_are_those_of_psych(name: str, read: Any) -> None:
    expected = EXPECTED[name]
    found = describe_items(read()).statistics
    assert list(found.index) == expected["item"]
    for key in ("n", "mean", "sd", "median", "min", "max", "skew", "kurtosis"):
        np.testing.assert_allclose(found[key], expected[key], rtol=1e-11, atol=1e-11, err_msg=key)


def test_standard_errors_of_skewness_and_kurtosis_follow_their_formulae() -> None:
    found = describe_items(bfi_items()).statistics
    for key in ("skew_se", "kurtosis_se"):
        np.testing.assert_allclose(found[key], EXPECTED["bfi"][key], rtol=1e-12)


def test_ends_are_those_of_the_scale_not_of_the_answers() -> None:
    data = pd.DataFrame({"a": [2, 2, 3, np.nan], "b": [1, 5, 5, 5]})
    found = describe_items(data, scale=(1, 5)).statistics
    assert found["floor"].tolist() == [0.0, 0.25]
    assert found["ceiling"].tolist() == [0.0, 0.75]


def test_each_item_can_have_its_own_scale_or_none() -> None:
    data = pd.DataFrame({"a": [1, 2, 2], "b": [6, 6, 5], "c": [9.5, 8.1, 7.7]})
    found = describe_items(data, scale={"a": (1, 2), "b": (1, 6)}).statistics
    np.testing.assert_allclose(found["ceiling"], [2 / 3, 2 / 3, np.nan])


def test_an_answer_outside_the_scale_is_refused_with_its_place() -> None:
    data = pd.DataFrame({"a": [1, 7]}, index=[2, 3])
    with pytest.raises(DataError, match=r"item a, row 3.*7 lies outside the scale 1 to 5"):
        describe_items(data, scale=(1, 5))


def test_a_scale_that_runs_backward_is_refused() -> None:
    with pytest.raises(OptionError, match=r"scale \(5, 1\) of a runs backward"):
        describe_items(pd.DataFrame({"a": [1, 2]}), scale=(5, 1))


def test_fifty_thousand_rows_take_a_moment() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame(rng.integers(1, 6, size=(50_000, 60)).astype(float))
    start = time.process_time()
    describe_items(data, scale=(1, 5))
    assert time.process_time() - start < 5.0


def test_nothing_to_describe_is_refused() -> None:
    with pytest.raises(DataError, match="nothing to describe"):
        describe_items(pd.DataFrame({"a": []}))
    with pytest.raises(DataError, match="nothing to describe"):
        describe_items(pd.DataFrame(index=[1, 2]))


def test_text_is_refused_with_its_place() -> None:
    with pytest.raises(DataError, match=r"'a' holds text: 'often'"):
        describe_items(pd.DataFrame({"a": [1, "often"]}))


def test_findings_name_constant_empty_tailed_and_open_items() -> None:
    n = 400
    data = pd.DataFrame(
        {
            "same": np.full(n, 0.1),
            "none": np.full(n, np.nan),
            "tail": np.r_[np.ones(n - 2), 9.0, 9.0],
            "open": np.where(np.arange(n) % 3 == 0, np.nan, np.arange(n) % 5 + 1.0),
            "few": np.r_[1.0, 2.0, np.full(n - 2, np.nan)],
        }
    )
    codes = {finding.code: finding for finding in describe_items(data).findings}
    assert codes["constant_item"].where == "same"
    assert codes["constant_item"].severity == "serious"
    assert codes["empty_item"].where == "none"
    assert codes["too_few_answers"].where == "few"
    assert codes["long_tail"].where == "tail"
    assert codes["heavy_tail"].where == "tail"
    assert codes["many_missing"].where == "open, few"
    assert "floor" not in codes


def test_crowded_ends_are_noted_once_for_all_items() -> None:
    low, middle = [1, 1, 2, 3, 4, 5, 2, 3, 4], [1, 2, 3, 4, 5, 3, 3, 3, 3]
    data = pd.DataFrame({"a": low, "b": [6 - answer for answer in low], "c": middle})
    found = {f.code: f.where for f in describe_items(data, scale=(1, 5)).findings}
    assert found == {"floor": "a", "ceiling": "b"}


def test_answers_are_counted_on_each_scale_of_whole_points() -> None:
    data = pd.DataFrame({"a": [1, 2, 2], "b": [6, 6, 5], "c": [1, 1, 2], "d": [0.5, 1.5, 2]})
    scale = {"a": (1, 2), "b": (1, 6), "c": (1, 2), "d": (0, 2)}
    found = describe_items(data, scale=scale)
    assert [list(one.counts.index) for one in found.frequencies] == [["a", "c"], ["b"]]
    assert found.frequencies[0].counts.to_numpy().tolist() == [[1, 2], [2, 1]]
    keys = [table.key for table in found.tables()]
    assert keys == ["items", "item_frequencies", "item_frequencies_2"]
    assert [f.where for f in found.findings if f.code == "unused_category"] == ["b"]
    assert describe_items(data).frequencies == ()


def test_ends_of_scores_keep_their_decimals_and_points_have_none() -> None:
    assert "  0.25" in describe_items(pd.DataFrame({"a": [0.25, 2.5, 3.0]})).summary()
    assert "5.00" not in describe_items(pd.DataFrame({"a": [1, 1, 5, 5]})).summary()


def test_a_message_names_six_items_and_the_finding_all() -> None:
    data = pd.DataFrame({f"q{i}": [2, 2, 2, 2] for i in range(9)})
    (finding,) = describe_items(data).findings
    assert finding.message.en.endswith("9 of 9 items: q0, q1, q2, q3, q4, q5 ….")
    assert finding.where.count("q") == 9


def test_reversed_items_are_named_under_the_table() -> None:
    data = pd.DataFrame({"a": [1, 2, 3, 4], "b": [4, 2, 1, 3]})
    assert "scoring direction: b." in describe_items(data, reverse=["b", "other"]).summary()
    assert "反向题（已转换为计分方向）：b。" in describe_items(data, reverse=["b"]).summary("zh")


def test_an_unremarkable_item_gives_no_finding() -> None:
    assert describe_items(pd.DataFrame({"a": [1, 2, 3, 4, 5] * 20})).findings == ()


def test_tables_show_wording_in_both_languages_and_ends_only_with_a_scale() -> None:
    data = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 2, 3, np.nan]})
    names = {"a": Text("Clear <grounds>", "依据明确")}
    with_scale = describe_items(data, names, scale=(1, 5))
    table, _ = with_scale.tables()
    assert "依据明确" in table.to_text("zh")
    assert "&lt;grounds&gt;" in table.to_html("en")
    assert {"floor_percent", "ceiling_percent"} <= {column.key for column in table.columns}
    (plain,) = describe_items(data).tables()
    assert "floor_percent" not in {column.key for column in plain.columns}
    assert with_scale.to_frame()["missing_percent"].tolist() == [0.0, 25.0]


def test_a_constant_of_any_size_has_no_shape() -> None:
    for value in (0.1, 1e9 + 0.1, -3.3e-7):
        found = describe_items(pd.DataFrame({"a": [value] * 37})).statistics.loc["a"]
        assert found["sd"] == 0
        assert np.isnan(found["skew"])
