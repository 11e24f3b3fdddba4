"""Ctrl-C, heeded even where other programs' code swallows it.

Python raises ``KeyboardInterrupt`` wherever it happens to be, and a few libraries catch
everything while they are imported: the run would go on as if nobody had asked it to stop. So the
command line remembers that it was asked, and nothing is published after that.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()
_answered = 0


@contextmanager
def remembering_interrupts() -> Iterator[None]:
    """Remember each Ctrl-C within, beside raising it; nothing where another handler is at work."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    _asked.clear()
    signal.signal(signal.SIGINT, _remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _asked.clear()


def _remember(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt


def heed() -> None:
    """Take note that an interrupt was answered, such as with what was done until then."""
    global _answered
    _answered += 1
    _asked.clear()


def answered() -> int:
    """Return how many interrupts were answered: each may have stopped all workers."""
    return _answered


def stop_if_interrupted() -> None:
    """Raise an interrupt again that was swallowed on its way.

    Raises
    ------
    KeyboardInterrupt

    Examples
    --------
    >>> stop_if_interrupted()
    """
    if _asked.is_set():
        raise KeyboardInterrupt
