"""``ecosurvey compare`` as a user types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cli.app import main
from made_up_waves import answers, questionnaire

ITEMS = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in "AB"}
REWORDED = """
versions: [{version: 1.0.0}, {version: 2.0.0}]
crosswalk:
  - {type: reworded, from: {version: 1.0.0, item: B2}, to: {version: 2.0.0, item: B2}}
"""


@pytest.fixture
def typed(tmp_path: Path) -> list[str]:
    """Return two waves and their questionnaire as words of a command."""
    rng = np.random.default_rng(1)
    later = {"means": {"A": 0.5}, "shifts": {"B2": 0.7}}
    for name, more in (("spring", {}), ("autumn", later)):
        answers(rng, 600, ITEMS, **more).astype(int).to_csv(tmp_path / f"{name}.csv", index=False)
    asked = questionnaire(tmp_path, ITEMS, REWORDED)
    return [str(tmp_path / "spring.csv"), str(tmp_path / "autumn.csv"), "-i", str(asked.path)]


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", "compare", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_comparison_is_written_in_every_format(
    lang: str,
    typed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "change"
    assert run(monkeypatch, *typed, "-o", out, "--lang", lang, "--estimator", "mlr") == 0
    for name in ("waves.html", "waves.docx", "waves.tex", "tables.xlsx", "provenance.json"):
        assert (out / name).stat().st_size > 0
    for key in ("wave_trends", "wave_changes", "item_drift", "item_curves"):
        assert (out / "figures" / f"{key}.svg").exists()
    told = json.loads((out / "waves.json").read_text("utf-8"))
    assert [wave["label"] for wave in told["waves"]] == ["spring", "autumn"]
    assert [c["construct"] for c in told["changes"] if c["alert"] and c["kind"] == "mean"] == ["A"]
    assert [test["item"] for test in told["drift"] if test["freed"]] == ["B2"]
    said = capsys.readouterr().out
    assert {"en": "A name", "zh": "A名"}[lang] in said
    assert "B2" in said
    if lang == "en":
        assert run(monkeypatch, *typed, "-o", out) == 2  # never over an earlier one


def test_what_cannot_be_compared_is_told_plainly(
    typed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "change"
    for words, said in (
        ((typed[0], *typed[2:]), "1 wave given"),
        (tuple(typed[2:]), "no waves given"),
        (tuple(typed[:2]), "0 questionnaires for 2 files"),
        ((*typed, "--study", tmp_path), "a study has its own questionnaires"),
        (("--study", tmp_path), "study"),
        ((*typed, "--label", "one"), "1 labels for 2 waves"),
        ((*typed, *typed[2:], *typed[2:]), "3 questionnaires for 2 files"),
        ((*typed, "--paths"), "no hypotheses"),
        ((*typed, "--composition", "age"), "age"),
        ((*typed, "--estimator", "pls"), "estimator"),
    ):
        assert run(monkeypatch, *words, "-o", out) == 2
        assert said in " ".join(capsys.readouterr().err.split())
        assert not out.exists()


def test_the_waves_of_a_study_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    from ecosurvey.study import add_wave, init_study

    rng = np.random.default_rng(2)
    old = questionnaire(tmp_path, ITEMS, version="1.0.0", wording={"B2": "said otherwise"})
    new = questionnaire(tmp_path, ITEMS, "versions: [{version: 1.0.0}, {version: 2.0.0}]")
    init_study(tmp_path / "study", old.path)
    for name, asked, day, shift in (
        ("spring", None, "2025-04-01", 0.0), ("autumn", new.path, "2025-10-01", 0.7),
    ):  # fmt: skip
        file = tmp_path / f"{name}.csv"
        answers(rng, 600, ITEMS, shifts={"B2": shift}).astype(int).to_csv(file, index=False)
        add_wave(tmp_path / "study", file, label=name, day=day, instrument=asked)
    out = tmp_path / "change"
    assert run(monkeypatch, "--study", tmp_path / "study", "-o", out, "--estimator", "MLR") == 0
    told = json.loads((out / "waves.json").read_text("utf-8"))
    assert [wave["label"] for wave in told["waves"]] == ["spring", "autumn"]
    # no line of the crosswalk tells of the rewording: the versions in the study do
    assert [(t["item"], t["suspect"]) for t in told["drift"] if t["freed"]] == [("B2", True)]
    inputs = json.loads((out / "provenance.json").read_text("utf-8"))["inputs"]
    assert [one["role"] for one in inputs] == ["instrument", "wave", "wave"]


def test_waves_in_one_file_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    asked = questionnaire(tmp_path, ITEMS, "meta: {wave: wave}")
    both = [answers(rng, n, ITEMS).assign(wave=name) for name, n in (("W1", 300), ("W2", 200))]
    file = tmp_path / "both.csv"
    pd.concat(both).to_csv(file, index=False)
    out = tmp_path / "change"
    assert run(monkeypatch, file, "-i", asked.path, "-o", out, "--estimator", "MLR", "-q") == 0
    told = json.loads((out / "waves.json").read_text("utf-8"))
    assert [wave["label"] for wave in told["waves"]] == ["W1", "W2"]
    for wave, most in zip(told["waves"], (300, 200), strict=True):
        assert 0.9 * most < wave["n"] <= most


def test_people_seen_again_are_a_panel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(4)
    asked = questionnaire(tmp_path, ITEMS, "meta: {respondent: who}")
    first = answers(rng, 300, ITEMS)
    moved = rng.random(first.shape) < 0.5  # half of the answers are given anew
    second = first.mask(moved, answers(rng, 300, ITEMS, means={"A": 0.6}))
    files = []
    for name, frame in (("w1", first), ("w2", second[:240])):
        files.append(tmp_path / f"{name}.csv")
        frame.astype(int).assign(who=[f"p{k}" for k in frame.index]).to_csv(files[-1], index=False)
    out = tmp_path / "change"
    words = (*files, "-i", asked.path, "-o", out)
    assert run(monkeypatch, *words, "--id", "who", "--lang", "zh") == 0
    for key in ("wave_within", "wave_attrition"):
        assert (out / "tables" / f"{key}.csv").exists()
    told = json.loads((out / "waves.json").read_text("utf-8"))
    assert told["attrition"]["seen"] == {"w2": 240}
    assert all(change["stability"] > 0.2 for change in told["within"])
    assert run(monkeypatch, *words, "--id", "nobody", "--force") == 2
    assert "'respondent' of 'meta'" in " ".join(capsys.readouterr().err.split())
