"""Data drawn from a population that a model text describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, ModelSyntaxError, OptionError, Text
from ecosurvey.core.random import stream
from ecosurvey.sem.implied import Matrices, implied_moments, inverse, layout
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax import parameter_table
from ecosurvey.sem.syntax.parser import parse_model
from ecosurvey.sem.syntax.statements import Formula
from ecosurvey.sem.types import Parameter, ParameterTable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_POPULATION = TableOptions(
    model_type="sem", auto_fix_first=False, auto_fix_single=False, int_lv_free=True, fixed_x=False
)


def simulate(
    model: str,
    n: int | Sequence[int],
    seed: int,
    *,
    thresholds: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Draw multivariate normal data from a population model, cut into categories if asked.

    Parameters
    ----------
    model : str
        Population values as fixed values: ``f =~ 0.8*x1 + 0.7*x2; f ~~ 0.3*g``. Variances that
        are not given are completed so that every variable has variance 1, covariances and
        intercepts that are not given are 0. Thresholds may be written as in
        ``x1 | -1*t1 + 0*t2 + 1*t3``.
    n : int or sequence of int
        Rows; a sequence gives one size a group, and a column ``group`` with 1, 2, ….
    seed : int
    thresholds : mapping, optional
        For each variable to be ordinal its ascending cut points, on the variable's scale.

    Returns
    -------
    DataFrame
        One column an observed variable, in the model's order; ordinal ones with 1, 2, ….

    Raises
    ------
    ModelSyntaxError
        If a loading or regression has no population value.
    DataError
        If no such population exists: what predicts a variable explains more than all of it, or
        covariances are not positive definite.

    Examples
    --------
    >>> data = simulate("f =~ 0.8*x1 + 0.8*x2 + 0.6*x3", 500, seed=1, thresholds={"x1": [-1, 0, 1]})
    >>> sorted(data["x1"].unique().tolist())
    [1, 2, 3, 4]
    """
    import pandas as pd

    sizes = [n] if isinstance(n, (int, np.integer)) else list(n)
    if not sizes or min(sizes) < 1:
        raise OptionError(
            Text(f"n={n!r} is no number of rows", f"n={n!r} 不是行数"),
            fix=Text("Give a positive number.", "请给出正数。"),
        )
    bare, written = _take_thresholds(model)
    cuts = {**written, **{name: tuple(values) for name, values in (thresholds or {}).items()}}
    groups = ("",) if len(sizes) == 1 else tuple(str(i + 1) for i in range(len(sizes)))
    table = parameter_table(bare, groups=groups, options=replace(_POPULATION, meanstructure=True))
    _check_cuts(cuts, table)
    frames = []
    for group, size in enumerate(sizes):
        mean, cov = _population(table, group)
        rng = stream(seed, "simulate", group)
        root = np.linalg.cholesky(cov)
        values = mean + rng.standard_normal((size, len(mean))) @ root.T
        frame = pd.DataFrame(values, columns=list(table.observed))
        for name, points in cuts.items():
            frame[name] = np.searchsorted(np.array(points), frame[name].to_numpy(), "left") + 1
        if len(sizes) > 1:
            frame["group"] = group + 1
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def population_moments(model: str) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return names, means and covariances of a one-group population model.

    Examples
    --------
    >>> names, mean, cov = population_moments("f =~ 0.8*x1 + 0.5*x2")
    >>> names, round(float(cov[0, 1]), 2), float(cov[0, 0])
    (('x1', 'x2'), 0.4, 1.0)
    """
    bare, _ = _take_thresholds(model)
    table = parameter_table(bare, options=replace(_POPULATION, meanstructure=True))
    return (table.observed, *_population(table, 0))


def _take_thresholds(model: str) -> tuple[str, dict[str, tuple[float, ...]]]:
    """Return the text with its ``|`` lines blanked out, and their cut points."""
    cuts: dict[str, tuple[float, ...]] = {}
    for statement in parse_model(model):
        if not isinstance(statement, Formula) or statement.op != "|":
            continue
        points = [term.modifiers.fixed for term in statement.terms]
        for word in statement.lhs:
            given = [values[0] for values in points if values is not None]
            if len(given) < len(points) or any(isnan(value) for value in given):
                raise ModelSyntaxError(
                    Text(
                        f"a threshold of {word.name!r} has no population value",
                        f"{word.name!r} 的阈值没有总体值",
                    ),
                    fix=Text(
                        f"Write {word.name} | -1*t1 + 0*t2 + 1*t3.",
                        f"请写成 {word.name} | -1*t1 + 0*t2 + 1*t3。",
                    ),
                )
            cuts[word.name] = tuple(given)
        start, end = statement.lhs[0].span.start, statement.terms[-1].word.span.end
        blank = "".join("\n" if char == "\n" else " " for char in model[start:end])
        model = model[:start] + blank + model[end:]
    return model, cuts


def _check_cuts(cuts: Mapping[str, Sequence[float]], table: ParameterTable) -> None:
    for name, points in cuts.items():
        if name not in table.observed:
            raise OptionError(
                Text(
                    f"thresholds name {name!r}, which is no observed variable of the model",
                    f"thresholds 中的 {name!r} 不是模型的观测变量",
                ),
                fix=Text(
                    f"Use any of: {', '.join(table.observed)}.",
                    f"可用的有：{'、'.join(table.observed)}。",
                ),
            )
        if not points or any(not low < high for low, high in pairwise(points)):
            raise OptionError(
                Text(
                    f"the thresholds of {name!r} do not ascend: {list(points)}",
                    f"{name!r} 的阈值不是递增的：{list(points)}",
                ),
                fix=Text("Sort them.", "请按升序排列。"),
            )


def _population(table: ParameterTable, group: int) -> tuple[Floats, Floats]:
    """Return mean and covariance matrix of one group, open variances completed."""
    rows = [row for row in table.rows if row.group == group + 1]
    for row in rows:
        if row.free and row.op in ("=~", "~", "<~"):
            raise ModelSyntaxError(
                Text(
                    f"{row.lhs} {row.op} {row.rhs} has no population value",
                    f"{row.lhs} {row.op} {row.rhs} 没有总体值",
                ),
                fix=Text(
                    f"Write it with a number: {row.lhs} {row.op} 0.7*{row.rhs}.",
                    f"请带数值书写：{row.lhs} {row.op} 0.7*{row.rhs}。",
                ),
            )
    place = layout(_settled(table), group + 1, table.observed)
    open_variances = {row.lhs for row in rows if row.free and row.op == "~~" and row.lhs == row.rhs}
    factors = np.array([name in open_variances for name in place.factors], dtype=bool)
    residuals = np.array([name in open_variances for name in place.observed], dtype=bool)
    residuals &= ~np.array([name in place.factors for name in place.observed], dtype=bool)
    filled = place.base.copy()
    _complete(filled, factors, residuals, place.factors, place.observed)
    found = implied_moments(filled)
    for matrix, what in (
        (filled.psi, Text("factors", "因子")),
        (filled.theta, Text("residuals", "残差")),
    ):
        if np.linalg.eigvalsh(matrix).min(initial=0.0) < -1e-10:
            raise DataError(
                Text(
                    f"the covariances among the {what} are impossible (not positive definite)",
                    f"{what.zh}间的协方差不可能成立（非正定）",
                ),
                fix=Text(
                    "Make the covariances smaller, or the variances larger.",
                    "请减小协方差，或增大方差。",
                ),
            )
    if np.linalg.eigvalsh(found.sigma).min() < 1e-12:
        raise DataError(
            Text(
                "the population's covariance matrix is not positive definite",
                "总体的协方差矩阵非正定",
            ),
            fix=Text(
                "Give every variable a residual variance above 0.",
                "请给每个变量一个大于0的残差方差。",
            ),
        )
    return found.mu, found.sigma


def _settled(table: ParameterTable) -> ParameterTable:
    """Return the table with everything fixed: open covariances and means at 0."""

    def settle(row: Parameter) -> Parameter:
        if not row.free:
            return row
        return replace(row, free=0, ustart=0.0 if isnan(row.ustart) else row.ustart)

    return replace(table, rows=tuple(settle(row) for row in table.rows))


def _complete(
    filled: Matrices,
    factors: NDArray[np.bool_],
    residuals: NDArray[np.bool_],
    names: Sequence[str],
    observed: Sequence[str],
) -> None:
    """Give the open variances the values at which every such variable has variance 1."""
    m = len(filled.beta)
    spread = inverse(np.eye(m) - filled.beta)
    if factors.any():
        filled.psi[factors, factors] = 0.0
        known = np.diag(spread @ filled.psi @ spread.T)
        share = spread[np.ix_(factors, factors)] ** 2
        found = np.asarray(np.linalg.solve(share, 1 - known[factors]), dtype=float)
        _refuse_negative(found, np.array(names)[factors])
        filled.psi[factors, factors] = found
    total = filled.lambda_ @ spread @ filled.psi @ spread.T @ filled.lambda_.T
    left = 1 - np.diag(total)[residuals]
    _refuse_negative(left, np.array(observed)[residuals])
    filled.theta[residuals, residuals] = left


def _refuse_negative(values: Floats, names: NDArray[np.str_]) -> None:
    for name, value in zip(names, values, strict=True):
        if value <= 0:
            raise DataError(
                Text(
                    f"what predicts {name} explains {1 - value:.2f} of a variance of 1",
                    f"{name} 的各预测变量解释的方差为{1 - value:.2f}，而其总方差为1",
                ),
                fix=Text(
                    "Make its loadings or paths smaller, or give it a residual variance.",
                    "请减小其载荷或路径，或给它一个残差方差。",
                ),
            )
