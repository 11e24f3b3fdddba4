"""The regressions of a model as a network: every effect's value and its slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import MATRICES, inverse
from ecosurvey.sem.standardize import Scales, scales_of

Floats = NDArray[np.float64]
EffectKind = Literal["total", "direct", "indirect", "specific"]
MOST_PATHS = 2_000  # specific paths of one model; beyond it they are not listed
_BETA = MATRICES.index("beta")


@dataclass(frozen=True, slots=True)
class Network:
    """The regressions of one group and what follows from them.

    ``slot`` has the group's free-cell number of each regression, -1 where it is fixed;
    ``linked`` tells where a regression stands at all.
    """

    names: tuple[str, ...]
    beta: Floats
    spread: Floats
    linked: NDArray[np.bool_]
    slot: NDArray[np.intp]
    scales: Scales
    parameter: NDArray[np.intp]
    n_observed: int

    def pairs(self) -> list[tuple[int, int]]:
        """Return (target, source) of everything connected, in the model's order."""
        reach = self.reachable()
        return [(int(i), int(j)) for i, j in zip(*np.nonzero(reach), strict=True) if i != j]

    def reachable(self) -> NDArray[np.bool_]:
        """Return whether any walk leads from the column's variable to the row's."""
        reach = self.linked.copy()
        for middle in range(len(reach)):
            reach |= np.outer(reach[:, middle], reach[middle])
        return reach


@dataclass(frozen=True, slots=True)
class Term:
    """One effect: places of target, source and path in the network, value, slope in its cells."""

    target: int
    source: int
    kind: EffectKind
    path: tuple[int, ...]
    value: float
    slope: Floats


def network(model: Model, group: int, x: Floats) -> Network:
    """Return the regressions of one group (from 0) at x."""
    layout, scales = model.layouts[group], scales_of(model, group, x)
    m = len(layout.factors)
    linked, slot = np.zeros((m, m), dtype=bool), np.full((m, m), -1, dtype=np.intp)
    placed = np.flatnonzero(layout.cells.matrix == _BETA)
    linked[layout.cells.row[placed], layout.cells.col[placed]] = True
    free = np.flatnonzero(layout.free.matrix == _BETA)
    slot[layout.free.row[free], layout.free.col[free]] = free
    beta = scales.matrices.beta
    linked &= (slot >= 0) | (beta != 0)
    spread = inverse(np.eye(m) - beta)
    observed = len(layout.observed)
    return Network(layout.factors, beta, spread, linked, slot, scales, layout.parameter, observed)


def effect_terms(network: Network, pairs: Sequence[tuple[int, int]]) -> tuple[list[Term], bool]:
    """Return value and slope of every effect of the pairs, and whether all paths are listed."""
    terms: list[Term] = []
    budget = MOST_PATHS
    roundabout = (network.linked.astype(int) @ network.reachable()) > 0  # walks of two or more
    for target, source in pairs:
        total = float(network.spread[target, source])
        slope = _total_slope(network, target, source)
        direct = float(network.beta[target, source])
        own = _unit(network, target, source)
        terms.append(Term(target, source, "total", (), total, slope))
        if network.linked[target, source]:
            terms.append(Term(target, source, "direct", (), direct, own))
        if not roundabout[target, source]:
            continue
        paths = _paths(network.linked, source, target, max(budget, 0) + 1)
        longer = [path for path in paths if len(path) > 2]
        terms.append(Term(target, source, "indirect", (), total - direct, slope - own))
        budget -= len(longer)
        if budget >= 0:
            terms += [_specific(network, path) for path in longer]
    return terms, budget >= 0


def _total_slope(network: Network, target: int, source: int) -> Floats:
    """Return d (I-B)^-1 / d cell: S dB S, for every free cell of the group."""
    slope = np.zeros(len(network.parameter))
    row, col = np.nonzero(network.slot >= 0)
    slope[network.slot[row, col]] = network.spread[target, row] * network.spread[col, source]
    return slope


def _unit(network: Network, row: int, col: int) -> Floats:
    slope = np.zeros(len(network.parameter))
    if network.slot[row, col] >= 0:
        slope[network.slot[row, col]] = 1.0
    return slope


def _specific(network: Network, path: tuple[int, ...]) -> Term:
    steps = [(after, before) for before, after in pairwise(path)]
    values = np.array([network.beta[step] for step in steps])
    slope = np.zeros(len(network.parameter))
    for index, step in enumerate(steps):
        if network.slot[step] >= 0:
            slope[network.slot[step]] += np.prod(np.delete(values, index))
    return Term(path[-1], path[0], "specific", path, float(values.prod()), slope)


def _paths(linked: NDArray[np.bool_], source: int, target: int, most: int) -> list[tuple[int, ...]]:
    """Return up to ``most`` paths from source to target that visit nothing twice."""
    found: list[tuple[int, ...]] = []
    stack: list[tuple[int, ...]] = [(source,)]
    while stack and len(found) < most:
        path = stack.pop()
        if path[-1] == target:
            found.append(path)
            continue
        onward = np.flatnonzero(linked[:, path[-1]])[::-1]
        stack += [(*path, int(node)) for node in onward if int(node) not in path]
    return found
