"""Where a wave's parameters stand: in a group of its own, or under names of its own in a panel."""

from __future__ import annotations

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.types import Parameter


def factor_rows(fit: Fit, construct: str, waves: int) -> list[tuple[int, int]]:
    """Return the rows of the table with each wave's factor mean and variance."""
    found = []
    for k in range(1, waves + 1):
        group, name = (k, construct) if _grouped(fit) else (1, f"{construct}.{k}")
        own = [
            (at, row)
            for at, row in enumerate(fit.model.table.rows)
            if row.group == group and row.lhs == name
        ]
        mean = next(at for at, row in own if row.op == "~1")
        found.append((mean, next(at for at, row in own if row.op == "~~" and row.rhs == name)))
    return found


def item_rows(fit: Fit, item: str, wave: int) -> list[tuple[int, Parameter]]:
    """Return the rows of one item in one wave, waves counted from 0."""
    group, name = (wave + 1, item) if _grouped(fit) else (1, f"{item}.{wave + 1}")
    return [
        (at, row)
        for at, row in enumerate(fit.model.table.rows)
        if row.group == group and name in (row.lhs, row.rhs)
    ]


def _grouped(fit: Fit) -> bool:
    return len(fit.model.layouts) > 1
