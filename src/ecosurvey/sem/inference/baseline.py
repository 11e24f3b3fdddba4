"""The independence model: every observed variable on its own, fixed covariates as they are."""

from __future__ import annotations

from itertools import count

from ecosurvey.sem.types import Op, Parameter, ParameterTable


def baseline_table(table: ParameterTable) -> ParameterTable:
    """Return the table of the baseline model, as lavaan builds it.

    Covariances among exogenous covariates stay in it, free unless the covariates are fixed.
    """
    covariates = _covariates(table)
    fixed = set(table.exogenous)
    rows: list[Parameter] = []
    number = count(1)

    def add(lhs: str, op: Op, rhs: str, group: int, *, exo: bool) -> None:
        free = 0 if exo else next(number)
        rows.append(
            Parameter(
                lhs, op, rhs, group=group, free=free, exo=int(exo), plabel=f".p{len(rows) + 1}."
            )
        )

    for group in range(1, len(table.groups) + 1):
        for name in table.observed:
            add(name, "~~", name, group, exo=name in fixed)
        if table.meanstructure:
            for name in table.observed:
                add(name, "~1", "", group, exo=name in fixed)
        for index, one in enumerate(covariates):
            for other in covariates[index + 1 :]:
                add(one, "~~", other, group, exo=one in fixed and other in fixed)
    return ParameterTable(
        rows=tuple(rows),
        observed=table.observed,
        latent=(),
        exogenous=table.exogenous,
        groups=table.groups,
        meanstructure=table.meanstructure,
    )


def _covariates(table: ParameterTable) -> tuple[str, ...]:
    """Return the observed variables that only predict, fixed or not (lavaan's ``ov.x``)."""
    if table.exogenous:
        return table.exogenous
    first = [row for row in table.rows if row.group == 1]
    predictors = {row.rhs for row in first if row.op == "~"}
    others = {row.lhs for row in first if row.op == "~"}
    others |= {row.rhs for row in first if row.op == "=~"} | set(table.latent)
    return tuple(name for name in table.observed if name in predictors - others)
