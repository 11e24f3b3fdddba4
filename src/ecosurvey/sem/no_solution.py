"""A search that did not arrive: what ran away, and what would help."""

from __future__ import annotations

import numpy as np

from ecosurvey.core import Finding, Text
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.optimizer import ObjectivePoint

_LITTLE = 0.02  # share of its marker's variance below which a factor is vanishing


def not_converged(fit: Fit, point: ObjectivePoint) -> Finding:
    """Return the finding of a search that did not arrive, with the factors that vanished.

    Where an item that sets a factor's unit has next to nothing to do with it, the likelihood keeps
    growing as the factor's variance shrinks to zero and its other loadings grow without bound.
    """
    vanishing = _vanishing(fit, point)
    why, why_zh = "", ""
    hint = Text(
        "Check the model's identification, or give start values: start(0.5)*x2.",
        "请检查模型识别，或用 start(0.5)*x2 给出初始值。",
    )
    if vanishing:
        shown = ", ".join(f"{factor} ({marker})" for factor, marker in vanishing)
        why = (
            f" The variance of these factors fell towards zero, the others' loadings grew: {shown}."
        )
        why_zh = f"下列因子（括号内为标记指标）的方差趋于零而其余载荷无限增大：{shown}。"
        hint = Text(
            "The item in brackets hardly measures its factor: name another item first, or drop it.",
            "括号内的指标几乎不测量该因子：请将其他题目放在首位，或删去该题。",
        )
    return Finding(
        "not_converged",
        "serious",
        Text(
            f"the search did not arrive at a solution in {fit.iterations} iterations.{why}",
            f"估计在 {fit.iterations} 次迭代后仍未收敛。{why_zh}",
        ),
        hint=hint,
    )


def _vanishing(fit: Fit, point: ObjectivePoint) -> list[tuple[str, str]]:
    """Return the factors that share next to nothing with their marker, and that marker."""
    found: list[tuple[str, str]] = []
    for group, (filled, moments, _) in enumerate(point.groups or ()):
        layout = fit.model.layouts[group]
        sample = np.diag(fit.model.moments[group].cov)
        for factor in range(layout.n_latent):
            markers = np.flatnonzero(layout.base.lambda_[:, factor])
            if not len(markers):
                continue
            marker = int(markers[0])
            common = filled.lambda_[marker, factor] ** 2 * moments.factor_cov[factor, factor]
            pair = (layout.factors[factor], layout.observed[marker])
            if abs(common) < _LITTLE * sample[marker] and pair not in found:
                found.append(pair)
    return found
