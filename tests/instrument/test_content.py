"""Experts' ratings in the questionnaire file: what is taken in, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecosurvey.instrument import load_instrument

DEMO = (Path(__file__).parent / "demo.yaml").read_text("utf-8")
LAST = "references: {wu2015"


def _with(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(DEMO.replace(LAST, f"content_validity: {content}\n{LAST}"), "utf-8")
    return path


def test_ratings_are_taken_as_numbers_with_their_scale(tmp_path: Path) -> None:
    text = "{scale: [1, 5], relevant: 4, ratings: [{POL1: 5, POL2: 4.5}, {POL1: 3}]}"
    found = load_instrument(_with(tmp_path, text)).content_validity
    assert found is not None
    assert (found.scale, found.relevant, found.source) == ((1, 5), 4.0, None)
    assert found.ratings == ({"POL1": 5.0, "POL2": 4.5}, {"POL1": 3.0})


def test_ratings_may_lie_beside_and_need_not_be_there(tmp_path: Path) -> None:
    found = load_instrument(_with(tmp_path, "{source: experts.csv}")).content_validity
    assert found is not None and found.source == "experts.csv" and found.scale == (1, 4)
    assert load_instrument(Path(__file__).parent / "demo.yaml").content_validity is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{ratings: [{POL1: 4}, {POL9: 4}]}", "'POL9' is not an item of this questionnaire"),
        ("{ratings: [{POL1: 4}, {POL1: 5}]}", "the rating 5 lies outside 1 to 4"),
        ("{ratings: [{POL1: 4}]}", "one expert is too few"),
        ("{ratings: [{POL1: high}, {POL1: 4}]}", "expected"),
        ("{scale: [4, 1], source: a.csv}", "has no length"),
        ("{relevant: 7, source: a.csv}", "7 lies outside the scale 1 to 4"),
        ("{source: ../a.csv}", "not the bare name of a file"),
        ("{scale: [1, 4]}", "either here or in a table beside"),
        ("{source: a.csv, ratings: [{POL1: 4}, {POL1: 4}]}", "either here or in a table beside"),
        ("{sources: a.csv}", "Did you mean 'source'?"),
    ],
)
def test_a_slip_is_named_with_its_place(
    content: str, said: str, refusal: Callable[..., str]
) -> None:
    message = refusal((LAST, f"content_validity: {content}\n{LAST}"))
    assert said in message
    assert "^" in message
