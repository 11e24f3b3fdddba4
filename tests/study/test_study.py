"""What a study holds, what it refuses, and what it tells."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]
HOLZINGER = ROOT / "instruments" / "holzinger.yaml"
ECOSYSTEM = ROOT / "instruments" / "ecosystem.yaml"
SAMPLE = ROOT / "data" / "sample"


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_a_wave_is_kept_as_received_and_as_coded(study: es.Study, files: list[Path]) -> None:
    wave = study.wave("W1")
    assert wave.source.read_bytes() == files[0].read_bytes()
    read = es.read_responses(files[0], es.load_instrument(HOLZINGER))
    pd.testing.assert_frame_equal(study.answers("W1"), read.frame)
    pd.testing.assert_frame_equal(study.responses("W1").frame, read.frame)
    assert (wave.n_rows, wave.date, wave.version) == (100, "2026-03-01", "1.0.0")


def test_waves_stand_in_the_order_of_their_dates(study: es.Study, files: list[Path]) -> None:
    es.add_wave(study, files[1], label="later", day="2027-01-01")
    now = es.add_wave(study, files[2], label="earlier", day="2025-01-01")
    assert [wave.label for wave in now.waves] == ["earlier", "W1", "later"]
    together = now.answers()
    assert together["study_wave"].value_counts().to_dict() == {
        "earlier": 100, "W1": 100, "later": 100,
    }  # fmt: skip


def test_the_same_file_is_refused_under_any_name(
    study: es.Study, files: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "renamed.csv"
    other.write_bytes(files[0].read_bytes())
    with pytest.raises(es.DataError, match="already, as wave 'W1'"):
        es.add_wave(study, other, label="W9")


def test_the_same_answers_are_refused_in_another_kind_of_file(
    study: es.Study, files: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "saved.xlsx"
    pd.read_csv(files[0]).to_excel(other, index=False)
    with pytest.raises(es.DataError, match="those of wave 'W1', only saved otherwise"):
        es.add_wave(study, other, label="W9")


@pytest.mark.parametrize("label", ["W1", "w1"])
def test_a_wave_is_never_replaced(study: es.Study, files: list[Path], label: str) -> None:
    with pytest.raises(es.OptionError, match="has a wave 'W1' already"):
        es.add_wave(study, files[1], label=label)


@pytest.mark.parametrize("label", ["../W2", "", ".hidden", "a/b", "con", "W2.", "x" * 65])
def test_labels_that_are_no_folders_are_refused(
    study: es.Study, files: list[Path], label: str
) -> None:
    with pytest.raises(es.OptionError, match="cannot be the name of a folder"):
        es.add_wave(study, files[1], label=label)


def test_a_questionnaire_that_changed_without_a_new_version_is_refused(
    study: es.Study, files: list[Path], tmp_path: Path
) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(HOLZINGER.read_text("utf-8") + "\n# changed\n", "utf-8")
    with pytest.raises(es.OptionError, match=r"version 1\.0\.0 is in the study, with other"):
        es.add_wave(study, files[1], label="W2", instrument=changed)


def test_another_questionnaire_is_refused(study: es.Study, files: list[Path]) -> None:
    with pytest.raises(es.OptionError, match="the study is of 'holzinger'"):
        es.add_wave(study, files[1], label="W2", instrument=ROOT / "instruments" / "bfi.yaml")


def test_a_new_version_comes_with_its_wave_and_tells_what_its_crosswalk_does_not(
    study: es.Study, files: list[Path], newer: Path
) -> None:
    text = newer.read_text("utf-8")
    item = study.instrument().items[0]
    newer.write_text(text.replace(item.text.en, item.text.en + " (new)", 1), "utf-8")
    now = es.add_wave(study, files[1], label="W2", instrument=newer)
    assert [one.version for one in now.versions] == ["1.0.0", "1.1.0"]
    found = [one for one in now.wave("W2").findings if one.code == "untold_reworded"]
    assert [one.where for one in found] == [item.id]
    assert now.instrument().version == "1.1.0"
    assert now.instrument("1.0.0").version == "1.0.0"


def test_several_waves_in_one_file_are_refused(tmp_path: Path) -> None:
    both = pd.concat(
        [pd.read_csv(SAMPLE / f"ecosystem_wave{n}.csv", dtype=str, nrows=40) for n in (1, 2)]
    )
    both.to_csv(tmp_path / "both.csv", index=False)
    es.init_study(tmp_path / "study", ECOSYSTEM)
    with pytest.raises(es.DataError, match="several waves: W1, W2"):
        es.add_wave(tmp_path / "study", tmp_path / "both.csv")
    assert es.open_study(tmp_path / "study").waves == ()


def test_label_days_and_version_come_from_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "wave1.csv"
    pd.read_csv(SAMPLE / "ecosystem_wave1.csv", dtype=str, nrows=60).to_csv(path, index=False)
    es.init_study(tmp_path / "study", ECOSYSTEM)
    wave = es.add_wave(tmp_path / "study", path).waves[0]
    assert (wave.label, wave.date, wave.asked_with) == ("W1", "2026-03-09", "1.0.0")
    assert wave.synthetic


def test_a_file_that_was_changed_afterwards_is_found(study: es.Study) -> None:
    wave = study.wave("W1")
    wave.source.write_text(wave.source.read_text() + "\n")
    (wave.folder / "answers.parquet").unlink()
    found = es.open_study(study.path, verify=True).findings
    assert [(one.where, one.severity) for one in found] == [
        ("waves/W1/source/wave1.csv", "serious"), ("waves/W1/answers.parquet", "serious"),
    ]  # fmt: skip


def test_a_damaged_manifest_is_one_clear_error(study: es.Study) -> None:
    manifest = study.wave("W1").folder / "wave.json"
    told = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**told, "files": None}), "utf-8")
    with pytest.raises(es.DataError, match="not as it was written"):
        es.open_study(study.path, verify=True)
    manifest.write_text('{"label": "W1"}')
    with pytest.raises(es.DataError, match="not as it was written"):
        es.open_study(study.path)
    manifest.write_text(json.dumps(told), "utf-8")
    (study.path / "study.json").write_text('{"schema": "ecosurvey/study/1"}', "utf-8")
    with pytest.raises(es.DataError, match=r"study\.json.*not as it was written"):
        es.open_study(study.path)


def test_a_study_is_made_once(study: es.Study, tmp_path: Path) -> None:
    with pytest.raises(es.OptionError, match="there is a study already"):
        es.init_study(study.path, HOLZINGER)
    with pytest.raises(es.OptionError, match="not a study folder"):
        es.open_study(tmp_path)


def test_a_failed_addition_changes_nothing(study: es.Study, tmp_path: Path, newer: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    before = sorted(study.path.rglob("*"))
    with pytest.raises(es.DataError):
        es.add_wave(study, bad, label="W2", instrument=newer)
    assert sorted(study.path.rglob("*")) == before


def test_the_commands_say_what_they_did(
    tmp_path: Path,
    files: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "s"
    assert run(monkeypatch, "study", "init", folder, "-i", HOLZINGER, "--lang", "zh") == 0
    assert run(monkeypatch, "study", "add", folder, files[0], "--label", "春") == 0
    assert run(monkeypatch, "study", "add", folder, files[0], "--label", "x") == 2
    assert run(monkeypatch, "study", "status", folder) == 0
    said = capsys.readouterr()
    assert "not analysed" in said.out
    assert "already, as wave '春'" in said.err
    assert run(monkeypatch, "study", "status", folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["waves"][0]["rows"] == 100
    (folder / "waves" / "春" / "source" / "wave1.csv").write_text("")
    assert run(monkeypatch, "study", "status", folder, "--verify") == 1


def test_each_analysis_is_kept_beside_the_earlier_ones(
    study: es.Study,
    files: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--study", study.path, "--only", "reliability", "--formats", "md", "--seed", "1", "-q")
    assert run(monkeypatch, "analyze", "W1", *words, "--jobs", "1") in (0, 1)
    again = es.analyze_wave(study, files[0], seed=1, only=["measurement"], formats=["md"])
    assert (again.wave, again.added, again.folder.name) == ("W1", False, "run-002")
    new = es.analyze_wave(study, files[1], label="W2", only=["reliability"], formats=["md"])
    assert (new.wave, new.added, new.folder.name) == ("W2", True, "run-001")
    now = es.open_study(study.path)
    kept = now.run("W1")
    assert kept is not None
    assert kept.name == "run-002"
    assert kept.fit["cfi"] == again.analysis.measurement.fit_measures["cfi"]
    assert not list(study.path.glob(".running-*"))
    assert "run-002" in now.summary()
    assert run(monkeypatch, "analyze", "W1", "--study", study.path, "-o", "x") == 2
    assert run(monkeypatch, "analyze", "W3", "--study", study.path) == 2
    assert "Leave out --out" in capsys.readouterr().err
