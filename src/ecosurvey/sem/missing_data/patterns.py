"""Which items are left out together, and by how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Column, Table, Text

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 12
NAMED = 8


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rows that leave out the same variables.

    Attributes
    ----------
    missing : tuple of str
        Names of the variables left out; empty for complete rows.
    n : int
    share : float
        Of all rows.
    """

    missing: tuple[str, ...]
    n: int
    share: float


def missing_patterns(data: pd.DataFrame) -> tuple[Pattern, ...]:
    """Return all patterns of gaps, the most frequent first, then those with fewer gaps.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"a": [1.0, None, 3, None], "b": [1.0, 2, 3, None]})
    >>> [(pattern.missing, pattern.n) for pattern in missing_patterns(df)]
    [((), 2), (('a',), 1), (('a', 'b'), 1)]
    """
    gaps = data.isna().to_numpy(dtype=bool)
    names = [str(name) for name in data.columns]
    if not len(gaps):
        return ()
    kinds, counts = np.unique(gaps, axis=0, return_counts=True)
    order = sorted(range(len(kinds)), key=lambda k: (-counts[k], kinds[k].sum(), *~kinds[k]))
    return tuple(
        Pattern(
            tuple(name for name, gap in zip(names, kinds[k], strict=True) if gap),
            int(counts[k]),
            float(counts[k] / len(gaps)),
        )
        for k in order
    )


def patterns_table(patterns: tuple[Pattern, ...]) -> Table:
    """Return the most frequent patterns; the rest are summed up in the last row."""
    columns = (
        Column("missing", Text("Left out", "缺失变量"), "label"),
        Column("variables", Text("Variables", "变量数"), "count"),
        Column("n", Text("n", "n"), "count"),
        Column("percent", Text("%", "%"), "percent", 1),
    )
    rows = [
        (_named(pattern), len(pattern.missing), pattern.n, 100 * pattern.share)
        for pattern in patterns[:SHOWN]
    ]
    rest = patterns[SHOWN:]
    body: list[tuple[Text | int | float | None, ...]] = list(rows)
    if rest:
        words = Text("{n} other patterns", "其余{n}种模式").fill(n=len(rest))
        body.append((words, None, sum(r.n for r in rest), 100 * sum(r.share for r in rest)))
    return Table(
        "missing_patterns", Text("Patterns of missing answers", "缺失模式"), columns, tuple(body)
    )


def _named(pattern: Pattern) -> Text:
    if not pattern.missing:
        return Text("nothing (complete)", "无（完整作答）")
    first, more = pattern.missing[:NAMED], len(pattern.missing) - NAMED
    en, zh = ", ".join(first), "、".join(first)
    return (
        Text(f"{en} and {more} more", f"{zh}等{len(pattern.missing)}个")
        if more > 0
        else Text(en, zh)
    )
