"""``ecosurvey report`` and ``ecosurvey reproduce`` as a user types them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

import ecosurvey.report.second_engine.check
import ecosurvey.sem.bootstrap.kept_draws  # noqa: F401
from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import ecosurvey as es

    place = tmp_path_factory.mktemp("study")
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", place)
    shutil.copy(ROOT / "data" / "sample" / "holzinger.csv", place)
    es.analyze(
        place / "holzinger.yaml", place / "holzinger.csv", place / "results", seed=5,
        only=["reliability"], formats=["csv"],
    )  # fmt: skip
    return place


def test_a_report_is_written_anew(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("report", study / "results", "--out", tmp_path / "new", "--formats", "md,csv")
    assert run(monkeypatch, *words, "--lang", "both") == 0
    assert "Report written: " in capsys.readouterr().out
    assert (tmp_path / "new" / "zh" / "results.md").is_file()
    assert (tmp_path / "new" / "en" / "tables" / "reliability.csv").is_file()
    assert run(monkeypatch, *words) == 2  # not over another result unasked
    assert "not empty" in capsys.readouterr().err
    assert run(monkeypatch, "report", tmp_path) == 2
    assert "Name the folder that 'ecosurvey analyze' wrote" in capsys.readouterr().err


def test_a_run_is_reproduced_or_not(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "reproduce", study / "results") == 0
    assert "came out the same, to the last digit" in capsys.readouterr().out
    shutil.copytree(study, tmp_path / "study")
    results = tmp_path / "study" / "results" / "results.json"
    results.write_text(
        results.read_text("utf-8").replace('"n_received": 301', '"n_received": 302'), "utf-8"
    )
    assert run(monkeypatch, "reproduce", results.parent, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["reproduced"] is False
    assert told["changed"] == [["data.n_received", "302", "301"]]
    assert run(monkeypatch, "reproduce", results.parent, "--lang", "zh", "-q") == 1
    (tmp_path / "study" / "holzinger.csv").unlink()
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "reproduce", results.parent) == 2
    assert "--data" in capsys.readouterr().err


def test_the_schemas_are_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "schema", "--of", "results") == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:ecosurvey:schema:results:1"
    assert run(monkeypatch, "schema", "--of", "nothing") == 2


def test_a_changed_wording_does_not_draw_the_bootstrap_again(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOSURVEY_CACHE_DIR", str(tmp_path / "cache"))
    module = sys.modules["ecosurvey.sem.bootstrap.bootstrap"]
    plain, drawn = module.draw_replicates, []

    def counting(*given: object, **more: object) -> object:
        drawn.append(1)
        return plain(*given, **more)

    monkeypatch.setattr(module, "draw_replicates", counting)
    monkeypatch.setattr(sys.modules["ecosurvey.sem.bootstrap.kept_draws"], "_WORTH", 6)
    check = sys.modules["ecosurvey.report.second_engine.check"]
    monkeypatch.setattr(check, "_fitted", lambda analysis: [])  # semopy is not in question
    text = (study / "holzinger.yaml").read_text("utf-8")
    (tmp_path / "asked.yaml").write_text(text, "utf-8")
    words = ("analyze", study / "holzinger.csv", "-i", tmp_path / "asked.yaml", "--bootstrap",
             "6", "--jobs", "1", "--seed", "1", "--only", "structure", "--formats", "csv",
             "-q")  # fmt: skip
    assert run(monkeypatch, *words, "-o", tmp_path / "one") == 0
    (tmp_path / "asked.yaml").write_text(text.replace("Visual ability", "Seeing"), "utf-8")
    assert run(monkeypatch, *words, "-o", tmp_path / "two") == 0
    assert len(drawn) == 1
    assert run(monkeypatch, *words, "-o", tmp_path / "three", "--no-cache") == 0
    assert len(drawn) == 2
    told = [json.loads((tmp_path / name / "results.json").read_text("utf-8"))["structural"]
            for name in ("one", "two", "three")]  # fmt: skip
    assert told[0] == told[1] == told[2]
    assert "cache" not in (tmp_path / "one" / "provenance.json").read_text("utf-8")
