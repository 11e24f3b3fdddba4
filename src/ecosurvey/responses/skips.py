"""Answers against the skip logic: what was answered unasked, or asked and left blank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Text
from ecosurvey.instrument import Condition, Instrument

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Column = Callable[[str], "NDArray[np.float64] | None"]

PROBLEMS = {
    "answered_unasked": Text(
        "answered though its condition hides it", "按跳转条件不应显示，却有作答"
    ),
    "skipped_though_asked": Text(
        "marked as skipped though its condition shows it", "按跳转条件应当显示，却标记为跳过"
    ),
    "required_blank": Text("required and shown, but blank", "必答题已显示，但未作答"),
    "exclusive_with_others": Text(
        "an exclusive option chosen together with others", "互斥选项与其他选项同时被选"
    ),
}


def holds(condition: Condition, column: Column, rows: int) -> NDArray[np.float64]:
    """Return for each row 1 where a condition holds, 0 where it does not, NaN if unknown.

    Unknown answers make a condition unknown only where they decide it (Kleene's logic):
    ``any`` holds as soon as one part does, ``all`` fails as soon as one part does.
    """
    import numpy as np

    if condition.negated is not None:
        return 1.0 - holds(condition.negated, column, rows)
    if condition.all or condition.any:
        parts = np.stack([holds(c, column, rows) for c in (condition.all or condition.any)])
        decided = (parts == 0).any(axis=0) if condition.all else (parts == 1).any(axis=0)
        open_ = np.isnan(parts).any(axis=0)
        settled, other = (0.0, 1.0) if condition.all else (1.0, 0.0)
        return np.where(decided, settled, np.where(open_, np.nan, other))
    return _test(condition, column, rows)


def _test(condition: Condition, column: Column, rows: int) -> NDArray[np.float64]:
    import numpy as np

    var = condition.var or ""
    if condition.among is not None and column(var) is None:  # a multi-select question
        marks = [column(f"{var}_{code}") for code in condition.among]
        there = [mark for mark in marks if mark is not None]
        if not there:
            return np.full(rows, np.nan)
        stacked = np.stack(there)
        chosen = (stacked == 1).any(axis=0)
        return np.where(chosen, 1.0, np.where(np.isnan(stacked).any(axis=0), np.nan, 0.0))
    values = column(var)
    if values is None:
        return np.full(rows, np.nan)
    met = np.ones(rows, dtype=bool)
    if condition.among is not None:
        met &= np.isin(values, condition.among)
    if condition.at_least is not None:
        met &= values >= condition.at_least
    if condition.at_most is not None:
        met &= values <= condition.at_most
    return np.where(np.isnan(values), np.nan, met.astype(float))


def conditions(instrument: Instrument) -> Iterator[tuple[str, tuple[str, ...], Condition]]:
    """Yield (question, its columns, its whole condition) of every question that has one."""
    for construct in instrument.constructs:
        for item in construct.items:
            both = tuple(c for c in (construct.show_if, item.show_if) if c is not None)
            if both:
                whole = both[0] if len(both) == 1 else Condition(all=both)
                yield item.id, (item.id,), whole
    for variable in instrument.variables:
        if variable.show_if is not None:
            yield variable.id, variable.expanded or (variable.id,), variable.show_if


def check_skips(
    instrument: Instrument,
    columns: dict[str, NDArray[np.float64] | pd.Series],
    texts: dict[str, pd.Series],
    skipped: set[tuple[int, str]],
    there: Set[str],
    rows: list[int],
) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    """Compare what was answered with what was asked.

    Parameters
    ----------
    instrument : Instrument
    columns, texts : dict
        Coded answers and open answers by column.
    skipped : set of (row number, question)
        Cells that the file marks as skipped.
    there : set of str
        Questions and option columns that the file has.
    rows : list of int
        Row numbers.

    Returns
    -------
    problems : list of (row number, question, key of PROBLEMS)
    unasked : list of (row number, question)
        Blank cells that are blank because nobody asked.
    """
    import numpy as np

    def column(name: str) -> NDArray[np.float64] | None:
        held = columns.get(name)
        return held if isinstance(held, np.ndarray) else None

    problems: list[tuple[int, str, str]] = []
    unasked: list[tuple[int, str]] = []
    shown: dict[str, NDArray[np.float64]] = {}
    for question, names, condition in conditions(instrument):
        answered = _answered(names, columns, texts)
        if answered is None or not there & {question, *names}:
            continue
        shown[question] = holds(condition, column, len(rows))
        hidden, asked = shown[question] == 0, shown[question] == 1
        problems += [
            (rows[position], question, "answered_unasked")
            for position in np.flatnonzero(hidden & answered).tolist()
        ]
        problems += [
            (rows[position], question, "skipped_though_asked")
            for position in np.flatnonzero(asked & ~answered).tolist()
            if (rows[position], question) in skipped
        ]
        unasked += [
            (rows[position], question)
            for position in np.flatnonzero(hidden & ~answered).tolist()
            if (rows[position], question) not in skipped
        ]
    problems += _required(instrument, columns, texts, shown, skipped, rows)
    problems += _exclusive(instrument, column, rows)
    return sorted(problems), sorted(unasked)


def _answered(
    names: tuple[str, ...],
    columns: dict[str, NDArray[np.float64] | pd.Series],
    texts: dict[str, pd.Series],
) -> NDArray[np.bool_] | None:
    """Tell in which rows a question was answered; ``None`` if the file lacks it."""
    import pandas as pd

    held = [columns[name] if name in columns else texts.get(name) for name in names]
    there = [pd.Series(one).notna().to_numpy() for one in held if one is not None]
    if not there:
        return None
    answered: NDArray[np.bool_] = there[0].copy()
    for one in there[1:]:
        answered |= one
    return answered


def _required(
    instrument: Instrument,
    columns: dict[str, NDArray[np.float64] | pd.Series],
    texts: dict[str, pd.Series],
    shown: dict[str, NDArray[np.float64]],
    skipped: set[tuple[int, str]],
    rows: list[int],
) -> Iterator[tuple[int, str, str]]:
    import numpy as np

    asked: list[tuple[str, tuple[str, ...]]]
    asked = [(item.id, (item.id,)) for item in instrument.items if item.required]
    asked += [(v.id, v.expanded or (v.id,)) for v in instrument.variables if v.required]
    for question, names in asked:
        answered = _answered(names, columns, texts)
        if answered is None or not answered.any():  # not in this form, or not in this file
            continue
        must = shown[question] == 1 if question in shown else np.ones(len(rows), dtype=bool)
        for position in np.flatnonzero(must & ~answered).tolist():
            if (rows[position], question) not in skipped:
                yield rows[position], question, "required_blank"


def _exclusive(
    instrument: Instrument, column: Column, rows: list[int]
) -> Iterator[tuple[int, str, str]]:
    import numpy as np

    for variable in instrument.variables:
        if variable.type != "multi":
            continue
        marks = {o.code: column(f"{variable.id}_{o.code}") for o in variable.options}
        alone = [marks[o.code] for o in variable.options if o.exclusive]
        chosen = sum((np.nan_to_num(m) for m in marks.values() if m is not None), np.zeros(1))
        for mark in alone:
            if mark is not None:
                for position in np.flatnonzero((mark == 1) & (chosen > 1)).tolist():
                    yield rows[position], variable.id, "exclusive_with_others"


def skip_findings(problems: list[tuple[int, str, str]]) -> list[Finding]:
    """Return one finding for each kind of problem, with the first rows concerned."""
    found = []
    for kind, words in PROBLEMS.items():
        cells = [(row, question) for row, question, what in problems if what == kind]
        if not cells:
            continue
        first = ", ".join(f"{question} (row {row})" for row, question in cells[:3])
        begin = "、".join(f"{question}（第{row}行）" for row, question in cells[:3])
        more, dots = (" …", "……") if len(cells) > 3 else ("", "")
        message = Text(
            f"{words.en} ({len(cells)}): {first}{more}",
            f"{words.zh}（共{len(cells)}处）：{begin}{dots}",
        )
        found.append(Finding(kind, "note" if kind == "required_blank" else "warning", message))
    return found
