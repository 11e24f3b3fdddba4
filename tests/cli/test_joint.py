"""``ecosurvey joint`` as a user types it: files in both languages, escaping, refusals."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ecosurvey.cli.app import main
from ecosurvey.instrument import load_instrument
from made_up_run import write_run

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
HOSTILE = "=1+1 <script>alert(1)</script> \\input{x} 50% & $x_1$"


def _results(folder: Path) -> Path:
    return write_run(folder, load_instrument(ROOT / "instruments" / "ecosystem.yaml"))


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", "joint", *map(str, words)])
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def everything(folder: Path) -> str:
    """Return all text of the files written, Word's and Excel's included."""
    said = ""
    for path in folder.rglob("*"):
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as office:
                said += "".join(
                    office.read(n).decode("utf-8") for n in office.namelist() if n.endswith("xml")
                )
        elif path.suffix in (".html", ".tex", ".csv", ".json", ".svg"):
            said += path.read_text("utf-8")
    return said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_display_is_written_in_every_format(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = _results(tmp_path / "r")
    words = (results, "--codes", SAMPLE / f"ecosystem_codes_{lang}.csv", "--lang", lang)
    more = ("--cases", SAMPLE / "ecosystem_cases.csv",
            "--literature", SAMPLE / "ecosystem_literature.csv")  # fmt: skip
    assert run(monkeypatch, *words, *more) == 0
    out = tmp_path / "r-joint"
    for name in ("joint.html", "joint.docx", "joint.tex", "joint.json", "tables.xlsx"):
        assert (out / name).stat().st_size > 0
    for key in ("joint_display", "joint_fit", "case_evidence", "coder_agreement"):
        assert (out / "tables" / f"{key}.csv").exists()
        assert (out / "tables" / f"{key}.tex").exists()
    page = (out / "joint.html").read_text("utf-8")
    assert {"en": "Shared platform (5)", "zh": "共建平台（5）"}[lang] in page
    assert {"en": "case material is synthetic", "zh": "案例材料为合成材料"}[lang] in page
    for finding in json.loads((out / "joint.json").read_text("utf-8"))["findings"]:
        assert set(finding) == {
            "code",
            "severity",
            "where",
            "message",
            "hint",
        }  # as in results.json
    told = json.loads((out / "provenance.json").read_text("utf-8"))
    assert [one["role"] for one in told["inputs"]] == [
        "results", "codes", "instrument", "cases", "literature",
    ]  # fmt: skip
    assert str(out / "joint.html") in capsys.readouterr().out.replace("\n", "")
    assert run(monkeypatch, *words) == 2  # never over an earlier one
    assert run(monkeypatch, *words, "--force", "--quiet") == 0


def test_passages_are_escaped_and_can_be_kept_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = _results(tmp_path / "r")
    codes = tmp_path / "secret_name.csv"
    line = '"Li Ming, interview",C1,s1,shared_platform,{},for,3,"{}"\n'
    codes.write_text(
        "source,case,segment,code,coder,evidence,strength,text\n"
        + line.format("Anna", HOSTILE) + line.format("Bo", HOSTILE), "utf-8",
    )  # fmt: skip
    assert run(monkeypatch, results, "-c", codes, "-o", tmp_path / "open", "-q") == 0
    assert "<script>alert" not in (tmp_path / "open" / "joint.html").read_text("utf-8")
    for name in ("joint_display", "joint_quotations"):
        latex = (tmp_path / "open" / "tables" / f"{name}.tex").read_text("utf-8")
        assert "\\input{x}" not in latex
        assert "50\\%" in latex
    table = (tmp_path / "open" / "tables" / "joint_quotations.csv").read_text("utf-8-sig")
    assert "'=1+1" in table
    with zipfile.ZipFile(tmp_path / "open" / "joint.docx") as word:
        assert "&lt;script&gt;alert(1)" in word.read("word/document.xml").decode("utf-8")
    book = load_workbook(tmp_path / "open" / "tables.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any("=1+1" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    for privacy in ("mask", "drop"):
        out = tmp_path / privacy
        assert run(monkeypatch, results, "-c", codes, "-o", out, "-q", "--privacy", privacy) == 0
        said = everything(out)
        for secret in ("Li Ming", "Anna", "alert(1)", "secret_name", "50%", "s1,"):
            assert secret not in said


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("--privacy", "hide"), "privacy='hide'"),
        (("--cases", "no.csv"), "no.csv"),
        (("--instrument", "instruments/bfi.yaml"), "of the questionnaire"),
    ],
)
def test_bad_input_is_one_message_and_nothing_is_written(
    words: tuple[str, ...], match: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    results = _results(tmp_path / "r")
    code = run(monkeypatch, results, "-c", SAMPLE / "ecosystem_codes_en.csv", *words)
    said = capsys.readouterr().err
    assert code == 2
    assert match in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_questionnaire_that_has_changed_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = _results(tmp_path / "r")
    told = json.loads((results / "provenance.json").read_text("utf-8"))
    told["inputs"][0]["sha256"] = "00"
    (results / "provenance.json").write_text(json.dumps(told), "utf-8")
    assert run(monkeypatch, results, "-c", SAMPLE / "ecosystem_codes_en.csv") == 2
    assert "--instrument" in capsys.readouterr().err
