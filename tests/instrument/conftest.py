from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecosurvey.core import InstrumentError
from ecosurvey.instrument import Instrument, load_instrument

DEMO = Path(__file__).parent / "demo.yaml"


@pytest.fixture(scope="session")
def demo_text() -> str:
    return DEMO.read_text("utf-8")


@pytest.fixture(scope="session")
def demo() -> Instrument:
    return load_instrument(DEMO)


@pytest.fixture
def load_changed(tmp_path: Path, demo_text: str) -> Callable[..., Instrument]:
    """Load the demonstration after replacing parts of its text."""

    def load(*changes: tuple[str, str]) -> Instrument:
        text = demo_text
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            text = text.replace(old, new)
        path = tmp_path / "demo.yaml"
        path.write_text(text, "utf-8")
        return load_instrument(path)

    return load


@pytest.fixture
def refusal(load_changed: Callable[..., Instrument]) -> Callable[..., str]:
    """Return what the loader says of the changed demonstration."""

    def say(*changes: tuple[str, str]) -> str:
        with pytest.raises(InstrumentError) as caught:
            load_changed(*changes)
        return str(caught.value)

    return say
