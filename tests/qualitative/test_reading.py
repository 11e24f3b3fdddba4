"""Coded material in: another tool's files, tables, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosurvey import DataError, EcosurveyError
from ecosurvey.qualitative import read_codes
from ecosurvey.qualitative.reading import archive, xml

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "fixtures" / "qualitative"
SAMPLE = ROOT / "data" / "sample"
PROJECT = '<Project xmlns="urn:QDA-XML:project:1.0" name="p">{}</Project>'


BOARD = "The joint centre has its own board."


def qdpx(folder: Path, members: dict[str, str | bytes]) -> Path:
    path = folder / "p.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def test_a_project_of_another_tool_is_read_back() -> None:
    found = read_codes(FILES / "study.qdpx")
    assert found.synthetic
    assert found.coders == ("Ann", "Bo")
    assert [code.name for code in found.codebook] == ["Paths", "Shared platform", "经费投入"]
    assert found.codebook[1].path == ("Paths",)
    assert found.codebook[1].description == "A body that decides together"
    rows = found.codings[["source", "case", "segment", "code", "coder", "text"]]
    assert [tuple(row) for row in rows.to_numpy()] == [
        ("Interview 1", "C1", "11-63", "Shared platform", "Ann", BOARD),
        ("Interview 1", "C1", "11-63", "Shared platform", "Bo", "centre has its own board. Money"),
        ("Interview 1", "C1", "11-63", "经费投入", "Ann", "Money came late."),
        ("Interview 1", "C1", "64-72", "经费投入", "Bo", "The end."),
        ("访谈二", "", "0-11", "Shared platform", "Ann", "中心有了自己的理事会。"),
        ("访谈二", "", "0-11", "Shared platform", "Bo", "中心有了自己的理事会。"),
    ]  # fmt: skip


def test_a_codebook_of_another_tool_is_read_and_holds_tables_to_it(tmp_path: Path) -> None:
    book = read_codes(FILES / "codebook.qdc")
    assert [code.name for code in book.codebook] == ["shared_platform", "funding"]
    assert book.codings.empty
    table = tmp_path / "t.csv"
    table.write_text("source,segment,code,coder\na,1,funding,A\n", "utf-8")
    assert read_codes(table, FILES / "codebook.qdc").codebook == book.codebook
    table.write_text("source,segment,code,coder\na,1,fundin,A\n", "utf-8")
    with pytest.raises(DataError, match="not in the codebook"):
        read_codes(table, FILES / "codebook.qdc")


def test_the_sample_says_that_it_is_synthetic_in_both_languages() -> None:
    both = [read_codes(SAMPLE / f"ecosystem_codes_{lang}.csv") for lang in ("en", "zh")]
    assert all(one.synthetic for one in both)
    assert [len(one.codings) for one in both] == [len(both[0].codings)] * 2
    assert both[1].codes[0] == "共建平台"


def test_chinese_headers_and_words_are_understood(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(
        ("来源,片段,编码,编码者,证据,强度,引文\n" + "甲,1,共建平台,A,不支持,2,话\n").encode(
            "gb18030"
        )
    )
    row = read_codes(table).codings.iloc[0]
    assert (row["code"], row["evidence"], row["strength"], row["text"]) == (
        "共建平台", "against", 2.0, "话",
    )  # fmt: skip


def test_an_excel_table_is_known_by_its_content(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (("source", "segment", "code", "coder", "strength"), ("a", "1", "x", "A", 2)):
        book.active.append(row)
    book.save(tmp_path / "codes.bin.xlsx")
    found = read_codes(tmp_path / "codes.bin.xlsx")
    assert list(found.codings["strength"]) == [2.0]


def test_a_codebook_in_another_encoding_is_read(tmp_path: Path) -> None:
    book = (FILES / "codebook.qdc").read_text("utf-8").replace("UTF-8", "UTF-16")
    (tmp_path / "b.qdc").write_bytes(book.encode("utf-16"))
    assert len(read_codes(tmp_path / "b.qdc").codebook) == 2


def test_a_project_without_user_names_pictures_and_transcripts_is_read(tmp_path: Path) -> None:
    inside = """<CodeBook><Codes><Code guid="{a}" name="x" isCodable="true"/></Codes></CodeBook>
    <Sources><PictureSource guid="s" name="Photo"><PictureSelection guid="r" name="corner"
      firstX="1" firstY="1" secondX="2" secondY="2"><Coding guid="c" creatingUser="U"><CodeRef
      targetGUID="A"/></Coding></PictureSelection><Coding guid="d">
      <CodeRef targetGUID="a"/></Coding>
    </PictureSource><AudioSource guid="t" name="Tape"><Transcript guid="u"><PlainTextContent>abc
    </PlainTextContent><TranscriptSelection guid="v" name="said" fromSyncPoint="q"><Coding guid="e">
    <CodeRef targetGUID="a"/></Coding></TranscriptSelection></Transcript></AudioSource></Sources>"""
    found = read_codes(qdpx(tmp_path, {"project.qde": PROJECT.format(inside)}))
    assert list(found.codings["source"]) == ["Photo", "Photo", "Tape"]
    assert set(found.codings["coder"]) == {"U", "?"}
    assert set(found.codings["text"]) == {"corner", "", "said"}


def refused(path: Path, match: str) -> None:
    with pytest.raises(DataError, match=match) as caught:
        read_codes(path)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = PROJECT.format(" " * (30 << 20))
    refused(qdpx(tmp_path, {"project.qde": bomb}), "more than is safe")


def test_a_member_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER", 1000)
    refused(qdpx(tmp_path, {"project.qde": PROJECT.format("x" * 2000)}), "more than is safe")


def test_sources_are_limited_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_READ", 3000)
    sources = "".join(
        f'<TextSource guid="{n}" name="{n}" plainTextPath="internal://{n}.txt"/>' for n in range(5)
    )
    members: dict[str, str | bytes] = {
        "project.qde": PROJECT.format(f"<Sources>{sources}</Sources>")
    }
    members |= {f"sources/{n}.txt": "y" * 900 for n in range(5)}
    refused(qdpx(tmp_path, members), "more than is safe")


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "sources\\..\\..\\evil", "C:evil"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    refused(qdpx(tmp_path, {"project.qde": PROJECT.format(""), name: "x"}), "leads out")
    assert [path.name for path in tmp_path.iterdir()] == ["p.qdpx"]  # nothing was unpacked


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    refused(qdpx(tmp_path, {f"{n}.txt": "" for n in range(5)}), "members")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;">]><Project><Description>&c;</Description></Project>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<Project>&x;</Project>"
)


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, '<?xml version="1.0"?><!DOCTYPE p><Project/>'])
def test_entities_and_document_types_are_refused(tmp_path: Path, text: str) -> None:
    refused(qdpx(tmp_path, {"project.qde": text}), "document type or entities")
    book = tmp_path / "b.qdc"
    book.write_text(text.replace("Project", "CodeBook"), "utf-8")
    refused(book, "document type or entities")


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"project.qde": "<Project><Codes></Project>"}, "XML is broken"),
        ({"project.qde": "<Other/>"}, "not <Project>"),
        ({"readme.txt": "x"}, "no project file"),
        ({"a.qde": PROJECT.format(""), "b.qde": PROJECT.format("")}, "2 project files"),
        ({"project.qde": PROJECT.format("<a>" * 300 + "</a>" * 300)}, "deeper or larger"),
        ({"project.qde": PROJECT.format(
            '<CodeBook><Codes><Code guid="a"/></Codes></CodeBook>')}, "no guid or no name"),
        ({"project.qde": PROJECT.format(
            '<Sources><TextSource guid="s"><PlainTextContent>ab</PlainTextContent>'
            '<PlainTextSelection guid="p" startPosition="0" endPosition="1"><Coding guid="c">'
            '<CodeRef targetGUID="gone"/></Coding></PlainTextSelection></TextSource></Sources>')},
         "not in the codebook"),
    ],
)  # fmt: skip
def test_broken_projects_are_refused(
    tmp_path: Path, members: dict[str, str | bytes], match: str
) -> None:
    refused(qdpx(tmp_path, members), match)


def test_a_damaged_or_locked_archive_is_refused(tmp_path: Path) -> None:
    path = qdpx(tmp_path, {"project.qde": PROJECT.format("x" * 500)})
    content = bytearray(path.read_bytes())
    content[60:70] = b"\x00" * 10
    path.write_bytes(bytes(content))
    refused(path, r"cannot be unpacked|cannot be read|broken")
    path.write_bytes(b"PK\x03\x04 nothing")
    refused(path, "cannot be read")


def test_texts_that_are_not_there_are_told_of(tmp_path: Path) -> None:
    inside = (
        '<CodeBook><Codes><Code guid="a" name="x" isCodable="true"/></Codes></CodeBook><Sources>'
        '<TextSource guid="s" name="Lost" plainTextPath="{}"><PlainTextSelection guid="p" '
        'name="words"'
        ' startPosition="0" endPosition="9"><Coding guid="c"><CodeRef targetGUID="a"/></Coding>'
        "</PlainTextSelection></TextSource></Sources>"
    )
    for where in ("internal://lost.txt", "relative:///../../etc/passwd", "/etc/passwd"):
        found = read_codes(qdpx(tmp_path, {"project.qde": PROJECT.format(inside.format(where))}))
        assert list(found.codings["text"]) == ["words"]
        if where.startswith("internal"):
            assert [f.code for f in found.findings] == ["source_text_missing"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("source,segment,code\na,1,x\n", "no column 'coder'"),
        ("source,segment,code,coder\n,1,x,A\n", "'source' is empty in row 2"),
        ("source,segment,code,coder,evidence\na,1,x,A,maybe\n", "evidence 'maybe' in row 2"),
        ("source,segment,code,coder,strength\na,1,x,A,strong\n", "strength 'strong' in row 2"),
        ("source,segment,code,coder,strength\na,1,x,A,1e99\n", "strength '1e99' in row 2"),
    ],
)
def test_tables_that_are_not_codings_are_refused(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(text, "utf-8")
    refused(path, match)


def test_a_missing_file_a_folder_and_an_empty_one_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(DataError):
            read_codes(path)
    (tmp_path / "e.qdpx").write_bytes(b"")
    refused(tmp_path / "e.qdpx", "empty")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_bytes_lead_to_anything_but_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    """A good project with bytes changed, and its XML with bytes changed, in a good archive."""
    path = tmp_path_factory.mktemp("fuzz") / "p.qdpx"
    content = bytearray((FILES / "study.qdpx").read_bytes())
    if data.draw(st.booleans()):
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as source:
            inner = bytearray(source.read("project.qde"))
        for at, byte in data.draw(_changes(len(inner))):
            inner[at] = byte
        path = qdpx(path.parent, {"project.qde": bytes(inner)})
    else:
        for at, byte in data.draw(_changes(len(content))):
            content[at] = byte
        path.write_bytes(bytes(content))
    try:
        read_codes(path)
    except EcosurveyError as error:
        assert str(error)


def _changes(length: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(
        st.tuples(st.integers(0, length - 1), st.integers(0, 255)), min_size=1, max_size=6
    )


def test_the_limits_are_what_the_documents_say() -> None:
    assert (archive.MAX_MEMBER >> 20, archive.MAX_READ >> 20) == (64, 256)
    assert xml.MAX_DEPTH == 200
