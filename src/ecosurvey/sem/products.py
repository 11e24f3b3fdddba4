"""Products of columns, written ``x:z`` in the model: made where the data do not have them."""

from __future__ import annotations

from dataclasses import replace

from ecosurvey.core.frames import numeric_matrix
from ecosurvey.sem.sample import Grouped
from ecosurvey.sem.syntax import Formula, parse_model
from ecosurvey.sem.types import ParameterTable


def with_products(grouped: Grouped, model: str | ParameterTable) -> Grouped:
    """Return the data with a column for each product that the model names and they lack.

    The columns are multiplied as they are, not centred, and a product is missing where one of
    its parts is. Names of which a part is no column are left to the check of the columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from ecosurvey.sem.sample import by_group
    >>> data = by_group(pd.DataFrame({"y": [1, 2], "x": [3, 4], "z": [5.0, None]}), None)
    >>> with_products(data, "y ~ x + z + x:z").frame["x:z"].tolist()
    [15.0, nan]
    """
    have = set(map(str, grouped.frame.columns))
    wanted = [
        name
        for name in _names(model)
        if ":" in name and name not in have and have.issuperset(name.split(":"))
    ]
    if not wanted:
        return grouped
    made = {name: numeric_matrix(grouped.frame, name.split(":")).prod(axis=1) for name in wanted}
    return replace(grouped, frame=grouped.frame.assign(**made))


def _names(model: str | ParameterTable) -> tuple[str, ...]:
    if isinstance(model, ParameterTable):
        return model.observed
    words = (
        word
        for statement in parse_model(model)
        if isinstance(statement, Formula)
        for word in (*statement.lhs, *(term.word for term in statement.terms))
    )
    return tuple(dict.fromkeys(word.name for word in words))
