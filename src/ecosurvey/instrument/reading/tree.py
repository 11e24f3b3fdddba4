"""Text of a YAML file -> plain data, with the place of every key and value.

Built from the parser's events in one pass, so that the limits hold before anything large
or deep is made: no anchors, aliases or tags, one document, bounded depth and size.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecosurvey.core import Text
from ecosurvey.instrument.reading.problems import Problem, instrument_error

MAX_BYTES = 1 << 20
MAX_DEPTH = 24
Key = str | int
Place = tuple[Key, ...]

# the core schema of YAML 1.2: "yes", "no" and "on" are words, 010 is ten
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,15}|0o[0-7]{1,20}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True)
class Tree:
    """Plain data (dict, tuple, str, int, float, bool, None) and the place of each part.

    Attributes
    ----------
    data : object
        What the file says.
    values, keys : dict
        Place in the data -> (line, column) of its value, and of the key that leads to it.
    """

    data: Any
    values: dict[Place, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def where(self, place: Place, *, key: bool = False) -> tuple[int, int]:
        """Return (line, column) of a place, or of the nearest part around it that is known."""
        for end in range(len(place), -1, -1):
            first, second = (self.keys, self.values) if key else (self.values, self.keys)
            found = first.get(place[:end]) or second.get(place[:end])
            if found:
                return found
        return (1, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been met."""

    place: Place
    content: dict[Key, Any] | list[Any]
    key: Key | None = None
    waiting: bool = False  # a mapping that has met a key and waits for its value


def parse_tree(text: str, path: Path) -> Tree:
    """Return the data of a YAML text with its places.

    Raises
    ------
    InstrumentError
        If it is not YAML, or holds what the dialect does not allow; duplicate keys are
        all told at once.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    builder = _Builder(text, path)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.context_mark and re.search("end of stream|could not find", str(error.problem)):
            mark = error.context_mark  # where the part began that never ended
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        words = " ".join(str(part) for part in (error.context, error.problem) if part)
        problem = Problem(
            line,
            column,
            Text(f"this is not YAML: {words}", f"这不是YAML：{words}"),
            _yaml_hint(text, line),
        )
        raise instrument_error(path, text, [problem]) from None
    except (YAMLError, ValueError, IndexError, AttributeError, AssertionError) as error:
        # the parser's own slips on odd text; the file cannot be read either way
        words = str(error).partition("\n")[0] or type(error).__name__
        problem = Problem(1, 1, Text(f"this is not YAML: {words}", f"这不是YAML：{words}"))
        raise instrument_error(path, text, [problem]) from None
    if builder.problems:
        raise instrument_error(path, text, builder.problems)
    if builder.tree.data is None:
        raise instrument_error(path, text, [Problem(1, 1, Text("the file is empty", "文件是空的"))])
    return builder.tree


class _Builder:
    """Takes events one by one and grows the tree."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path
        self.tree = Tree(None)
        self.open: list[_Open] = []
        self.problems: list[Problem] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.refuse(
                    event,
                    Text(
                        "a second document begins here; a file holds one",
                        "第二个文档从这里开始；一个文件只能有一个",
                    ),
                )
        elif kind == "AliasEvent" or getattr(event, "anchor", None):
            self.refuse(
                event,
                Text("anchors and aliases (& and *) are not allowed", "不允许锚点与别名（& 和 *）"),
                Text("Write the part out.", "请把内容完整写出。"),
            )
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.no_tag(event)
            if len(self.open) >= MAX_DEPTH:
                self.refuse(
                    event,
                    Text(f"parts are nested more than {MAX_DEPTH} deep", f"嵌套超过{MAX_DEPTH}层"),
                )
            place = self.place(event)
            self.open.append(_Open(place, {} if kind == "MappingStartEvent" else []))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            part = self.open.pop()
            content = part.content
            self.put(content if isinstance(content, dict) else tuple(content))
        elif kind == "ScalarEvent":
            self.no_tag(event)
            self.scalar(event)

    def scalar(self, event: Any) -> None:
        value = _resolve(event.value) if event.style is None else str(event.value)
        parent = self.open[-1] if self.open else None
        if parent and isinstance(parent.content, dict) and not parent.waiting:
            if isinstance(value, (bool, float)) or value is None:
                value = str(event.value)  # keys are words or whole numbers
            spot = (*parent.place, value)
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            if spot in self.tree.keys:
                first = self.tree.keys[spot][0]
                self.problems.append(
                    Problem(
                        line,
                        column,
                        Text(
                            f"the key {value!r} stands twice (first in line {first})",
                            f"键 {value!r} 出现两次（首次在第{first}行）",
                        ),
                        Text("Remove one.", "请删去一个。"),
                    )
                )
            self.tree.keys.setdefault(spot, (line, column))
            parent.key, parent.waiting = value, True
            return
        self.place(event)
        self.put(value)

    def place(self, event: Any) -> Place:
        """Note where the value that begins with this event stands."""
        parent = self.open[-1] if self.open else None
        if parent is None:
            place: Place = ()
        elif isinstance(parent.content, list):
            place = (*parent.place, len(parent.content))
        elif not parent.waiting:
            self.refuse(
                event,
                Text(
                    "a key must be a word or a number, not a list or mapping",
                    "键必须是文字或数，不能是列表或映射",
                ),
            )
            place = parent.place
        else:
            place = (*parent.place, parent.key if parent.key is not None else "")
        self.tree.values.setdefault(place, (event.start_mark.line + 1, event.start_mark.column + 1))
        return place

    def put(self, value: Any) -> None:
        if not self.open:
            self.tree.data = value
            return
        parent = self.open[-1]
        if isinstance(parent.content, list):
            parent.content.append(value)
        else:
            parent.content[parent.key if parent.key is not None else ""] = value
            parent.waiting = False

    def no_tag(self, event: Any) -> None:
        # "!" alone is how the parser marks quoted text
        if getattr(event, "tag", None) not in (None, "!"):
            tag = str(event.tag)[:60]
            message = Text(f"the tag {tag!r} is not allowed", f"不允许标签 {tag!r}")
            self.refuse(event, message, Text("Remove it.", "请删去。"))

    def refuse(self, event: Any, message: Text, fix: Text | None = None) -> None:
        mark = event.start_mark
        problem = Problem(mark.line + 1, mark.column + 1, message, fix)
        raise instrument_error(self.path, self.text, [*self.problems, problem])


def _resolve(word: str) -> Any:
    if word in _WORDS:
        return _WORDS[word]
    if _INT.fullmatch(word):
        return int(word)
    if _HEX.fullmatch(word):
        return int(word, 0)
    if _FLOAT.fullmatch(word):
        value = float(word)
        return value if math.isfinite(value) else word
    return word


def _yaml_hint(text: str, line: int) -> Text | None:
    lines = text.splitlines()
    near = "".join(lines[max(0, line - 2) : line])
    if "\t" in near:
        return Text(
            "A tab stands near; YAML indents with spaces.", "附近有制表符；YAML用空格缩进。"
        )
    if "：" in near or "，" in near or "“" in near:
        return Text(
            "A full-width character such as ： ， “ may stand where a plain one is meant.",
            "附近可能有全角字符（如 ： ， “），应为半角字符。",
        )
    if ": " in near:
        return Text(
            "Words that hold ': ' or begin with a special character need quotes.",
            "含有“: ”或以特殊字符开头的文字需要加引号。",
        )
    return None
