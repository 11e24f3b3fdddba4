"""What holds for every test."""

from __future__ import annotations

import gc
import os


def pytest_configure() -> None:
    """Let no test remember its steps, nor read what another run remembered, unless it asks to."""
    os.environ["ECOSURVEY_CACHE_DIR"] = os.devnull


def pytest_collection_finish() -> None:
    """Take what was imported out of the rounds of the garbage collector, which some tests call."""
    gc.collect()
    gc.freeze()
