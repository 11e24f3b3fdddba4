"""What holds for every test."""

from __future__ import annotations

import gc
import os
from contextlib import suppress

import pytest

LONGEST = (
    "tests/test_notebooks.py",
    "tests/docs/test_pages.py",
    "tests/cli/test_commands.py",
    "tests/test_pipeline.py",
    "tests/report/script/test_script.py",
    "tests/planning/test_power.py",
    "tests/cli/test_joint.py",
    "tests/study/test_faults.py",
    "tests/sem/measures/test_fit_measures.py",
    "tests/keyfactors/test_study.py",
    "tests/responses/test_fuzz_at_length.py",
)


def pytest_configure() -> None:
    """Let no test remember its steps, nor read what another run remembered, unless it asks to.

    What takes "one process a core" takes one here, since the tests themselves run side by side;
    two where it asks for two.
    """
    os.environ["ECOSURVEY_CACHE_DIR"] = os.devnull
    os.environ["LOKY_MAX_CPU_COUNT"] = "1"
    _spare_our_lines()


def _spare_our_lines() -> None:
    """Keep Hypothesis from reading all our files for constants to try, which takes it seconds."""
    with suppress(ImportError):  # of an older Hypothesis, which does not read them
        from hypothesis.internal.conjecture import providers

        providers.is_local_module_file = lambda path: False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that none of them is waited for at the end."""
    place = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


def pytest_collection_finish() -> None:
    """Take what was imported out of the rounds of the garbage collector, which some tests call."""
    gc.collect()
    gc.freeze()
