"""The whole report from an analysis made by hand, in both languages."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest

from ecosurvey.core import Finding, Text
from ecosurvey.report import document, provenance, results_json, write_report
from ecosurvey.report.results_json import to_json


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, made: SimpleNamespace
) -> dict[str, tuple[Path, list[Path]]]:
    command = ["/usr/bin/ecosurvey", "analyze", "/home/someone/wave.csv", "--out=/home/someone/r"]
    found = {}
    for lang in ("en", "zh"):
        folder = tmp_path_factory.mktemp(lang)
        found[lang] = (folder, write_report(made, folder, lang, command=command))  # type: ignore[arg-type]
    return found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _page(folder: Path) -> _Page:
    page = _Page()
    page.feed((folder / "report.html").read_text("utf-8"))
    return page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_file_is_there_and_listed(written: Any, lang: str) -> None:
    folder, files = written[lang]
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(files)
    names = {path.relative_to(folder).as_posix() for path in files}
    assert {"report.html", "report.docx", "report.tex", "results.json", "provenance.json"} <= names
    for figure in ("key_factors", "flow", "likert", "scree", "path_diagram", "path_forest"):
        assert {f"figures/{figure}.{kind}" for kind in ("svg", "pdf", "png")} <= names
    for table in ("model_fit", "paths", "findings", "reliability"):
        assert {f"tables/{table}.{kind}" for kind in ("csv", "tex")} <= names


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_no_network_and_runs_no_script_but_its_own(written: Any, lang: str) -> None:
    page = _page(written[lang][0])
    assert [tag for tag, _ in page.tags].count("script") == 1
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, value)
    policy = next(a["content"] for t, a in page.tags if "content" in a and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_link_and_image_of_the_page_leads_somewhere(written: Any, lang: str) -> None:
    folder, _ = written[lang]
    page = _page(folder)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [a["href"] for t, a in page.tags if t == "a" and a.get("href")]
    assert links
    assert all(link is not None and link[1:] in ids for link in links)
    images = [a for t, a in page.tags if t == "img" and a.get("src") != "data:,"]
    assert len(images) == len(list((folder / "figures").glob("*.svg")))
    assert all(image["alt"] for image in images)


@pytest.mark.parametrize(("lang", "said"), [("en", "Synthetic data"), ("zh", "合成数据")])
def test_every_document_says_that_the_data_are_synthetic(
    written: Any, lang: str, said: str
) -> None:
    folder, _ = written[lang]
    assert said in (folder / "report.html").read_text("utf-8")
    assert said in (folder / "report.tex").read_text("utf-8")
    assert said in "".join(p.text for p in docx.Document(str(folder / "report.docx")).paragraphs)
    assert said in json.loads((folder / "results.json").read_text("utf-8"))["banner"][lang]
    for path in (folder / "tables").glob("*.tex"):
        assert said in path.read_text("utf-8")


def test_real_answers_are_not_called_synthetic(remake: Any) -> None:
    real = remake(synthetic=False)
    assert not document(real).synthetic
    assert "banner" not in results_json(real)


def test_no_file_names_the_folders_of_the_user(written: Any) -> None:
    for folder, files in written.values():
        for path in files:
            data = path.read_bytes()
            if path.suffix == ".docx":
                with zipfile.ZipFile(io.BytesIO(data)) as parts:
                    data = b"".join(parts.read(name) for name in parts.namelist())
            assert b"/home/" not in data
            assert str(folder).encode() not in data
        told = json.loads((folder / "provenance.json").read_text("utf-8"))
        assert told["command"] == ["ecosurvey", "analyze", "wave.csv", "--out=r"]


def test_the_same_analysis_gives_the_same_bytes_but_for_the_time(
    written: Any, made: SimpleNamespace, tmp_path: Path
) -> None:
    folder, files = written["en"]
    write_report(made, tmp_path, "en")  # type: ignore[arg-type]
    for path in files:
        name = path.relative_to(folder)
        if name.name not in ("provenance.json", "ro-crate-metadata.json"):
            assert (tmp_path / name).read_bytes() == path.read_bytes(), name


def test_the_time_is_the_one_asked_for(
    made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    told = provenance(made, [], [])  # type: ignore[arg-type]
    assert told["created"] == "2023-11-14T22:13:20+00:00"


def test_provenance_hashes_inputs_and_outputs(written: Any) -> None:
    import hashlib

    folder, files = written["en"]
    told = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert told["seed"] == 7
    assert [source["sha256"] for source in told["inputs"]] == ["ab" * 32, "cd" * 32]
    assert {entry["name"] for entry in told["outputs"]} == {
        p.relative_to(folder).as_posix() for p in files if p.name != "provenance.json"
    }
    for entry in told["outputs"]:
        data = (folder / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()


def test_results_hold_every_table_unrounded_and_no_nan(made: SimpleNamespace) -> None:
    text = to_json(results_json(made))  # type: ignore[arg-type]
    data = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    assert set(data["tables"]) == {table.key for table in document(made).tables()}  # type: ignore[arg-type]
    fit = data["tables"]["model_fit"]["rows"][0]
    assert fit["chisq"] == 30.25
    assert fit["chisq_df"] == 30.25 / 24
    assert data["measurement"]["fit_measures"]["aic"] is None
    assert data["structural"]["parameters"][0]["pvalue"] is None
    assert data["key_factors"]["ranking"][0]["total_std"] == 0.42
    assert [finding["code"] for finding in data["findings"]] == ["note_one", "bad_one", "warned"]


def test_word_has_real_tables_with_counted_captions_and_pictures_with_words(written: Any) -> None:
    folder, _ = written["en"]
    figures = len(list((folder / "figures").glob("*.png")))
    word = docx.Document(str(folder / "report.docx"))
    xml = word.element.xml
    tables = len(list((folder / "tables").glob("*.tex")))
    assert len(word.tables) == tables
    assert xml.count("SEQ Table \\* ARABIC") + xml.count("SEQ TableS \\* ARABIC") == tables
    assert xml.count("SEQ Figure \\* ARABIC") == len(word.inline_shapes) == figures
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)
    marks = set(re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    referred = set(re.findall(r"REF (\S+) \\h", xml))
    assert referred
    assert referred <= marks
    assert word.core_properties.author == "ecosurvey"


def test_word_knows_the_chinese_fonts(written: Any) -> None:
    with zipfile.ZipFile(written["zh"][0] / "report.docx") as parts:
        styles = parts.read("word/styles.xml").decode("utf-8")
        dates = {entry.date_time for entry in parts.infolist()}
    assert 'w:eastAsia="SimSun"' in styles
    assert 'w:eastAsia="SimHei"' in styles
    assert dates == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tex_takes_in_files_that_are_there_and_labels_what_it_refers_to(
    written: Any, lang: str
) -> None:
    folder, _ = written[lang]
    text = (folder / "report.tex").read_text("utf-8")
    taken = re.findall(r"\\(?:input|includegraphics)\{((?:tables|figures)/[^}]+)\}", text)
    assert taken
    assert all((folder / name).is_file() for name in taken)
    every = text + "".join(p.read_text("utf-8") for p in (folder / "tables").glob("*.tex"))
    labels = set(re.findall(r"\\label\{([^}]+)\}", every))
    assert set(re.findall(r"\\ref\{([^}]+)\}", text)) <= labels
    assert r"\input{x}" not in every  # of the hostile words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_running_text_can_be_pasted_into_a_manuscript(written: Any, lang: str) -> None:
    folder, _ = written[lang]
    methods = (folder / "methods.md").read_text("utf-8")
    results = (folder / "results.md").read_text("utf-8")
    assert "Yuan-Bentler" in methods
    assert "Yuan-Bentler" not in results
    assert "χ²(24) = 30.25" in results
    assert "[[" not in methods + results
    assert methods.startswith("> **")  # synthetic


def test_a_model_that_only_illustrates_says_so(made: SimpleNamespace, remake: Any) -> None:
    instrument = SimpleNamespace(**(vars(made.instrument) | {"illustration": True}))
    first = document(remake(instrument=instrument)).sections[0].blocks[0]
    assert "only shows the method" in str(getattr(first, "words", ""))


def test_parts_that_were_not_computed_are_left_out(remake: Any) -> None:
    whole = {section.key for section in document(remake()).sections}
    bare = {section.key for section in document(remake(structural=None, key_factors=None)).sections}
    assert whole - bare == {"structure", "key-factors"}
    assert results_json(remake(structural=None, key_factors=None))["structural"] is None


def test_serious_findings_come_first_and_all_stand_at_the_end(made: SimpleNamespace) -> None:
    made_document = document(made)  # type: ignore[arg-type]
    first = made_document.sections[0].blocks[0]
    assert getattr(first, "severity", "") == "serious"
    last = made_document.tables()[-1]
    assert last.key == "findings"
    assert [row[1] for row in last.rows] == ["bad_one", "warned", "note_one"]


def test_tables_and_figures_are_numbered_in_the_order_of_the_text(made: SimpleNamespace) -> None:
    made_document = document(made)  # type: ignore[arg-type]
    keys = [table.key for table in made_document.tables()]
    assert len(keys) == len(set(keys))
    numbers = made_document.numbers()
    extra = {table.key for table in made_document.supplement()}
    plain = [numbers["table", key] for key in keys if key not in extra]
    assert plain == [str(k + 1) for k in range(len(plain))]
    assert [numbers["table", key] for key in keys if key in extra][:2] == ["S1", "S2"]


def test_a_run_without_warnings_says_so(remake: Any) -> None:
    last = document(remake(findings=())).sections[-1]
    assert last.blocks[0].words == Text("The run gave no warnings.", "本次分析没有警告。")
    one = (Finding("w", "warning", Text("Careful.", "当心。")),)
    words = [
        str(getattr(b, "words", "")) for b in document(remake(findings=one)).sections[0].blocks
    ]
    assert any("one warning" in text for text in words)


def test_importing_the_report_loads_neither_matplotlib_nor_word() -> None:
    code = "import ecosurvey.report, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"matplotlib", "docx", "pandas", "scipy"} & set(done.stdout.split())
