"""Which equality to free: score tests of a level's equalities, item by item."""

from __future__ import annotations

from dataclasses import dataclass

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.invariance.levels import Level, made_equal, written
from ecosurvey.sem.restrictions import score_test
from ecosurvey.sem.types import Parameter

MOST_EQUAL = 2  # items of a factor that stay equal, so that the groups share its scale


@dataclass(frozen=True, slots=True)
class Release:
    """The score test of freeing one parameter in all groups.

    Attributes
    ----------
    parameter : str
        As ``group_partial`` takes it: ``"f=~x3"``.
    level : str
    chisq, df, pvalue : float
    adjusted : float
        p times the number of equalities tested in the same round (Bonferroni).
    freed : bool
        Whether it was freed.
    """

    parameter: str
    level: str
    chisq: float
    df: int
    pvalue: float
    adjusted: float
    freed: bool = False


def equality_tests(fit: Fit, level: Level) -> tuple[Release, ...]:
    """Return the score test of every equality that a level adds, the largest first.

    Parameters
    ----------
    fit : Fit
        With the level's equalities.
    """
    numbers = constraint_numbers(fit)
    rows = [row for row in made_equal(fit.model.table, level) if row.plabel in numbers]
    tests = [score_test(fit, release=numbers[row.plabel]) for row in rows]
    found = [
        Release(
            written(row), level.name, test.stat, test.df, test.pvalue,
            min(1.0, test.pvalue * len(rows)),
        )
        for row, test in zip(rows, tests, strict=True)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda test: -test.chisq))


def may_be_freed(fit: Fit, level: Level, parameter: str) -> bool:
    """Tell whether enough items of the same factors stay equal without this one."""
    table = fit.model.table
    numbers = constraint_numbers(fit)
    equal = {written(row): row for row in made_equal(table, level) if row.plabel in numbers}
    if parameter not in equal:
        return False
    if level.adds not in ("loadings", "intercepts"):
        return True
    item = _item(equal[parameter])
    factors = {row.lhs for row in table.rows if row.op == "=~" and row.rhs == item}
    left = {_item(row) for row in equal.values()} - {item}
    for factor in factors:
        own = {row.rhs for row in table.rows if row.op == "=~" and row.lhs == factor}
        if len(own & left) < MOST_EQUAL:
            return False
    return True


def _item(row: Parameter) -> str:
    return row.rhs if row.op == "=~" else row.lhs


def item_of(parameter: str) -> str:
    """Return the item that a written parameter speaks of.

    Examples
    --------
    >>> item_of("f=~x1"), item_of("x1~1"), item_of("x1|"), item_of("x1~~x1")
    ('x1', 'x1', 'x1', 'x1')
    """
    if "=~" in parameter:
        return parameter.split("=~")[1]
    return parameter.replace("|", "~").split("~")[0]


def constraint_numbers(fit: Fit) -> dict[str, list[int]]:
    """Return the numbers of the linear equalities that each first-group parameter stands in."""
    model = fit.model
    first = {row.plabel for row in model.table.rows if row.group == 1 and row.free}
    nonlinear = set(model.constraints.equalities)
    free = {row.plabel: row.free for row in model.table.rows}
    found: dict[str, list[int]] = {}
    number = 0
    for index, row in enumerate(model.table.rows):
        if row.op != "==" or index in nonlinear:
            continue
        if not any(free.get(side, 1) for side in (row.lhs, row.rhs)):
            continue  # between fixed values: not among the linear constraints
        number += 1
        if row.lhs in first:
            found.setdefault(row.lhs, []).append(number)
    return found
