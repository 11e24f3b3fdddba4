"""Names that may become folders: of waves and of versions."""

from __future__ import annotations

import re

from ecosurvey.core import OptionError, Text

_NAME = re.compile(r"\w(?:[\w .+-]{0,62}[\w+-])?")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def check_name(name: str, what: str) -> str:
    """Return a name that every file system takes as a folder, or refuse.

    Raises
    ------
    OptionError
        Unless it is 1 to 64 letters, digits, spaces and ``. _ + -``, beginning with a letter or
        a digit, and none of the few words that Windows keeps for itself.

    Examples
    --------
    >>> check_name("2026 春", "label")
    '2026 春'
    >>> check_name("../W1", "label")
    Traceback (most recent call last):
    ecosurvey.core.errors.OptionError: label='../W1' cannot be the name of a folder. Use up to ...
    """
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise OptionError(
            Text(
                f"{what}={name[:80]!r} cannot be the name of a folder",
                f"{what}={name[:80]!r} 不能作为文件夹名称",
            ),
            fix=Text(
                "Use up to 64 letters, digits, spaces and . _ + -, a letter or digit first.",
                "请使用至多64个字母、数字、空格与 . _ + -，以字母或数字开头。",
            ),
        )
    return name


def same_name(first: str, second: str) -> bool:
    """Tell whether two names are one folder where a file system does not mind case."""
    return first.casefold() == second.casefold()
