"""The dashboard and the files of an index: whole, harmless, in both languages, the same again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.cli.app import main
from ecosurvey.core import Text
from ecosurvey.performance import PerformanceIndex, Slices, judged, slices
from ecosurvey.report.dashboard import dashboard_page
from ecosurvey.report.write_index import write_index

ROOT = Path(__file__).parents[2]
ASKED = es.load_instrument(ROOT / "instruments" / "bfi.yaml")
HOSTILE = '</script><img src=x onerror="alert(1)">\u2028'


@pytest.fixture(scope="module")
def made() -> tuple[PerformanceIndex, Slices]:
    """An index of colleges whose names respondents typed, one of them hostile."""
    rng = np.random.default_rng(4)
    items = [item.id for item in ASKED.items]
    frame = pd.DataFrame(rng.integers(1, 7, (200, len(items))).astype(float), columns=items)
    frame["college"] = rng.choice([HOSTILE, "北方学院", "c"], 200)
    frame["gender"] = rng.choice([1.0, 2.0], 200)
    waves = {"<W1>": frame, "W2": frame.sample(frac=1, random_state=1).iloc[:150]}
    experts = judged(["A", "C", "E", "O"], {"<i>one</i>": np.ones((4, 4))})
    found = es.performance_index(ASKED, waves, "college", experts=experts, targets={"A": 60})
    return found, slices(found, ASKED, waves, ["gender"])


def data_of(page: str) -> Any:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return json.loads(text)


def test_nothing_that_was_typed_can_be_run(made: tuple[PerformanceIndex, Slices]) -> None:
    page = dashboard_page(*made, Text("T <b>", "题 <b>"))
    assert page.count("</script>") == 2  # the data, and the code
    assert "onerror=" not in re.sub(r"onerror=&quot;", "", page).replace('onerror=\\"', "")
    assert "<img" not in page
    assert "<b>" not in page
    assert HOSTILE in data_of(page)["units"]
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in page


def test_the_page_needs_no_network_and_runs_only_its_own_code(
    made: tuple[PerformanceIndex, Slices],
) -> None:
    page = dashboard_page(*made, Text("T", "题"))
    assert set(re.findall(r"https?://[^\"' <]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page
    for element, name in (("style", "style"), ("script", "script")):
        (inside,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in page


def test_the_page_shows_the_scores_of_every_choice(made: tuple[PerformanceIndex, Slices]) -> None:
    found, sliced = made
    data = data_of(dashboard_page(found, sliced, Text("T", "题")))
    parts = [part["id"] for part in data["parts"]]
    assert len(data["slices"]) == len(sliced.slices) == 6
    for one in sliced.slices:
        held = data["slices"]["\x1f".join([one.wave, *(value or "" for value in one.chosen)])]
        for score in one.scores:
            shown = held["scores"][score.unit][parts.index(score.part)]
            assert shown[0] == score.n
            assert shown[1] == pytest.approx(score.score, abs=0.051)
    assert data["targets"] == {"A": 60}
    assert all(part["loose"] for part in data["parts"])  # comparability was not tested


def test_the_page_speaks_both_languages(made: tuple[PerformanceIndex, Slices]) -> None:
    pages = {lang: dashboard_page(*made, Text("T", "题"), lang) for lang in ("en", "zh")}  # type: ignore[arg-type]
    assert '<html lang="zh-CN">' in pages["zh"]
    words = data_of(pages["en"])["words"]
    assert words == data_of(pages["zh"])["words"]
    code = re.findall(r"<script>(.*?)</script>", pages["en"], re.DOTALL)[0]
    used = set(re.findall(r'word\("(\w+)"', code))
    assert used <= set(words)
    assert {key for key in words if key not in used} == set()


def test_the_files_are_written_and_are_the_same_again(
    made: tuple[PerformanceIndex, Slices], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_index(*made, ASKED, tmp_path / name, "zh")
    names = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*")]
    assert {"dashboard.html", "index.html", "index.docx", "index.tex", "index.json"} <= {
        name.as_posix() for name in names
    }
    for name in names:
        if name.name != "provenance.json":
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    told = json.loads((tmp_path / "a" / "index.json").read_text("utf-8"))
    assert len(told["scores"]) == len(made[0].scores)
    report = (tmp_path / "a" / "index.html").read_text("utf-8")
    assert "<img src=x" not in report
    assert "<i>one" not in report


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_the_command_goes_from_a_file_to_the_dashboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = pd.read_csv(ROOT / "data" / "sample" / "bfi.csv").dropna().iloc[:500]
    people.to_csv(tmp_path / "people.csv", index=False)
    words = ("index", tmp_path / "people.csv", "-i", ROOT / "instruments" / "bfi.yaml")
    out = tmp_path / "out"
    assert run(monkeypatch, *words, "--by", "education", "--filters", "gender", "-o", out) == 0
    assert "Dashboard" in capsys.readouterr().out
    told = json.loads((out / "index.json").read_text("utf-8"))
    assert told["scheme"] == "model"
    assert set(told["weights"]) == {"model", "equal", "entropy", "critic"}
    assert run(monkeypatch, *words, "--by", "education", "-o", out) == 2  # it is there
    assert run(monkeypatch, *words, "--by", "colour", "-o", tmp_path / "x") == 2
    assert run(monkeypatch, "index", "--by", "education", "-o", tmp_path / "x") == 2
    assert run(monkeypatch, *words, "--by", "education", "--scheme", "b", "-o", tmp_path / "x") == 2
    assert not (tmp_path / "x").exists()
