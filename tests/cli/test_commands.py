"""The commands as a user types them: what they print, write and return."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest

import ecosurvey
from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]
INSTRUMENTS, DATA = ROOT / "instruments", ROOT / "data" / "sample"
HOLZINGER = str(INSTRUMENTS / "holzinger.yaml")


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_the_version_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip() == f"ecosurvey {ecosurvey.__version__}"


@pytest.mark.parametrize("name", ["ecosystem", "bfi", "holzinger"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_questionnaires_that_come_along_are_valid(
    name: str,
    lang: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, "validate", INSTRUMENTS / f"{name}.yaml", "--lang", lang) == 0
    assert f"{name}.yaml" in capsys.readouterr().out


def _whole_run(out: Path) -> str:
    """Analyze with everything that is written; return the screen."""
    words = ("analyze", DATA / "holzinger.csv", "--instrument", HOLZINGER, "--out", out)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as screen:
        patch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        assert run(patch, *words, "--seed", "3") == 0
    return screen.getvalue()


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("first") / "results"
    return out, _whole_run(out)


def test_a_run_writes_everything_and_ends_with_one_screen(
    first_run: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, screen = first_run
    assert "Visual ability" in screen
    assert "seed 3" in screen
    for name in ("report.html", "report.docx", "report.tex", "results.json", "provenance.json"):
        assert (out / name).stat().st_size > 0
    for folder, endings in (("tables", ("csv", "tex")), ("figures", ("svg", "pdf", "png"))):
        for ending in endings:
            assert (out / folder / f"key_factors.{ending}").stat().st_size > 0
    told = json.loads((out / "provenance.json").read_text("utf-8"))
    assert told["seed"] == 3
    assert str(ROOT) not in (out / "provenance.json").read_text("utf-8")
    words = ("analyze", DATA / "holzinger.csv", "--instrument", HOLZINGER, "--out", out)
    assert run(monkeypatch, *words, "--quiet") == 2  # an earlier result is not replaced unasked
    assert "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "there"),
    [
        (("--formats", "html", "--lang", "both"), ("r/en/report.html", "r/zh/report.html")),
        (("--formats", "csv"), ("r",)),
    ],
    ids=["both", "csv"],
)
def test_the_screen_names_what_is_there(
    options: tuple[str, ...],
    there: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("analyze", DATA / "holzinger.csv", "-i", HOLZINGER, "-o", "r", "--only", "describe")
    assert run(monkeypatch, *words, *options) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if "Re" in x and ": r" in x)
    named = line.strip(" │").split(": ")[1].split(", ")
    assert tuple(named) == there
    assert all((tmp_path / name).exists() for name in named)


def test_the_same_seed_gives_the_same_bytes(first_run: tuple[Path, str], tmp_path: Path) -> None:
    one, two = first_run[0], tmp_path / "results"
    _whole_run(two)
    files = sorted(path.relative_to(one) for path in one.rglob("*.*"))
    assert len(files) > 20
    for file in files:
        assert (one / file).read_bytes() == (two / file).read_bytes(), file


def _bad(tmp_path: Path) -> dict[str, tuple[Path, Path, str]]:
    """Return by name: data, questionnaire, and a word that the message must hold."""
    holzinger = pd.read_csv(DATA / "holzinger.csv")
    bfi = pd.read_csv(DATA / "bfi.csv", dtype=object)
    files = {
        "wrong_columns": (holzinger.drop(columns="x3"), "holzinger", "x3"),
        "text_in_a_likert_column": (bfi.assign(A1="hello"), "bfi", "A1: 'hello' in row 2"),
        "constant_item": (bfi.assign(A2="3"), "bfi", "'A2' does not vary"),
        "fewer_rows_than_items": (bfi.head(15), "bfi", "15 rows"),
    }
    cases = {}
    for name, (frame, instrument, word) in files.items():
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        cases[name] = (path, INSTRUMENTS / f"{instrument}.yaml", word)
    instrument = INSTRUMENTS / "holzinger.yaml"
    good = DATA / "holzinger.csv"
    texts = {
        "empty": ("empty.csv", b"", "empty"),
        "header_only": ("header.csv", b"x1,x2,x3\n", "no answers"),
        "noise": ("noise.xlsx", bytes(range(256)) * 8, "Export the answers again"),
    }
    for name, (file, content, word) in texts.items():
        (tmp_path / file).write_bytes(content)
        cases[name] = (tmp_path / file, instrument, word)
    cases["missing_file"] = (tmp_path / "nowhere.csv", instrument, "no such file")
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: ecosurvey/instrument/1\nid: x\n  bad: [1,\n", "utf-8")
    cases["broken_yaml"] = (good, broken, "broken.yaml:3:")
    unknown = tmp_path / "unknown.yaml"
    text = instrument.read_text("utf-8").replace("from: visual", "from: visuall")
    unknown.write_text(text, "utf-8")
    cases["unknown_construct"] = (good, unknown, "Did you mean 'visual'?")
    return cases


@pytest.mark.parametrize(
    "name",
    [
        "wrong_columns",
        "text_in_a_likert_column",
        "constant_item",
        "fewer_rows_than_items",
        "empty",
        "header_only",
        "noise",
        "missing_file",
        "broken_yaml",
        "unknown_construct",
    ],
)
def test_bad_input_gets_one_message_and_leaves_nothing(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, instrument, word = _bad(tmp_path)[name]
    before = sorted(tmp_path.iterdir())
    assert run(monkeypatch, "analyze", data, "-i", instrument, "-o", tmp_path / "out", "-q") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert said.err.count("Error: ") == 1
    assert word in said.err
    assert "Traceback" not in said.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_fault_of_our_own_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("ecosurvey.instrument.load_instrument", fail)
    assert run(monkeypatch, "validate", HOLZINGER) == 70
    assert "fault of ecosurvey itself" in capsys.readouterr().err


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ecosurvey.report.write_report", interrupt)
    words = ("analyze", DATA / "holzinger.csv", "-i", HOLZINGER, "-o", tmp_path / "out", "-q")
    assert run(monkeypatch, *words, "--only", "describe") == 130
    assert not list(tmp_path.iterdir())


def test_results_that_must_not_be_trusted_end_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few.csv"
    pd.read_csv(DATA / "bfi.csv").head(40).to_csv(few, index=False)
    bfi = INSTRUMENTS / "bfi.yaml"
    words = ("analyze", few, "-i", bfi, "-o", tmp_path / "out", "-q", "--formats", "html")
    assert run(monkeypatch, *words, "--only", "measurement") == 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "serious" in page.lower() or "must not be trusted" in page.lower()
