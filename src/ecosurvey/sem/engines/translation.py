"""A parameter table in semopy's language, every parameter written out and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text
from ecosurvey.sem.engines.units import Units, units_of
from ecosurvey.sem.fit import Model

_STRUCTURE = ("=~", "~", "~~")


@dataclass(frozen=True, slots=True)
class Translation:
    """A model as semopy reads it.

    Attributes
    ----------
    text : str
        Variables are renamed ``x0 x1 …`` and ``f0 f1 …``, so that any name may be used in data.
    observed : tuple of str
        The new names of the observed variables, in the order of the sample moments.
    names : dict of int to str
        For the number of each free parameter of the structure, its name in ``text``; equal
        parameters share one.
    starts : dict of str to float
        A starting value for each name.
    units : Units
        What the variables must be divided by: values in ``text`` and ``starts`` are of these.
    """

    text: str
    observed: tuple[str, ...]
    names: dict[int, str]
    starts: dict[str, float]
    units: Units


def translate(model: Model, start: NDArray[np.float64]) -> Translation:
    """Write a model for semopy.

    Every parameter is given a start, since semopy's own starting values loop for ever in a
    factor without a marker. Variables are to be divided by powers of ten (``units``), since it
    stops by the absolute size of its steps and derivatives: raw scores in the millions would
    leave it far from the solution.

    semopy's own automatic rules find nothing left to add, since each row of the table is
    written, the fixed ones with their values. Rows of fixed covariates are left to it: it takes
    their moments from the sample too.

    Raises
    ------
    OptionError
        If the model has groups, or constraints other than plain equality of two parameters.
    """
    table = model.table
    if len(table.groups) > 1:
        raise OptionError(
            Text("engine='semopy' fits one group", "engine='semopy' 只能拟合单组"),
            fix=Text("Leave group= or engine= out.", "请去掉 group= 或 engine=。"),
        )
    shared = _shared_numbers(model)
    units = units_of(model, shared)
    new = {name: f"x{i}" for i, name in enumerate(table.observed)}
    new |= {name: f"f{i}" for i, name in enumerate(table.latent)}
    names: dict[int, str] = {}
    lines: list[str] = []
    starts: dict[str, float] = {}
    for row in table.rows:
        if row.op not in _STRUCTURE or row.exo:
            continue
        if row.free:
            names[row.free] = f"q{shared.get(row.free, row.free)}"
            starts.setdefault(names[row.free], float(start[row.free - 1] / units.of(row)))
        fixed = 0.0 if np.isnan(row.ustart) else float(row.ustart / units.of(row))
        value = names[row.free] if row.free else repr(fixed)
        lines.append(f"{new[row.lhs]} {row.op} {value}*{new[row.rhs]}")
    observed = tuple(new[name] for name in model.moments[0].names)
    return Translation("\n".join(lines), observed, names, starts, units)


def _shared_numbers(model: Model) -> dict[int, int]:
    """Return, for each parameter made equal to an earlier one, the number of that."""
    constraints = model.constraints
    if constraints.equalities or constraints.inequalities:
        raise _too_much()
    shared: dict[int, int] = {}
    for weights, value in zip(constraints.linear, constraints.linear_value, strict=True):
        used = np.flatnonzero(weights)
        if len(used) != 2 or value != 0 or weights[used].sum() != 0:
            raise _too_much()
        first, second = (shared.get(int(i) + 1, int(i) + 1) for i in used)
        keep, drop = min(first, second), max(first, second)
        shared = {k: keep if v == drop else v for k, v in shared.items()} | {drop: keep}
    return shared


def _too_much() -> OptionError:
    return OptionError(
        Text(
            "engine='semopy' knows no constraints but the equality of two parameters",
            "engine='semopy' 除两个参数相等外不支持其他约束",
        ),
        fix=Text(
            "Leave engine= out: our own engine fits this model.",
            "请去掉 engine=：本软件自身的引擎可以拟合该模型。",
        ),
    )


def with_means(model: Model, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill in the intercepts that make the implied means those of the sample.

    They enter the means linearly. semopy leaves the means aside, which is right as long as the
    model does not restrict them.

    Raises
    ------
    OptionError
        If no intercepts do that: the model restricts the means.
    """
    from ecosurvey.sem.fit import implied, jacobian

    rows = [row.free - 1 for row in model.table.rows if row.op == "~1" and row.free]
    if not model.meanstructure:
        return x
    mean = model.moments[0].mean
    p = len(mean)
    slope = jacobian(model, x)[0][:p][:, rows]
    gap = mean - implied(model, x)[0].mu
    move = np.linalg.lstsq(slope, gap, rcond=None)[0]
    filled = x.copy()
    filled[rows] += move
    left = mean - implied(model, filled)[0].mu
    if np.abs(left).max() > 1e-8 * max(1.0, float(np.abs(mean).max())):
        raise OptionError(
            Text(
                "engine='semopy' does not fit restricted means",
                "engine='semopy' 不能拟合受限的均值",
            ),
            fix=Text(
                "Leave engine= out: our own engine fits this model.",
                "请去掉 engine=：本软件自身的引擎可以拟合该模型。",
            ),
        )
    return filled
