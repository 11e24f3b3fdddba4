"""Which equality of ordinal items to free: score tests of each level, item by item."""

from __future__ import annotations

from ecosurvey.sem.candidates import Candidate
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.inference import survival
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.sem.invariance.ordinal import Items
from ecosurvey.sem.invariance.release import (
    MOST_EQUAL,
    Release,
    constraint_numbers,
    equality_tests,
    item_of,
)
from ecosurvey.sem.restrictions import added_together, score_test
from ecosurvey.sem.types import Op


def ordinal_tests(fit: Fit, level: Level, items: Items) -> tuple[Release, ...]:
    """Return the score test of every equality that a level adds, the largest first."""
    if level.adds == "thresholds":
        found = _thresholds(fit, items)
    elif level.adds in ("intercepts", "residuals"):
        op: Op = "~1" if level.adds == "intercepts" else "~~"
        found = [(name, *_added(fit, name, op)) for name in sorted(items.thresholds)]
        found = [
            (f"{name}~1" if op == "~1" else f"{name}~~{name}", stat, df)
            for name, stat, df in found
            if df
        ]
    else:
        return equality_tests(fit, level)
    count = len(found)
    tests = []
    for parameter, stat, df in found:
        pvalue = survival(stat, df)
        tests.append(Release(parameter, level.name, stat, df, pvalue, min(1.0, pvalue * count)))
    plain = equality_tests(fit, level) if level.adds != "thresholds" else ()
    return tuple(sorted((*tests, *plain), key=lambda test: -test.chisq))


def _thresholds(fit: Fit, items: Items) -> list[tuple[str, float, int]]:
    """Test all thresholds of an item together: two of them only set its mean and unit."""
    table = fit.model.table
    numbers = constraint_numbers(fit)
    groups = len(table.groups)
    found = []
    for name in sorted(items.testable):
        rows = [r for r in table.rows if r.op == "|" and r.lhs == name and r.group == 1]
        held = [number for row in rows for number in numbers.get(row.plabel, [])]
        if held:
            stat = score_test(fit, release=held).stat
            found.append((f"{name}|", stat, (len(rows) - 2) * (groups - 1)))
    return found


def _added(fit: Fit, name: str, op: Op) -> tuple[float, int]:
    """Test whether an item's intercept, or residual variance, differs in the later groups."""
    rhs = "" if op == "~1" else name
    groups = range(1, len(fit.model.table.groups))
    return added_together(fit, [Candidate(name, op, rhs, group) for group in groups])


def may_be_freed(fit: Fit, level: Level, parameter: str, freed: tuple[str, ...]) -> bool:
    """Tell whether enough items of the same factors stay equal without this one."""
    if level.adds == "residuals":
        return True
    table = fit.model.table
    item = item_of(parameter)
    loose = {item_of(one) for one in (*freed, parameter)}
    factors = {row.lhs for row in table.rows if row.op == "=~" and row.rhs == item}
    for factor in factors:
        own = {row.rhs for row in table.rows if row.op == "=~" and row.lhs == factor}
        if len(own - loose) < MOST_EQUAL:
            return False
    return True
