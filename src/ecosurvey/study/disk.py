"""Writing to disk so that a kill, a full disk or a power cut leaves a thing whole or not begun.

A thing is written into a folder of its own, flushed to the disk, and then renamed into place,
which a file system does in one step. Whoever writes holds the study's lock; readers need none,
since nothing that has its name is ever changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecosurvey.core import OptionError, Text

LOCK = ".lock"
INCOMING = ".incoming-"
RUNNING = ".running-"
PATIENCE = 60.0  # seconds that a writer waits for another
_ABANDONED = 7 * 86400.0  # an analysis that wrote nothing for a week is not running any more


@contextmanager
def locked(root: Path, timeout: float = PATIENCE) -> Iterator[None]:
    """Hold the only right to write; what dead writers left behind is cleared away first.

    The operating system frees the lock when its holder dies, so no lock can be stale.

    Raises
    ------
    OptionError
        If another process keeps the lock for longer than ``timeout`` seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(root / LOCK, timeout=timeout)
    try:
        lock.acquire()
    except Timeout:
        raise OptionError(
            Text(
                f"another process has been writing to the study for {timeout:g} seconds",
                f"另一个进程已持续写入该研究{timeout:g}秒",
            ),
            where=str(root),
            fix=Text("Wait until it has ended, then try again.", "请等它结束后再试。"),
        ) from None
    try:
        sweep(root)
        yield
    finally:
        lock.release()


def sweep(root: Path) -> None:
    """Remove what writers that died left behind; to be called with the lock held."""
    for left in root.glob(f"{INCOMING}*"):  # only made under the lock: nobody works in it
        shutil.rmtree(left, ignore_errors=True)
    for left in root.glob(f"{RUNNING}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def work_folder(root: Path, prefix: str = INCOMING) -> Iterator[Path]:
    """Give a folder inside ``root`` that is gone after the block, unless it was published."""
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    try:
        work.chmod(0o755)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and see it onto the disk; an existing one is never touched."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def copy_durably(source: Path, target: Path) -> str:
    """Copy a file onto the disk and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as given, target.open("xb") as stream:
        while block := given.read(1 << 20):
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def publish(work: Path, target: Path) -> None:
    """Give a finished folder its name, in one step; its files are seen onto the disk before.

    Raises
    ------
    OptionError
        If there is something of that name: nothing is ever overwritten.
    """
    for path in sorted(work.rglob("*")):
        sync(path)
    sync(work)
    if target.exists():
        raise OptionError(
            Text("there is something of that name already", "此处已有同名的内容"), where=str(target)
        )
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        sync(target.parent.parent)
    work.rename(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """See a file's or a folder's content onto the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open folders, and keeps their entries itself
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
