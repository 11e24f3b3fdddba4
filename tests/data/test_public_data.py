"""The public data are whole: sizes and a few well-known numbers of the literature."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_bfi_has_2800_people_and_the_known_means() -> None:
    frame = pd.read_csv(SAMPLE / "bfi.csv")
    assert frame.shape == (2800, 29)
    assert frame["respondent_id"].is_unique
    assert frame["A1"].mean() == pytest.approx(2.4134, abs=5e-5)
    assert frame["gender"].value_counts().to_dict() == {2: 1881, 1: 919}


def test_holzinger_has_301_pupils_of_two_schools() -> None:
    frame = pd.read_csv(SAMPLE / "holzinger.csv")
    assert frame["school"].value_counts().to_dict() == {"Pasteur": 156, "Grant-White": 145}
    assert frame["x1"].mean() == pytest.approx(4.936, abs=5e-4)


def test_political_democracy_has_75_countries() -> None:
    frame = pd.read_csv(SAMPLE / "political_democracy.csv")
    assert list(frame.columns) == [*(f"y{i}" for i in range(1, 9)), "x1", "x2", "x3"]
    assert len(frame) == 75
    assert frame["x1"].mean() == pytest.approx(5.054, abs=5e-4)


def test_every_file_is_named_with_its_licence_or_as_synthetic() -> None:
    words = (SAMPLE / "README.md").read_text("utf-8")
    for file in SAMPLE.glob("*.csv"):
        assert f"`{file.name}`" in words
    assert "Nobody gave these answers" in words
    assert words.count("GPL-2.0-or-later") == 3
