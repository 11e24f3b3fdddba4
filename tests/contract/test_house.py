"""The house rules that can be executed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ecosurvey

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "ecosurvey"


def _layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(c for c in contracts["contracts"] if c["type"] == "layers")["layers"]
    names = [name.strip() for layer in layers for name in layer.split("|")]
    return [name for name in names if not name.startswith("(")]


def test_the_map_names_the_layers_in_order_and_the_folders_that_are_there() -> None:
    mapped = re.findall(r"^\d+\. `(\w+)`", (SRC / "README.md").read_text("utf-8"), re.MULTILINE)
    there = {
        path.stem
        for path in SRC.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    } - {"__init__", "_version"}
    assert mapped == _layers()
    assert set(mapped) == there


def test_no_source_file_holds_two_ideas() -> None:
    long = {
        str(path.relative_to(SRC)): lines
        for path in SRC.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert not long


@pytest.mark.parametrize("name", ecosurvey.__all__)
def test_every_public_name_can_be_had_and_says_what_it_is(name: str) -> None:
    thing = getattr(ecosurvey, name)
    if name != "__version__":
        assert thing.__doc__


def test_importing_ecosurvey_loads_nothing_heavy() -> None:
    code = "import ecosurvey, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "pandas", "scipy", "matplotlib", "sklearn", "statsmodels", "pydantic"}
    assert not heavy & set(loaded)


def test_functions_are_not_hidden_by_the_folders_of_their_name() -> None:
    code = (
        "from ecosurvey.sem import cfa; from ecosurvey.reliability import alpha; "
        "import ecosurvey as es; print(callable(es.sem), callable(es.reliability))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True"]
