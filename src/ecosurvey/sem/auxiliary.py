"""Auxiliary variables: saturated correlates of a model whose answers are missing.

References
----------
Graham (2003), Structural Equation Modeling 10, 80-100.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.sem.types import Op, Parameter, ParameterTable


def with_auxiliary(
    table: ParameterTable, auxiliary: str | Sequence[str], columns: Sequence[str]
) -> ParameterTable:
    """Return the table with variables added that correlate freely with all observed ones.

    In R: ``semTools::sem.auxiliary(model, data, aux = ...)``.

    Raises
    ------
    OptionError
        If a variable is not a column, is in the model already, or covariates are fixed.

    Examples
    --------
    >>> from ecosurvey.sem.syntax import parameter_table
    >>> table = with_auxiliary(parameter_table("f =~ x1 + x2 + x3"), ["age"], ["age"])
    >>> [f"{row.lhs} {row.op} {row.rhs}" for row in table][-5:]
    ['age ~~ age', 'age ~1 ', 'age ~~ x1', 'age ~~ x2', 'age ~~ x3']
    """
    names = (auxiliary,) if isinstance(auxiliary, str) else tuple(dict.fromkeys(auxiliary))
    for name in names:
        if name not in columns:
            fix = did_you_mean(name, columns) or Text(
                "Name a column of the data.", "请写出数据中的列名。"
            )
            raise OptionError(
                Text(
                    f"auxiliary={name!r} is not a column of the data",
                    f"auxiliary={name!r} 不是数据中的列",
                ),
                fix=fix,
            )
        if name in (*table.observed, *table.latent):
            raise OptionError(
                Text(
                    f"auxiliary={name!r} is a variable of the model",
                    f"auxiliary={name!r} 已是模型中的变量",
                ),
                fix=Text("Leave it out of one of them.", "请从其中一处去掉它。"),
            )
    if table.exogenous:
        raise OptionError(
            Text("with auxiliary= covariates cannot be fixed", "使用 auxiliary= 时协变量不能固定"),
            fix=Text("Leave fixed_x= out.", "请去掉 fixed_x=。"),
        )
    free = table.n_free
    models = [row for row in table.rows if row.group > 0]
    others = [row for row in table.rows if row.group == 0]
    rows = list(models)
    for group in range(1, len(table.groups) + 1):
        for lhs, op, rhs in saturated_rows(table.observed, names):
            free += 1
            rows.append(Parameter(lhs, op, rhs, user=0, group=group, free=free))
    count = len(models)
    rows = [
        replace(row, plabel=row.plabel or f".aux{index}.") if index >= count else row
        for index, row in enumerate(rows)
    ]
    return replace(
        table,
        rows=(*rows, *others),
        observed=(*table.observed, *names),
        auxiliary=names,
        meanstructure=True,
    )


def saturated_rows(
    observed: Sequence[str], auxiliary: Sequence[str]
) -> Iterator[tuple[str, Op, str]]:
    """Return every variance, mean and covariance that has an auxiliary variable in it."""
    for index, name in enumerate(auxiliary):
        yield name, "~~", name
        yield name, "~1", ""
        for other in auxiliary[:index]:
            yield other, "~~", name
        for other in observed:
            if other not in auxiliary:
                yield name, "~~", other
