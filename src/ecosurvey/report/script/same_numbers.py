"""Whether results made anew hold the numbers of ``results.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.report.results_json import model_json, table_json

if TYPE_CHECKING:
    from ecosurvey.core import Result
    from ecosurvey.sem import SemResult

_CLOSE = 1e-6  # other processors round otherwise in the last digits
_SHOWN = 10
# words, another program's numbers, or the models' own, which are compared as models
_ELSEWHERE = (
    "questionnaire_items", "model_fit", "cfa_loadings", "paths", "second_engine",
    "jars_checklist", "findings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SameNumbers:
    """How many numbers are the same, and which are not.

    Attributes
    ----------
    compared, tables : int
        Numbers, and tables and models that they stand in.
    other : tuple of str
        Each number that differs: where, as made, as told.
    left : tuple of str
        Tables of ``results.json`` that hold numbers which were not made anew.
    """

    compared: int
    tables: int
    other: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def same(self) -> bool:
        """True if everything was compared and nothing differs."""
        return not self.other and not self.left

    def __str__(self) -> str:
        lines = [
            f"{self.compared - len(self.other)} of {self.compared} numbers in {self.tables} "
            "tables and models as in results.json"
        ]
        lines += [f"  other: {one}" for one in self.other[:_SHOWN]]
        if len(self.other) > _SHOWN:
            lines.append(f"  … and {len(self.other) - _SHOWN} more")
        lines += [f"  not made here: {key}" for key in self.left]
        return "\n".join(lines)


def same_numbers(path: Path, results: Iterable[Result], **models: SemResult) -> SameNumbers:
    """Compare results, table by table, with the ``results.json`` of a run.

    Parameters
    ----------
    path : Path
    results : iterable of Result
    **models : SemResult
        ``measurement`` and ``structural``; their parameters and fit measures are compared.

    Returns
    -------
    SameNumbers
        Numbers count as the same within a millionth of their size, or of one if they are small.
    """
    told = json.loads(path.read_text("utf-8"))
    made = {table.key: table for result in results for table in result.tables()}
    for name, fit in models.items():
        made |= {f"{name}_{table.key}": table for table in fit.tables()}
    wanted: dict[str, Any] = told["tables"]
    there = [key for key in wanted if key in made]
    compared, other = 0, list[str]()
    pairs = [(key, _numbers(table_json(made[key])["rows"]), _numbers(wanted[key]["rows"]))
             for key in there]  # fmt: skip
    pairs += [(name, _numbers(model_json(fit)), _numbers(told[name]))
              for name, fit in models.items()]  # fmt: skip
    for key, now, then in pairs:
        compared += len(then)
        other += [
            f"{key} {at}: {now.get(at)!r}, not {then.get(at)!r}"
            for at in dict.fromkeys((*then, *now))
            if not _close(now.get(at), then.get(at))
        ]
    left = [key for key in wanted if key not in made and key not in _ELSEWHERE
            and _numbers(wanted[key]["rows"])]  # fmt: skip
    return SameNumbers(compared, len(pairs), tuple(other), tuple(left))


def _numbers(data: Any, at: str = "") -> dict[str, float]:
    """Return every number in plain data by the way to it."""
    if isinstance(data, Mapping):
        parts = data.items()
    elif isinstance(data, (list, tuple)):
        parts = dict(enumerate(data, 1)).items()
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        return {at: float(data)}
    else:
        return {}
    return {
        where: value
        for key, part in parts
        for where, value in _numbers(part, f"{at} {key}".strip()).items()
    }


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return abs(one - other) <= _CLOSE * max(1.0, abs(other))
