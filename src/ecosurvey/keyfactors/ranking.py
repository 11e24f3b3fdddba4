"""The key factors: constructs ranked by their total effect on the outcome, with the doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import (
    Column,
    DataError,
    Finding,
    OptionError,
    Result,
    Table,
    Text,
    did_you_mean,
)
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.draws import parameter_draws, standardized_totals

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.effects import Effect

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankedFactor:
    """One factor with its place.

    Attributes
    ----------
    factor : str
        Name in the model.
    name : Text
        Name for the reader.
    rank : int
        1 for the largest absolute standardized total effect.
    total_std, se, z, pvalue, ci_lower, ci_upper : float
        Standardized total effect on the outcome; delta-method errors.
    direct_std, indirect_std : float
        Its two parts; 0 where the model has no such way.
    prob_first, prob_top3 : float
        Share of parameter draws in which the factor is first, and among the first three.
    rank_lower, rank_upper : float
        95% interval of the rank over the draws; NaN without standard errors.
    """

    factor: str
    name: Text
    rank: int
    total_std: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    direct_std: float
    indirect_std: float
    prob_first: float
    prob_top3: float
    rank_lower: float
    rank_upper: float


@dataclass(frozen=True, slots=True)
class KeyFactors(Result):
    """The ranked factors of one outcome.

    Attributes
    ----------
    rows : tuple of RankedFactor
        By rank.
    outcome : str
    outcome_name : Text
    level : float
        Of the intervals.
    n_draws, seed : int
        Of the rank distribution.
    findings : tuple of Finding
    """

    rows: tuple[RankedFactor, ...]
    outcome: str
    outcome_name: Text
    level: float
    n_draws: int
    seed: int
    findings: tuple[Finding, ...] = ()

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors by rank."""
        return tuple(row.factor for row in self.rows)

    def tables(self) -> tuple[Table, ...]:
        """Return the ranking as a table of the paper."""
        interval = Text("95% CI", "95%置信区间")
        columns = (
            Column("rank", Text("Rank", "排名"), "count"),
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
            Column("total_std", Text("Total effect", "总效应"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("ci_lower", Text("Low", "下限"), decimals=3, spanner=interval),
            Column("ci_upper", Text("High", "上限"), decimals=3, spanner=interval),
            Column("pvalue", Text("p", "p"), "p"),
            Column("direct_std", Text("Direct", "直接效应"), decimals=3),
            Column("indirect_std", Text("Indirect", "间接效应"), decimals=3),
            Column("prob_first", Text("P(first)", "P（第一）"), bounded=True),
            Column("prob_top3", Text("P(top 3)", "P（前三）"), bounded=True),
            Column("ranks", Text("Rank interval", "排名区间"), "text"),
        )
        rows = tuple(
            (
                row.rank,
                row.factor,
                row.name,
                row.total_std,
                row.se,
                row.ci_lower,
                row.ci_upper,
                row.pvalue,
                row.direct_std,
                row.indirect_std,
                row.prob_first,
                row.prob_top3,
                _ranks(row),
            )
            for row in self.rows
        )
        note = Text(
            "Standardized total effects on {outcome}, ranked by size regardless of sign; errors by "
            "the delta method. Probabilities and 95% rank intervals are over {n} draws of the "
            "parameters from their sampling distribution. From one point in time these are "
            "associations that the model orders, not effects proved to be causal.",
            "对“{outcome}”的标准化总效应，按绝对值排名；标准误由Delta法得到。概率与95%排名区间由参数抽样分布的{n}次抽取"
            "得到。数据来自同一时点，所示为模型所排序的关联，不能证明因果。",
        ).fill(outcome=self.outcome_name, n=self.n_draws)
        title = Text("Key influencing factors of {outcome}", "“{outcome}”的关键影响因素")
        filled = title.fill(outcome=self.outcome_name)
        return (Table("key_factors", filled, columns, rows, (note,)),)


def key_factors(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    names: Mapping[str, Text] | None = None,
    n_draws: int = 2000,
    seed: int | None = None,
) -> KeyFactors:
    """Rank the factors of an outcome by their standardized total effects, and say how surely.

    A point ranking hides that neighbours may be exchangeable, so each factor also gets the
    probability of being first and among the first three, and an interval of its rank, over
    draws of the parameters from N(estimate, covariance).

    Parameters
    ----------
    fit : SemResult
        A fitted structural model of one group.
    outcome : str
        Latent or observed variable that the model explains.
    candidates : sequence of str, optional
        What to rank; by default everything with a directed way to the outcome.
    names : mapping of str to Text, optional
        Names for the reader.
    n_draws : int
    seed : int, optional
        Drawn and stored if not given.

    Returns
    -------
    KeyFactors

    Raises
    ------
    DataError
        If the outcome or a candidate is not in the structural model, or nothing leads there.
    OptionError
        For a model of several groups.

    References
    ----------
    Bollen (1987), Sociological Methodology 17, 37-69 (total effects); MacKinnon, Lockwood &
    Williams (2004), Multivariate Behavioral Research 39, 99-128 (draws).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from ecosurvey.sem import sem
    >>> rng = np.random.default_rng(1)
    >>> a, b = rng.normal(size=(2, 500))
    >>> df = pd.DataFrame({"a": a, "b": b, "y": 0.6 * a + 0.2 * b + rng.normal(size=500)})
    >>> key_factors(sem("y ~ a + b", df), "y", seed=1).factors
    ('a', 'b')
    """
    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"the model has {len(fit.groups)} groups, and factors are ranked in one",
                f"模型有{len(fit.groups)}个组，而因素排名在一个组内进行",
            ),
            fix=Text(
                "Fit the model to one group, or without group=.",
                "请对一个组拟合模型，或去掉 group=。",
            ),
        )
    effects = fit.effects(outcome)
    totals = {row.source: row for row in effects.rows if row.kind == "total"}
    chosen = _chosen(totals, candidates, outcome, fit)
    direct, indirect = (
        {row.source: row.std_all for row in effects.rows if row.kind == kind}
        for kind in ("direct", "indirect")
    )
    used = new_seed() if seed is None else seed
    ranks = _rank_draws(fit, outcome, chosen, n_draws, used)
    order = sorted(chosen, key=lambda name: -abs(totals[name].std_all))
    known = names or {}
    rows = tuple(
        _row(
            totals[name],
            place,
            known.get(name, Text(name, name)),
            direct.get(name, 0.0),
            indirect.get(name, 0.0),
            ranks[:, chosen.index(name)],
        )
        for place, name in enumerate(order, 1)
    )
    findings = (*effects.findings, *_doubts(rows, len(ranks), n_draws))
    outcome_name = known.get(outcome, Text(outcome, outcome))
    return KeyFactors(rows, outcome, outcome_name, fit.level, len(ranks), used, findings)


