"""Which kind of file it is, by its first bytes and never by its name."""

from __future__ import annotations

from pathlib import Path

from ecosurvey.core import DataError, did_you_mean

# what is no table of answers is named, so that the user sees which file was given
_NOT_DATA = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
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
        raise DataError("the file is empty", where=where, fix="Export the answers again.")
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
            "this is an old Excel file (.xls)", where=where, fix="Save it as .xlsx or CSV."
        )
    for magic, what in _NOT_DATA.items():
        if head.startswith(magic):
            raise DataError(f"this is {what}", where=where, fix="Give a CSV, Excel or SPSS file.")
    if head.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise DataError(
            "this is a web page or XML file", where=where, fix="Save it as .xlsx or CSV."
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
                "this is a folder", where=str(path), fix="Name the file of answers in it."
            )
        with path.open("rb") as stream:
            return stream.read(4096)
    except FileNotFoundError:
        raise DataError("there is no such file", where=str(path), fix=_near(path)) from None
    except (OSError, ValueError) as error:
        raise DataError(f"the file cannot be read ({error})", where=str(path)) from None


def _near(path: Path) -> str | None:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return f"The folder {str(path.parent)!r} does not exist either."
    return did_you_mean(path.name, names) or None
