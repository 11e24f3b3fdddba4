"""Plain data -> the text of a questionnaire file, in the order and style people write it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

_WIDTH = 96


def dump(document: Mapping[str, Any], comments: Iterable[str] = ()) -> str:
    """Return the YAML of a document: blocks for what is long, one line for what is short.

    Every text is quoted, so that no word can turn into a number, a truth value or a tag.

    Examples
    --------
    >>> print(dump({"id": "x", "title": {"en": "No"}, "items": [{"code": 1}]}), end="")
    id: "x"
    title: {en: "No"}
    items:
      - {code: 1}
    """
    lines = [f"# {comment}".rstrip() for comment in comments]
    for key, value in document.items():
        lines += _entry(_key(key), value, 0)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    pad = " " * indent
    short = _inline(value)
    if len(pad) + len(key) + 2 + len(short) <= _WIDTH and not _wants_block(value):
        return [f"{pad}{key}: {short}"]
    if isinstance(value, Mapping) and value:
        return [
            f"{pad}{key}:",
            *(x for k, v in value.items() for x in _entry(_key(k), v, indent + 2)),
        ]
    if isinstance(value, (list, tuple)) and value:
        return [f"{pad}{key}:", *(x for one in value for x in _element(one, indent + 2))]
    return [f"{pad}{key}: {short}"]


def _element(value: Any, indent: int) -> list[str]:
    pad = " " * indent
    short = _inline(value)
    if len(pad) + 2 + len(short) <= _WIDTH * 2 and not _wants_block(value):
        return [f"{pad}- {short}"]
    if isinstance(value, Mapping) and value:
        lines = [x for k, v in value.items() for x in _entry(_key(k), v, indent + 2)]
        return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]
    return [f"{pad}- {short}"]


def _wants_block(value: Any) -> bool:
    """Tell whether a value holds lists of mappings, which are read one a line."""
    if isinstance(value, Mapping):
        return any(_wants_block(inner) for inner in value.values())
    return isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)}: {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return json.dumps(_printable(str(value)), ensure_ascii=False)  # JSON's quotes are YAML's


def _key(key: Any) -> str:
    if isinstance(key, int):
        return str(key)
    text = str(key)
    plain = text.replace("_", "a").replace(".", "a").isalnum() and text.isascii()
    return text if plain else _inline(text)


def _printable(text: str) -> str:
    """Drop what a questionnaire file may not hold: control and direction-changing characters."""
    import unicodedata

    kept = (c if c not in "\n\t\r" else " " for c in text)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
