"""What is kept on disk comes back as it was, or not at all."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from ecosurvey.core import kept as module
from ecosurvey.core.kept import Kept, user_folder


def test_arrays_come_back_to_the_bit(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "new" / "folder")
    assert kept.get("a") is None
    given = {"x": np.array([[1.5, np.nan], [-0.0, 1e-308]]), "words": np.array(["", "zh 中"])}
    kept.put("a", given)
    found = kept.get("a")
    assert found is not None
    assert found.keys() == given.keys()
    assert found["x"].tobytes() == given["x"].tobytes()
    assert found["words"].tolist() == given["words"].tolist()
    assert [path.name for path in kept.folder.iterdir()] == ["a.npz"]


@pytest.mark.parametrize("content", [b"", b"noise", b"PK\x03\x04broken"])
def test_a_damaged_file_counts_as_not_there(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    assert Kept(tmp_path).get("a") is None


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("false",)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as stream:
        np.savez(stream, x=np.array([_Evil()], dtype=object))
    (tmp_path / "b.npz").write_bytes(pickle.dumps(_Evil()))
    assert Kept(tmp_path).get("a") is None
    assert Kept(tmp_path).get("b") is None


def test_a_folder_that_cannot_be_written_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here", "utf-8")
    kept = Kept(tmp_path / "file" / "below")
    kept.put("a", {"x": np.zeros(2)})
    assert kept.get("a") is None


def test_what_was_used_longest_ago_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 20_000)
    kept = Kept(tmp_path)
    for at, key in enumerate("abc"):
        kept.put(key, {"x": np.zeros(1000)})  # some 8,300 bytes each
        if (tmp_path / f"{key}.npz").exists():
            os.utime(tmp_path / f"{key}.npz", (at, at))
    kept.put("d", {"x": np.zeros(1000)})
    assert kept.get("d") is not None
    assert kept.get("a") is None


def test_what_a_killed_run_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    old, new = tmp_path / "old.part", tmp_path / "new.part"
    for path in (old, new):
        path.write_bytes(b"PK half")
    os.utime(old, (0, 0))
    kept = Kept(tmp_path)
    kept.put("a", {"x": np.zeros(2)})
    assert not old.exists() and new.exists()  # another run may be writing it
    assert kept.get("a") is not None


def test_the_folder_is_the_users_or_the_one_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOSURVEY_CACHE_DIR", str(tmp_path))
    assert user_folder().folder == tmp_path / "ecosurvey"
    monkeypatch.delenv("ECOSURVEY_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert user_folder().folder == tmp_path / "xdg" / "ecosurvey"


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("ECOSURVEY_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    kept = user_folder()
    kept.put("a", {"x": np.zeros(2)})
    assert kept.get("a") is None
