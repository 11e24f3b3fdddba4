"""The door for data frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.core.frames import as_frame, numeric_matrix


def test_numbers_written_as_text_are_read() -> None:
    got = numeric_matrix(pd.DataFrame({"a": ["1", "2.5", None]}), ["a"])
    np.testing.assert_array_equal(got, [[1.0], [2.5], [np.nan]])


def test_the_array_is_fresh_and_writable() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    got = numeric_matrix(frame, ["a"])
    got[0, 0] = 99
    assert frame["a"].iloc[0] == 1.0


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": ["x", "1"]}), "'a' holds text: 'x' in row 0"),
        (pd.DataFrame({"a": [np.inf, 1.0]}), "infinite number in row 0"),
        (pd.DataFrame({"a1": [1.0]}), "'a' is not a column"),
    ],
)
def test_what_cannot_be_numbers_is_named(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        numeric_matrix(frame, ["a"])


def test_a_column_name_twice_is_refused() -> None:
    with pytest.raises(DataError, match="more than once"):
        as_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_a_thing_that_is_no_table_is_refused() -> None:
    with pytest.raises(DataError, match="is a list, not a table"):
        as_frame([1, 2])
