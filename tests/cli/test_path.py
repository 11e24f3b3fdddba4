"""``ecosurvey path`` as a user types it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ecosurvey.cli.app import app, main
from ecosurvey.cli.commands import COMMANDS

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "sample" / "holzinger.csv"
MODEL = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nspeed ~ visual + ageyr\n"


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model.lav").write_text(MODEL, "utf-8")
    return tmp_path / "model.lav"


def test_a_model_with_answers_is_drawn_in_every_format(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "drawn"
    assert run(monkeypatch, "path", model, DATA, "-o", out) == 0
    heads = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}
    for part in ("measurement", "structural"):
        for kind, head in heads.items():
            assert (out / f"{part}.{kind}").read_bytes().startswith(head)
    assert capsys.readouterr().out.count("Drawn: ") == 6
    before = {path: path.read_bytes() for path in out.iterdir()}
    assert run(monkeypatch, "path", model, DATA, "-o", out) == 2
    assert "already" in capsys.readouterr().err
    assert run(monkeypatch, "path", model, DATA, "-o", out, "--force", "-q") == 0
    assert {path: path.read_bytes() for path in out.iterdir()} == before  # the same bytes


def test_a_questionnaire_is_drawn_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ROOT / "instruments" / "holzinger.yaml"
    words = ("path", asked, "-o", tmp_path, "--formats", "svg", "--lang", "zh")
    assert run(monkeypatch, *words, "--part", "structural") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["structural.svg"]
    assert "已绘制" in capsys.readouterr().out
    assert run(monkeypatch, "path", asked, DATA, "-o", tmp_path / "b", "--formats", "png") == 0
    assert {p.name for p in (tmp_path / "b").iterdir()} == {"measurement.png", "structural.png"}


@pytest.mark.parametrize(
    ("text", "columns", "words", "said"),
    [
        (MODEL, "x1,x2\n1,2\n", (), "there is no column 'x3'"),
        (MODEL, "x1,x2,x3,x7,x8,x9,ageyr\n1,2,3,4,5,6,old\n", (), "ageyr: 'old' in row 2"),
        ("f =~ \n", None, (), "model"),
        ("a ~~ b\n", None, (), "neither constructs nor paths"),
        ("f =~ a + b\n", None, ("--part", "structural"), "no structural part"),
        (MODEL, None, ("--formats", "gif"), "formats='gif' is not known"),
        (MODEL, None, ("--part", "all"), "part='all' is not known"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_written(
    text: str, columns: str | None, words: tuple[str, ...], said: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "model.lav").write_text(text, "utf-8")
    given: list[str | Path] = [tmp_path / "model.lav"]
    if columns is not None:
        (tmp_path / "answers.csv").write_text(columns, "utf-8")
        given.append(tmp_path / "answers.csv")
    assert run(monkeypatch, "path", *given, "-o", tmp_path / "drawn", *words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "drawn").exists()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_shows_examples_as_they_are_typed(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert run(monkeypatch, command, "--help") == 0
    shown = capsys.readouterr().out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)  # colours, where the surroundings force them
    assert f"ecosurvey {command} " in plain.split("Example", 1)[1]
    assert "\\b" not in shown


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ecosurvey rep", {"report", "reproduce"}),
        ("ecosurvey path --part s", {"structural"}),
        ("ecosurvey analyze --formats html,d", {"html,docx"}),
        ("ecosurvey analyze --estimator WL", {"WLSMV"}),
    ],
)
def test_the_shell_completes_commands_and_values(
    typed: str, offered: set[str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    words = typed.split()
    monkeypatch.setenv("_ECOSURVEY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setattr(sys, "argv", ["ecosurvey"])
    with pytest.raises(SystemExit):
        app(prog_name="ecosurvey")
    assert set(capsys.readouterr().out.split()) == offered
