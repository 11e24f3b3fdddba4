"""Hostile words in a questionnaire and in its answers do no harm in any file of the report."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from defusedxml import ElementTree
from ruamel.yaml import YAML

import ecosurvey as es

ROOT = Path(__file__).parents[2]
EVIL = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "\\input{/etc/passwd}\\write18{touch x} $x_1^2$ 50% & ~ # {",
    '=HYPERLINK("http://x.example","A1")',
    "+1+cmd|' /C calc'!A0 @SUM(1)",
    "[[table:fit]] {n} %s ${HOME} [red]bold[/red]",
    "عربي שלום right to left",
    "end & <b>b</b> ]]> --> 😀",
    "'; DROP TABLE answers; --",
)
# a questionnaire with such characters is refused, answers are not (control bytes are, in both)
CONTROLS = "\u202eesrever\u202c \u2066x\u2069 \u200f [31m \u2028 <b>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of a whole run whose every word is hostile."""
    place = tmp_path_factory.mktemp("hostile")
    yaml = YAML(typ="safe", pure=True)
    asked = yaml.load((ROOT / "instruments" / "holzinger.yaml").read_text("utf-8"))
    words = iter(EVIL * 20)

    def spoil() -> dict[str, str]:
        one = next(words)
        return {"en": one, "zh": f"{one}中"}

    asked["title"], asked["description"] = spoil(), spoil()
    for construct in asked["constructs"]:
        construct["label"] = spoil()
        for item in construct["items"]:
            item["label"] = spoil()
    for variable in asked["variables"]:
        variable["label"] = spoil()
        for option in variable.get("options", []):
            option["label"] = spoil()
    stream = io.StringIO()
    YAML(pure=True).dump(asked, stream)
    (place / "evil.yaml").write_text(stream.getvalue(), "utf-8")
    frame = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    frame["school"] = frame["school"].map({"Pasteur": 1, "Grant-White": 2})
    frame["comment"] = [(*EVIL, CONTROLS)[at % (len(EVIL) + 1)] for at in range(len(frame))]
    frame["=1+1"] = "<script>alert(3)</script>"
    frame.to_csv(place / "wave.csv", index=False)
    check = import_module("ecosurvey.report.second_engine.check")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "_fitted", lambda analysis: [])  # no words come from semopy
        es.analyze(
            place / "evil.yaml", place / "wave.csv", place / "out", seed=1, lang="zh",
            specifications=0,
        )  # fmt: skip
    return place / "out"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_runs_nothing_and_loads_nothing(hostile: Path) -> None:
    page = _Page()
    page.feed((hostile / "report.html").read_text("utf-8"))
    assert page.tags.count("script") == 1
    assert page.handlers == []
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert not {"b", "iframe", "object", "embed", "base", "form"} & set(page.tags) - {"b"}


def test_word_and_drawings_are_well_formed_and_hold_no_field_but_ours(hostile: Path) -> None:
    with zipfile.ZipFile(hostile / "report.docx") as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
            if name.endswith(".rels"):
                assert b"External" not in parts.read(name)
        body = parts.read("word/document.xml").decode("utf-8")
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", body)
    assert fields
    assert all(re.match(r" ?(SEQ|REF|PAGEREF|TOC|PAGE)\b", field) for field in fields)
    drawings = list((hostile / "figures").glob("*.svg"))
    assert drawings
    for path in drawings:
        tree = ElementTree.fromstring(path.read_bytes())
        names = {node.tag.rpartition("}")[2] for node in tree.iter()}
        assert not names & {"script", "foreignObject", "a", "image"} - {"image"}
        for node in tree.iter():
            assert not [key for key in node.attrib if key.lower().startswith("on")]


def test_no_cell_is_a_formula(hostile: Path) -> None:
    book = openpyxl.load_workbook(hostile / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)  # as plain words
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for path in (hostile / "tables").glob("*.csv"):
        rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
        for row in rows:
            for cell in row:
                number = re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", cell)
                assert number or not cell.startswith(("=", "+", "-", "@", "\t")), (path.name, cell)


def test_latex_takes_in_no_file_and_runs_no_command_of_theirs(hostile: Path) -> None:
    folder = hostile
    every = [folder / "report.tex", *(folder / "tables").glob("*.tex")]
    text = "".join(path.read_text("utf-8") for path in every)
    assert r"\write18" not in text
    assert not re.search(r"\\input\{(?!tables/)", text)
    if shutil.which("xelatex"):
        done = subprocess.run(
            ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"], cwd=folder,
            capture_output=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:].decode("utf-8", "replace")
        assert not (folder / "x").exists()


def test_plain_files_can_be_read_back(hostile: Path) -> None:
    told = json.loads((hostile / "results.json").read_text("utf-8"))
    assert told["instrument"]["title"]["en"] == EVIL[0]
    compile((hostile / "analysis.py").read_text("utf-8"), "analysis.py", "exec")
    es.rewrite_report(hostile, hostile.parent / "again", formats=["csv", "md"])
    text = (hostile / "results.md").read_text("utf-8")
    assert "<script>" not in text
    assert "<img" not in text
