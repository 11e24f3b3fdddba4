"""One file that appears whole or not at all, and replaces nothing unasked."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ecosurvey.core import OptionError, Text


def write_file(path: str | os.PathLike[str], content: str | bytes, *, force: bool = False) -> Path:
    """Write a file beside its place and move it there.

    Raises
    ------
    OptionError
        If there is a file already and ``force`` is not given, or a folder stands there.
    """
    path = Path(path).absolute()
    if path.is_dir():
        raise OptionError(
            Text("this is a folder", "这是一个文件夹"),
            where=str(path),
            fix=Text("Name a file in it.", "请给出其中的文件名。"),
        )
    if path.exists() and not force:
        raise OptionError(
            Text("there is a file already", "该文件已存在"),
            where=str(path),
            fix=Text(
                "Name another one, or replace it with --force.", "请换一个名称，或用 --force 替换。"
            ),
        )
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    work = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        work.chmod(0o644)
        work.replace(path)
    except BaseException:
        work.unlink(missing_ok=True)
        raise
    return path
