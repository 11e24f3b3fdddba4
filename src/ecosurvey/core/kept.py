"""Results that took long, kept on disk by the content that they were computed from.

Only arrays of numbers and of words are kept, in NumPy's own format without pickled objects, so
that reading what somebody else may have written runs nothing; and what another user wrote, or
could have written, is not read at all, as it would change results. A file appears whole or not
at all, and one that cannot be read counts as not there.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_MOST_BYTES = 1 << 28  # of all files together; the ones used longest ago go first
_ABANDONED = 3600.0  # seconds after which nobody writes a file any more
_FOLDER = "ECOSURVEY_CACHE_DIR"


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of results by key.

    Attributes
    ----------
    folder : Path
        Made when something is first kept.
    """

    folder: Path

    def get(self, key: str) -> dict[str, np.ndarray] | None:
        """Return the arrays kept under a key; None if there are none that can be read."""
        import numpy as np

        path = self._path(key)
        try:
            with path.open("rb") as stream:
                if not (_ours(os.fstat(stream.fileno())) and _ours(self.folder.stat())):
                    return None
                with np.load(stream, allow_pickle=False) as found:
                    arrays = {name: found[name] for name in found.files}
            os.utime(path)  # used just now
        except Exception:  # whatever is wrong with the file, it can be computed again
            return None
        return arrays

    def put(self, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays under a key; a folder that cannot be written to is let be."""
        import numpy as np

        with suppress(OSError):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=".part", dir=self.folder)
            work = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    np.savez(stream, allow_pickle=False, **arrays)
                work.replace(self._path(key))
            except BaseException:
                work.unlink(missing_ok=True)
                raise
            self._prune()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _prune(self) -> None:
        files = [(path.stat().st_mtime, path.stat().st_size, path)
                 for path in self.folder.glob("*.npz")]  # fmt: skip
        total = 0
        for _, size, path in sorted(files, reverse=True):
            total += size
            if total > _MOST_BYTES:
                path.unlink(missing_ok=True)
        for path in self.folder.glob("*.part"):  # left by a run that was killed as it wrote
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink(missing_ok=True)


def _ours(told: os.stat_result) -> bool:
    """Tell whether a file or folder is this user's, and nobody else may write to it."""
    if sys.platform == "win32":  # what lies in a user's profile is theirs
        return True
    return told.st_uid == os.geteuid() and not told.st_mode & stat.S_IWOTH


def user_folder() -> Kept:
    """Return the folder of this user: ``ECOSURVEY_CACHE_DIR``, or where the system keeps such.

    Examples
    --------
    >>> user_folder().folder.name
    'ecosurvey'
    """
    given = os.environ.get(_FOLDER)
    if given:
        return Kept(Path(given) / "ecosurvey")
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home, as in a container: nothing can be kept
        home = Path(os.devnull)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Kept(base / "ecosurvey")
