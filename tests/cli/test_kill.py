"""A run that is killed or interrupted leaves no folder that looks whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


def _heed_interrupts() -> None:
    """Undo that tests in a shell's background ignore Ctrl-C, and hand that down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _start(out: Path) -> subprocess.Popen[bytes]:
    code = "import sys; from ecosurvey.cli.app import main; sys.argv[0] = 'ecosurvey'; main()"
    words = ["analyze", ROOT / "data/sample/holzinger.csv", "-i",
             ROOT / "instruments/holzinger.yaml", "-o", out, "--seed", "1", "--jobs", "1",
             "--only", "describe"]  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_heed_interrupts,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


def _wait_for_files(process: subprocess.Popen[bytes], place: Path, count: int) -> None:
    """Wait until the run has written some of its files."""
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        if sum(path.is_file() for path in place.rglob("*")) >= count:
            return
        time.sleep(0.02)
    raise AssertionError("the run ended, or never wrote")


def _is_whole_or_absent(out: Path) -> bool:
    if not out.exists():
        return False
    told = json.loads((out / "provenance.json").read_text("utf-8"))
    assert all((out / entry["name"]).stat().st_size == entry["bytes"] for entry in told["outputs"])
    return True


def test_killed_while_it_writes_it_leaves_no_result(tmp_path: Path) -> None:
    process = _start(tmp_path / "out")
    _wait_for_files(process, tmp_path, 10)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    (left,) = tmp_path.iterdir()  # what it wrote is hidden, and lacks what makes it a result
    assert left.name.startswith(".out.")
    assert not (left / "provenance.json").exists()


def test_interrupted_while_it_writes_it_leaves_nothing(tmp_path: Path) -> None:
    process = _start(tmp_path / "out")
    _wait_for_files(process, tmp_path, 10)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("at", range(8))
def test_killed_at_any_moment_it_leaves_all_or_nothing(at: int, tmp_path: Path) -> None:
    begun = time.monotonic()
    _start(tmp_path / "first").wait()
    takes = time.monotonic() - begun
    assert _is_whole_or_absent(tmp_path / "first")
    process = _start(tmp_path / "out")
    time.sleep(random.Random(at).uniform(0.0, 1.1) * takes)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _is_whole_or_absent(tmp_path / "out")
