"""A report says when its words are not those that were asked, and when waves are mixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.pipeline.versions import version_doubts

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def asked() -> Instrument:
    """Return the questionnaire of the version that wave 2 was asked with."""
    return replace(load_instrument(ROOT / "instruments" / "ecosystem.yaml"), version="1.1.0")


def test_an_earlier_version_is_told_with_what_changed_since(asked: Instrument) -> None:
    (found,) = version_doubts(asked, ("W1",))
    assert (found.code, found.severity, found.where) == ("earlier_version", "warning", "W1")
    assert "1.0.0" in found.message.en
    assert "changed since: CUL4." in found.message.en
    assert "CUL4" in found.message.zh


def test_the_version_of_the_file_and_waves_it_does_not_list_are_no_doubt(asked: Instrument) -> None:
    assert version_doubts(asked, ("W2",)) == ()
    assert version_doubts(asked, ("spring",)) == ()
    assert version_doubts(asked, ()) == ()


def test_without_a_crosswalk_the_version_is_a_note(asked: Instrument) -> None:
    (found,) = version_doubts(replace(asked, crosswalk=()), ("W1",))
    assert found.severity == "note"
    assert "names no change" in found.message.en


def test_a_version_after_the_last_wave_is_a_note(asked: Instrument) -> None:
    (found,) = version_doubts(replace(asked, version="1.2.0"), ("W2",))
    assert (found.code, found.severity, found.where) == ("earlier_version", "note", "W2")


def test_waves_in_one_file_are_told(asked: Instrument) -> None:
    codes = [one.code for one in version_doubts(asked, ("W1", "W2"))]
    assert codes == ["several_waves", "earlier_version"]
