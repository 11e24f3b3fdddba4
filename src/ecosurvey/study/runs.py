"""Results of a wave: each analysis a folder of its own, numbered, never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecosurvey.study.disk import PATIENCE, RUNNING, locked, publish, work_folder
from ecosurvey.study.model import Study
from ecosurvey.study.reading import RESULTS


@contextmanager
def running(study: Study) -> Iterator[Path]:
    """Give the path of a folder, not made yet, in which an analysis writes its results.

    It is gone after the block, unless :func:`keep_run` has taken it into the study; the lock
    is free meanwhile, so that waves can be added while an analysis runs.
    """
    with work_folder(study.path, RUNNING) as work:
        yield work / "results"


def keep_run(study: Study, label: str, written: Path, timeout: float = PATIENCE) -> Path:
    """Take the results of an analysis into the study as the newest run of a wave.

    Returns
    -------
    Path
        ``results/<wave>/run-001``, or the next number that is free.
    """
    parent = study.path / RESULTS / study.wave(label).label
    with locked(study.path, timeout):
        taken = [int(one.name[4:]) for one in parent.glob("run-*") if one.name[4:].isdecimal()]
        target = parent / f"run-{max(taken, default=0) + 1:03d}"
        publish(written, target)
    return target
