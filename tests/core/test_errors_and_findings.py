"""Errors survive process borders, and findings come in order of weight."""

from __future__ import annotations

import pickle

import pytest

from ecosurvey.core import (
    DataError,
    Finding,
    OptionError,
    Text,
    by_severity,
    check_choice,
    trusted,
)
from ecosurvey.core.random import stream


def test_an_error_keeps_its_parts_when_pickled() -> None:
    error = DataError("no rows", where="a.csv", fix="Export again.")
    assert str(pickle.loads(pickle.dumps(error))) == "a.csv: no rows. Export again."


def test_a_wrong_choice_lists_what_is_allowed() -> None:
    with pytest.raises(OptionError, match="Use one of: a, b"):
        check_choice("kind", "c", ["a", "b"])


def test_findings_are_ordered_by_weight_and_said_once() -> None:
    note = Finding("n", "note", Text("n", "n"))
    bad = Finding("b", "serious", Text("b", "b"))
    assert by_severity([note, bad, note]) == (bad, note)
    assert trusted([note])
    assert not trusted([note, bad])


def test_streams_of_different_purposes_and_replicates_differ() -> None:
    draws = {
        float(stream(1, purpose, index).random()) for purpose in ("a", "b") for index in range(5)
    }
    assert len(draws) == 10
