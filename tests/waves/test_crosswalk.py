"""Items that were renamed, reworded, rescaled, added and dropped between versions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.waves.alignment import align_waves
from made_up_waves import answers, questionnaire

OLD = {"A": ("A1", "A2", "A3", "A4"), "B": ("B1", "B2", "B3", "B9")}
NEW = {"A": ("A1", "A2", "A3", "A5"), "B": ("B1", "B2", "B3", "B4")}
HISTORY = """
versions: [{version: 1.0.0}, {version: 1.1.0}, {version: 2.0.0}]
waves: [{wave: W1, version: 1.0.0}, {wave: W2, version: 2.0.0}, {wave: W3, version: 2.0.0}]
crosswalk:
  - {type: renamed, from: {version: 1.0.0, item: B9}, to: {version: 1.1.0, item: B8}}
  - {type: renamed, from: {version: 1.1.0, item: B8}, to: {version: 2.0.0, item: B4}}
  - {type: reworded, from: {version: 1.0.0, item: A2}, to: {version: 2.0.0, item: A2}}
  - {type: reworded, from: {version: 1.0.0, item: A3}, to: {version: 2.0.0, item: A3},
     comparable: no}
  - {type: rescaled, from: {version: 1.0.0, item: B2}, to: {version: 2.0.0, item: B2}}
  - {type: dropped, from: {version: 1.0.0, item: A4}}
  - {type: added, to: {version: 2.0.0, item: A5}}
"""


def _frames() -> tuple[object, object]:
    rng = np.random.default_rng(1)
    return answers(rng, 60, OLD), answers(rng, 60, NEW)


def test_the_crosswalk_decides_what_an_item_can_do(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, NEW, HISTORY)
    old, new = _frames()
    found = align_waves(asked, [("W1", old), ("W2", new)])
    fates = {fate.item: fate.fate for fate in found.fates}
    assert fates == {
        "A1": "same", "A2": "suspect", "A3": "free", "A5": "absent",
        "B1": "same", "B2": "free", "B3": "same", "B4": "same",
    }  # fmt: skip
    assert "B4" in found.frames[0]  # type: ignore[operator]
    assert {finding.where for finding in found.findings} == {"A2", "A3", "A5", "B2"}
    assert found.items("A") == ("A1", "A2", "A3")


def test_a_change_before_all_waves_is_none(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, NEW, HISTORY)
    new = _frames()[1]
    found = align_waves(asked, {"W2": new, "W3": new})
    assert {fate.fate for fate in found.fates} == {"same"}


def test_waves_of_unknown_version_are_treated_with_care(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, NEW, HISTORY)
    new = _frames()[1]
    found = align_waves(asked, {"spring": new, "autumn": new})
    assert {fate.item for fate in found.fates if fate.fate == "suspect"} == {"A2"}


def test_changes_that_the_crosswalk_does_not_tell_are_noticed(tmp_path: Path) -> None:
    words = {"A1": "quite other words"}
    old = questionnaire(tmp_path, NEW, version="1.0.0", wording=words)
    ten = questionnaire(tmp_path, NEW, version="1.5.0", points=10)
    asked = questionnaire(tmp_path, NEW)
    new = _frames()[1]
    found = align_waves([old, asked], {"1": new, "2": new})
    assert [(f.item, f.fate) for f in found.fates if f.fate != "same"] == [("A1", "suspect")]
    found = align_waves([ten, asked], {"1": new, "2": new})
    assert {fate.fate for fate in found.fates} == {"free"}


def test_bad_input_is_told_plainly(tmp_path: Path) -> None:
    asked = questionnaire(tmp_path, NEW)
    new = _frames()[1]
    with pytest.raises(OptionError, match="1 wave given"):
        align_waves(asked, {"1": new})
    with pytest.raises(OptionError, match="same label"):
        align_waves(asked, [("1", new), ("1", new)])
    with pytest.raises(OptionError, match="1 instruments for 2 waves"):
        align_waves([asked], {"1": new, "2": new})
    with pytest.raises(DataError, match="no rows"):
        align_waves(asked, {"1": new[:0], "2": new})  # type: ignore[index]
