"""What is remembered follows from content alone, and is what would be computed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import Text, remember
from ecosurvey.core.kept import Kept
from ecosurvey.core.remember import key_of, remembered, remembering


class _Counted:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.times += 1
        return {"x": np.array([self.times, np.nan]), "words": np.array(["一", ""])}


def test_nothing_is_remembered_unless_asked(tmp_path: Path) -> None:
    make = _Counted()
    for _ in range(2):
        remembered("step", [1], make)
    assert make.times == 2
    with remembering(Kept(tmp_path)), remembering(None):
        remembered("step", [1], make)
    assert make.times == 3 and not list(tmp_path.iterdir())


def test_the_same_content_is_computed_once(tmp_path: Path) -> None:
    make = _Counted()
    frame = pd.DataFrame({"a": [1.0, np.nan]})
    with remembering(Kept(tmp_path / "new")):
        first = remembered("step", [frame, ("x", 1.5), {"k": None}], make)
        again = remembered("step", [frame.copy(), ("x", 1.5), {"k": None}], make)
    assert make.times == 1
    assert first["x"].tobytes() == again["x"].tobytes()
    assert again["words"].tolist() == ["一", ""]


def test_every_difference_of_content_is_another_key(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    with remembering(Kept(tmp_path)):
        keys = [
            key_of(step, content)
            for step, content in [
                ("a", [1]), ("b", [1]), ("a", [1.0]), ("a", ["1"]), ("a", [True]), ("a", [None]),
                ("a", [1, 1]), ("a", [[1], 1]), ("a", [[1, 1]]), ("a", ["ab", "c"]),
                ("a", ["a", "bc"]), ("a", [frame]), ("a", [frame.rename(columns={"a": "b"})]),
                ("a", [frame + 1]), ("a", [np.zeros(2)]), ("a", [np.zeros((2, 1))]),
                ("a", [np.zeros(2, np.float32)]), ("a", [{"k": 1}]), ("a", [b"1"]),
                ("a", ["\ud800"]), ("a", [Text("words", "词语")]), ("a", [Text("words", "话")]),
            ]
        ]  # fmt: skip
        assert None not in keys and len(set(keys)) == len(keys)
        with pytest.raises(TypeError, match="has no content"):
            key_of("a", [object()])


def test_another_program_computes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = _Counted()
    with remembering(Kept(tmp_path)):
        remembered("step", [1], make)
        monkeypatch.setattr(remember, "programs", lambda: "other")
        remembered("step", [1], make)
    assert make.times == 2


def test_a_stopped_step_is_not_remembered(tmp_path: Path) -> None:
    def stopped() -> dict[str, np.ndarray]:
        raise KeyboardInterrupt

    make = _Counted()
    with remembering(Kept(tmp_path)):
        with pytest.raises(KeyboardInterrupt):
            remembered("step", [1], stopped)
        remembered("step", [1], make)
    assert make.times == 1


@pytest.mark.skipif(sys.platform == "win32", reason="owners are told otherwise there")
def test_what_others_may_write_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = _Counted()
    kept = Kept(tmp_path / "cache")
    with remembering(kept):
        remembered("step", [1], make)
        assert kept.folder.stat().st_mode & 0o777 == 0o700
        kept.folder.chmod(0o777)
        remembered("step", [1], make)
        assert make.times == 2
        kept.folder.chmod(0o700)
        remembered("step", [1], make)
        assert make.times == 2
        real = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: real + 1)
        remembered("step", [1], make)
    assert make.times == 3
