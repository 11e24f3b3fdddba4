"""``ecosurvey power`` as a user types it: told, written, refused, stopped."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ecosurvey.cli.app import main

ROOT = Path(__file__).parents[2]
HOLZINGER = ROOT / "instruments" / "holzinger.yaml"
QUICK = ("--estimator", "ML", "--seed", "1", "--jobs", "1")


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", "power", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_power_curve_is_told_and_written(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "power"
    words = (HOLZINGER, "-n", "80,160", "--replicates", "10", *QUICK, "--lang", lang, "-o", out)
    assert run(monkeypatch, *words) == 0
    said = capsys.readouterr()
    assert {"en": "Power by simulation", "zh": "模拟得到的统计功效"}[lang] in said.out
    assert "20/20" in said.err  # progress
    for name in ("power.html", "power.docx", "power.tex", "tables.xlsx", "provenance.json",
                 "tables/power.csv", "figures/power_curve.svg"):  # fmt: skip
        assert (out / name).stat().st_size > 0
    page = (out / "power.html").read_text("utf-8")
    assert {"en": "nobody answered", "zh": "并非真实作答"}[lang] in page
    told = json.loads((out / "power.json").read_text("utf-8"))
    assert [row["n"] for row in told["rows"] if row["id"] == "H1"] == [80, 160]
    assert told["synthetic"] and told["needed"]["H1"]["lower"] <= told["needed"]["H1"]["n"]
    assert run(monkeypatch, *words) == 2  # never over an earlier one


def test_workers_change_no_bit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for jobs in ("1", "2"):
        words = (HOLZINGER, "-n", "90", "--replicates", "20", "--estimator", "ML", "--seed", "5")
        assert run(monkeypatch, *words, "--jobs", jobs) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] and "seed 5" in told[0]


def test_the_smallest_wave_is_found_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assumed = tmp_path / "assumed.yaml"
    assumed.write_text("effect: 0.3\n")
    words = ("--find", "0.7", "--claims", "H1", "-e", assumed, "--replicates", "20")
    assert run(monkeypatch, HOLZINGER, *words, *QUICK) == 0
    assert "H1: visual → speed: a power of .70 needs N = " in capsys.readouterr().out


def test_change_beside_a_given_first_wave(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("--change", "visual=0.8", "--reworded", "x1=-0.1", "--constructs", "visual", "--free",
             "x1", "--first", "150", "-n", "40,120", "--replicates", "8")  # fmt: skip
    assert run(monkeypatch, HOLZINGER, *words, *QUICK, "-o", tmp_path / "p") == 0
    said = capsys.readouterr().out
    assert "change of Visual ability" in said and "equal loadings are rejected" in said
    told = json.loads((tmp_path / "p" / "power.json").read_text("utf-8"))
    assert told["first"] == 150 and {row["n"] for row in told["rows"]} == {190, 270}


def test_an_earlier_run_gives_the_assumptions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = {"lhs": "speed", "op": "~", "rhs": "visual", "est": 0.6, "se": 0.1, "std_all": 0.42}
    told = {"instrument": {"id": "holzinger"}, "structural": {"parameters": [found]}}
    (tmp_path / "results.json").write_text(json.dumps(told))
    words = ("-n", "100", "--replicates", "4", "--claims", "H1", "--from", tmp_path)
    assert run(monkeypatch, HOLZINGER, *words, *QUICK) == 0
    assert " 0.420 " in capsys.readouterr().out
    assert run(monkeypatch, HOLZINGER, *words, *QUICK, "--safeguard") == 0
    assert " 0.361 " in capsys.readouterr().out
    (tmp_path / "assumed.yaml").write_text("effect: 0.3\n")
    assert run(monkeypatch, HOLZINGER, *words, "-e", tmp_path / "assumed.yaml") == 2


def test_the_test_of_the_whole_model(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--df", "50", "--rmsea", "0.05,0.08", "-n", "200", "--find", "0.8") == 0
    said = capsys.readouterr().out
    assert ".769" in said and "N = 214" in said  # MacCallum, Browne and Sugawara
    assert run(monkeypatch, HOLZINGER, "--width", "0.04", "--lang", "zh") == 0
    assert "df = 24" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "-n or --find"),
        (("-n", "100", "--find", "0.8"), "-n or --find"),
        (("-n", "many"), "300,600"),
        (("-n", "5"), "10 or more"),
        (("-n", "100", "--claims", "H9"), "H1, H2"),
        (("-n", "100", "--jobs", "0"), "jobs=0"),
        (("-n", "100", "--seed", "-3"), "seed=-3"),
        (("-n", "100", "--replicates", "1"), "replicates=1"),
        (("-n", "100", "--alpha", "2"), "alpha=2"),
        (("-n", "100", "--first", "50"), "--change"),
        (("-n", "100", "--safeguard"), "--from"),
        (("-n", "100", "--from", "nowhere"), "no results"),
        (("-n", "100", "--change", "visual"), "TEC=0.35"),
        (("-n", "100", "--change", "vizual=1"), "visual"),
        (("-n", "100", "--change", "visual=1", "--estimator", "WLSMV"), "not ordinal"),
        (("--find", "2"), "power=2"),
        (("--rmsea", "0.05"), "two numbers"),
        (("--df", "0"), "df=0"),
        (("-n", "100", "--effects", "nowhere.yaml"), "nowhere.yaml"),
        (("-n", "100", "-o", HOLZINGER), "file"),
    ],
)
def test_bad_input_is_one_message_and_no_folder(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, HOLZINGER, "-o", "out", *words) == 2 or "--df" in words
    said = capsys.readouterr().err
    assert said.count("Error:") == 1 and "Traceback" not in said
    assert says in said or "-o" in said
    assert not list(tmp_path.iterdir())


def test_stopped_it_tells_what_it_has_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ecosurvey.planning.trial import Trial

    once, calls = Trial.once, [0]

    def stopped(self: Trial, rng: object) -> object:
        calls[0] += 1
        if calls[0] > 20:
            raise KeyboardInterrupt
        return once(self, rng)  # type: ignore[arg-type]

    monkeypatch.setattr(Trial, "once", stopped)
    out = tmp_path / "power"
    words = (HOLZINGER, "-n", "90,180", "--replicates", "40", *QUICK, "-o", out)
    assert run(monkeypatch, *words) == 130
    said = capsys.readouterr()
    assert "stopped after 16 of 40" in said.err  # whole chunks of eight
    assert "Power by simulation" in said.out
    assert not list(tmp_path.iterdir())
