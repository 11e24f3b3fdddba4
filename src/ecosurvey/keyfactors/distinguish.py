"""Which factors the data can tell apart: pairwise differences held to one error rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, p_relation
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.structures import drawn_structures, estimated_structure, leading_to

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairDifference:
    """How much larger one factor's total effect is than another's, in size.

    Attributes
    ----------
    first, second : str
        The larger estimate first.
    difference, se, ci_lower, ci_upper : float
        Of the sizes of the standardized totals; the interval is simultaneous over all pairs.
    pvalue : float
        Adjusted for all pairs (single-step max-t).
    apart : bool
        Whether the interval excludes zero.
    """

    first: str
    second: str
    difference: float
    se: float
    ci_lower: float
    ci_upper: float
    pvalue: float
    apart: bool


@dataclass(frozen=True, slots=True)
class Distinguished(Result):
    """The ranking as far as the data support it.

    Attributes
    ----------
    factors : tuple of str
        By size of the standardized total effect.
    names : tuple of Text
    pairs : tuple of PairDifference
    groups : tuple of tuple of str
        Largest sets of factors none of which can be told apart from another in its set.
    rank_lower, rank_upper : tuple of int
        Simultaneous rank intervals: they cover all true ranks at once at ``level``.
    first_pvalue : float
        Of the hypothesis that the first is not the largest: the largest p of its comparisons
        with each other factor, two-sided, which allows for its having been chosen as first.
    shares : tuple of tuple of float
        ``shares[i][r]``: share of draws in which factor i has rank r + 1.
    level : float
    n_draws, seed : int
    findings : tuple of Finding
    """

    factors: tuple[str, ...]
    names: tuple[Text, ...]
    pairs: tuple[PairDifference, ...]
    groups: tuple[tuple[str, ...], ...]
    rank_lower: tuple[int, ...]
    rank_upper: tuple[int, ...]
    first_pvalue: float
    shares: tuple[tuple[float, ...], ...]
    level: float
    n_draws: int
    seed: int
    findings: tuple[Finding, ...] = ()

    def letters(self, factor: str) -> str:
        """Return the letters of the groups a factor is in: those that share none differ."""
        return "".join(
            chr(ord("a") + at) if at < 26 else f"({at + 1})"
            for at, group in enumerate(self.groups)
            if factor in group
        )

    def apart(self, one: str, other: str) -> bool:
        """Tell whether two factors can be told apart."""
        return any(pair.apart for pair in self.pairs if {pair.first, pair.second} == {one, other})

    def tables(self) -> tuple[Table, ...]:
        """Return the groups with rank intervals, then all pairwise differences."""
        return (self._ranks(), self._pairs())

    def _ranks(self) -> Table:
        spanner = Text("Share of draws with rank", "各排名所占抽取比例")
        columns = (
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
            Column("letters", Text("Group", "组别"), "text"),
            Column("ranks", Text("Ranks", "排名区间"), "text"),
            *(
                Column(f"rank_{r + 1}", Text(f"{r + 1}", f"{r + 1}"), bounded=True, spanner=spanner)
                for r in range(len(self.factors))
            ),
        )
        rows: list[tuple[Cell, ...]] = []
        for at, factor in enumerate(self.factors):
            low, high = self.rank_lower[at], self.rank_upper[at]
            span = str(low) if low == high else f"{low}–{high}"
            rows.append((factor, self.names[at], self.letters(factor), span, *self.shares[at]))
        note = Text(
            "Factors that share a letter cannot be told apart at the {level}% level, all pairs "
            "considered together. The rank intervals hold for all factors at once. Whether the "
            "first is truly the largest is a single question with its own test: p {p}.",
            "在{level}%水平上同时考虑所有配对，共享同一字母的因素不能区分。排名区间对所有因素同时成立。"
            "首位因素是否确为最大另作单独检验：p {p}。",
        ).fill(level=f"{100 * self.level:g}", p=p_relation(self.first_pvalue))
        title = Text("Groups of factors that cannot be told apart", "不能相互区分的因素组")
        return Table("factor_groups", title, columns, tuple(rows), (note,))

    def _pairs(self) -> Table:
        columns = (
            Column("first", Text("Larger", "较大者"), "label"),
            Column("second", Text("Smaller", "较小者"), "label"),
            Column("difference", Text("Difference", "差值"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("ci_lower", Text("CI low", "置信下限"), decimals=3),
            Column("ci_upper", Text("CI high", "置信上限"), decimals=3),
            Column("pvalue", Text("p (adjusted)", "p（校正）"), "p"),
        )
        rows = tuple(
            (p.first, p.second, p.difference, p.se, p.ci_lower, p.ci_upper, p.pvalue)
            for p in self.pairs
        )
        note = Text(
            "Differences in size of standardized total effects, each taken in the direction of "
            "its estimate; simultaneous {level}% intervals and p by the largest standardized "
            "deviation over {n} draws.",
            "标准化总效应大小之差（各效应取其估计方向）；{level}%同时置信区间与p值由{n}次抽取的最大标准化偏差得到。",
        ).fill(level=f"{100 * self.level:g}", n=self.n_draws)
        title = Text("Pairwise differences of the total effects", "总效应的两两差异")
        return Table("factor_differences", title, columns, rows, (note,))


def distinguish(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 4000,
    seed: int | None = None,
    level: float = 0.95,
) -> Distinguished:
    r"""Say which factors differ in their total effect on the outcome, and which ranks that leaves.

    With sizes :math:`t_i` (standardized totals in the direction of their estimates), every
    :math:`t_i-t_j` gets the interval :math:`\pm q\,se_{ij}`, :math:`q` the ``level`` quantile of
    :math:`\max_{ij}|d^*_{ij}-d_{ij}|/se_{ij}` over draws. Factor i's rank is then between one
    plus the number surely larger, and the number of factors less those surely smaller.

    Parameters
    ----------
    fit : SemResult
        One group.
    outcome : str
    candidates : sequence of str, optional
        Everything with a way to the outcome, by default.
    names : mapping of str to Text, optional
    bootstrap : BootstrapResult, optional
        Its replicates are the draws; otherwise draws of N(estimate, covariance).
    n_draws : int
    seed : int, optional
    level : float

    Returns
    -------
    Distinguished

    Raises
    ------
    DataError
        If there are fewer than two factors, no standard errors, or an unknown name.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91, 476-518 (ranks);
    Gutmann & Maymin (1987), Annals of Statistics 15, 456-461 (is the first the largest?);
    Piepho (2004), Journal of Computational and Graphical Statistics 13, 456-466 (letters).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, b, e = np.random.default_rng(1).normal(size=(3, 500))
    >>> df = pd.DataFrame({"a": a, "b": b, "y": 0.6 * a + 0.2 * b + e})
    >>> distinguish(sem("y ~ a + b", df), "y", seed=1).groups
    (('a',), ('b',))
    """
    base = estimated_structure(fit)
    chosen = leading_to(base, outcome, candidates)
    if len(chosen) < 2:
        raise DataError(
            Text(
                f"only {chosen[0]!r} leads to {outcome!r}, and one factor has no rank",
                f"只有 {chosen[0]!r} 通向 {outcome!r}，一个因素无从排名",
            ),
            fix=Text(
                "Give a model with at least two factors of the outcome.",
                "请给出至少有两个影响因素的模型。",
            ),
        )
    used = new_seed() if seed is None else seed
    drawn = drawn_structures(fit, n_draws, used, bootstrap)
    if len(drawn) < 2:
        raise DataError(
            Text(
                "the fit has no standard errors, so nothing can be told apart",
                "拟合没有标准误，无法区分因素",
            ),
            fix=Text(
                "Fit with standard errors, or give bootstrap=fit.bootstrap(...).",
                "请在估计标准误的情况下拟合，或给出 bootstrap=fit.bootstrap(...)。",
            ),
        )
    totals = base.standardized_totals(outcome, chosen)[0]
    order = np.argsort(-np.abs(totals), kind="stable")
    ranked = tuple(chosen[at] for at in order)
    sizes = np.abs(totals[order])
    sample = drawn.standardized_totals(outcome, ranked) * np.sign(totals[order])
    pairs = _pairs(ranked, sizes, sample, level)
    known = names or {}
    lower, upper = _rank_intervals(ranked, pairs)
    return Distinguished(
        ranked,
        tuple(known.get(name, Text(name, name)) for name in ranked),
        pairs,
        _cliques(ranked, {frozenset((p.first, p.second)) for p in pairs if p.apart}),
        lower,
        upper,
        _first(pairs, ranked[0]),
        _shares(np.abs(sample)),
        level,
        len(drawn),
        used,
    )


def _pairs(
    ranked: tuple[str, ...], sizes: Floats, sample: Floats, level: float
) -> tuple[PairDifference, ...]:
    first, second = np.triu_indices(len(ranked), 1)
    difference = sizes[first] - sizes[second]
    moved = sample[:, first] - sample[:, second] - difference
    se = np.sqrt((moved**2).mean(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        largest = np.nanmax(np.abs(moved) / np.where(se > 0, se, np.nan), axis=1)
        z = np.abs(difference) / se
    critical = float(np.quantile(largest, level))
    pvalue = ((largest[:, None] >= z).sum(axis=0) + 1) / (len(largest) + 1)
    return tuple(
        PairDifference(
            ranked[i],
            ranked[j],
            float(difference[k]),
            float(se[k]),
            float(difference[k] - critical * se[k]),
            float(difference[k] + critical * se[k]),
            float(pvalue[k]),
            bool(difference[k] > critical * se[k]),
        )
        for k, (i, j) in enumerate(zip(first, second, strict=True))
    )


def _rank_intervals(
    ranked: tuple[str, ...], pairs: Sequence[PairDifference]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    larger = dict.fromkeys(ranked, 0)
    smaller = dict.fromkeys(ranked, 0)
    for pair in pairs:
        if pair.apart:
            smaller[pair.first] += 1
            larger[pair.second] += 1
    count = len(ranked)
    lower = tuple(1 + larger[name] for name in ranked)
    return lower, tuple(count - smaller[name] for name in ranked)


def _first(pairs: Sequence[PairDifference], first: str) -> float:
    from scipy.special import ndtr

    z = [p.difference / p.se if p.se > 0 else np.inf for p in pairs if p.first == first]
    return float(2 * ndtr(-min(z)))


def _cliques(ranked: tuple[str, ...], apart: set[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the maximal sets without a pair told apart, by insertion and absorption."""
    found: list[frozenset[str]] = [frozenset(ranked)]
    for pair in apart:
        split: list[frozenset[str]] = []
        for group in found:
            split += [group - {name} for name in pair] if pair <= group else [group]
        found = [g for g in dict.fromkeys(split) if not any(g < other for other in split)]
    place = {name: at for at, name in enumerate(ranked)}
    groups = [tuple(sorted(group, key=place.__getitem__)) for group in found if group]
    return tuple(sorted(groups, key=lambda group: [place[name] for name in group]))


def _shares(sizes: Floats) -> tuple[tuple[float, ...], ...]:
    count = sizes.shape[1]
    places = np.argsort(np.argsort(-sizes, axis=1, kind="stable"), axis=1, kind="stable")
    return tuple(
        tuple(float((places[:, at] == rank).mean()) for rank in range(count)) for at in range(count)
    )
