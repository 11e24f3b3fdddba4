"""The commands about questionnaires, as a user types them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]
ECOSYSTEM = ROOT / "instruments" / "ecosystem.yaml"
XLSFORM = ROOT / "tests" / "fixtures" / "questionnaires" / "xlsform.xlsx"


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["init"], "q.yaml"),
        (["schema", "-o"], "s.json"),
        (["questionnaire", ECOSYSTEM, "--lang", "zh", "-o"], "form.html"),
        (["questionnaire", ECOSYSTEM, "-o"], "form.docx"),
        (["codebook", ECOSYSTEM, "-o"], "book.html"),
        (["codebook", ECOSYSTEM, "--lang", "zh", "-o"], "book.docx"),
        (["codebook", ECOSYSTEM, "-o"], "book.csv"),
        (["export", ECOSYSTEM, "--to", "xlsform", "-o"], "form.xlsx"),
        (["export", ECOSYSTEM, "--to", "sav-labels", "-o"], "labels.sps"),
        (["import", XLSFORM, "-o"], "draft.yaml"),
        (["map", ROOT / "data/sample/ecosystem_wave1.csv", "-i", ECOSYSTEM, "-o"], "map.csv"),
    ],
    ids=lambda part: part if isinstance(part, str) else part[0],
)
def test_a_file_is_written_once_and_replaced_when_asked(
    words: list[str | Path],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / name
    assert run(monkeypatch, *words, target) == 0
    first = target.read_bytes()
    assert first
    capsys.readouterr()
    assert run(monkeypatch, *words, target) == 2
    assert (
        "该文件已存在" if "zh" in words else "there is a file already"
    ) in capsys.readouterr().err
    assert run(monkeypatch, *words, target, "--force") == 0
    assert {path.name for path in tmp_path.iterdir()} == {name}  # nothing half-written is left
    if name.endswith((".html", ".docx", ".csv", ".sps", ".yaml", ".json")):
        assert target.read_bytes() == first


def test_the_schema_is_shown_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "schema") == 0
    assert json.loads(capsys.readouterr().out)["$defs"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["codebook", ECOSYSTEM, "-o", "book.pdf"], ".html, .docx"),
        (["questionnaire", ECOSYSTEM, "-o", "form.pdf"], ".html or .docx"),
        (
            ["questionnaire", ROOT / "instruments/holzinger.yaml", "--lang", "zz", "-o", "f.html"],
            "zz",
        ),
        (["export", ECOSYSTEM, "--to", "xlsfrom", "-o", "f.xlsx"], "xlsform"),
        (["import", "nothing.qsf", "-o", "d.yaml"], "nothing.qsf"),
        (["import", ROOT / "README.md", "-o", "d.yaml"], "cannot be imported"),
        (["map", "nothing.csv", "-i", ECOSYSTEM], "no such file"),
    ],
)
def test_bad_input_is_one_message_and_no_file(
    words: list[str | Path],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert not list(tmp_path.iterdir())


def test_a_mapping_lets_a_file_with_other_headers_be_analyzed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    renamed = {f"x{i}": f"Test no. {i}" for i in range(1, 10)}
    rows.rename(columns=renamed).to_csv(tmp_path / "wave.csv", index=False)
    instrument = ROOT / "instruments" / "holzinger.yaml"
    columns = tmp_path / "columns.csv"
    assert run(monkeypatch, "map", tmp_path / "wave.csv", "-i", instrument, "-o", columns) == 0
    table = pd.read_csv(columns, keep_default_na=False)
    for new, old in ((old, new) for new, old in renamed.items()):
        table.loc[table["column"] == new, "question"] = old
    table.to_csv(columns, index=False)
    from ecosurvey import load_instrument, read_responses
    from ecosurvey.responses.mapping import read_mapping

    found = read_responses(
        tmp_path / "wave.csv", load_instrument(instrument), mapping=read_mapping(columns)
    )
    assert found.frame["x1"].notna().sum() == len(rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", ECOSYSTEM, "--to", "xlsform", "-o", "form.txt"], "End the name in .xlsx."),
        (["export", ECOSYSTEM, "--to", "sav-labels", "-o", "form.sav"], "End the name in .sps."),
        (["import", "nowhere.xlsx", "-o", "draft.yaml"], "nowhere.xlsx: there is no such file"),
    ],
    ids=["xlsform", "labels", "import"],
)
def test_a_file_of_another_kind_or_none_is_one_clear_error(
    words: list[str | Path],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *words) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())
