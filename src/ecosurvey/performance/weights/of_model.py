"""Weights from a structural model: loadings within a construct, total effects between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import ConvergenceError, DataError, Finding, Text

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult


@dataclass(frozen=True, slots=True)
class ModelWeights:
    """What a model says about weights.

    Attributes
    ----------
    items : mapping of str to mapping of str to float
        Construct -> item -> share of the standardized loading; they sum to 1.
    constructs : mapping of str to float
        Construct -> share of the absolute standardized total effect on the outcome; empty
        without an outcome.
    totals : mapping of str to float
        The effects themselves.
    findings : tuple of Finding
    """

    items: Mapping[str, Mapping[str, float]]
    constructs: Mapping[str, float]
    totals: Mapping[str, float]
    findings: tuple[Finding, ...] = ()


def model_weights(
    fit: SemResult,
    constructs: Sequence[str],
    outcome: str | None = None,
    *,
    negative: Iterable[str] = (),
    items: Iterable[str] | None = None,
) -> ModelWeights:
    r"""Return weights from loadings and total effects.

    Item i of construct c has :math:`\lambda_{ic}/\sum_k\lambda_{kc}` (standardized; of a
    second-order construct the product of both loadings), construct c
    :math:`|t_c|/\sum_d|t_d|` with its standardized total effect on the outcome.

    Parameters
    ----------
    fit : SemResult
        One group, converged.
    constructs : sequence of str
    outcome : str, optional
        Without it only the items are weighted.
    negative : iterable of str
        Constructs of which less is better: their effect should be negative.
    items : iterable of str, optional
        The items that take part; all of each construct by default.

    Returns
    -------
    ModelWeights
        An effect of the wrong sign, and a loading that is not positive, count 0, with a finding.

    Raises
    ------
    ConvergenceError
        If the fit did not converge.
    DataError
        If a construct has no items, or no effect on the outcome goes the right way.

    References
    ----------
    Ringle & Sarstedt (2016), Industrial Management & Data Systems 116, 1865-1886: importance is
    the total effect, performance the loading-weighted mean on 0 to 100.
    """
    if not fit.converged:
        raise ConvergenceError(
            Text("the model did not converge, so it gives no weights", "模型未收敛，因此给不出权重")
        )
    known = None if items is None else set(items)
    rows = fit.parameters
    loadings = rows[rows["op"] == "=~"]
    found: list[Finding] = []
    weighted = {}
    for name in constructs:
        own = _loadings(loadings, name)
        kept = {item: load for item, load in own.items() if known is None or item in known}
        wrong = [item for item, load in kept.items() if not load > 0]
        if wrong:
            found.append(_finding("loading_not_positive", name, ", ".join(wrong)))
        total = sum(load for load in kept.values() if load > 0)
        if not total > 0:
            raise DataError(
                Text(
                    f"{name!r} has no items with positive loadings in the model",
                    f"{name!r} 在模型中没有正载荷的题项",
                )
            )
        weighted[name] = {item: max(load, 0.0) / total for item, load in kept.items()}
    totals = _totals(fit, constructs, outcome)
    signs = {name: -1.0 if name in set(negative) else 1.0 for name in totals}
    right = {name: max(signs[name] * total, 0.0) for name, total in totals.items()}
    against = [name for name in totals if signs[name] * totals[name] < 0]
    if against:
        found.append(_finding("effect_against_its_sign", against[0], ", ".join(against)))
    summed = sum(right.values())
    if totals and not summed > 0:
        raise DataError(
            Text(
                f"no construct has an effect on {outcome!r} in its own direction",
                f"没有构念按其自身方向影响 {outcome!r}",
            ),
            fix=Text(
                "Use other weights: equal, entropy, critic or expert.",
                "请使用其他权重：equal、entropy、critic 或 expert。",
            ),
        )
    shares = {name: value / summed for name, value in right.items()}
    return ModelWeights(weighted, shares, totals, tuple(found))


def _loadings(loadings: object, name: str) -> dict[str, float]:
    """Return item -> standardized loading, through the parts of a second-order construct."""
    import pandas as pd

    assert isinstance(loadings, pd.DataFrame)  # noqa: S101
    own = loadings[loadings["lhs"] == name]
    factors = set(loadings["lhs"])
    found: dict[str, float] = {}
    for part, load in zip(own["rhs"], own["std_all"], strict=True):
        if part in factors:
            inner = _loadings(loadings, part)
            for item, below in inner.items():
                found[item] = found.get(item, 0.0) + float(load) * below
        else:
            found[str(part)] = float(load)
    return found


def _totals(fit: SemResult, constructs: Sequence[str], outcome: str | None) -> dict[str, float]:
    if outcome is None:
        return {}
    from ecosurvey.sem.effects import effects

    rows = effects(fit.fit, outcome).of_kind("total")
    told = {row.source: float(row.std_all) for row in rows}
    lacking = [name for name in constructs if name not in told]
    if lacking:
        raise DataError(
            Text(
                f"nothing leads from {', '.join(lacking)} to {outcome!r} in the model",
                f"模型中没有从 {'、'.join(lacking)} 通向 {outcome!r} 的路径",
            ),
            fix=Text(
                "Leave them out of the index, or weight them otherwise.",
                "请将其移出指数，或以其他方式加权。",
            ),
        )
    return {name: told[name] for name in constructs if np.isfinite(told[name])}


def _finding(code: str, where: str, listed: str) -> Finding:
    words = {
        "loading_not_positive": Text(
            "items with a loading that is not positive count 0 in {where}: {listed}",
            "{where}中载荷非正的题项权重记为0：{listed}",
        ),
        "effect_against_its_sign": Text(
            "constructs whose total effect goes against their direction count 0 under the "
            "model's weights: {listed}",
            "总效应方向与构念方向相反，模型权重记为0：{listed}",
        ),
    }
    return Finding(code, "warning", words[code].fill(where=where, listed=listed), where)
