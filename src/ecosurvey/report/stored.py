"""A document as plain data and back, so that a report can be made anew without its analysis.

Nothing in the file is run. What stands in it becomes text, numbers and the data classes of
tables and drawings; a drawing names its kind, and only kinds of this package are known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from importlib import import_module
from typing import Any

from ecosurvey.core import OptionError, Table, Text
from ecosurvey.report.model import Document

DOCUMENT = "document.json"
SCHEMA = "ecosurvey/document/1"

# where data classes may come from, and where the functions that draw them may
_NOUNS = (
    "ecosurvey.core.",
    "ecosurvey.report.model",
    "ecosurvey.report.figures.",
    "ecosurvey.keyfactors.",
    "ecosurvey.qualitative.",
)
_DRAWERS = "ecosurvey.report.figures."


def store(made: Document, also: Sequence[Table] = ()) -> str:
    """Return a document, and tables that go with it, as JSON text; the same for the same."""
    data = {"schema": SCHEMA, "document": encode(made), "also": encode(tuple(also))}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def restore(text: str, where: str = DOCUMENT) -> tuple[Document, tuple[Table, ...]]:
    """Return the document and the tables of :func:`store`.

    Raises
    ------
    OptionError
        If the text is not of that kind.
    """
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']!r}, not {SCHEMA!r}")
        made, also = _decode(data["document"]), _decode(data["also"])
        if not isinstance(made, Document) or not all(isinstance(one, Table) for one in also):
            raise TypeError("it holds no document")
    except (ValueError, KeyError, TypeError, AttributeError, ImportError, RecursionError) as error:
        raise OptionError(
            Text(f"the stored report cannot be read: {error}", f"保存的报告无法读取：{error}"),
            where=where,
            fix=Text(
                "Run 'ecosurvey analyze' again, or 'ecosurvey reproduce'.",
                "请重新运行 'ecosurvey analyze'，或 'ecosurvey reproduce'。",
            ),
        ) from None
    return made, also


def encode(value: Any) -> Any:
    """Return a value as plain data that names the kinds of its parts.

    Raises
    ------
    TypeError
        For a kind that has no such form.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$": "float", "of": repr(float(value))}
    if isinstance(value, (tuple, list)):
        return [encode(one) for one in value]
    if isinstance(value, partial):  # a figure: its function and what it draws
        (drawing,) = value.args
        return {"$": f"draw {value.func.__module__}", "of": encode(drawing)}
    if isinstance(value, Mapping):
        return {"$": "map", "of": [[encode(k), encode(v)] for k, v in value.items()]}
    if is_dataclass(value):
        kind = type(value)
        held = {part.name: encode(getattr(value, part.name)) for part in fields(value)}
        return {"$": f"{kind.__module__} {kind.__qualname__}", "of": held}
    if type(value).__module__ == "numpy":
        array = value if getattr(value, "ndim", 0) else value.item()
        return encode(array) if array is not value else {"$": "array", "of": _listed(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _listed(array: Any) -> dict[str, Any]:
    flat = encode(array.ravel().tolist())
    return {"kind": array.dtype.str, "shape": list(array.shape), "flat": flat}


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind, held = value["$"], value["of"]
    if kind == "float":
        return float(held)
    if kind == "map":
        return {_decode(key): _decode(one) for key, one in held}
    if kind == "array":
        return _array(held)
    first, _, second = kind.partition(" ")
    if first == "draw":
        return partial(_drawer(second), _decode(held))
    return _noun(first, second)(**{name: _decode(one) for name, one in held.items()})


def _array(held: Any) -> Any:
    import numpy as np

    if not str(held["kind"]).startswith(("<f", "<i", "|b", "<u")):
        raise ValueError("an array of an unknown kind")
    flat = np.array(_decode(held["flat"]), dtype=held["kind"])
    return flat.reshape(held["shape"])


def _noun(module: str, name: str) -> Any:
    """Return a data class of the package; refuse everything else."""
    if not module.startswith(_NOUNS):
        raise ValueError(f"{module} is not known")
    found = getattr(import_module(module), name)
    if not isinstance(found, type) or not is_dataclass(found) or found.__module__ != module:
        raise ValueError(f"{name} is not known")
    return found


def _drawer(module: str) -> Any:
    """Return the function that draws a kind of figure; refuse everything else."""
    if not module.startswith(_DRAWERS):
        raise ValueError(f"{module} is not known")
    return import_module(module).draw
