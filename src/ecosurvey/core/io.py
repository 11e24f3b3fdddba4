"""Files: outputs that appear whole or not at all, and hashes of what was read."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecosurvey.core import Text
from ecosurvey.core.errors import OptionError
from ecosurvey.core.interrupts import stop_if_interrupted

MANIFEST = "provenance.json"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_writable(out: Path, *, force: bool) -> None:
    """Raise unless ``out`` can be written without destroying what is not ours.

    Raises
    ------
    OptionError
        If it is a file, or a folder that is not empty and was either not made by us or
        not released by ``force``; if nothing can be written there.
    """
    if out.is_file():
        raise OptionError(
            Text("the output path is a file", "输出路径是一个文件"),
            where=str(out),
            fix=Text("Name a folder.", "请指定一个文件夹。"),
        )
    if not out.is_dir() or not any(out.iterdir()):
        _try_to_write(out)
        return
    if not force:
        raise OptionError(
            Text("the output folder is not empty", "输出文件夹不是空的"),
            where=str(out),
            fix=Text(
                "Name another one, or replace an earlier result with --force.",
                "请指定另一个文件夹，或用 --force 替换先前的结果。",
            ),
        )
    if not (out / MANIFEST).is_file():
        raise OptionError(
            Text(
                f"the output folder holds files but no {MANIFEST}, so it is not an earlier result",
                f"输出文件夹中有文件却没有 {MANIFEST}，因此它不是先前的结果",
            ),
            where=str(out),
            fix=Text("Name another folder.", "请指定另一个文件夹。"),
        )
    _try_to_write(out)


def _try_to_write(out: Path) -> None:
    """Raise now, and not after hours of computing, where nothing can be written beside ``out``."""
    place = next(folder for folder in out.absolute().parents if folder.exists())
    try:
        Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=place)).rmdir()
    except OSError as error:
        raise OptionError(
            Text(
                f"nothing can be written in {place} ({error.strerror})",
                f"无法在 {place} 中写入（{error.strerror}）",
            ),
            where=str(out),
            fix=Text("Name another folder.", "请指定另一个文件夹。"),
        ) from None


@contextmanager
def atomic_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary sibling folder that becomes ``out`` when the block ends well.

    If the block raises, or the process dies, ``out`` is as it was before.

    Raises
    ------
    OptionError
        As :func:`check_writable`, before anything is made.
    """
    out = out.absolute()
    check_writable(out, force=force)
    made = [folder for folder in out.parents if not folder.exists()]
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        yield work
        stop_if_interrupted()
        work.chmod(0o755)
        retired = work.with_suffix(".old")
        if out.exists():
            out.rename(retired)
        work.rename(out)
        shutil.rmtree(retired, ignore_errors=True)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        for folder in made:  # innermost first: leave no empty parents behind
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
        raise
