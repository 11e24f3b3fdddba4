from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es

ROOT = Path(__file__).parents[2]
HOLZINGER = ROOT / "instruments" / "holzinger.yaml"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files of answers by different people."""
    pupils = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    made = []
    for number in range(3):
        path = tmp_path / f"wave{number + 1}.csv"
        pupils.iloc[number * 100 : number * 100 + 100].to_csv(path, index=False)
        made.append(path)
    return made


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The questionnaire in a later version that adds nothing but its number."""
    path = tmp_path / "holzinger_1.1.yaml"
    text = HOLZINGER.read_text("utf-8")
    path.write_text(text.replace("version: 1.0.0", "version: 1.1.0"), "utf-8")
    return path


@pytest.fixture
def study(tmp_path: Path, files: list[Path]) -> es.Study:
    """A study with one wave."""
    es.init_study(tmp_path / "study", HOLZINGER)
    return es.add_wave(tmp_path / "study", files[0], label="W1", day="2026-03-01")
