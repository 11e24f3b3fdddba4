"""What another program found, as arrays of numbers and words, so that it can be remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Text
from ecosurvey.report.second_engine.model import Recomputed

if TYPE_CHECKING:
    from numpy.typing import NDArray

Found = tuple[list[Recomputed], tuple[Text, ...]]


def packed(models: Sequence[Found]) -> dict[str, NDArray[Any]]:
    """Return the numbers and remarks of each model as arrays."""
    found: dict[str, NDArray[Any]] = {}
    for at, (numbers, remarks) in enumerate(models):
        rows = [[one.own, one.other, one.tolerance, one.unit] for one in numbers]
        words = [[one.kind.en, one.kind.zh, one.quantity, one.engine] for one in numbers]
        said = [[one.en, one.zh] for one in remarks]
        found[f"numbers{at}"] = np.array(rows, dtype=float).reshape(-1, 4)
        found[f"words{at}"] = np.array(words, dtype=str).reshape(-1, 4)
        found[f"remarks{at}"] = np.array(said, dtype=str).reshape(-1, 2)
    return found


def unpacked(found: Mapping[str, NDArray[Any]], parts: Sequence[Text]) -> list[Found]:
    """Return what was packed, each model under the name that it has now."""
    made: list[Found] = []
    for at, part in enumerate(parts):
        rows = zip(found[f"numbers{at}"].tolist(), found[f"words{at}"].tolist(), strict=True)
        numbers = [
            Recomputed(part, Text(en, zh), quantity, own, other, engine, tolerance, unit)
            for (own, other, tolerance, unit), (en, zh, quantity, engine) in rows
        ]
        remarks = tuple(Text(en, zh) for en, zh in found[f"remarks{at}"].tolist())
        made.append((numbers, remarks))
    return made
