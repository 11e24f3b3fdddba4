"""An interrupt that somebody swallows still keeps a result from being published."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from ecosurvey.core.interrupts import heed, remembering_interrupts, stop_if_interrupted
from ecosurvey.core.io import atomic_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


@pytest.fixture(autouse=True)
def _as_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> object:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals are handled by the main thread")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_swallowed_interrupt_leaves_no_folder(tmp_path: Path) -> None:
    with (
        remembering_interrupts(),
        pytest.raises(KeyboardInterrupt),
        atomic_folder(tmp_path / "out") as work,
    ):
        (work / "a").write_text("a", "utf-8")
        _swallowed()
    assert list(tmp_path.iterdir()) == []
    stop_if_interrupted()  # the next run is another one
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_that_was_answered_is_over(tmp_path: Path) -> None:
    with remembering_interrupts(), atomic_folder(tmp_path / "out") as work:
        (work / "a").write_text("a", "utf-8")
        _swallowed()
        heed()
    assert (tmp_path / "out" / "a").is_file()


def test_another_handler_is_left_alone() -> None:
    def own(*_: object) -> None: ...

    signal.signal(signal.SIGINT, own)
    with remembering_interrupts():
        assert signal.getsignal(signal.SIGINT) is own
