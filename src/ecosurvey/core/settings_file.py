"""Small files of settings that people write: read whole, as text, with what may be wrong said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecosurvey.core import Text
from ecosurvey.core.errors import OptionError

_MOST_BYTES = 1_000_000


def settings_text(path: Path, *, fix: Text, too_large: Text, encoding: str = "utf-8") -> str:
    """Return the text of a small file.

    Parameters
    ----------
    path : Path
    fix : Text
        What to name instead where there is no such file.
    too_large : Text
        What to say of a file that is too large to be one of settings.
    encoding : {"utf-8", "utf-8-sig"}

    Raises
    ------
    OptionError
        If the file is not there, too large, or no text.
    """
    if not path.is_file():
        raise OptionError(Text("no such file", "没有这个文件"), where=str(path), fix=fix)
    if path.stat().st_size > _MOST_BYTES:
        raise OptionError(too_large, where=path.name)
    try:
        return path.read_text(encoding)
    except UnicodeDecodeError:
        raise OptionError(
            Text("the file is not UTF-8 text", "文件不是UTF-8文本"), where=path.name
        ) from None


def safe_yaml(text: str) -> Any:
    """Return what YAML says, read with the safe loader: no object of any kind is made from it.

    Raises
    ------
    ValueError
        With the line, if it is not YAML.

    Examples
    --------
    >>> safe_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise ValueError(f"{line}{getattr(error, 'problem', None) or error}") from None
