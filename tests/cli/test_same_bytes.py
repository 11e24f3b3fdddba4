"""The same seed gives the same bytes in every file, whatever process, hashing and workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    for name, hashing, jobs in (("one", "1", "1"), ("two", "2", "2")):
        code = "import sys; from ecosurvey.cli.app import main; sys.argv[0] = 'ecosurvey'; main()"
        words = ["analyze", ROOT / "data/sample/holzinger.csv", "-i",
                 ROOT / "instruments/holzinger.yaml", "-o", tmp_path / name / "r", "--seed", "1",
                 "--lang", "both", "--groups", "school", "--bootstrap", "60", "--no-cache", "-q",
                 "--jobs", jobs]  # fmt: skip
        env = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": hashing,
                            "SOURCE_DATE_EPOCH": "1790000000"}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, words)], env=env, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), done.stderr
    one, two = tmp_path / "one" / "r", tmp_path / "two" / "r"
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(two) for p in two.rglob("*") if p.is_file())
    kinds = {file.suffix for file in files}
    assert {".html", ".docx", ".tex", ".xlsx", ".csv", ".svg", ".pdf", ".png", ".json"} <= kinds
    told = {"provenance.json", "ro-crate-metadata.json"}  # name the command, and so --jobs
    same = [f for f in files if f.name in told or (one / f).read_bytes() == (two / f).read_bytes()]
    differ = sorted(set(map(str, files)) - set(map(str, same)))
    assert differ == []
