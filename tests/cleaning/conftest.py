from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import CleanData, Rules, clean
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses

DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"


@pytest.fixture(scope="session")
def demo() -> Instrument:
    return load_instrument(DEMO)


@pytest.fixture
def wave(demo: Instrument) -> pd.DataFrame:
    """Forty attentive respondents, all different."""
    rng = np.random.default_rng(5)
    n = 40
    frame = pd.DataFrame({"rid": [f"R{k}" for k in range(1, n + 1)]})
    for item in demo.items:
        frame[item.id] = rng.integers(1, 6, n).astype(float)
    frame["ATT1"], frame["ATT2"], frame["USE"] = 2.0, 1.0, 1.0
    frame["consent"], frame["role"], frame["years"] = 1.0, 1.0, 7.0
    frame["seconds"], frame["comment"] = 300.0, [f"comment {k}" for k in range(n)]
    return frame


Run = Callable[..., CleanData]


@pytest.fixture
def run(demo: Instrument) -> Run:
    def cleaned(frame: pd.DataFrame, rules: Rules | None = None) -> CleanData:
        return clean(read_responses(frame, demo), rules=rules)

    return cleaned


WIDE = """
schema: ecosurvey/instrument/1
id: wide
version: 1.0.0
title: {en: Wide}
languages: [en]
primary_language: en
meta: {respondent: rid, submitted_at: at, address: ip}
scales: {agree7: {type: likert, min: 1, max: 7, labels: {1: {en: "No"}, 7: {en: "Yes"}}}}
defaults: {scale: agree7}
constructs:
"""


@pytest.fixture
def make_wide(tmp_path: Path) -> Callable[[], tuple[pd.DataFrame, Instrument]]:
    """Return sixty people, four scales of six like items, a copy, and one who guesses."""

    def make() -> tuple[pd.DataFrame, Instrument]:
        lines = [WIDE]
        for scale in "ABCD":
            lines.append(f"  - id: {scale}\n    label: {{en: {scale}}}\n    items:\n")
            lines += [f"      - {{id: {scale}{k}, label: {{en: q{k}}}}}\n" for k in range(6)]
        file = tmp_path / "wide.yaml"
        file.write_text("".join(lines), encoding="utf-8")
        rng = np.random.default_rng(8)
        level = np.repeat(rng.normal(size=(60, 4)) * 1.6, 6, axis=1)
        answers = np.clip(np.round(4 + level + 0.5 * rng.normal(size=(60, 24))), 1, 7)
        answers[1] = answers[0]
        answers[1, [3, 20]] = 8 - answers[0, [3, 20]] + (answers[0, [3, 20]] == 4)
        # the first half of each scale runs against the second, and scales against each other
        answers[59] = np.tile([1, 7, 2, 7, 1, 6, 7, 1, 6, 1, 7, 2], 2)
        names = [f"{scale}{k}" for scale in "ABCD" for k in range(6)]
        frame = pd.DataFrame(answers, columns=names)
        frame["rid"] = [f"R{k}" for k in range(60)]
        hours = pd.to_timedelta(np.arange(60), unit="h")
        frame["at"] = pd.Timestamp("2026-03-01 08:00") + hours
        frame.loc[1, "at"] = frame.loc[0, "at"] + pd.Timedelta(minutes=4)
        frame["ip"] = [f"10.0.0.{k}" for k in range(60)]
        frame.loc[[1, 30], "ip"] = "10.0.0.0"
        return frame, load_instrument(file)

    return make