def _chosen(
    totals: Mapping[str, Effect], candidates: Sequence[str] | None, outcome: str, fit: SemResult
) -> list[str]:
    if not totals:
        raise DataError(
            Text(
                f"nothing in the model leads to {outcome!r}", f"模型中没有任何变量通向 {outcome!r}"
            ),
            fix=Text(
                f"Add a regression with {outcome} on the left, or name another outcome.",
                f"请加上左侧为 {outcome} 的回归，或指定另一个结果变量。",
            ),
        )
    if candidates is None:
        return list(totals)
    for name in candidates:
        if name not in totals:
            raise DataError(
                Text(
                    f"no directed way leads from {name!r} to {outcome!r} in the model",
                    f"模型中没有从 {name!r} 通向 {outcome!r} 的路径",
                ),
                fix=did_you_mean(name, totals)
                or Text(
                    f"Those with a way: {', '.join(totals)}.", f"可用的有：{'、'.join(totals)}。"
                ),
            )
    return list(dict.fromkeys(candidates))


def _rank_draws(
    fit: SemResult, outcome: str, chosen: list[str], n_draws: int, seed: int
) -> NDArray[np.int64]:
    """Return the rank of each factor in each admissible draw; no rows without errors."""
    if not np.isfinite(fit.fit.vcov).all():
        return np.empty((0, len(chosen)), dtype=np.int64)
    model = fit.fit.model
    known = list(model.layouts[0].factors)
    draws = parameter_draws(fit.fit.x, fit.fit.vcov, n_draws, seed)
    sources = [known.index(name) for name in chosen]
    totals = standardized_totals(model, draws, known.index(outcome), sources)
    sizes = np.abs(totals[np.isfinite(totals).all(axis=1)])
    places = np.argsort(np.argsort(-sizes, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(places + 1, dtype=np.int64)


def _row(
    effect: Effect,
    place: int,
    name: Text,
    direct: float,
    indirect: float,
    ranks: NDArray[np.int64],
) -> RankedFactor:
    nan = float("nan")
    low, high = np.quantile(ranks, [0.025, 0.975], method="nearest") if len(ranks) else (nan, nan)
    return RankedFactor(
        factor=effect.source,
        name=name,
        rank=place,
        total_std=effect.std_all,
        se=effect.std_se,
        z=effect.std_z,
        pvalue=effect.std_pvalue,
        ci_lower=effect.std_ci_lower,
        ci_upper=effect.std_ci_upper,
        direct_std=direct,
        indirect_std=indirect,
        prob_first=float((ranks == 1).mean()) if len(ranks) else nan,
        prob_top3=float((ranks <= 3).mean()) if len(ranks) else nan,
        rank_lower=float(low),
        rank_upper=float(high),
    )


def _ranks(row: RankedFactor) -> str:
    if row.rank_lower != row.rank_lower:
        return ""
    low, high = int(row.rank_lower), int(row.rank_upper)
    return str(low) if low == high else f"{low}–{high}"


def _doubts(rows: Sequence[RankedFactor], used: int, asked: int) -> list[Finding]:
    """Say where the order is not sure."""
    found = []
    if used < 0.95 * asked:
        found.append(
            Finding(
                "rank_draws_lost",
                "warning",
                Text(
                    f"{asked - used} of {asked} parameter draws gave no admissible model; rank "
                    "probabilities rest on the others.",
                    f"{asked}次参数抽取中有{asked - used}次不可接受，排名概率仅基于其余抽取。",
                ),
            )
        )
    if len(rows) > 1 and used and rows[0].prob_first < 0.95:
        first, second = rows[0], max(rows[1:], key=lambda row: row.prob_first)
        found.append(
            Finding(
                "first_rank_not_sure",
                "note",
                Text(
                    "{a} ranks first with probability {p}; it cannot be told apart from {b} at "
                    "the 95% level.",
                    "{a}排名第一的概率为{p}，在95%水平上不能与{b}区分。",
                ).fill(a=first.name, b=second.name, p=f"{first.prob_first:.2f}"),
                first.factor,
            )
        )
    return found
