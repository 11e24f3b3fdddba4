"""Necessary conditions: what the outcome never reaches a height without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import (
    Cell,
    Column,
    DataError,
    Finding,
    OptionError,
    Result,
    Table,
    Text,
    counted,
)
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.core.random import new_seed, stream
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.keyfactors.ceiling import Ceiling, ceilings, effect_sizes

Floats = NDArray[np.float64]
_STEPS = tuple(range(0, 101, 10))  # levels of the bottleneck table, in percent of the range


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition and its ceilings.

    Attributes
    ----------
    factor : str
    name : Text
    ce, cr : Ceiling
        Stepwise (CE-FDH) and straight (CR-FDH) ceiling lines.
    pvalue, pvalue_holm : float
        Of the stepwise effect size, by permutation; adjusted over the conditions.
    d_without_peers : float
        The smallest stepwise effect size when one row is left out: how far one row carries it.
    """

    factor: str
    name: Text
    ce: Ceiling
    cr: Ceiling
    pvalue: float
    pvalue_holm: float
    d_without_peers: float

    @property
    def necessary(self) -> bool:
        """Whether the data are in line with necessity: d of at least .1 and p below .05."""
        return self.ce.d >= 0.1 and self.pvalue_holm < 0.05


@dataclass(frozen=True, slots=True)
class NecessaryConditions(Result):
    """Necessary condition analysis of one outcome.

    Attributes
    ----------
    rows : tuple of Condition
    x : tuple of (n,) arrays
        Each condition's values, rows without gaps.
    y : (n,) array
    outcome : str
    outcome_name : Text
    n, n_permutations, seed : int
    findings : tuple of Finding
    """

    rows: tuple[Condition, ...]
    x: tuple[Floats, ...]
    y: Floats
    outcome: str
    outcome_name: Text
    n: int
    n_permutations: int
    seed: int
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the effect sizes, then the bottleneck table."""
        return (self._sizes(), self._bottlenecks())

    def bottleneck(self) -> Floats:
        """Return the level each condition must have (columns) for each tenth of the outcome.

        Percent of the observed ranges, by the stepwise ceiling; NaN where the condition is not
        necessary for that level.
        """
        low, high = self.y.min(), self.y.max()
        levels = low + (high - low) * np.array(_STEPS) / 100
        return np.column_stack([row.ce.needed(levels) for row in self.rows])

    def _sizes(self) -> Table:
        columns = (
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Condition", "条件"), "label"),
            Column("d_ce", Text("d (CE-FDH)", "d（CE-FDH）"), decimals=3, bounded=True),
            Column("size", Text("Size", "大小"), "text"),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("d_cr", Text("d (CR-FDH)", "d（CR-FDH）"), decimals=3, bounded=True),
            Column("accuracy", Text("Accuracy of CR, %", "CR精度%"), "percent", 1),
            Column("d_robust", Text("d, worst row out", "剔除一行后d"), decimals=3, bounded=True),
            Column("necessary", Text("In line with necessity", "与必要性一致"), "text"),
        )
        yes, no = Text("yes", "是"), Text("no", "否")
        rows = tuple(
            (
                row.factor, row.name, row.ce.d, _size(row.ce.d), row.pvalue, row.pvalue_holm,
                row.cr.d, 100 * row.cr.accuracy, row.d_without_peers,
                yes if row.necessary else no,
            )
            for row in self.rows
        )  # fmt: skip
        note = Text(
            "d: empty area above the ceiling over the observed scope; below .1 small, below .3 "
            "medium, below .5 large. p: share of {n} permutations of the outcome with as large a "
            "d. In line with necessity: d ≥ .1 and adjusted p < .05. With many rows any clear "
            "positive relation leaves that corner empty, so theory must say why the "
            "condition is necessary.",
            "d为天花板线以上空白面积占观测范围的比例；<.1小，<.3中，<.5大。p为{n}次置换结果变量中d不小于观测值的比例。"
            "d ≥ .1且校正p < .05为与必要性一致；"
            "样本量大时，任何明显正相关都会使该角落为空，故必要性须有理论依据。",
        ).fill(n=self.n_permutations)
        title = Text("Necessary conditions of {o}", "“{o}”的必要条件").fill(o=self.outcome_name)
        return Table("necessary_conditions", title, columns, rows, (note,))

    def _bottlenecks(self) -> Table:
        columns = (
            Column("level", Text("{o}, %", "{o}，%").fill(o=self.outcome_name), "percent", 0),
            *(Column(row.factor, row.name, "percent", 1) for row in self.rows),
        )
        needed = self.bottleneck()
        rows: list[tuple[Cell, ...]] = [
            (float(level), *(float(value) if value == value else None for value in values))
            for level, values in zip(_STEPS, needed, strict=True)
        ]
        note = Text(
            "To reach the level on the left, each condition had at least the level in its column "
            "(percent of observed range, CE-FDH); —: not necessary.",
            "要达到左列水平，各条件至少须达到所列水平（观测范围百分比，CE-FDH）；—表示非必要。",
        )
        title = Text("Bottleneck table", "瓶颈水平表")
        return Table("bottleneck", title, columns, tuple(rows), (note,))


def necessary_conditions(
    data: Any,
    outcome: str,
    candidates: Sequence[str],
    *,
    names: Mapping[str, Text] | None = None,
    n_permutations: int = 2000,
    seed: int | None = None,
) -> NecessaryConditions:
    """Look for conditions without which the outcome is never high.

    High values of a condition are held necessary for high values of the outcome; turn a
    condition round where its absence is.

    Parameters
    ----------
    data : DataFrame
        Scores, a column for the outcome and each candidate: ``fit.scores().to_frame()``.
    outcome : str
    candidates : sequence of str
    names : mapping of str to Text, optional
    n_permutations : int
        10,000 for an exact p to publish.
    seed : int, optional

    Returns
    -------
    NecessaryConditions

    Raises
    ------
    DataError
        If a column is missing or constant, or fewer than 10 rows have no gaps.

    References
    ----------
    Dul (2016), Organizational Research Methods 19, 10-52; test: Dul, van der Laan & Kuik
    (2020), ibid. 23, 385-395. In R: ``NCA::nca_analysis``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = rng.random(200)
    >>> found = necessary_conditions(pd.DataFrame({"x": x, "y": x * rng.random(200)}), "y", ["x"],
    ...     seed=1)
    >>> found.rows[0].necessary
    True
    """
    if n_permutations < 1:
        raise OptionError(
            Text(
                f"n_permutations={n_permutations} gives no test",
                f"n_permutations={n_permutations} 无法检验",
            ),
            fix=Text("Use 2000.", "请使用2000。"),
        )
    if not candidates:
        raise DataError(
            Text("no condition was named", "没有指定条件"),
            fix=Text("Give candidates=[...].", "请给出 candidates=[...]。"),
        )
    joint = numeric_matrix(as_frame(data), [*candidates, outcome])
    joint = joint[np.isfinite(joint).all(axis=1)]
    if len(joint) < 10:
        raise DataError(
            Text(
                f"only {counted(len(joint), 'row has', 'rows have')} no gaps",
                f"只有{len(joint)}行没有缺失",
            ),
            fix=Text("Give at least 10 rows.", "请至少给出10行。"),
        )
    for name, column in zip([*candidates, outcome], joint.T, strict=True):
        if column.min() == column.max():
            raise DataError(
                Text(f"{name!r} is the same in every row", f"{name!r} 在每一行都相同"),
                fix=Text("Leave it out.", "请去掉它。"),
            )
    used = new_seed() if seed is None else seed
    y = joint[:, -1]
    shuffled = _permuted(y, n_permutations, used)
    made = [ceilings(x, y) for x in joint[:, :-1].T]
    pvalues = [
        (1 + float((effect_sizes(x, shuffled) >= pair[0].d - 1e-12).sum())) / (n_permutations + 1)
        for x, pair in zip(joint[:, :-1].T, made, strict=True)
    ]
    known = names or {}
    rows = tuple(
        Condition(name, known.get(name, Text(name, name)), ce, cr, p, adjusted, _worst(x, y, ce))
        for name, x, (ce, cr), p, adjusted in zip(
            candidates, joint[:, :-1].T, made, pvalues, holm(pvalues), strict=True
        )
    )
    return NecessaryConditions(
        rows, tuple(column.copy() for column in joint[:, :-1].T), y.copy(), outcome,
        known.get(outcome, Text(outcome, outcome)), len(y), n_permutations, used, _doubts(rows),
    )  # fmt: skip


def _permuted(y: Floats, n: int, seed: int) -> Floats:
    rng = stream(seed, "necessary conditions")
    return np.asarray(rng.permuted(np.repeat(y[None], n, axis=0), axis=1))


def _worst(x: Floats, y: Floats, ce: Ceiling) -> float:
    """Return the smallest d with one row left out: a peer, or one alone at an edge of the scope.

    No other row can change d.
    """
    rows = set(ce.peers)
    for values in (x, y):
        for edge in (values.min(), values.max()):
            here = np.flatnonzero(values == edge)
            if len(here) == 1:
                rows.add(int(here[0]))
    sizes = []
    for row in sorted(rows):
        one, other = np.delete(x, row), np.delete(y, row)
        if one.min() < one.max() and other.min() < other.max():
            sizes.append(float(effect_sizes(one, other[None])[0]))
    return min(sizes, default=float("nan"))


def _size(d: float) -> Text:
    if d < 0.1:
        return Text("small", "小")
    if d < 0.3:
        return Text("medium", "中")
    return Text("large", "大") if d < 0.5 else Text("very large", "很大")


def _doubts(rows: Sequence[Condition]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "necessity_hangs_on_a_row",
            "note",
            Text(
                f"the effect size of {row.factor} falls from {row.ce.d:.2f} to "
                f"{row.d_without_peers:.2f} without one row.",
                f"剔除一行后，{row.factor}的效应量由{row.ce.d:.2f}降至{row.d_without_peers:.2f}。",
            ),
            row.factor,
        )
        for row in rows
        if row.necessary and row.d_without_peers < 0.1
    )
