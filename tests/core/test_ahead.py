"""Work begun ahead gives what it would have given in its turn."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from ecosurvey.core import DataError, Text
from ecosurvey.core.ahead import ahead
from ecosurvey.core.interrupts import heed
from ecosurvey.core.kept import Kept
from ecosurvey.core.remember import in_folder, remembered, remembering


def _double(value: float) -> float:
    return 2 * value


def _refuse(words: str) -> None:
    raise DataError(Text(words, words))


def _remembered_there(value: float) -> bool:
    remembered("doubled", [value], lambda: {"of": np.array([2 * value])})
    return in_folder() is not None


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_are_had_in_any_order(jobs: int) -> None:
    with ahead(jobs) as begin:
        first, second = begin(_double, 1.5), begin(_double, 4.0)
        assert (second(), first()) == (8.0, 3.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_goes_wrong_is_told_where_the_result_is_asked_for(jobs: int) -> None:
    with ahead(jobs) as begin:
        wrong, right = begin(_refuse, "no answers"), begin(_double, 1.0)
        assert right() == 2.0
        with pytest.raises(DataError, match="no answers"):
            wrong()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_nobody_asks_for_is_no_news(jobs: int) -> None:
    with ahead(jobs) as begin:
        begin(_refuse, "nobody asked")
        assert begin(_double, 1.0)() == 2.0


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_remember_where_the_run_does(jobs: int, tmp_path: Path) -> None:
    with remembering(Kept(tmp_path / "kept")), ahead(jobs) as begin:
        assert begin(_remembered_there, 3.0)()
        found = remembered("doubled", [3.0], lambda: {"of": np.array([np.nan])})
    assert found["of"].tolist() == [6.0]


def test_one_worker_begins_nothing_before_it_is_asked_for() -> None:
    done: list[int] = []
    with ahead(1) as begin:
        begin(done.append, 1)
        asked = begin(done.append, 2)
        asked()
    assert done == [2]


def _not_in(process: int) -> int:
    """Return the process; one that is not the given one is killed."""
    if os.getpid() != process:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_work_whose_worker_was_killed_is_done_all_the_same() -> None:
    with ahead(2) as begin:
        assert begin(_not_in, os.getpid())() == os.getpid()


def test_after_an_interrupt_was_answered_nobody_waits_for_workers() -> None:
    with ahead(2) as begin:
        here = begin(os.getpid)
        heed()
        assert here() == os.getpid()
        assert begin(os.getpid)() != os.getpid()
