"""How much of the outcome each factor accounts for, beside the others: on the latent level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.dominance import Dominance, dominance
from ecosurvey.keyfactors.ordinary import OrdinaryRegression, ordinary_regression
from ecosurvey.keyfactors.relative_weights import relative_weights
from ecosurvey.keyfactors.structures import (
    drawn_structures,
    estimated_structure,
    leading_to,
    percentile,
)

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult

Floats = NDArray[np.float64]
_HIGH_VIF = 5.0  # common rule of thumb; 10 is the lenient one


@dataclass(frozen=True, slots=True)
class FactorShare:
    """What one factor accounts for.

    Attributes
    ----------
    factor : str
    name : Text
    correlation, beta : float
        Latent correlation with the outcome; slope beside all others, standardized.
    general, general_lower, general_upper : float
        General dominance weight: its part of the outcome's R squared.
    weight, weight_lower, weight_upper : float
        Johnson's relative weight.
    share : float
        ``general`` over R squared.
    ols_beta, ols_se, ols_general, vif : float
        The same from scale scores by ordinary regression; NaN if there are none.
    """

    factor: str
    name: Text
    correlation: float
    beta: float
    general: float
    general_lower: float
    general_upper: float
    weight: float
    weight_lower: float
    weight_upper: float
    share: float
    ols_beta: float
    ols_se: float
    ols_general: float
    vif: float


@dataclass(frozen=True, slots=True)
class DominancePair:
    """Which of two factors dominates.

    Attributes
    ----------
    first, second : str
        The larger general dominance weight first.
    strongest : {"complete", "conditional", "general"}
    reproduced : float
        Share of draws in which this kind of dominance holds in the same direction.
    """

    first: str
    second: str
    strongest: str
    reproduced: float


@dataclass(frozen=True, slots=True)
class RelativeImportance(Result):
    """Relative importance of the factors of one outcome, by general dominance.

    Attributes
    ----------
    rows : tuple of FactorShare
        Largest general dominance first.
    pairs : tuple of DominancePair
    outcome : str
    r_squared, r_squared_scores : float
        Of the outcome on all factors: latent, and by scale scores (NaN if there are none).
    n_scores : int
        Rows of the scale scores; 0 if there are none.
    level : float
    n_draws, seed : int
    findings : tuple of Finding
    """

    rows: tuple[FactorShare, ...]
    pairs: tuple[DominancePair, ...]
    outcome: str
    r_squared: float
    r_squared_scores: float
    n_scores: int
    level: float
    n_draws: int
    seed: int
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the shares, then who dominates whom."""
        return (self._shares(), self._dominance())

    def _shares(self) -> Table:
        latent = Text("Latent variables (model)", "潜变量（模型）")
        scores = Text("Scale scores (ordinary regression)", "量表均分（普通回归）")
        columns = [
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
            Column("correlation", Text("r", "r"), bounded=True, spanner=latent),
            Column("beta", Text("β", "β"), decimals=3, spanner=latent),
            Column("general", Text("Dominance", "优势权重"), decimals=3, spanner=latent),
            Column("general_lower", Text("CI low", "置信下限"), decimals=3, spanner=latent),
            Column("general_upper", Text("CI high", "置信上限"), decimals=3, spanner=latent),
            Column("share", Text("% of R²", "占R²%"), "percent", 1, spanner=latent),
            Column("weight", Text("Relative weight", "相对权重"), decimals=3, spanner=latent),
        ]
        if self.n_scores:
            columns += [
                Column("ols_beta", Text("β", "β"), decimals=3, spanner=scores),
                Column("ols_se", Text("SE", "标准误"), decimals=3, spanner=scores),
                Column("ols_general", Text("Dominance", "优势权重"), decimals=3, spanner=scores),
                Column("vif", Text("VIF", "VIF"), spanner=scores),
            ]
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            cells: tuple[Cell, ...] = (
                row.factor, row.name, row.correlation, row.beta, row.general,
                row.general_lower, row.general_upper, 100 * row.share, row.weight,
            )  # fmt: skip
            if self.n_scores:
                cells += (row.ols_beta, row.ols_se, row.ols_general, row.vif)
            rows.append(cells)
        note = Text(
            "General dominance weights are the mean gain in R² over all subsets of the other "
            "factors, from model-implied correlations; they add up to R² = {r}. All factors stand "
            "side by side here: what one does through another is not counted, other than in the "
            "total effects. {level}% intervals over {n} draws.",
            "优势权重为某因素加入其他因素所有子集时R²增量的平均值，"
            "由模型隐含相关计算，总和为R² = {r}。"
            "此处各因素并列，不计入经由其他因素的间接作用，这一点与总效应不同。"
            "{level}%置信区间基于{n}次抽取。",
        ).fill(r=f"{self.r_squared:.3f}", level=f"{100 * self.level:g}", n=self.n_draws)
        notes = [note]
        if self.n_scores:
            notes.append(
                Text(
                    "Scale scores carry measurement error: their R² is {r} (n = {n}); HC3 errors.",
                    "量表均分含测量误差：其R²为{r}（n = {n}）；标准误为HC3。",
                ).fill(r=f"{self.r_squared_scores:.3f}", n=self.n_scores)
            )
        title = Text("Relative importance of the factors", "各因素的相对重要性")
        return Table("relative_importance", title, tuple(columns), tuple(rows), tuple(notes))

    def _dominance(self) -> Table:
        columns = (
            Column("first", Text("Dominates", "占优者"), "label"),
            Column("second", Text("Dominated", "被占优者"), "label"),
            Column("strongest", Text("Kind", "类型"), "text"),
            Column("reproduced", Text("Reproduced", "再现率"), bounded=True),
        )
        rows = tuple((p.first, p.second, _KINDS[p.strongest], p.reproduced) for p in self.pairs)
        note = Text(
            "The strongest kind that holds: complete (in every subset), conditional (on average "
            "at every size), general (on average over all). Reproduced: share of draws in which "
            "it holds too.",
            "所列为成立的最强类型：完全优势（每个子集）、条件优势（每种子集规模平均）、一般优势（总平均）。再现率："
            "该优势同样成立的抽取比例。",
        )
        title = Text("Dominance between pairs of factors", "因素两两优势关系")
        return Table("dominance", title, columns, rows, (note,))


