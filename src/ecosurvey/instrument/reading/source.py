"""The bytes of a questionnaire file -> text that is safe to parse and to show."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ecosurvey.core import InstrumentError
from ecosurvey.instrument.reading.problems import Problem, instrument_error
from ecosurvey.instrument.reading.tree import MAX_BYTES

# characters that make a line read otherwise than it is written
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def read_source(path: Path) -> tuple[str, bytes]:
    """Return the text and the bytes of a questionnaire file.

    Raises
    ------
    InstrumentError
        If there is no such file, it is not UTF-8 text, too large, or holds control or
        direction-changing characters.
    """
    if path.is_dir():
        raise InstrumentError("this is a folder", where=str(path), fix="Name the .yaml file in it.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentError(
                f"the file has {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are allowed",
                where=str(path),
                fix="Check that it is the questionnaire and not the answers.",
            )
        content = path.read_bytes()
    except FileNotFoundError:
        near = _near(path)
        raise InstrumentError("there is no such file", where=str(path), fix=near) from None
    except (OSError, ValueError) as error:
        raise InstrumentError(f"the file cannot be read ({error})", where=str(path)) from None
    return _decode(content, path), content


def _decode(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InstrumentError(
            f"line {line} is not UTF-8 text",
            where=str(path),
            fix="Save the questionnaire as UTF-8.",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = [
        Problem(
            line,
            column,
            f"the character U+{ord(char):04X} ({unicodedata.name(char, 'control')}) is not allowed",
            "Remove it.",
        )
        for line, row in enumerate(text.split("\n"), 1)
        if not row.isascii() or not row.isprintable()
        for column, char in enumerate(row, 1)
        if _hostile(char)
    ]
    if problems:
        raise instrument_error(path, text, problems)
    return text


def _hostile(char: str) -> bool:
    if char in "\t\n":
        return False
    if char in _BIDI:
        return True
    category = unicodedata.category(char)
    # a line separator would shift every line number after it
    return category in ("Cc", "Cs", "Zl", "Zp") or char == "\ufeff"


def _near(path: Path) -> str:
    from ecosurvey.core import did_you_mean

    folder = path.parent
    if not folder.is_dir():
        return f"The folder {str(folder)!r} does not exist either."
    try:
        return did_you_mean(path.name, sorted(entry.name for entry in folder.iterdir()))
    except OSError:
        return ""
