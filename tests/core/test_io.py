"""Outputs appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosurvey.core import OptionError
from ecosurvey.core.io import MANIFEST, atomic_folder, check_writable


def _write(out: Path, text: str, *, force: bool = False) -> None:
    with atomic_folder(out, force=force) as work:
        (work / MANIFEST).write_text(text, "utf-8")


def test_a_finished_folder_is_there_and_nothing_else(tmp_path: Path) -> None:
    _write(tmp_path / "deep" / "out", "one")
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


def test_a_failed_block_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_folder(tmp_path / "new" / "out") as work:
        (work / "half.txt").write_text("half", "utf-8")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_failed_replacement_leaves_the_earlier_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "one")
    with pytest.raises(RuntimeError), atomic_folder(out, force=True):
        raise RuntimeError
    assert (out / MANIFEST).read_text("utf-8") == "one"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_earlier_result_is_replaced_only_when_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "one")
    with pytest.raises(OptionError, match="not empty"):
        _write(out, "two")
    _write(out, "two", force=True)
    assert (out / MANIFEST).read_text("utf-8") == "two"


def test_a_folder_of_somebody_elses_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years", "utf-8")
    with pytest.raises(OptionError, match="not an earlier result"):
        _write(tmp_path, "x", force=True)
    assert (tmp_path / "thesis.docx").exists()


def test_a_place_that_cannot_be_written_is_told_before_anything_is_computed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    for out in (tmp_path / "file" / "out", tmp_path / "file" / "deep" / "out"):
        with pytest.raises(OptionError, match="nothing can be written in"):
            check_writable(out, force=False)
    check_writable(tmp_path / "new" / "out", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]  # trying leaves nothing
