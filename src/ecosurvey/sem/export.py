"""A fitted model written back as model text, with its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Text, check_choice
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.types import Parameter, ParameterTable
from ecosurvey.sem.values import row_values

ExportValues = Literal["start", "fixed", "none"]
_WORD = re.compile(r"[^\W\d][\w.]*$")


def to_syntax(fit: Fit, values: ExportValues = "start", digits: int = 6) -> str:
    """Write a fitted model as text that fits it again.

    Parameters
    ----------
    fit : Fit
    values : {"start", "fixed", "none"}
        Estimates as start values of free parameters; or everything fixed at its estimate, a
        population to simulate from; or the model alone.
    digits : int
        Significant digits of the values.

    Returns
    -------
    str
        Every row of the parameter table, the automatic ones too, so that nothing depends on
        options. Moments of fixed covariates appear with ``values="fixed"`` only.

    Notes
    -----
    Equalities between groups come out as labels, ``eq1``, ``eq2``, ….

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> print(to_syntax(fit, "none").splitlines()[0])
    f =~ 1*x1 + x2 + x3
    """
    refuse_rotated(fit, Text("text of a fitted model", "导出模型文本"))
    check_choice("values", values, ("start", "fixed", "none"))
    table = fit.model.table
    estimates, _ = row_values(fit.model, fit.x)
    labels = _labels(table)
    written = [
        index
        for index, row in enumerate(table.rows)
        if row.group and (values == "fixed" or not row.exo)
    ]
    keys = [
        {_key(table.rows[index]) for index in written if table.rows[index].group == group}
        for group in range(1, len(table.groups) + 1)
    ]
    if all(key == keys[0] for key in keys):
        lines = _formulas(table, written, estimates, labels, values, digits)
    else:  # groups with models of their own
        lines = []
        for group, label in enumerate(table.groups, start=1):
            own = [index for index in written if table.rows[index].group == group]
            lines += [f"group: {label}"]
            lines += _formulas(table, own, estimates, labels, values, digits)
    lines += [] if values == "fixed" else _relations(table, labels)
    return "\n".join(lines) + "\n"


def _key(row: Parameter) -> tuple[str, str, str]:
    return row.lhs, row.op, row.rhs


def _formulas(
    table: ParameterTable,
    written: Sequence[int],
    estimates: Sequence[float] | NDArray[np.float64],
    labels: Mapping[str, str],
    values: ExportValues,
    digits: int,
) -> list[str]:
    """Return the formulas of some rows of the table, those of several groups together."""
    blocks: dict[tuple[str, str, str], list[int]] = {}
    for index in written:
        blocks.setdefault(_key(table.rows[index]), []).append(index)
    lines: list[str] = []
    last: tuple[str, str] | None = None
    marked: set[str] = set()
    for (lhs, op, rhs), indices in blocks.items():
        first = op == "=~" and lhs not in marked
        marked.add(lhs if op == "=~" else "")
        term = _term(
            [table.rows[index] for index in indices],
            [float(estimates[index]) for index in indices],
            [labels.get(table.rows[index].plabel, "") for index in indices],
            rhs or "1",
            values,
            digits,
            first=first,
        )
        if last == (lhs, op) and rhs:
            lines[-1] += f" + {term}"
        else:
            lines.append(f"{lhs} {'~' if op == '~1' else op} {term}")
        last = (lhs, op)
    return lines


def _term(
    rows: Sequence[Parameter],
    estimates: Sequence[float],
    labels: Sequence[str],
    target: str,
    values: ExportValues,
    digits: int,
    *,
    first: bool,
) -> str:
    def shown(numbers: Iterable[float]) -> str:
        texts = ["NA" if isnan(x) else f"{x:.{digits}g}" for x in numbers]
        return texts[0] if len(set(texts)) == 1 else f"c({', '.join(texts)})"

    if values == "fixed":
        return f"{shown(estimates)}*{target}"
    parts: list[str] = []
    fixed = [float("nan") if row.free else row.ustart for row in rows]
    if not all(isnan(x) for x in fixed) or first:
        parts.append(f"{shown(fixed)}*")
    if values == "start" and any(row.free for row in rows):
        starts = [x if row.free else float("nan") for row, x in zip(rows, estimates, strict=True)]
        if any(isfinite(x) for x in starts):
            parts.append(f"start({shown(starts)})*")
    if any(labels):
        names = [label or "NA" for label in labels]
        parts.append(f"{names[0] if len(set(names)) == 1 else 'c(' + ', '.join(names) + ')'}*")
    for name in ("lower", "upper"):
        bounds = [getattr(row, name) for row in rows]
        if any(isfinite(x) for x in bounds) and any(row.free for row in rows):
            kept = [x if isfinite(x) else float("nan") for x in bounds]
            parts.append(f"{name}({shown(kept)})*")
    return "".join(parts) + target


def _labels(table: ParameterTable) -> dict[str, str]:
    """Return a writable label for every private label that needs one."""
    labels = {
        row.plabel: row.label
        for row in table.rows
        if row.group and row.label and _WORD.match(row.label)
    }
    used = set(labels.values())
    count = 0
    for row in table.rows:
        if row.op != "==" or row.user != 2:
            continue
        if row.lhs not in labels:
            count += 1
            while f"eq{count}" in used:
                count += 1
            labels[row.lhs] = f"eq{count}"
        labels[row.rhs] = labels[row.lhs]
    return labels


def _relations(table: ParameterTable, labels: dict[str, str]) -> list[str]:
    """Return definitions and the user's constraints, private labels made writable."""
    lines = []
    for row in table.rows:
        if row.op in (":=", "==", "<", ">") and row.user != 2:
            lhs, rhs = row.lhs, row.rhs
            for private, label in labels.items():
                lhs, rhs = lhs.replace(private, label), rhs.replace(private, label)
            lines.append(f"{lhs} {row.op} {rhs}")
    return lines
