"""Steps that took long, remembered from run to run by the content that they follow from.

A step names what its numbers follow from: arrays, options, seed. Words are no part of that, so a
changed caption computes nothing anew. The programs are: another version of one of them, or a
changed line of ours, and the step is computed again. Off unless :func:`remembering` says where.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from ecosurvey.core.kept import Kept

    Arrays = Mapping[str, np.ndarray]

_KEPT: ContextVar[Kept | None] = ContextVar("kept", default=None)
_PROGRAMS = ("numpy", "scipy", "pandas", "semopy", "statsmodels", "factor_analyzer", "matplotlib")


@contextmanager
def remembering(kept: Kept | None) -> Iterator[None]:
    """Let the steps within be remembered in a folder; ``None`` lets nothing be remembered."""
    before = _KEPT.set(kept)
    try:
        yield
    finally:
        _KEPT.reset(before)


def in_folder() -> Kept | None:
    """Return where steps are remembered now, so that workers may remember there too."""
    return _KEPT.get()


def remembered(step: str, content: Sequence[object], make: Callable[[], Arrays]) -> Arrays:
    """Return what a step gave for the same content, or compute and remember it.

    Parameters
    ----------
    step : str
        Its name, so that two steps of the same content are told apart.
    content : sequence
        All that the numbers follow from: numbers, words, arrays, frames, sequences, mappings.
    make : callable
        Computes the arrays, of numbers or words; the same whether remembered or not.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from pathlib import Path
    >>> from ecosurvey.core.kept import Kept
    >>> def square():
    ...     print("computed")
    ...     return {"of": np.array([4.0])}
    >>> with tempfile.TemporaryDirectory() as folder, remembering(Kept(Path(folder))):
    ...     first = remembered("square", [2], square)
    ...     again = remembered("square", [2], square)
    computed
    >>> float(again["of"][0])
    4.0
    """
    key = key_of(step, content)
    found = recall(key)
    if found is None:
        found = dict(make())
        keep(key, found)
    return found


def key_of(step: str, content: Sequence[object]) -> str | None:
    """Return what a step of this content is remembered under; None where nothing is."""
    if _KEPT.get() is None:
        return None
    digest = hashlib.blake2b(digest_size=20)
    add_content(digest, (programs(), step, content))
    return digest.hexdigest()


def recall(key: str | None) -> Arrays | None:
    """Return what is remembered under a key, or None."""
    kept = _KEPT.get()
    return None if kept is None or key is None else kept.get(key)


def keep(key: str | None, arrays: Arrays) -> None:
    """Remember arrays under a key, if there is one."""
    kept = _KEPT.get()
    if kept is not None and key is not None:
        kept.put(key, arrays)


def add_content(digest: Any, value: object) -> None:
    """Add a value to a digest: arrays by their bytes, all else by kind and value or fields.

    Raises
    ------
    TypeError
        For a value whose content cannot be told.
    """
    import numpy as np
    import pandas as pd

    if isinstance(value, np.ndarray) and value.dtype != object:
        digest.update(f"<{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, pd.DataFrame):
        add_content(digest, [str(column) for column in value.columns])
        add_content(digest, value.to_numpy(dtype=float))
    elif isinstance(value, Mapping):
        add_content(digest, list(value.items()))
    elif isinstance(value, (tuple, list)):
        digest.update(f"<{len(value)}".encode())
        for one in value:
            add_content(digest, one)
    elif is_dataclass(value) and not isinstance(value, type):
        digest.update(f"<{type(value).__name__}".encode())
        add_content(digest, [(part.name, getattr(value, part.name)) for part in fields(value)])
    elif value is None or isinstance(value, (bool, int, float, str, bytes, np.generic)):
        told = repr(value).encode("utf-8", "backslashreplace")
        digest.update(f"<{type(value).__name__} {len(told)} ".encode() + told)
    else:
        raise TypeError(f"a {type(value).__name__} has no content to go by")


@cache
def programs() -> str:
    """Return a digest of the programs that compute: our own lines, and the versions of others."""
    from importlib import metadata, resources

    digest = hashlib.blake2b(digest_size=16)
    for name in _PROGRAMS:
        try:
            told = metadata.version(name)
        except metadata.PackageNotFoundError:
            told = "none"
        digest.update(f"{name} {told}\n".encode())
    digest.update(f"{platform.python_version()} {platform.machine()}\n".encode())
    waiting = [resources.files("ecosurvey")]
    while waiting:
        for part in sorted(waiting.pop().iterdir(), key=lambda one: one.name):
            if part.is_dir():
                waiting.append(part)
            elif part.name.endswith((".py", ".ttf")):
                digest.update(part.name.encode() + part.read_bytes())
    return digest.hexdigest()
