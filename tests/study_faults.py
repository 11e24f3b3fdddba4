"""Adding a wave while the disk fills up or the process is killed, at one step after another.

A step is every call by which something is made on the disk: a folder, a file, a piece of its
content, a flush, a rename. As a program it forks one process for each step, so that what is
imported need be imported only once, and kills it there.
"""

from __future__ import annotations

import errno
import json
import os
import pathlib
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ecosurvey as es


class Steps:
    """Counts the steps; at the chosen one does what is wanted."""

    def __init__(self, at: int, fault: Callable[[], None]) -> None:
        self.at, self.fault, self.seen = at, fault, 0

    def take(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            self.fault()


class Stream:
    """A file that is written in two pieces, with a step between and before."""

    def __init__(self, inner: Any, steps: Steps) -> None:
        self.inner, self.steps = inner, steps

    def write(self, content: bytes) -> None:
        self.steps.take()
        self.inner.write(content[: len(content) // 2])
        self.inner.flush()
        self.steps.take()
        self.inner.write(content[len(content) // 2 :])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.inner.close()


@contextmanager
def watched(steps: Steps) -> Iterator[None]:
    """Let every step on the disk pass by the counter."""
    real = {name: getattr(os, name) for name in ("fsync", "rename", "mkdir")}
    real_open = pathlib.Path.open

    def stepping(name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            steps.take()
            return real[name](*args, **kwargs)

        return call

    def opening(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if "x" not in mode:
            return real_open(path, mode, *args, **kwargs)
        steps.take()
        return Stream(real_open(path, mode, *args, **kwargs), steps)

    try:
        for name in real:
            setattr(os, name, stepping(name))
        pathlib.Path.open = opening  # type: ignore[method-assign, assignment]
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)
        pathlib.Path.open = real_open  # type: ignore[method-assign]


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_everywhere(base: Path, scratch: Path, data: Path, newer: Path) -> list[int]:
    """Kill an addition at each of its steps, each in a copy of the study; return the signals."""
    ended = []
    for at in range(1, 1000):
        copy = scratch / f"{at:03d}"
        shutil.copytree(base, copy)
        child = os.fork()
        if child == 0:
            with watched(Steps(at, kill)):
                es.add_wave(copy, data, label="W2", instrument=newer)
            os._exit(0)
        ended.append(os.waitpid(child, 0)[1])
        if ended[-1] == 0:  # there was no such step: the addition came to its end
            return ended
    raise AssertionError("it never came to its end")


def raced(study: Path, jobs: list[tuple[str, str]]) -> list[str]:
    """Add waves by as many processes at the same moment; return what became of each."""
    gate, opener = os.pipe()
    children = []
    for number, (data, label) in enumerate(jobs):
        child = os.fork()
        if child == 0:
            told = study.parent / f"told-{number}"
            os.close(opener)
            os.read(gate, 1)  # returns when the parent closes its end
            try:
                es.add_wave(study, data, label=label)
                told.write_text("added")
            except es.EcosurveyError as error:
                told.write_text(type(error).__name__)
            os._exit(0)
        children.append(child)
    os.close(opener)
    for child in children:
        os.waitpid(child, 0)
    return [(study.parent / f"told-{number}").read_text() for number in range(len(jobs))]


if __name__ == "__main__":
    import filelock  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    what, folder, *rest = sys.argv[1:]
    given = Path(rest[1] if what == "kill" else rest[0].split("=")[0])
    here = Path(rest[0] if what == "kill" else folder)
    es.read_responses(given, es.open_study(here).instrument())  # loads what is loaded when used
    if what == "kill":
        base, data, newer = map(Path, rest)
        print(json.dumps(killed_everywhere(base, Path(folder), data, newer)))
    else:
        words = [tuple(word.split("=")) for word in rest]
        print(json.dumps(raced(Path(folder), words)))  # type: ignore[arg-type]
