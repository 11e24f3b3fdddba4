"""Which kind of file it is, by its first bytes and never by its name."""

from __future__ import annotations

from pathlib import Path

from ecosurvey.core import DataError, Text, did_you_mean

# what is no table of answers is named, so that the user sees which file was given
_NOT_DATA = {
    b"%PDF": Text("a PDF document", "PDF文档"),
    b"\x89PNG": Text("a picture", "图片"),
    b"\xff\xd8\xff": Text("a picture", "图片"),
    b"GIF8": Text("a picture", "图片"),
    b"Rar!": Text("a RAR archive", "RAR压缩包"),
    b"7z\xbc\xaf": Text("a 7z archive", "7z压缩包"),
    b"\x1f\x8b": Text("a gzip archive", "gzip压缩包"),
    b"{\\rtf": Text("an RTF document", "RTF文档"),
}


def detect(head: bytes, path: Path) -> str:
    """Return the name of the reader for a file that begins with ``head``.

    Raises
    ------
    DataError
        If the file is empty or of a kind that holds no answers.
    """
    where = str(path)
    if not head.strip():
        raise DataError(
            Text("the file is empty", "文件是空的"),
            where=where,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        )
    if head.startswith(b"PK\x03\x04"):
        return "excel"
    if head.startswith((b"$FL2", b"$FL3")):
        return "spss"
    if head.startswith((b"PAR1", b"ARROW1", b"FEA1")):
        return "arrow"
    if head.startswith(b"<stata_dta>") or _old_stata(head):
        return "stata"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(
            Text("this is an old Excel file (.xls)", "这是旧版Excel文件（.xls）"),
            where=where,
            fix=Text("Save it as .xlsx or CSV.", "请另存为.xlsx或CSV。"),
        )
    for magic, what in _NOT_DATA.items():
        if head.startswith(magic):
            raise DataError(
                Text(f"this is {what}", f"这是{what.zh}"),
                where=where,
                fix=Text("Give a CSV, Excel or SPSS file.", "请给出CSV、Excel或SPSS文件。"),
            )
    if head.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise DataError(
            Text("this is a web page or XML file", "这是网页或XML文件"),
            where=where,
            fix=Text("Save it as .xlsx or CSV.", "请另存为.xlsx或CSV。"),
        )
    return "delimited"


def _old_stata(head: bytes) -> bool:
    """Tell Stata's binary header of releases 8 to 12: release, byte order, type, zero."""
    return (
        len(head) > 4 and head[0] in (113, 114, 115) and head[1] in (1, 2) and head[2:4] == b"\1\0"
    )


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file of answers.

    Raises
    ------
    DataError
        If there is no such file, it is a folder, or it cannot be read.
    """
    try:
        if path.is_dir():
            raise DataError(
                Text("this is a folder", "这是一个文件夹"),
                where=str(path),
                fix=Text("Name the file of answers in it.", "请给出其中的答卷文件。"),
            )
        with path.open("rb") as stream:
            return stream.read(4096)
    except FileNotFoundError:
        raise DataError(
            Text("there is no such file", "没有这个文件"), where=str(path), fix=_near(path)
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(
            Text(f"the file cannot be read ({error})", f"文件无法读取（{error}）"), where=str(path)
        ) from None


def _near(path: Path) -> Text | None:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return Text(
            f"The folder {str(path.parent)!r} does not exist either.",
            f"文件夹 {str(path.parent)!r} 也不存在。",
        )
    return did_you_mean(path.name, names)
