"""Plain data -> the strict document, every departure told in the words of the file."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ecosurvey.core import Text, did_you_mean
from ecosurvey.instrument.document import Document
from ecosurvey.instrument.reading.problems import Problem
from ecosurvey.instrument.reading.tree import Place, Tree

_MAPPING = Text("a mapping", "映射")
_EXPECTED = {
    "string_type": Text("text", "文字"),
    "int_type": Text("a whole number", "整数"),
    "float_type": Text("a number", "数"),
    "bool_type": Text("true or false", "true 或 false"),
    "tuple_type": Text("a list", "列表"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}


def validate(tree: Tree) -> Document | list[Problem]:
    """Return the document, or all problems of its shape."""
    try:
        return Document.model_validate(tree.data)
    except ValidationError as error:
        problems = [_problem(tree, detail) for detail in error.errors()]
        # a union tells one problem for each of its branches: keep the first at a place
        return list({(p.line, p.column, p.message): p for p in problems}.values())


def _problem(tree: Tree, detail: ErrorDetails) -> Problem:
    place: Place = tuple(part for part in detail["loc"] if isinstance(part, (str, int)))
    kind, found = detail["type"], detail["input"]
    name = Text(f"'{place[-1]}'", f"“{place[-1]}”") if place else _FILE
    if kind == "extra_forbidden":
        line, column = tree.where(place, key=True)
        known = sorted(_words_known(Document, place[:-1]))
        fix = did_you_mean(str(place[-1]), known) or _known_here(known)
        message = Text("{name} is not known here", "此处不能使用{name}").fill(name=name)
        return Problem(line, column, message, fix)
    if kind == "missing":
        line, column = tree.where(place[:-1])
        message = Text("{name} is missing from {part}", "{part}缺少{name}")
        return Problem(line, column, message.fill(name=name, part=_title(place[:-1])))
    line, column = tree.where(place)
    told: dict[str, object] = {"title": _title(place), "found": _show(found)}
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", ""))
        words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
        fix = did_you_mean(found, words) if isinstance(found, str) else None
        told = {"title": name, "found": _show(found), "expected": expected}
        return Problem(line, column, _NOT_EXPECTED.fill(**told), fix)
    if kind in _EXPECTED:
        quotes = kind == "string_type" and _plain(found)
        fix = Text("Put it in quotes.", "请加上引号。") if quotes else None
        told["expected"] = _EXPECTED[kind]
        return Problem(line, column, _NOT_EXPECTED.fill(**told), fix)
    if kind == "value_error":
        cause = detail.get("ctx", {}).get("error")
        why = getattr(cause, "words", None) or detail["msg"].removeprefix("Value error, ")
    else:
        why = detail["msg"].lower()
    return Problem(line, column, _WRONG.fill(**told, why=why))


_FILE = Text("the file", "文件")
_NOT_EXPECTED = Text("{title} is {found}; expected {expected}", "{title}是{found}；应为{expected}")
_WRONG = Text("{title} is {found}: {why}", "{title}是{found}：{why}")


def _known_here(known: list[str]) -> Text | None:
    if not known:
        return None
    return Text(f"Known here: {', '.join(known)}.", f"此处可用：{'、'.join(known)}。")


def _title(place: Place) -> Text:
    words = [str(part) for part in place if isinstance(part, str) and part != "[key]"]
    if not words:
        return _FILE
    if isinstance(place[-1], int):
        number, last = place[-1] + 1, words[-1]
        return Text(f"entry {number} of '{last}'", f"“{last}”的第{number}项")
    return Text(f"'{words[-1]}'", f"“{words[-1]}”")


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float)) or value is None


def _show(value: Any) -> Text:
    if value is None:
        return Text("empty", "空的")
    if isinstance(value, bool):
        word = str(value).lower()
        return Text(f"the truth value {word}", f"真假值 {word}")
    if isinstance(value, (int, float)):
        return Text(f"the number {value}", f"数 {value}")
    if isinstance(value, str):
        return Text(f"the text {value[:60]!r}", f"文字 {value[:60]!r}")
    if isinstance(value, dict):
        return _MAPPING
    if isinstance(value, (tuple, list)):
        return Text("a list", "列表")
    return Text(f"a {type(value).__name__}", type(value).__name__)


def _words_known(model: type[BaseModel], place: Place) -> set[str]:
    """Return the keys that the dialect knows at a place, by walking the models' fields."""
    current: list[Any] = [model]
    for part in place:
        following: list[Any] = []
        for kind in current:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                following += [
                    option
                    for name, info in kind.model_fields.items()
                    if (info.alias or name) == part
                    for option in _options(info.annotation)
                ]
            elif get_origin(kind) in (dict, tuple):
                inner = [option for argument in get_args(kind) for option in _options(argument)]
                following += inner
        current = following
    return {
        info.alias or name
        for kind in current
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, info in kind.model_fields.items()
    }


def _options(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for argument in get_args(annotation):
            yield from _options(argument)
    else:
        yield annotation
