"""No wave is lost and none is half there, whatever happens to disk, process or neighbours."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.study.disk import INCOMING, LOCK, locked
from study_faults import Steps, full_disk, watched

PROGRAM = Path(__file__).parents[1] / "study_faults.py"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks and kills")


def program(*words: str | Path) -> list[str]:
    """Run the program that forks; return what it tells."""
    command = [sys.executable, str(PROGRAM), *map(str, words)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def labels(study: es.Study) -> list[str]:
    return [wave.label for wave in study.waves]


def whole(path: Path, before: es.Study, newer: str) -> bool:
    """Check that the study is as before or has the whole new wave; tell which."""
    now = es.open_study(path, verify=True)
    assert now.findings == ()
    pd.testing.assert_frame_equal(now.answers("W1"), before.answers("W1"))
    if labels(now) == ["W1"]:
        return False
    assert labels(now) == ["W1", "W2"]
    assert len(now.answers("W2")) == 100
    assert now.wave("W2").version == newer
    assert now.responses("W2").n_rows == 100
    return True


def test_a_process_killed_at_any_step_leaves_the_study_as_it_was_or_with_the_whole_wave(
    study: es.Study, files: list[Path], newer: Path, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    ended = program("kill", copies, study.path, files[1], newer)
    assert len(ended) > 40
    assert ended == [signal.SIGKILL] * (len(ended) - 1) + [0]
    came = []
    for at in range(1, len(ended) + 1):
        copy = copies / f"{at:03d}"
        came.append(whole(copy, study, "1.1.0"))
        if at % 6:
            continue
        if came[-1]:
            with pytest.raises(es.DataError, match="already, as wave 'W2'"):
                es.add_wave(copy, files[1], label="W2", instrument=newer)
        else:
            again = es.add_wave(copy, files[1], label="W2", instrument=newer)
            assert labels(again) == ["W1", "W2"]
            assert not list(copy.glob(f"{INCOMING}*"))
    assert came == sorted(came)  # first not there, from one step on there
    assert not came[0]
    assert came[-1]


def test_a_disk_full_at_any_step_leaves_the_study_as_it_was_and_nothing_behind(
    study: es.Study, files: list[Path], newer: Path
) -> None:
    def names(folder: Path) -> list[Path]:
        return sorted(path.relative_to(folder) for path in folder.rglob("*"))

    copy, step = study.path.with_name("copy"), 0
    while True:
        step += 1
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(study.path, copy)
        steps, failed = Steps(step, full_disk), False
        try:
            with watched(steps):
                es.add_wave(copy, files[1], label="W2", instrument=newer)
        except OSError as error:
            assert error.errno == errno.ENOSPC
            failed = True
        if not whole(copy, study, "1.1.0"):
            assert failed
            assert names(copy) == names(study.path)
        elif steps.seen < step:
            break
        assert not list(copy.glob(f"{INCOMING}*"))
    assert step > 40


def test_a_study_whose_making_fails_is_not_there(tmp_path: Path) -> None:
    questionnaire = Path(__file__).parents[2] / "instruments" / "holzinger.yaml"
    step = 0
    while True:
        step += 1
        try:
            with watched(Steps(step, full_disk)):
                es.init_study(tmp_path / "new" / "study", questionnaire)
            break
        except OSError as error:
            assert error.errno == errno.ENOSPC
        if (tmp_path / "new" / "study").exists():  # only the last flush failed
            es.open_study(tmp_path / "new" / "study", verify=True)
            shutil.rmtree(tmp_path / "new" / "study")
        assert not list((tmp_path / "new").glob(".*")) if (tmp_path / "new").exists() else True
    assert step > 10


def test_writers_at_the_same_moment_lose_nothing_and_add_nothing_twice(
    study: es.Study, files: list[Path]
) -> None:
    second, third = files[1:]
    jobs = [(second, "W2"), (second, "other"), (third, "W3"), (third, "W2"), (second, "again")]
    became = program("race", study.path, *(f"{data}={label}" for data, label in jobs))
    now = es.open_study(study.path, verify=True)
    assert now.findings == ()
    assert became.count("added") == 2
    assert set(became) <= {"added", "DataError", "OptionError"}
    assert len({wave.sha256 for wave in now.waves}) == len(now.waves) == 3
    assert [name for name in study.path.iterdir() if name.name.startswith(INCOMING)] == []


def test_a_writer_that_waits_too_long_says_so(study: es.Study, files: list[Path]) -> None:
    holder = (
        "import sys, time; from filelock import FileLock; lock = FileLock(sys.argv[1]); "
        "lock.acquire(); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", holder, str(study.path / LOCK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(es.OptionError, match="another process has been writing"):
            es.add_wave(study, files[1], label="W2", timeout=0.2)
        process.kill()
    # the lock died with its holder
    assert labels(es.add_wave(study, files[1], label="W2", timeout=5)) == ["W1", "W2"]


def test_what_dead_writers_left_is_swept_and_what_runs_is_not(study: es.Study) -> None:
    for name in (f"{INCOMING}dead", ".running-alive", ".running-old"):
        (study.path / name).mkdir()
    os.utime(study.path / ".running-old", (0, 0))
    with locked(study.path):
        pass
    assert sorted(path.name for path in study.path.glob(".*-*")) == [".running-alive"]


@pytest.mark.long
def test_processes_killed_from_outside_at_random_moments(
    study: es.Study, files: list[Path], newer: Path
) -> None:
    adding = (
        "import sys, ecosurvey as es; "
        "es.add_wave(sys.argv[1], sys.argv[2], label='W2', instrument=sys.argv[3])"
    )
    random.seed(1)
    command = [sys.executable, "-c", adding, *map(str, (study.path, files[1], newer))]
    begun = time.monotonic()
    copy = study.path.with_name("timed")
    shutil.copytree(study.path, copy)
    timed = [*command[:3], str(copy), *command[4:]]
    subprocess.run(timed, check=True)
    usual = time.monotonic() - begun
    for _ in range(25):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            time.sleep(random.uniform(0.5, 1.05) * usual)
            process.kill()
        if whole(study.path, study, "1.1.0"):
            shutil.rmtree(study.path / "waves" / "W2")
