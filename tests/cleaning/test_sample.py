"""The careless respondents who were planted in the sample waves are found again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecosurvey.cleaning import CleanData, clean
from ecosurvey.instrument import load_instrument
from ecosurvey.responses import read_responses

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["1", "2"])
def wave(request: pytest.FixtureRequest) -> tuple[CleanData, dict[str, Any]]:
    instrument = load_instrument(ROOT / "instruments" / "ecosystem.yaml")
    responses = read_responses(ROOT / f"data/sample/ecosystem_wave{request.param}.csv", instrument)
    truth = json.loads((ROOT / "data/sample/truth.json").read_text("utf-8"))
    return clean(responses), truth["waves"][f"W{request.param}"]


def test_planted_careless_people_are_excluded_and_others_are_not(
    wave: tuple[CleanData, dict[str, Any]],
) -> None:
    cleaned, truth = wave
    planted = {name for names in truth["careless"].values() for name in names}
    log = cleaned.exclusions
    found = set(log.loc[log["rule"] != "duplicate", "respondent"])
    honest = set(cleaned.responses.frame["respondent_id"]) - planted
    sensitivity = len(planted & found) / len(planted)
    specificity = len(honest - found) / len(honest)
    assert sensitivity >= 0.95
    assert specificity >= 0.985
    told = [len(planted), len(planted & found), f"{sensitivity:.3f}"]
    told += [len(honest), len(honest - found), f"{specificity:.3f}"]
    line = "| " + " | ".join(str(word).removeprefix("0") for word in told) + " |"
    readme = (ROOT / "src/ecosurvey/cleaning/README.md").read_text("utf-8")
    assert line in readme, f"the README of the screening should say {line}"


def test_planted_duplicates_and_no_others_are_excluded(
    wave: tuple[CleanData, dict[str, Any]],
) -> None:
    cleaned, truth = wave
    log = cleaned.exclusions
    found = set(log.loc[log["rule"] == "duplicate", "row"])
    assert found == {row["row"] for row in truth["duplicates"]}


def test_planted_codes_off_the_scale_are_found_cell_by_cell(
    wave: tuple[CleanData, dict[str, Any]],
) -> None:
    cleaned, truth = wave
    issues = cleaned.responses.issues
    found = sorted(zip(issues["row"], issues["column"], issues["value"], strict=True))
    assert found == sorted((c["row"], c["item"], str(c["value"])) for c in truth["out_of_range"])
    assert cleaned.items.isin([1, 2, 3, 4, 5]).where(cleaned.items.notna(), True).all(axis=None)
