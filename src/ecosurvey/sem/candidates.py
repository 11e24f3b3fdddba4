"""What a model leaves out: the parameters that could be freed or added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from ecosurvey.core import ModelSyntaxError, Text
from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import MATRICES, Cells
from ecosurvey.sem.syntax.parser import parse_model
from ecosurvey.sem.syntax.statements import Formula, Relation
from ecosurvey.sem.types import Op


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parameter that is fixed, or not in the model; ``group`` counts from 0."""

    lhs: str
    op: Op
    rhs: str
    group: int


def candidates(model: Model) -> tuple[Candidate, ...]:
    """Return what lavaan's modification indices try, in its order.

    Fixed parameters first; then for each group loadings of every factor on every indicator,
    covariances among indicators, covariances among factors, regressions among the variables
    of regressions. Nothing that would make a fixed covariate an outcome.
    """
    fixed = [
        Candidate(row.lhs, row.op, row.rhs, row.group - 1)
        for row in model.table.rows
        if row.group > 0 and not row.free and not row.exo
    ]
    added = [
        Candidate(lhs, op, rhs, group)
        for group in range(len(model.layouts))
        for lhs, op, rhs in _missing(model, group)
    ]
    return (*fixed, *added)


def written_candidates(model: Model, text: str) -> tuple[Candidate, ...]:
    """Return the candidates that a text names, each in every group.

    Raises
    ------
    ModelSyntaxError
        If the text names what the model cannot hold.
    """
    found: list[Candidate] = []
    for statement in parse_model(text):
        if not isinstance(statement, Formula):
            said = (
                f"{statement.lhs} {statement.op} {statement.rhs}"
                if isinstance(statement, Relation)
                else f"group: {statement.label}"
            )
            raise ModelSyntaxError(
                Text(f"{said} is no parameter", f"{said} 不是参数"),
                fix=Text(
                    "Name parameters to add, such as f =~ x9.", "请写出要加入的参数，如 f =~ x9。"
                ),
            )
        for lhs in statement.lhs:
            for term in statement.terms:
                op: Op = "~1" if term.intercept else statement.op
                found += [
                    Candidate(lhs.name, op, term.word.name, group)
                    for group in range(len(model.layouts))
                ]
    for candidate in found:
        if _cell(model, candidate) is None:
            raise ModelSyntaxError(
                Text(
                    f"{candidate.lhs} {candidate.op} {candidate.rhs} has no place in the model",
                    f"{candidate.lhs} {candidate.op} {candidate.rhs} 在模型中没有位置",
                ),
                fix=Text("Add it to the model's text and fit again.", "请把它写进模型后重新拟合。"),
            )
    return tuple(found)


def place(model: Model, wanted: tuple[Candidate, ...]) -> tuple[tuple[Candidate, ...], Cells]:
    """Return the candidates that have a cell of their own in the model's matrices, and it."""
    free = [set(zip(c.matrix, c.row, c.col, strict=True)) for c in (g.free for g in model.layouts)]
    kept: list[Candidate] = []
    cells: list[tuple[int, int, int]] = []
    for candidate in wanted:
        cell = _cell(model, candidate)
        if cell is not None and cell not in free[candidate.group]:
            kept.append(candidate)
            cells.append(cell)
    columns = np.array(cells, dtype=np.intp).reshape(len(cells), 3).T
    return tuple(kept), Cells(columns[0], columns[1], columns[2])


def _cell(model: Model, candidate: Candidate) -> tuple[int, int, int] | None:
    if candidate.op not in ("=~", "~", "~~", "~1"):
        return None
    if candidate.op == "~1" and not model.meanstructure:
        return None
    try:
        name, row, col = model.layouts[candidate.group].cell(
            candidate.lhs, candidate.op, candidate.rhs
        )
    except KeyError:  # joins a factor and a residual, which no matrix holds
        return None
    return MATRICES.index(name), row, col


def _missing(model: Model, group: int) -> Iterator[tuple[str, Op, str]]:
    table = model.table
    rows = [row for row in table.rows if row.group == group + 1]
    have = {(row.lhs, row.op, row.rhs) for row in rows}
    have |= {(row.rhs, row.op, row.lhs) for row in rows if row.op == "~~"}
    factors = [name for name in table.latent if any(r.lhs == name and r.op == "=~" for r in rows)]
    own = [name for name in table.latent if any(name in (r.lhs, r.rhs) for r in rows)]
    related = [row for row in rows if row.op == "~"]
    structural = dict.fromkeys([*(r.lhs for r in related), *(r.rhs for r in related)])
    loaded = {row.rhs for row in rows if row.op == "=~"}
    indicators = [name for name in table.observed if name in loaded or name not in structural]
    wanted: list[tuple[str, Op, str]] = [(f, "=~", x) for f in factors for x in indicators]
    wanted += [(a, "~~", b) for a, b in combinations(indicators, 2)]
    wanted += [(a, "~~", b) for a, b in combinations(own, 2)]
    wanted += [(a, "~", b) for a, b in permutations(structural, 2) if a not in table.exogenous]
    yield from (key for key in wanted if key not in have)
