"""The independence model: every observed variable on its own, fixed covariates as they are."""

from __future__ import annotations

from itertools import count
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.auxiliary import saturated_rows
from ecosurvey.sem.fit import Model
from ecosurvey.sem.observed import Incomplete
from ecosurvey.sem.types import Op, Parameter, ParameterTable


def baseline_table(table: ParameterTable) -> ParameterTable:
    """Return the table of the baseline model, as lavaan builds it.

    Covariances among exogenous covariates stay in it, free unless the covariates are fixed.
    """
    covariates = _covariates(table)
    fixed, ordered = set(table.exogenous), table.ordered
    rows: list[Parameter] = []
    number = count(1)

    def add(lhs: str, op: Op, rhs: str, group: int, *, exo: bool, fixed_at: float = nan) -> None:
        free = 0 if exo or fixed_at == fixed_at else next(number)
        rows.append(
            Parameter(
                lhs, op, rhs, group=group, free=free, exo=int(exo), plabel=f".p{len(rows) + 1}.",
                ustart=fixed_at,
            )
        )  # fmt: skip

    for group in range(1, len(table.groups) + 1):
        for name in table.observed:
            add(name, "~~", name, group, exo=name in fixed, fixed_at=1 if name in ordered else nan)
        for row in table.rows:
            if row.op == "|" and row.group == group:
                add(row.lhs, "|", row.rhs, group, exo=False)
        if table.meanstructure:
            for name in table.observed:
                at = 0 if name in ordered else nan
                add(name, "~1", "", group, exo=name in fixed, fixed_at=at)
        for name in ordered:
            add(name, "~*~", name, group, exo=False, fixed_at=1)
        for index, one in enumerate(covariates):
            for other in covariates[index + 1 :]:
                add(one, "~~", other, group, exo=one in fixed and other in fixed)
        for lhs, op, rhs in saturated_rows(table.observed, table.auxiliary):
            if op == "~~" and lhs != rhs:
                add(lhs, op, rhs, group, exo=False)
        if ordered:  # everything is given the covariates, whose slopes are then free
            for covariate in table.exogenous:
                for name in table.observed:
                    if name not in fixed:
                        add(name, "~", covariate, group, exo=False)
    return ParameterTable(
        rows=tuple(rows),
        observed=table.observed,
        latent=(),
        exogenous=table.exogenous,
        groups=table.groups,
        meanstructure=table.meanstructure,
        ordered=table.ordered,
        auxiliary=table.auxiliary,
    )


def baseline_solution(model: Model, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the start with the solution of every variable that covaries with no other.

    With gaps or without, its likelihood is that of its own answers alone: greatest at their mean
    and variance.
    """
    found = start.copy()
    tied = {
        name
        for row in model.table.rows
        if row.op == "~~" and row.lhs != row.rhs
        for name in (row.lhs, row.rhs)
    }
    for group, moments in enumerate(model.moments, start=1):
        if moments.rows is None:
            continue
        means, variances = _own_moments(moments.rows)
        for row in model.table.rows:
            if not row.free or row.group != group or row.lhs in tied:
                continue
            at = moments.names.index(row.lhs)
            if row.op == "~1":
                found[row.free - 1] = means[at]
            elif row.op == "~~":
                found[row.free - 1] = variances[at]
    return found


def _own_moments(rows: Incomplete) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each variable's mean and variance over the rows that have it."""
    counts = rows.weighed(rows.observed.astype(float))
    many = counts.sum(axis=0)
    means = rows.weighed(rows.x).sum(axis=0) / many
    return means, (counts * (rows.x - means) ** 2).sum(axis=0) / many


def _covariates(table: ParameterTable) -> tuple[str, ...]:
    """Return the observed variables that only predict, fixed or not (lavaan's ``ov.x``)."""
    if table.exogenous:
        return table.exogenous
    first = [row for row in table.rows if row.group == 1]
    predictors = {row.rhs for row in first if row.op == "~"}
    others = {row.lhs for row in first if row.op == "~"}
    others |= {row.rhs for row in first if row.op == "=~"} | set(table.latent)
    return tuple(name for name in table.observed if name in predictors - others)
