"""Plain data -> the strict document, every departure told in the words of the file."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ecosurvey.core import did_you_mean
from ecosurvey.instrument.document import Document
from ecosurvey.instrument.reading.problems import Problem
from ecosurvey.instrument.reading.tree import Place, Tree

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
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
    name = f"'{place[-1]}'" if place else "the file"
    if kind == "extra_forbidden":
        line, column = tree.where(place, key=True)
        known = sorted(_words_known(Document, place[:-1]))
        fix = did_you_mean(str(place[-1]), known) or (
            f"Known here: {', '.join(known)}." if known else ""
        )
        return Problem(line, column, f"{name} is not known here", fix)
    if kind == "missing":
        line, column = tree.where(place[:-1])
        return Problem(line, column, f"{name} is missing from {_title(place[:-1])}")
    line, column = tree.where(place)
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", ""))
        words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
        fix = did_you_mean(found, words) if isinstance(found, str) else ""
        return Problem(line, column, f"{name} is {_show(found)}; expected {expected}", fix)
    if kind in _EXPECTED:
        fix = "Put it in quotes." if kind == "string_type" and _plain(found) else ""
        return Problem(
            line, column, f"{_title(place)} is {_show(found)}; expected {_EXPECTED[kind]}", fix
        )
    if kind == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return Problem(line, column, f"{_title(place)} is {_show(found)}: {message}")
    return Problem(line, column, f"{_title(place)} is {_show(found)}: {detail['msg'].lower()}")


def _title(place: Place) -> str:
    words = [str(part) for part in place if isinstance(part, str) and part != "[key]"]
    if not words:
        return "the file"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of '{words[-1]}'"
    return f"'{words[-1]}'"


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float)) or value is None


def _show(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, (tuple, list)) else f"a {type(value).__name__}"


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
