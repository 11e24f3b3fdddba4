"""The report made anew from what a run stored, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ecosurvey.core import OptionError
from ecosurvey.report import document, rewrite_report, write_report
from ecosurvey.report.stored import restore, store

FORMATS = ("html", "csv", "svg")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, made: SimpleNamespace) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_report(made, folder, "en", formats=FORMATS)  # type: ignore[arg-type]
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_document_comes_back_as_it_was(made: SimpleNamespace) -> None:
    whole = document(made)  # type: ignore[arg-type]
    text = store(whole, whole.tables()[:1])
    back, also = restore(text)
    assert store(back, also) == text
    assert [one.key for one in back.figures()] == [one.key for one in whole.figures()]
    assert back.tables() == whole.tables() or store(back) == store(whole)  # NaN is not itself


def test_the_same_options_give_the_same_bytes(before: Path, tmp_path: Path) -> None:
    again = rewrite_report(before, tmp_path / "again", formats=FORMATS)
    one, two = _files(before), _files(again)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name] and name not in TIMED] == []


TIMED = ("provenance.json", "ro-crate-metadata.json")  # options of the run are those asked for


def test_another_language_and_format_replace_the_pages_and_keep_the_users_files(
    before: Path, tmp_path: Path
) -> None:
    folder = rewrite_report(before, tmp_path / "copy", formats=FORMATS)
    (folder / "notes.txt").write_text("mine", "utf-8")
    assert rewrite_report(folder, lang="zh", formats=["csv", "md"]) == folder
    names = set(_files(folder))
    assert "notes.txt" in names
    assert {"methods.md", "tables/model_fit.csv", "results.json", "document.json"} <= names
    assert not [name for name in names if name.endswith((".html", ".svg"))]
    assert "合成数据" in (folder / "methods.md").read_text("utf-8")
    told = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert told["options"]["lang"] == "zh"
    assert told["options"]["formats"] == ["csv", "md"]
    assert {entry["name"] for entry in told["outputs"]} == names - {"notes.txt", "provenance.json"}


def test_unknown_options_and_folders_are_refused_and_nothing_changes(
    before: Path, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="formats='gif' is not known"):
        rewrite_report(before, tmp_path / "out", formats=["gif"])
    with pytest.raises(OptionError, match="jobs=0 is not a number of workers"):
        rewrite_report(before, tmp_path / "out", jobs=0)
    with pytest.raises(OptionError, match=r"there is no provenance\.json"):
        rewrite_report(tmp_path)
    (tmp_path / "provenance.json").write_text('{"outputs": []}', "utf-8")
    with pytest.raises(OptionError, match=r"there is no document\.json"):
        rewrite_report(tmp_path)
    (tmp_path / "document.json").write_text("{}", "utf-8")
    with pytest.raises(OptionError, match="cannot be read"):
        rewrite_report(tmp_path)
    assert sorted(_files(tmp_path)) == ["document.json", "provenance.json"]


@pytest.mark.parametrize(
    "evil",
    [
        {"$": "os system", "of": {"command": "true"}},
        {"$": "subprocess Popen", "of": {"args": ["true"]}},
        {"$": "draw os", "of": 1},
        {"$": "draw ecosurvey.report.figures.save", "of": 1},
        {"$": "ecosurvey.core.io sha256", "of": {"path": "x"}},
        {"$": "ecosurvey.core.text nothing", "of": {}},
        {"$": "array", "of": {"kind": "|O", "shape": [1], "flat": [1]}},
        {"$": 5, "of": 1},
        {"of": 1},
        [],
        None,
        "text",
    ],
)
def test_a_stored_report_can_make_nothing_but_a_report(evil: Any) -> None:
    text = json.dumps({"schema": "ecosurvey/document/1", "document": evil, "also": []})
    with pytest.raises(OptionError, match="the stored report cannot be read"):
        restore(text)


def test_what_cannot_be_stored_is_said() -> None:
    with pytest.raises(TypeError, match="a set cannot be stored"):
        store({1, 2})  # type: ignore[arg-type]
