"""What the rules for the number of factors say together, and a reasoned recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.efa import check_number
from ecosurvey.factors.fit import degrees_of_freedom
from ecosurvey.factors.moments import Missing, Moments, invert, read_moments
from ecosurvey.factors.retention.average_partial import AveragePartial, average_partial
from ecosurvey.factors.retention.comparison_data import ComparisonData, comparison_data
from ecosurvey.factors.retention.hull import Hull, hull
from ecosurvey.factors.retention.parallel import ParallelAnalysis, parallel_analysis
from ecosurvey.factors.retention.rules import acceleration_factor, empirical_kaiser, kaiser


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says.

    Attributes
    ----------
    rule : str
        Stable name.
    name : Text
    n_factors : int
        0 of the hull method where it finds no bend, and then it does not count.
    counts : bool
        Whether the recommendation rests on it; the others are known to be biased and shown
        because readers ask for them.
    """

    rule: str
    name: Text
    n_factors: int
    counts: bool


@dataclass(frozen=True, slots=True, repr=False)
class NumberOfFactors(Result):
    """What each rule says, and the recommendation.

    Attributes
    ----------
    recommended : int
        The number most of the trusted rules agree on; parallel analysis decides a tie, and where
        no two agree the middle number is taken.
    agreeing, trusted : int
        Trusted rules that say the same, and trusted rules in all.
    verdicts : tuple of Verdict
    parallel : ParallelAnalysis
    average_partial : AveragePartial
    hull : Hull
    comparison : ComparisonData or None
        ``None`` for a matrix, correlations other than Pearson's, or where it was not asked for.
    """

    recommended: int
    agreeing: int
    trusted: int
    verdicts: tuple[Verdict, ...]
    parallel: ParallelAnalysis
    average_partial: AveragePartial
    hull: Hull
    findings: tuple[Finding, ...] = ()
    comparison: ComparisonData | None = None

    def __repr__(self) -> str:
        return f"NumberOfFactors({self.recommended}, {self.agreeing} of {self.trusted} rules)"

    def tables(self) -> tuple[Table, ...]:
        """Return what each rule says, then parallel analysis."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                v.name,
                None if v.rule == "hull" and not v.n_factors else v.n_factors,
                _YES if v.counts else _NO,
            )
            for v in self.verdicts
        )
        said = Text(
            f"Recommended: {self.recommended}; {self.agreeing} of the {self.trusted} rules that "
            "simulations favour agree. Parallel analysis decides a tie; where no two agree the "
            "middle number is taken. Theory has the last word.",
            f"建议因子数：{self.recommended}；在模拟研究支持的{self.trusted}项准则中有"
            f"{self.agreeing}项一致，票数相同时以平行分析为准，各准则互不一致时取居中者。"
            "最终仍应以理论为依据。",
        )
        return (
            Table(
                "number_of_factors",
                Text("Number of factors by rule", "各准则建议的因子数"),
                (
                    Column("rule", Text("Rule", "准则"), "label"),
                    Column("n_factors", Text("Factors", "因子数"), "count"),
                    Column("counts", Text("Counts", "计票"), "text"),
                ),
                rows,
                (said,),
            ),
            *self.parallel.tables(),
        )


_YES, _NO = Text("yes", "是"), Text("no", "否")


def number_of_factors(
    data: Any,
    *,
    n_iter: int = 1000,
    seed: int | None = None,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
    comparison: bool = True,
    jobs: int | None = None,
) -> NumberOfFactors:
    """Ask the rules for the number of factors, and recommend one.

    Parallel analysis (components, 95th percentile), the empirical Kaiser criterion, the hull
    method and comparison data each have one vote, as rules that simulations favour (Auerswald &
    Moshagen, 2019).
    Kaiser's rule and parallel analysis of the reduced matrix, which tend to keep too many, and
    the acceleration factor and the average partials, which tend to keep too few where factors
    have few items, are shown beside them.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix with ``n_obs``.
    n_iter, seed : int
        Of the parallel analysis.
    n_obs : int, optional
    missing : {"pairwise", "listwise"}
    correlation : {"pearson", "spearman", "polychoric"}
        Of the answers.
    comparison : bool
        Whether to ask comparison data, which takes seconds. It needs the answers, and Pearson
        correlations.
    jobs : int, optional
        Processes of a parallel analysis of Spearman or polychoric correlations.

    Returns
    -------
    NumberOfFactors

    References
    ----------
    Auerswald, M., & Moshagen, M. (2019). How to determine the number of factors to retain in
    exploratory factor analysis. Psychological Methods, 24, 468-491.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> L = np.kron(np.eye(2), np.full((4, 1), .7))
    >>> r = L @ L.T
    >>> np.fill_diagonal(r, 1)
    >>> number_of_factors(pd.DataFrame(r), n_obs=300, n_iter=100, seed=1).recommended
    2
    """
    moments = read_moments(
        data, n_obs=n_obs, missing=missing, least=4, what="the number of factors",
        correlation=correlation,
    )  # fmt: skip
    n = moments.need_n("the number of factors")
    invert(moments, "the number of factors")
    given = {
        "n_iter": n_iter,
        "n_obs": n_obs,
        "missing": missing,
        "correlation": correlation,
        "jobs": jobs,
    }
    components = parallel_analysis(data, method="pca", seed=seed, **given)  # type: ignore[arg-type]
    reduced = parallel_analysis(
        data,
        method="fa",
        seed=components.seed,
        **given,  # type: ignore[arg-type]
    )
    values = components.eigenvalues
    partial = average_partial(moments.corr)
    # the boundary must reach beyond the number sought
    liberal = max(components.n_factors, reduced.n_factors)
    boundary = hull(moments.corr, _most(liberal + 1, moments.p))
    compared = None
    if comparison and moments.rows is not None and correlation == "pearson":
        others = [reduced.n_factors, kaiser(values), empirical_kaiser(values, n)]
        compared = _compared(moments, components, others)
    verdicts = (
        Verdict("parallel_analysis", _NAMES["pa"], components.n_factors, True),
        Verdict("empirical_kaiser", _NAMES["ekc"], empirical_kaiser(values, n), True),
        Verdict("hull", _NAMES["hull"], boundary.n_factors, boundary.n_factors > 0),
        *_verdict_of(compared),
        Verdict("map_revised", _NAMES["map4"], partial.n_factors_revised, False),
        Verdict("map", _NAMES["map2"], partial.n_factors, False),
        Verdict("parallel_analysis_fa", _NAMES["pa_fa"], reduced.n_factors, False),
        Verdict("kaiser", _NAMES["kaiser"], kaiser(values), False),
        Verdict("acceleration_factor", _NAMES["af"], acceleration_factor(values), False),
    )
    recommended, agreeing, voters = elect(verdicts)
    findings = list(components.findings)
    if agreeing * 2 <= voters:
        findings.append(_disagreement(verdicts))
    return NumberOfFactors(
        recommended, agreeing, voters, verdicts, components, partial, boundary, tuple(findings),
        compared,
    )  # fmt: skip


def _compared(moments: Moments, components: ParallelAnalysis, others: list[int]) -> ComparisonData:
    """Ask comparison data, up to one factor more than any other rule says."""
    rows = moments.need_rows("comparison data")
    most = _most(max([components.n_factors, *others]) + 1, moments.p)
    return comparison_data(rows, moments.corr, most, seed=components.seed)


def _verdict_of(compared: ComparisonData | None) -> tuple[Verdict, ...]:
    if compared is None:
        return ()
    return (Verdict("comparison_data", _NAMES["cd"], compared.n_factors, True),)


def elect(verdicts: tuple[Verdict, ...]) -> tuple[int, int, int]:
    """Return the number with most votes, its votes, and all votes.

    The first rule breaks ties; where no two of three or more agree, the middle number is taken,
    which neither the rule that keeps too few factors nor the one that keeps too many decides.
    """
    votes = [v.n_factors for v in verdicts if v.counts]
    best = max(votes.count(number) for number in votes)
    if best == 1 and len(votes) > 2:
        chosen = sorted(votes)[(len(votes) - 1) // 2]
    else:
        chosen = next(number for number in votes if votes.count(number) == best)
    return chosen, best, len(votes)


def _most(wanted: int, p: int) -> int:
    """Return the number wanted, or the largest that p items can carry."""
    possible = max(k for k in range(1, p) if k == 1 or degrees_of_freedom(p, k) > 0)
    most = min(max(wanted, 2), possible)
    check_number(most, p)
    return most


_NAMES = {
    "pa": Text("Parallel analysis, components, 95th percentile", "平行分析（主成分，第95百分位）"),
    "pa_fa": Text("Parallel analysis, reduced matrix", "平行分析（缩减相关矩阵）"),
    "ekc": Text("Empirical Kaiser criterion", "经验Kaiser准则（EKC）"),
    "hull": Text("Hull method (CAF)", "Hull法（CAF）"),
    "cd": Text("Comparison data", "比较数据法（CD）"),
    "map4": Text("Minimum average partial, revised", "最小平均偏相关（MAP，修订版）"),
    "map2": Text("Minimum average partial, original", "最小平均偏相关（MAP，原版）"),
    "kaiser": Text("Eigenvalues above one (Kaiser)", "特征值大于1（Kaiser准则）"),
    "af": Text("Acceleration factor of the scree", "碎石图加速因子"),
}


def _disagreement(verdicts: tuple[Verdict, ...]) -> Finding:
    said = sorted({v.n_factors for v in verdicts if v.counts})
    span = f"{said[0]}–{said[-1]}"
    return Finding(
        "rules_disagree",
        "note",
        Text(
            f"The rules for the number of factors disagree ({span}).",
            f"各因子数判定准则结论不一致（{span}）。",
        ),
        hint=Text(
            "Compare the solutions for meaning and fit before choosing.",
            "请比较不同因子数解的可解释性与拟合后再作取舍。",
        ),
    )
