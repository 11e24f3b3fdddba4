"""What the console prints, as it is read."""

from __future__ import annotations

import pytest

from ecosurvey.cli import console
from ecosurvey.core import Finding, Text


def test_a_long_chinese_finding_follows_its_mark(capsys: pytest.CaptureFixture[str]) -> None:
    long = Finding("long", "warning", Text("said " * 60, "说" * 200))
    console.show_findings((long,), "zh")
    assert capsys.readouterr().err.splitlines() == ["! " + "说" * 200]
    console.show_findings((long,), "en")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 1
    assert lines[0].startswith("! said said")
