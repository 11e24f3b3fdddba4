"""How strong something left out would have to be to explain a path away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, Finding, Result, Table, Text
from ecosurvey.keyfactors.structures import estimated_structure

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fragility:
    """One path, and what would undo it.

    Attributes
    ----------
    source, target : str
    est, se : float
        Standardized path.
    partial_r2 : float
        Share of the target's residual variance that the source accounts for.
    robustness : float
        Share of the residual variance of both source and target that a confounder would have
        to account for to bring the path to zero.
    robustness_significance : float
        The same, to bring its interval to zero; 0 where it is there already.
    phantom_r : float
        Correlation (with both ends, given the other predictors) that does the first.
    benchmark : str
        The predictor of the target with the largest partial R squared, other than the source.
    benchmark_r2 : float
        Its partial R squared with the target; NaN if there is no other.
    """

    source: str
    target: str
    est: float
    se: float
    partial_r2: float
    robustness: float
    robustness_significance: float
    phantom_r: float
    benchmark: str
    benchmark_r2: float


@dataclass(frozen=True, slots=True)
class Confounding(Result):
    """The sensitivity of every path between factors to an omitted common cause.

    Attributes
    ----------
    rows : tuple of Fragility
    names : mapping of str to Text
    level : float
    findings : tuple of Finding
    """

    rows: tuple[Fragility, ...]
    names: Mapping[str, Text]
    level: float
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one row a path."""
        columns = (
            Column("source", Text("From", "自变量"), "label"),
            Column("target", Text("To", "因变量"), "label"),
            Column("est", Text("β", "β"), decimals=3),
            Column("partial_r2", Text("Partial R²", "偏R²"), decimals=3, bounded=True),
            Column("robustness", Text("RV to zero", "归零所需RV"), decimals=3, bounded=True),
            Column(
                "robustness_significance", Text("RV to doubt", "不显著所需RV"), decimals=3,
                bounded=True,
            ),
            Column("phantom_r", Text("r with both", "与两端相关"), decimals=2, bounded=True),
            Column("benchmark", Text("Strongest known", "最强已知变量"), "text"),
            Column("benchmark_r2", Text("its partial R²", "其偏R²"), decimals=3, bounded=True),
        )  # fmt: skip
        rows = tuple(
            (
                self.names.get(r.source, r.source), self.names.get(r.target, r.target), r.est,
                r.partial_r2, r.robustness, r.robustness_significance, r.phantom_r,
                self.names.get(r.benchmark, r.benchmark), r.benchmark_r2,
            )
            for r in self.rows
        )  # fmt: skip
        note = Text(
            "RV: the share of the residual variance of both ends that an omitted common cause must "
            "account for to bring the path to zero, or its {level}% interval to zero. Compare with "
            "what the strongest other predictor in the model accounts for.",
            "RV：遗漏的共同原因须同时解释两端残差方差的多大比例，才能使路径系数归零或使其{level}%置信区间触及零。"
            "可与模型中最强的其他预测变量相比较。",
        ).fill(level=f"{100 * self.level:g}")
        title = Text("Sensitivity to an omitted common cause", "对遗漏共同原因的敏感性")
        return (Table("confounding", title, columns, rows, (note,)),)


def confounding(fit: SemResult, *, names: Mapping[str, Text] | None = None) -> Confounding:
    r"""Return robustness values of every path between factors.

    With the path's :math:`f = |\beta| sd(source | others) / sd(residual of target)`, the
    robustness value is :math:`\frac12(\sqrt{f^4+4f^2}-f^2)`. For the interval, :math:`f` is
    lessened in the proportion of its limit to the estimate, since in a model with measurement
    error the path's standard error is not the regression's.

    Parameters
    ----------
    fit : SemResult
        One group.
    names : mapping of str to Text, optional

    Returns
    -------
    Confounding

    References
    ----------
    Cinelli & Hazlett (2020), Journal of the Royal Statistical Society B 82, 39-67, eqs. 12-17,
    here on model-implied latent covariances.

    Examples
    --------
    >>> import pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, e = np.random.default_rng(1).normal(size=(2, 500))
    >>> found = confounding(sem("y ~ a", pd.DataFrame({"a": a, "y": a + e}))).rows[0]
    >>> 0.5 < found.robustness < 0.7
    True
    """
    base = estimated_structure(fit)
    solution = fit.standardized()
    paths = solution[solution["op"] == "~"]
    columns = ["lhs", "rhs", "est_std", "se", "ci_lower", "ci_upper"]
    by_target: dict[str, list[tuple[str, float, float, float, float]]] = {}
    for lhs, rhs, est, se, low, high in paths[columns].itertuples(index=False):
        entry = (str(rhs), float(est), float(se), float(low), float(high))
        by_target.setdefault(str(lhs), []).append(entry)
    rows = []
    for target, entries in by_target.items():
        sources = [entry[0] for entry in entries]
        strength = _cohen_f(base.correlations([*sources, target])[0], [e[1] for e in entries])
        explained = strength**2 / (1 + strength**2)
        for k, (source, est, se, low, high) in enumerate(entries):
            others = [j for j in range(len(sources)) if j != k]
            known = np.isfinite(explained).all()
            best = max(others, key=lambda j: float(explained[j])) if others and known else None
            limit = max(low, -high, 0.0)
            share = min(limit / abs(est), 1.0) if est != 0 and limit == limit else 0.0
            value = _robustness(float(strength[k]))
            rows.append(
                Fragility(
                    source, target, est, se, float(explained[k]), value,
                    _robustness(float(strength[k]) * share), float(np.sqrt(value)),
                    "" if best is None else sources[best],
                    float("nan") if best is None else float(explained[best]),
                )
            )  # fmt: skip
    return Confounding(tuple(rows), dict(names or {}), fit.level)


def _cohen_f(correlations: Floats, beta: list[float]) -> Floats:
    """Return |beta| sd(source | other sources) / sd(what the paths leave of the target).

    NaN where the implied correlations are those of no variables, so that one of the two is none.
    """
    among, to = correlations[:-1, :-1], correlations[:-1, -1]
    slopes = np.array(beta)
    left = float(1 - 2 * slopes @ to + slopes @ among @ slopes)
    if left <= 0 or np.linalg.eigvalsh(among)[0] <= 1e-10:
        return np.full(len(slopes), np.nan)
    alone = 1 / np.diag(np.linalg.inv(among))
    return np.asarray(np.abs(slopes) * np.sqrt(alone / left))


def _robustness(f: float) -> float:
    return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)
