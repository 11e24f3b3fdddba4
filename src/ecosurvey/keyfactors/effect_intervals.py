"""Every effect on the outcome with intervals that need no symmetry, and what is mediated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm
from ecosurvey.keyfactors.draws import parameter_draws
from ecosurvey.keyfactors.structures import estimated_structure, leading_to, percentile

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult
    from ecosurvey.sem.effects import Effect

Floats = NDArray[np.float64]
_FEW = 500  # rows below which a proportion mediated is unsteady (MacKinnon et al. 1995)

_KINDS = {
    "total": Text("Total", "总效应"),
    "direct": Text("Direct", "直接效应"),
    "indirect": Text("Indirect", "间接效应"),
    "specific": Text("Specific path", "特定路径"),
}
Reason = str
_REASONS: dict[Reason, Text] = {
    "": Text("", ""),
    "total_unsure": Text("total effect not different from 0", "总效应不显著异于0"),
    "opposite_signs": Text("direct and indirect of opposite sign", "直接与间接效应方向相反"),
    "no_direct": Text("no direct path in the model: 1 by construction", "模型无直接路径，必为1"),
}


@dataclass(frozen=True, slots=True)
class EffectInterval:
    """One standardized effect on the outcome.

    Attributes
    ----------
    source, target : str
    kind : {"total", "direct", "indirect", "specific"}
    path : tuple of str
        Of a specific indirect effect.
    est, se : float
        Standardized; delta-method error.
    mc_lower, mc_upper : float
        Monte Carlo interval, from draws of N(estimate, covariance).
    boot_lower, boot_upper : float
        Bootstrap interval; NaN without a bootstrap.
    """

    source: str
    target: str
    kind: str
    path: tuple[str, ...]
    est: float
    se: float
    mc_lower: float
    mc_upper: float
    boot_lower: float
    boot_upper: float


@dataclass(frozen=True, slots=True)
class Mediated:
    """The part of a factor's total effect that goes through others.

    ``reason`` says why no proportion is given, and is empty where one is.
    """

    source: str
    proportion: float
    ci_lower: float
    ci_upper: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Contrast:
    """The difference of two specific indirect effects of one factor, standardized."""

    source: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    est: float
    se: float
    ci_lower: float
    ci_upper: float
    pvalue: float
    pvalue_holm: float
    pvalue_bh: float


@dataclass(frozen=True, slots=True)
class EffectIntervals(Result):
    """The effects on one outcome.

    Attributes
    ----------
    rows : tuple of EffectInterval
    mediated : tuple of Mediated
        One a factor that has an indirect way.
    contrasts : tuple of Contrast
    outcome : str
    names : mapping of str to Text
    bootstrap : str
        Kind of the bootstrap intervals; empty without a bootstrap.
    level : float
    n_draws, seed : int
    findings : tuple of Finding
    """

    rows: tuple[EffectInterval, ...]
    mediated: tuple[Mediated, ...]
    contrasts: tuple[Contrast, ...]
    outcome: str
    names: Mapping[str, Text]
    bootstrap: str
    level: float
    n_draws: int
    seed: int
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the effects, the proportions mediated, and the contrasts."""
        found = [self._effects()]
        if self.mediated:
            found.append(self._mediated())
        if self.contrasts:
            found.append(self._contrasts())
        return tuple(found)

    def _effects(self) -> Table:
        mc = Text("Monte Carlo", "蒙特卡罗法")
        boot = Text("Bootstrap", "自助法")
        columns = [
            Column("source", Text("Factor", "因素"), "label"),
            Column("kind", Text("Effect", "效应"), "text"),
            Column("path", Text("Path", "路径"), "text"),
            Column("est", Text("β", "β"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("mc_lower", Text("CI low", "置信下限"), decimals=3, spanner=mc),
            Column("mc_upper", Text("CI high", "置信上限"), decimals=3, spanner=mc),
        ]
        if self.bootstrap:
            columns += [
                Column("boot_lower", Text("CI low", "置信下限"), decimals=3, spanner=boot),
                Column("boot_upper", Text("CI high", "置信上限"), decimals=3, spanner=boot),
            ]
        rows: list[tuple[Cell, ...]] = []
        for r in self.rows:
            cells: tuple[Cell, ...] = (
                self.names.get(r.source, r.source), _KINDS[r.kind], " → ".join(r.path), r.est,
                r.se, r.mc_lower, r.mc_upper,
            )  # fmt: skip
            rows.append((*cells, r.boot_lower, r.boot_upper) if self.bootstrap else cells)
        note = Text(
            "Standardized effects; Monte Carlo {level}% intervals from {n} draws of the "
            "parameters.",
            "标准化效应；{level}%蒙特卡罗置信区间由{n}次参数抽取得到。",
        ).fill(level=f"{100 * self.level:g}", n=self.n_draws)
        title = Text("Effects on the outcome with intervals", "对结果变量的效应及置信区间")
        return Table("effect_intervals", title, tuple(columns), tuple(rows), (note,))

    def _mediated(self) -> Table:
        columns = (
            Column("source", Text("Factor", "因素"), "label"),
            Column("proportion", Text("Mediated, %", "中介比例%"), "percent", 1),
            Column("ci_lower", Text("CI low", "置信下限"), "percent", 1),
            Column("ci_upper", Text("CI high", "置信上限"), "percent", 1),
            Column("reason", Text("Why not reported", "不报告的原因"), "text"),
        )
        rows = tuple(
            (
                self.names.get(m.source, m.source),
                *(None if v != v else 100 * v for v in (m.proportion, m.ci_lower, m.ci_upper)),
                _REASONS[m.reason],
            )
            for m in self.mediated
        )
        note = Text(
            "Indirect over total effect. Not reported where it has no meaning: total effect not "
            "different from zero, direct and indirect effects of opposite sign, or no direct path.",
            "间接效应占总效应之比。总效应不显著、直接与间接效应方向相反或无直接路径时无意义，不予报告。",
        )
        title = Text("Proportion mediated", "中介效应占比")
        return Table("proportion_mediated", title, columns, rows, (note,))

    def _contrasts(self) -> Table:
        columns = (
            Column("source", Text("Factor", "因素"), "label"),
            Column("first", Text("Path", "路径"), "text"),
            Column("second", Text("less path", "减路径"), "text"),
            Column("est", Text("Difference", "差值"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("ci_lower", Text("CI low", "置信下限"), decimals=3),
            Column("ci_upper", Text("CI high", "置信上限"), decimals=3),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("pvalue_bh", Text("p (BH)", "p（BH）"), "p"),
        )
        rows = tuple(
            (
                self.names.get(c.source, c.source), " → ".join(c.first), " → ".join(c.second),
                c.est, c.se, c.ci_lower, c.ci_upper, c.pvalue, c.pvalue_holm, c.pvalue_bh,
            )
            for c in self.contrasts
        )  # fmt: skip
        note = Text(
            "Standard errors, intervals and p from the draws.", "标准误、置信区间与p值由抽取得到。"
        )
        title = Text("Contrasts of specific indirect effects", "特定间接效应的对比")
        return Table("effect_contrasts", title, columns, rows, (note,))


def effect_intervals(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 4000,
    seed: int | None = None,
    level: float = 0.95,
) -> EffectIntervals:
    """Return direct, indirect, specific and total effects with intervals from draws.

    Parameters
    ----------
    fit : SemResult
        One group, with standard errors.
    outcome : str
    candidates : sequence of str, optional
    names : mapping of str to Text, optional
    bootstrap : BootstrapResult, optional
        ``fit.bootstrap(1000, "bca")``: its intervals stand beside the Monte Carlo ones.
    n_draws : int
    seed : int, optional
    level : float

    Returns
    -------
    EffectIntervals

    Raises
    ------
    DataError
        If the fit has no standard errors, or a name is not in the model.

    References
    ----------
    Preacher & Selig (2012), Communication Methods and Measures 6, 77-98 (Monte Carlo);
    MacKinnon, Warsi & Dwyer (1995), Multivariate Behavioral Research 30, 41-62 (proportions);
    Preacher & Hayes (2008), Behavior Research Methods 40, 879-891 (contrasts).

    Examples
    --------
    >>> import pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, e, f = np.random.default_rng(1).normal(size=(3, 500))
    >>> m = 0.5 * a + e
    >>> df = pd.DataFrame({"a": a, "m": m, "y": 0.5 * m + f})
    >>> found = effect_intervals(sem("m ~ a; y ~ m", df), "y", seed=1)
    >>> [row.kind for row in found.rows if row.source == "a"]
    ['total', 'indirect', 'specific']
    """
    from ecosurvey.sem.bootstrap.quantities import quantities
    from ecosurvey.sem.bootstrap.refit import fixed_values

    chosen = leading_to(estimated_structure(fit), outcome, candidates)
    if not np.isfinite(fit.fit.vcov).all():
        raise DataError(
            Text(
                "the fit has no standard errors, so effects have no intervals",
                "拟合没有标准误，因此效应没有置信区间",
            ),
            fix=Text("Fit with standard errors.", "请在估计标准误的情况下拟合。"),
        )
    used = new_seed() if seed is None else seed
    terms = [row for row in fit.effects(outcome).rows if row.source in chosen]
    x = parameter_draws(fit.fit.x, fit.fit.vcov, n_draws, used)
    model = fit.fit.model
    fixed = [np.repeat(part[None], n_draws, axis=0) for part in fixed_values(model)]
    sample = quantities(model, x, fixed, terms).effects_std
    sample = sample[np.isfinite(sample).all(axis=1)]
    low, high = percentile(sample, level)
    booted = _booted(bootstrap)
    rows = tuple(
        EffectInterval(
            term.source, term.target, term.kind, term.path, term.std_all, term.std_se,
            float(low[k]), float(high[k]), *booted.get(_key(term), (float("nan"),) * 2),
        )
        for k, term in enumerate(terms)
    )  # fmt: skip
    mediated = _mediated(terms, sample, level)
    return EffectIntervals(
        rows, mediated, _contrasts(terms, sample, level), outcome, dict(names or {}),
        "" if bootstrap is None else bootstrap.ci, level, len(sample), used,
        _doubts(mediated, fit.n),
    )  # fmt: skip


_Key = tuple[str, str, str]


def _key(term: Effect) -> _Key:
    return (term.source, term.kind, " -> ".join(term.path))


def _booted(bootstrap: BootstrapResult | None) -> dict[_Key, tuple[float, float]]:
    if bootstrap is None:
        return {}
    frame = bootstrap.effects
    columns = ["source", "kind", "path", "std_ci_lower", "std_ci_upper", "target"]
    wanted = {_key(term): term.target for term in bootstrap.terms}
    return {
        (str(s), str(k), str(p)): (float(lo), float(hi))
        for s, k, p, lo, hi, target in frame[columns].itertuples(index=False)
        if (str(s), str(k), str(p)) in wanted and target
    }


def _mediated(terms: Sequence[Effect], sample: Floats, level: float) -> tuple[Mediated, ...]:
    at = {(term.source, term.kind): k for k, term in enumerate(terms) if term.kind != "specific"}
    nan = float("nan")
    found = []
    for source in dict.fromkeys(term.source for term in terms):
        if (source, "indirect") not in at:
            continue
        total = terms[at[source, "total"]]
        indirect = terms[at[source, "indirect"]]
        low, high = percentile(sample[:, at[source, "total"]], level)
        reason = ""
        if (source, "direct") not in at:
            reason = "no_direct"
        elif low <= 0 <= high:
            reason = "total_unsure"
        elif terms[at[source, "direct"]].std_all * indirect.std_all < 0:
            reason = "opposite_signs"
        if reason:
            found.append(Mediated(source, nan, nan, nan, reason))
            continue
        shares = sample[:, at[source, "indirect"]] / sample[:, at[source, "total"]]
        one, other = percentile(shares, level)
        share = indirect.std_all / total.std_all
        found.append(Mediated(source, share, float(one), float(other), ""))
    return tuple(found)


def _contrasts(terms: Sequence[Effect], sample: Floats, level: float) -> tuple[Contrast, ...]:
    pairs = [
        (i, j)
        for i, j in combinations([k for k, t in enumerate(terms) if t.kind == "specific"], 2)
        if terms[i].source == terms[j].source
    ]
    raw = []
    for i, j in pairs:
        difference = sample[:, i] - sample[:, j]
        tail = min(float((difference <= 0).mean()), float((difference >= 0).mean()))
        raw.append((difference, max(2 * tail, 2 / (len(difference) + 1))))
    pvalues = [min(p, 1.0) for _, p in raw]
    found = []
    for (i, j), (difference, _), p, p_holm, p_bh in zip(
        pairs, raw, pvalues, holm(pvalues), benjamini_hochberg(pvalues), strict=True
    ):
        low, high = percentile(difference, level)
        est = terms[i].std_all - terms[j].std_all
        found.append(
            Contrast(
                terms[i].source, terms[i].path, terms[j].path, est,
                float(difference.std(ddof=1)), float(low), float(high), p, p_holm, p_bh,
            )
        )  # fmt: skip
    return tuple(found)


def _doubts(mediated: Sequence[Mediated], n: int) -> tuple[Finding, ...]:
    if n >= _FEW or not any(row.reason == "" for row in mediated):
        return ()
    return (
        Finding(
            "proportion_mediated_unsteady",
            "note",
            Text(
                f"proportions mediated are unsteady with fewer than {_FEW} rows (here {n}).",
                f"样本少于{_FEW}（此处为{n}）时，中介占比不稳定。",
            ),
        ),
    )
