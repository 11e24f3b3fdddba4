"""A questionnaire of another program -> the text of a questionnaire file of ours, as a draft."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecosurvey.core import Cell, Column, Finding, InstrumentError, Result, Table, Text
from ecosurvey.instrument.importing.compose import compose
from ecosurvey.instrument.importing.draft import Found, LeftOut
from ecosurvey.instrument.importing.headers import read_headers
from ecosurvey.instrument.importing.limesurvey_tsv import read_limesurvey_tsv
from ecosurvey.instrument.importing.lss import read_lss
from ecosurvey.instrument.importing.qualtrics import read_qsf
from ecosurvey.instrument.importing.redcap import read_redcap
from ecosurvey.instrument.importing.spss import read_sav_labels
from ecosurvey.instrument.importing.xlsform import read_xlsform
from ecosurvey.instrument.writing.dump import dump

IMPORTERS: dict[str, Callable[[Path, bytes], Found]] = {
    "xlsform": read_xlsform,
    "qsf": read_qsf,
    "lss": read_lss,
    "limesurvey-tsv": read_limesurvey_tsv,
    "redcap": read_redcap,
    "sav": read_sav_labels,
    "headers": read_headers,
}
MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Imported(Result):
    """A draft made from another program's questionnaire.

    Attributes
    ----------
    text : str
        The questionnaire file.
    kind : str
        Which importer read it.
    items, variables : int
        How many rated statements and background questions were carried over.
    left_out : tuple of LeftOut
        What could not be carried over, or needs a look.
    """

    text: str
    kind: str
    items: int
    variables: int
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return what could not be carried over."""
        columns = (
            Column("where", Text("Where", "位置"), "label"),
            Column("what", Text("What needs a look", "需要人工处理的内容"), "text"),
        )
        rows: list[tuple[Cell, ...]] = [(one.where, one.what) for one in self.left_out]
        title = Text("Not carried over as it stood", "未能原样导入的内容")
        return (Table("left_out", title, columns, tuple(rows)),)


def import_questionnaire(path: str | os.PathLike[str], kind: str | None = None) -> Imported:
    """Turn a questionnaire of another program into the draft of a questionnaire file.

    Parameters
    ----------
    path : path
        XLSForm (.xlsx), Qualtrics (.qsf), LimeSurvey (.lss, .txt), REDCap dictionary (.csv),
        SPSS (.sav), or an export of answers (.csv, .xlsx) whose headers carry the wording.
    kind : str, optional
        One of ``IMPORTERS``; found by content if not given.

    Returns
    -------
    Imported
        Its ``text`` is a draft: constructs are the matrices of the questionnaire, named
        after them; hypotheses have to be written.

    Raises
    ------
    InstrumentError
        If the file cannot be read as any of these, or holds no questions.
    """
    path = Path(path)
    content = _content(path)
    kind = kind or detect_kind(path, content)
    if kind not in IMPORTERS:
        raise InstrumentError(
            Text(f"{kind!r} is not a kind that can be imported", f"{kind!r} 不是可以导入的类型"),
            fix=Text(f"Use: {', '.join(IMPORTERS)}.", f"请使用：{'、'.join(IMPORTERS)}。"),
        )
    found = IMPORTERS[kind](path, content)
    if not found.questions:
        raise InstrumentError(
            Text("no questions were found in the file", "文件中没有找到题目"), where=path.name
        )
    document = compose(found)
    comments = [
        f"Draft made from {path.name} ({found.source}). Check every line before use:",
        "constructs are the matrices of the questionnaire; reverse-keyed items, constructs and",
        "hypotheses must be stated by someone who knows the study.",
        *(f"  left out: {one.where}: {one.what}" for one in found.left_out),
        "",
    ]
    items = sum(len(construct["items"]) for construct in document["constructs"])
    return Imported(
        dump(document, [_one_line(comment) for comment in comments]),
        kind,
        items,
        len(document.get("variables", ())),
        tuple(found.left_out),
    )


def detect_kind(path: Path, content: bytes) -> str:
    """Return the importer for a file, by its content."""
    head = content[:8192].lstrip(b"\xef\xbb\xbf \r\n\t")
    if content.startswith(b"PK\x03\x04"):
        return "xlsform" if _is_xlsform(content) else "headers"
    if content.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if head.startswith(b"{") and b"Survey" in head:
        return "qsf"
    if b"LimeSurveyDocType" in head:
        return "lss"
    first = head.split(b"\n", 1)[0]
    if b"type/scale" in first and b"\t" in first:
        return "limesurvey-tsv"
    if b"Variable / Field Name" in first or (b"field_name" in first and b"field_type" in first):
        return "redcap"
    if path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        return "headers"
    raise InstrumentError(
        Text("this kind of file cannot be imported", "这类文件不能导入"),
        where=path.name,
        fix=Text(
            "Give an XLSForm, .qsf, .lss, LimeSurvey .txt, REDCap dictionary, .sav, or an "
            "export of answers (.csv, .xlsx).",
            "请给出XLSForm、.qsf、.lss、"
            "LimeSurvey .txt、REDCap数据字典、.sav，或答卷导出文件（.csv、.xlsx）。",
        ),
    )


def _is_xlsform(content: bytes) -> bool:
    import io
    import re
    import zipfile
    import zlib

    damaged = (KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.read("xl/workbook.xml")[:100_000]
    except (zipfile.BadZipFile, zlib.error, *damaged):
        return False
    return re.search(rb'name="survey"', names, re.IGNORECASE) is not None


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InstrumentError(
                Text("this is a folder", "这是一个文件夹"),
                where=str(path),
                fix=Text("Name a file in it.", "请给出其中的文件。"),
            )
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentError(
                Text(f"the file has more than {MAX_BYTES:,} bytes", f"文件超过{MAX_BYTES:,}字节"),
                where=str(path),
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise InstrumentError(
            Text("there is no such file", "没有这个文件"), where=str(path)
        ) from None
    except (OSError, ValueError) as error:
        raise InstrumentError(
            Text(f"the file cannot be read ({error})", f"文件无法读取（{error}）"), where=str(path)
        ) from None
    if not content.strip():
        raise InstrumentError(Text("the file is empty", "文件是空的"), where=str(path))
    return content


def _one_line(comment: str) -> str:
    import unicodedata

    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in comment)
