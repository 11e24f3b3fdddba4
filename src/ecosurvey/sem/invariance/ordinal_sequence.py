"""The sequence of models for ordinal items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecosurvey.sem.api import Request, fit_request
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.sem.invariance.ordinal import Items, items_of, level_syntax, ordinal_levels
from ecosurvey.sem.invariance.ordinal_release import may_be_freed, ordinal_tests
from ecosurvey.sem.invariance.release import Release
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.syntax import parameter_table
from ecosurvey.sem.types import ParameterTable


@dataclass(frozen=True, slots=True)
class OrdinalSequence:
    """What stays the same over all models.

    Attributes
    ----------
    request : Request
    data : DataFrame
    table : ParameterTable
        Of one group.
    items : Items
    groups : int
    start : tuple of str
        What is free from the start.
    """

    request: Request
    data: Any
    table: ParameterTable
    items: Items
    groups: int
    start: tuple[str, ...]

    def fit(self, level: Level, freed: tuple[str, ...]) -> SemResult:
        """Fit the model of a level."""
        free = (*self.start, *freed)
        text = level_syntax(self.table, self.items, self.groups, level, free)
        return fit_request(self.request, text, self.data)

    def tests(self, fit: Fit, level: Level) -> tuple[Release, ...]:
        """Return the score tests of the level's equalities, the largest first."""
        return ordinal_tests(fit, level, self.items)

    def may_free(self, fit: Fit, level: Level, parameter: str, freed: tuple[str, ...]) -> bool:
        """Tell whether enough items stay equal without this one."""
        return may_be_freed(fit, level, parameter, (*self.start, *freed))


def asked_ordinal(
    request: Request,
    model: str,
    data: Any,
    levels: Sequence[str] | None,
    start: tuple[str, ...],
) -> tuple[OrdinalSequence, tuple[Level, ...]]:
    """Return the sequence and its levels; the categories are those of the data.

    A first fit without equalities finds the categories, and raises what is wrong with the data.
    """
    first = fit_request(replace(request, se="none"), model, data)
    thresholds = {
        name: sum(row.op == "|" and row.lhs == name and row.group == 1 for row in first.table)
        for name in first.table.ordered
    }
    table = parameter_table(
        model,
        columns=first.table.observed,
        thresholds=thresholds,
        options=TableOptions("cfa", std_lv=True, parameterization="theta"),
    )
    items = items_of(table)
    sequence = OrdinalSequence(request, data, table, items, len(first.groups), start)
    return sequence, ordinal_levels(levels, items)
