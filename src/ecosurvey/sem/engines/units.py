"""Powers of ten that bring a model's variables near one: optimizers stop by absolute measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecosurvey.sem.fit import Model
from ecosurvey.sem.types import Parameter, ParameterTable


@dataclass(frozen=True, slots=True)
class Units:
    """What each variable is divided by before a model is handed to another program.

    A parameter found there times :meth:`of` its row is the parameter of the undivided
    variables: the model is the same one, and so are chi-square and standardized values.

    Attributes
    ----------
    sizes : dict of str to float
        A power of ten for each observed and latent variable; one for a standard deviation
        between 0.32 and 3.2, so that answers on the usual scales are left as they are.
    """

    sizes: Mapping[str, float]

    def of(self, row: Parameter) -> float:
        """Return the unit of a parameter: what one there is worth here."""
        left, right = self.sizes[row.lhs], self.sizes.get(row.rhs, 1.0)
        if row.op == "=~":
            return right / left
        if row.op == "~":
            return left / right
        return left * right if row.op == "~~" else left


def units_of(model: Model, shared: Mapping[int, int]) -> Units:
    """Return the units in which a model of one group is well conditioned.

    A factor takes the unit of its marker; one whose variance is fixed keeps its own. Parameters
    held equal must have one unit: where those of the variables would part them, all variables
    get the same, and where that parts them too nothing is divided.

    Parameters
    ----------
    model : Model
    shared : mapping of int to int
        For the number of each parameter held equal to an earlier one, the number of that.
    """
    moments, table = model.moments[0], model.table
    powers = np.round(np.log10(np.sqrt(np.diag(moments.cov))))
    middle = np.full_like(powers, np.round(powers.mean()))
    for chosen in (powers, middle):
        observed = dict(zip(moments.names, (10.0**chosen).tolist(), strict=True))
        units = Units(_with_factors(table, observed))
        if _agree(units, table.rows, shared):
            return units
    return Units(dict.fromkeys((*table.observed, *table.latent), 1.0))


def _with_factors(table: ParameterTable, observed: Mapping[str, float]) -> dict[str, float]:
    """Add the units of factors, those of first order before those that they mark."""
    sizes = dict(observed)
    markers = list(_markers(table))
    for _ in table.latent:
        for row in markers:
            if row.lhs not in sizes and row.rhs in sizes:
                sizes[row.lhs] = float(10.0 ** np.round(np.log10(sizes[row.rhs] / abs(row.ustart))))
    return dict.fromkeys((*table.observed, *table.latent), 1.0) | sizes


def _markers(table: ParameterTable) -> Iterator[Parameter]:
    for row in table.rows:
        if row.op == "=~" and not row.free and np.isfinite(row.ustart) and row.ustart != 0:
            yield row


def _agree(units: Units, rows: Sequence[Parameter], shared: Mapping[int, int]) -> bool:
    found: dict[int, float] = {}
    for row in rows:
        if row.free and row.op in ("=~", "~", "~~"):
            unit = units.of(row)
            first = found.setdefault(shared.get(row.free, row.free), unit)
            if not np.isclose(first, unit, rtol=1e-9, atol=0.0):
                return False
    return True
