"""What is kept by content is what was computed, and not too much of it."""

from __future__ import annotations

import numpy as np

from ecosurvey.core.recent import Recent, content


def test_content_tells_kind_shape_and_values_apart() -> None:
    given = [
        np.zeros(4), np.zeros((2, 2)), np.zeros(4, dtype=np.int64), np.ones(4), np.zeros(0),
        np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T,
    ]  # fmt: skip
    assert len({content(one) for one in given}) == len(given)
    assert content(given[5].T) == content(given[6].copy())  # how it lies in memory is no content
    assert content(given[0], given[3]) != content(given[3], given[0])


def test_the_last_results_are_kept_within_the_budget() -> None:
    made: list[str] = []
    kept: Recent[str] = Recent(10, size=len)

    def get(key: str, length: int) -> str:
        def make() -> str:
            made.append(key)
            return key * length

        return kept.get(key, make)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert get(key, 4) == key * 4
    assert made == ["a", "b", "c", "b"]  # b was used longest ago when c came
    assert get("d", 11) == "d" * 11
    assert get("d", 11) == "d" * 11
    assert made[4:] == ["d", "d"]  # too large to keep
