"""Random models with data, for facts that must hold of every model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosurvey.sem.estimate import build_model
from ecosurvey.sem.fit import Model
from ecosurvey.sem.observed import moments_of
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax import parameter_table


@dataclass(frozen=True)
class Case:
    """A random model text, a model built of it, and a point to look at it."""

    text: str
    model: Model
    x: NDArray[np.float64]


def make_case(seed: int, *, unbiased: bool = False, groups: int = 1) -> Case:
    rng = np.random.default_rng(seed)
    factors = int(rng.integers(1, 4))
    lines, items = [], []
    for factor in range(factors):
        own = [f"x{factor}{i}" for i in range(int(rng.integers(2, 4)))]
        items += own
        cross = [items[0]] if factor and rng.random() < 0.5 else []
        lines.append(f"f{factor} =~ " + " + ".join([*own, *cross]))
    if factors == 3 and rng.random() < 0.5:
        lines.append("g =~ f0 + f1 + f2")
    elif factors > 1:
        lines.append("f1 ~ f0" + (" + w" if rng.random() < 0.5 else ""))
        if rng.random() < 0.4:
            lines.append("f0 ~ f1")
    if rng.random() < 0.5:
        lines.append("y ~ f0 + w")
    if rng.random() < 0.5:
        lines.append(f"{items[0]} ~~ {items[-1]}")
    text = "\n".join(lines)
    means = bool(rng.random() < 0.5) or groups > 1
    table = parameter_table(
        text,
        groups=tuple("abc"[:groups]) if groups > 1 else ("",),
        options=TableOptions(meanstructure=means, fixed_x=bool(rng.random() < 0.5)),
    )
    p = len(table.observed)
    mixing = rng.uniform(0.1, 0.9, (p, p)) + np.eye(p)
    moments = [
        moments_of(
            rng.standard_normal((80 + 20 * g, p)) @ mixing + rng.normal(size=p),
            table.observed,
            unbiased=unbiased,
        )
        for g in range(groups)
    ]
    model = build_model(table, moments)
    x = rng.uniform(0.2, 0.5, model.n_par)
    for row in table.rows:
        if row.free and row.op == "~~":
            x[row.free - 1] = 1.0 + rng.uniform() if row.lhs == row.rhs else 0.05
    return Case(text, model, x)


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    return make_case
