"""What holds for every test."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Take what was imported out of the rounds of the garbage collector, which some tests call."""
    gc.collect()
    gc.freeze()