_KINDS = {
    "complete": Text("complete", "完全优势"),
    "conditional": Text("conditional", "条件优势"),
    "general": Text("general", "一般优势"),
}


def relative_importance(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    scores: Any = None,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 500,
    seed: int | None = None,
    level: float = 0.95,
) -> RelativeImportance:
    """Divide the outcome's explained variance among the factors, on the latent level.

    Parameters
    ----------
    fit : SemResult
        One group.
    outcome : str
    candidates : sequence of str, optional
        Everything with a way to the outcome, by default.
    scores : DataFrame, optional
        Scale scores with a column for the outcome and each candidate, to show beside.
    names : mapping of str to Text, optional
    bootstrap : BootstrapResult, optional
    n_draws : int
    seed : int, optional
    level : float

    Returns
    -------
    RelativeImportance

    Raises
    ------
    DataError
        For fewer than two factors, more than 15, or an unknown name; if the model's correlations
        of them are not positive definite. (Draws of which this is so are left out.)

    References
    ----------
    :func:`dominance` and :func:`relative_weights`; latent correlations: Gu (2022), Structural
    Equation Modeling 29, 544-556 is near in aim.
    """
    base = estimated_structure(fit)
    chosen = leading_to(base, outcome, candidates)
    if len(chosen) < 2:
        raise DataError(
            Text(
                f"only {chosen[0]!r} leads to {outcome!r}, and importance is relative",
                f"只有 {chosen[0]!r} 通向 {outcome!r}，而重要性是相对的",
            ),
            fix=Text(
                "Give a model with at least two factors of the outcome.",
                "请给出至少有两个影响因素的模型。",
            ),
        )
    used = new_seed() if seed is None else seed
    drawn = drawn_structures(fit, n_draws, used, bootstrap, most=n_draws)
    observed = base.correlations([*chosen, outcome])
    if not _proper(observed).all():
        raise DataError(
            Text(
                f"the model's correlations of {', '.join([*chosen, outcome])} are not those of any "
                "variables, so their importance cannot be divided",
                f"模型隐含的{'、'.join([*chosen, outcome])}的相关矩阵非正定，无法分解其重要性",
            ),
            fix=Text(
                "Look at the findings of the fit; factors that correlate near one may be one.",
                "请查看模型的警告；相关接近1的因素可能是同一个因素。",
            ),
        )
    asked = drawn.correlations([*chosen, outcome])[:n_draws]
    sample = asked[_proper(asked)]
    now, over = dominance(observed), dominance(sample)
    weights, spread = relative_weights(observed)[0], relative_weights(sample)
    plain, shared = _ordinary(scores, chosen, outcome)
    findings = (*_lost(len(asked) - len(sample), len(asked)), *_doubts(plain, chosen))
    low, high = percentile(over.general, level)
    weight_low, weight_high = percentile(spread, level)
    slopes = np.linalg.solve(observed[0, :-1, :-1], observed[0, :-1, -1])
    known = names or {}
    nothing = np.full(len(chosen), np.nan)
    order = np.argsort(-now.general[0], kind="stable")
    rows = tuple(
        FactorShare(
            chosen[j],
            known.get(chosen[j], Text(chosen[j], chosen[j])),
            float(observed[0, j, -1]),
            float(slopes[j]),
            float(now.general[0, j]),
            float(low[j]),
            float(high[j]),
            float(weights[j]),
            float(weight_low[j]),
            float(weight_high[j]),
            float(now.general[0, j] / now.r_squared[0]),
            *(
                float(values[j])
                for values in (
                    (plain.beta, plain.se, shared, plain.vif) if plain else (nothing,) * 4
                )
            ),
        )
        for j in order
    )
    return RelativeImportance(
        rows,
        _dominating(chosen, [int(j) for j in order], now, over),
        outcome,
        float(now.r_squared[0]),
        plain.r_squared if plain else float("nan"),
        plain.n if plain else 0,
        level,
        len(sample),
        used,
        findings,
    )


