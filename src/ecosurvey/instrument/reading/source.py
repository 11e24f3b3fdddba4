"""The bytes of a questionnaire file -> text that is safe to parse and to show."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ecosurvey.core import InstrumentError, Text
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
        raise InstrumentError(
            Text("this is a folder", "这是一个文件夹"),
            where=str(path),
            fix=Text("Name the .yaml file in it.", "请给出其中的.yaml文件。"),
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentError(
                Text(
                    f"the file has {path.stat().st_size:,} bytes; "
                    f"at most {MAX_BYTES:,} are allowed",
                    f"文件有{path.stat().st_size:,}字节，上限为{MAX_BYTES:,}",
                ),
                where=str(path),
                fix=Text(
                    "Check that it is the questionnaire and not the answers.",
                    "请确认它是问卷而不是答卷。",
                ),
            )
        content = path.read_bytes()
    except FileNotFoundError:
        near = _near(path)
        raise InstrumentError(
            Text("there is no such file", "没有这个文件"), where=str(path), fix=near
        ) from None
    except (OSError, ValueError) as error:
        raise InstrumentError(
            Text(f"the file cannot be read ({error})", f"文件无法读取（{error}）"), where=str(path)
        ) from None
    return _decode(content, path), content


def _decode(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InstrumentError(
            Text(f"line {line} is not UTF-8 text", f"第{line}行不是UTF-8文本"),
            where=str(path),
            fix=Text("Save the questionnaire as UTF-8.", "请将问卷保存为UTF-8。"),
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = [
        Problem(
            line,
            column,
            Text(
                f"the character U+{ord(char):04X} "
                f"({unicodedata.name(char, 'control')}) is not allowed",
                f"不允许字符 U+{ord(char):04X}（{unicodedata.name(char, 'control')}）",
            ),
            Text("Remove it.", "请删去。"),
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


def _near(path: Path) -> Text | None:
    from ecosurvey.core import did_you_mean

    folder = path.parent
    if not folder.is_dir():
        return Text(
            f"The folder {str(folder)!r} does not exist either.",
            f"文件夹 {str(folder)!r} 也不存在。",
        )
    try:
        return did_you_mean(path.name, sorted(entry.name for entry in folder.iterdir()))
    except OSError:
        return None
