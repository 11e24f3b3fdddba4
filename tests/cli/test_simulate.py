"""``ecosurvey simulate`` as a user types it: two files or none, the same bytes, clear refusals."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]
ECOSYSTEM = ROOT / "instruments" / "ecosystem.yaml"


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", "simulate", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_answers_and_truth_are_written_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assumed = tmp_path / "assumed.yaml"
    assumed.write_text("effects: {H7: 0.5}\nmissing: 0.02\n")
    out = tmp_path / "wave.csv"
    words = (ECOSYSTEM, "-e", assumed, "-n", "60", "-o", out, "--careless", "0.1", "--seed", "9",
             "--change", "TEC=0.3", "--reworded", "CUL4=-0.4")  # fmt: skip
    assert run(monkeypatch, *words) == 0
    assert "60 synthetic answers, seed 9" in capsys.readouterr().out
    truth = json.loads((tmp_path / "wave.truth.json").read_text("utf-8"))
    assert truth["about"].startswith("SYNTHETIC")
    assert {one["id"]: one["est"] for one in truth["paths_std"]}["H7"] == 0.5
    assert truth["assumptions"]["careless"] == 0.1 and truth["change"] == {"TEC": 0.3}
    first = out.read_bytes(), (tmp_path / "wave.truth.json").read_bytes()
    assert first[0].count(b",synthetic\n") == 60
    assert run(monkeypatch, *words) == 2  # never over an earlier one
    assert "--force" in capsys.readouterr().err
    assert run(monkeypatch, *words, "--force", "--quiet", "--lang", "zh") == 0
    assert capsys.readouterr().out == ""
    assert (out.read_bytes(), (tmp_path / "wave.truth.json").read_bytes()) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "assumed.yaml", "wave.csv", "wave.truth.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-n", "0"), "n=0"),
        (("--change", "TEX=1"), "TEC"),
        (("--change", "TEC"), "TEC=0.35"),
        (("--change", "TEC=nan"), "TEC=0.35"),
        (("--reworded", "CUL9=1"), "CUL9"),
        (("--missing", "2"), "missing=2"),
        (("--effects", "nowhere.yaml"), "nowhere.yaml"),
        (("--effects", ECOSYSTEM), "not known"),
        (("--lang", "fr"), "fr"),
        (("-o", "wave.xlsx"), ".csv"),
        (("-o", "."), "CSV"),
    ],
)
def test_bad_input_is_one_message_and_no_file(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, ECOSYSTEM, "-o", "wave.csv", *words) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("Error:") == 1 and "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecosurvey.instrument.writing import files

    write = files.write_file

    def full(path: Path, content: str, *, force: bool = False) -> Path:
        if Path(path).suffix == ".csv":
            raise OSError(28, "No space left on device", str(path))
        return write(path, content, force=force)

    monkeypatch.setattr(files, "write_file", full)
    assert run(monkeypatch, ECOSYSTEM, "-n", "20", "-o", tmp_path / "wave.csv") == 2
    assert not list(tmp_path.iterdir())