def _proper(correlations: Floats) -> NDArray[np.bool_]:
    """Tell which matrices are positive definite, (b,): only of these is there an R squared."""
    return np.asarray(np.linalg.eigvalsh(correlations)[:, 0] > 1e-8)


def _lost(lost: int, asked: int) -> tuple[Finding, ...]:
    if lost <= 0.05 * asked:
        return ()
    return (
        Finding(
            "importance_draws_lost",
            "note",
            Text(
                f"in {lost} of {asked} draws the factors' correlations are not those of any "
                "variables; intervals of relative importance rest on the others.",
                f"{asked}次抽取中有{lost}次因素间相关矩阵非正定，相对重要性的区间仅基于其余抽取。",
            ),
        ),
    )


def _ordinary(
    scores: Any, chosen: Sequence[str], outcome: str
) -> tuple[OrdinaryRegression | None, Floats]:
    if scores is None:
        return None, np.empty(0)
    from ecosurvey.core.frames import as_frame, numeric_matrix

    joint = numeric_matrix(as_frame(scores, Text("scores", "得分")), [*chosen, outcome])
    plain = ordinary_regression(joint[:, :-1], joint[:, -1])
    return plain, dominance(plain.correlations).general[0]


def _dominating(
    chosen: Sequence[str], order: Sequence[int], now: Dominance, over: Dominance
) -> tuple[DominancePair, ...]:
    nowly, overly = now.conditionally[0], over.conditionally
    found = []
    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if now.complete[0, i, j]:
                kind, again = "complete", over.complete[:, i, j]
            elif nowly[i, j]:
                kind, again = "conditional", overly[:, i, j]
            else:
                kind, again = "general", over.general[:, i] > over.general[:, j]
            share = float(again.mean()) if len(again) else float("nan")
            found.append(DominancePair(chosen[i], chosen[j], kind, share))
    return tuple(found)


def _doubts(plain: OrdinaryRegression | None, chosen: Sequence[str]) -> tuple[Finding, ...]:
    if plain is None:
        return ()
    return tuple(
        Finding(
            "high_vif",
            "note",
            Text(
                f"the scale score of {name} has VIF {vif:.1f}: its slope in an ordinary regression "
                "is unsteady.",
                f"{name}量表均分的VIF为{vif:.1f}：其普通回归系数不稳定。",
            ),
            name,
        )
        for name, vif in zip(chosen, plain.vif, strict=True)
        if vif > _HIGH_VIF
    )
