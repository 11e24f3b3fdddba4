"""A file of coded material -> CodedMaterial, the format told apart by its content."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ecosurvey.core import DataError, Finding, Text, counted
from ecosurvey.core.io import sha256
from ecosurvey.qualitative.model import CODING_COLUMNS, CodedMaterial
from ecosurvey.qualitative.reading.archive import MAX_FILE, open_archive
from ecosurvey.qualitative.reading.codebook import read_codebook
from ecosurvey.qualitative.reading.project import Project, read_project
from ecosurvey.qualitative.reading.sheet import read_sheet
from ecosurvey.qualitative.reading.units import units
from ecosurvey.qualitative.reading.xml import child, kind, parse_xml

_ZIP, _XML = b"PK\x03\x04", (b"<?xml", b"<CodeBook", b"\xef\xbb\xbf<")


def read_codes(
    source: str | os.PathLike[str], codebook: str | os.PathLike[str] | None = None
) -> CodedMaterial:
    """Read coded material: a REFI-QDA project or codebook, or a plain table.

    REFI-QDA is what NVivo, MAXQDA, ATLAS.ti, QualCoder, Taguette and others exchange. A
    project (``.qdpx``) is read in memory: no member is written to disk, nothing outside the
    archive is opened, document types and entities are refused, sizes are limited
    (:mod:`ecosurvey.qualitative.reading.archive`). A codebook (``.qdc``) gives codes without
    codings. A table (CSV, TSV, Excel) has the columns ``source, segment, code, coder`` and
    optionally ``case, evidence, strength, text, data_origin``, or their Chinese names; a row
    with an empty ``code`` says that the coder read the segment and gave no code.

    In a project, passages of one source that overlap are one unit on which coders are compared.

    Parameters
    ----------
    source : path
    codebook : path, optional
        A ``.qdc`` whose codes, descriptions and order are used with a table; codes of the table
        that are not in it are refused.

    Returns
    -------
    CodedMaterial

    Raises
    ------
    DataError
        One clear message if the file is damaged, hostile, or names codes that are not there.

    Examples
    --------
    >>> material = read_codes("data/sample/ecosystem_codes_en.csv")
    >>> material.coders, material.synthetic
    (('A', 'B'), True)
    """
    path = Path(source)
    content = _content(path)
    if content.startswith(_ZIP):
        archive = open_archive(content, path.name)
        if "xl/workbook.xml" not in archive.members():  # an Excel file is an archive too
            return _from_project(read_project(archive), path)
    if content.lstrip().startswith(_XML) or path.suffix.lower() == ".qdc":
        return _from_codebook(content, path)
    from ecosurvey.responses.formats import read_table

    table = read_table(path)
    codings, codes, synthetic = read_sheet(table)
    if codebook is not None:
        book = Path(codebook)
        listed = _from_codebook(_content(book), book).codebook
        unknown = [code.name for code in codes if code.name not in {one.name for one in listed}]
        if unknown:
            raise DataError(
                Text(
                    f"{counted(len(unknown), 'code is', 'codes are')} not in the codebook, "
                    f"such as {unknown[0]!r}",
                    f"有{len(unknown)}个编码不在编码本中，如 {unknown[0]!r}",
                ),
                where=table.name,
            )
        codes = listed
    return CodedMaterial(codings, codes, synthetic, path, table.sha256, table.findings)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DataError(
                Text("this is a folder", "这是一个文件夹"),
                where=str(path),
                fix=Text("Name a file in it.", "请给出其中的文件。"),
            )
        if path.stat().st_size > MAX_FILE:
            raise DataError(
                Text(
                    f"the file has more than {MAX_FILE >> 20} MiB", f"文件超过{MAX_FILE >> 20} MiB"
                ),
                where=str(path),
            )
        content = path.read_bytes()
    except OSError as error:
        said = error.strerror or error
        raise DataError(
            Text(f"the file cannot be read ({said})", f"文件无法读取（{said}）"), where=str(path)
        ) from None
    if not content.strip():
        raise DataError(Text("the file is empty", "文件是空的"), where=str(path))
    return content


def _from_codebook(content: bytes, path: Path) -> CodedMaterial:
    import pandas as pd

    root = parse_xml(content, path.name)
    book = root if kind(root) == "CodeBook" else child(root, "CodeBook")
    if book is None:
        raise DataError(
            Text(
                f"the root element is <{kind(root)[:40]}>, not <CodeBook>",
                f"根元素是 <{kind(root)[:40]}>，不是 <CodeBook>",
            ),
            where=path.name,
            fix=Text(
                "Give a REFI-QDA codebook (.qdc), a project (.qdpx), or a table.",
                "请给出REFI-QDA编码本（.qdc）、项目（.qdpx）或表格。",
            ),
        )
    codes = tuple(read_codebook(book, path.name).values())
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in CODING_COLUMNS})
    return CodedMaterial(empty, codes, _marked(root.get("origin")), path, sha256(path))


def _from_project(project: Project, path: Path) -> CodedMaterial:
    import pandas as pd

    names = units(project.passages)
    rows = [
        (p.source, p.case, unit, p.code, p.coder, "", float("nan"), p.text)
        for p, unit in zip(project.passages, names, strict=True)
    ]
    codings = pd.DataFrame(rows, columns=list(CODING_COLUMNS)).drop_duplicates()
    made = CodedMaterial(
        codings.reset_index(drop=True), project.codes, _marked(project.origin), path, sha256(path),
        project.findings,
    )  # fmt: skip
    if not rows:
        none = Text(
            "the project has a codebook but no coded passage.", "项目有编码本，但没有编码片段。"
        )
        made = replace(made, findings=(*made.findings, Finding("no_codings", "warning", none)))
    return made


def _marked(origin: str | None) -> bool:
    return "synthetic" in (origin or "").lower()
