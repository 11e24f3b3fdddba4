"""All that a model says, for many parameter vectors at once: rows, standardized rows, effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError
from ecosurvey.sem.bootstrap.stacks import filled_stacks
from ecosurvey.sem.effects import Effect, effects
from ecosurvey.sem.fit import Fit, Model
from ecosurvey.sem.implied import MATRICES, Cells, Layout
from ecosurvey.sem.standardize import covariates, divisors
from ecosurvey.sem.syntax.expression import evaluate, names_in, parse_expression

Floats = NDArray[np.float64]
_BLOCK = 1_024  # parameter vectors at a time


@dataclass(frozen=True, slots=True)
class Values:
    """What many parameter vectors say, one row a vector.

    Attributes
    ----------
    est, std_all : (b, rows) arrays
        In the order of the parameter table's rows; NaN for constraints.
    effects, effects_std : (b, e) arrays
        In the order of the effects of the fit.
    """

    est: Floats
    std_all: Floats
    effects: Floats
    effects_std: Floats

    def joined(self) -> Floats:
        """Return all columns side by side."""
        return np.concatenate([self.est, self.std_all, self.effects, self.effects_std], axis=1)


def effect_terms(fit: Fit) -> tuple[Effect, ...]:
    """Return the effects that a model with regressions has; none without."""
    if not any(row.op == "~" for row in fit.model.table.rows):
        return ()
    return effects(fit).rows


def quantities(model: Model, x: Floats, fixed: Sequence[Floats], terms: Sequence[Effect]) -> Values:
    """Return what each of many parameter vectors says.

    Parameters
    ----------
    model : Model
    x : (b, npar) array
    fixed : sequence of (b, e) arrays
        Each group's moments of fixed covariates, as they were in each replicate.
    terms : sequence of Effect
        Which effects.
    """
    blocks = [
        _block(model, x[at : at + _BLOCK], [part[at : at + _BLOCK] for part in fixed], terms)
        for at in range(0, max(len(x), 1), _BLOCK)
    ]
    return Values(
        np.concatenate([block.est for block in blocks]),
        np.concatenate([block.std_all for block in blocks]),
        np.concatenate([block.effects for block in blocks]),
        np.concatenate([block.effects_std for block in blocks]),
    )


def _block(model: Model, x: Floats, fixed: Sequence[Floats], terms: Sequence[Effect]) -> Values:
    size = len(model.table.rows)
    est, std = np.full((len(x), size), np.nan), np.full((len(x), size), np.nan)
    effect, effect_std = np.empty((len(x), len(terms))), np.empty((len(x), len(terms)))
    for group, place in enumerate(model.layouts):
        stacks = filled_stacks(model, group, x, fixed[group])
        spread, variances = _variances(stacks)
        found = _cells(stacks, place.cells)
        which, power = divisors(place, place.cells, "std_all", covariates(model.table))
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.where(variances > 0, variances, np.nan)
            factor = np.prod(scale[:, which] ** power, axis=2)
        est[:, place.rows], std[:, place.rows] = found, found * factor
        if model.responses:  # responses of variance 1 have a scale of 1
            std[:, place.rows[place.cells.matrix == MATRICES.index("delta")]] = 1.0
        for at, term in enumerate(terms):
            if term.group == model.table.groups[group]:
                value, ratio = _effect(place, stacks[1], spread, scale, term)
                effect[:, at], effect_std[:, at] = value, value * ratio
    _define(model, est)
    _define(model, std)
    return Values(est, std, effect, effect_std)


def _cells(stacks: list[Floats], cells: Cells) -> Floats:
    found = np.empty((len(stacks[0]), len(cells)))
    for index, stack in enumerate(stacks):
        here = np.flatnonzero(cells.matrix == index)
        found[:, here] = stack[:, cells.row[here], cells.col[here]]
    return found


def _variances(stacks: list[Floats]) -> tuple[Floats, Floats]:
    """Return (I - B)^-1, and the scaling variances in the order of :class:`Scales`."""
    loadings, beta, psi, theta = stacks[:4]
    count, m = len(beta), beta.shape[1]
    spread = np.asarray(np.linalg.inv(np.eye(m) - beta), dtype=np.float64)
    factor_cov = spread @ psi @ spread.transpose(0, 2, 1)
    reach = loadings @ factor_cov
    observed = (reach * loadings).sum(axis=2) + _diagonal(theta)
    parts = [observed, _diagonal(factor_cov), _diagonal(psi), _diagonal(theta), np.ones((count, 1))]
    return spread, np.concatenate(parts, axis=1)


def _diagonal(stack: Floats) -> Floats:
    return np.diagonal(stack, axis1=1, axis2=2)


def _effect(
    place: Layout, beta: Floats, spread: Floats, scale: Floats, term: Effect
) -> tuple[Floats, Floats]:
    """Return an effect under every vector, and what standardizes it."""
    at = {name: index for index, name in enumerate(place.factors)}
    target, source = at[term.target], at[term.source]
    p = len(place.observed)
    ratio = np.sqrt(scale[:, p + source] / scale[:, p + target])
    direct = beta[:, target, source]
    if term.kind == "direct":
        return direct, ratio
    if term.kind == "specific":
        steps = [beta[:, at[b], at[a]] for a, b in zip(term.path, term.path[1:], strict=False)]
        return np.asarray(np.prod(steps, axis=0)), ratio
    total = spread[:, target, source]
    return (total if term.kind == "total" else total - direct), ratio


def _define(model: Model, values: Floats) -> None:
    """Evaluate the definitions at every vector's labelled values; NaN where there is none."""
    rows = model.table.rows
    defined = [index for index, row in enumerate(rows) if row.op == ":="]
    if not defined:
        return
    trees = [parse_expression(rows[index].rhs) for index in defined]
    wanted = {name.name for tree in trees for name in names_in(tree)}
    columns: dict[str, int] = {}
    for index, row in enumerate(rows):
        for name in (row.plabel, row.label):
            if name in wanted and row.group > 0:
                columns.setdefault(name, index)
    for replicate in values:
        named = {name: float(replicate[index]) for name, index in columns.items()}
        for index, tree in zip(defined, trees, strict=True):
            try:
                replicate[index] = evaluate(tree, named)
            except EcosurveyError:  # no finite value here: stays NaN, and is counted
                replicate[index] = np.nan
            named[rows[index].lhs] = float(replicate[index])
