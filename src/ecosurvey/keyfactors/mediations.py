"""What became of each expected mediation: the indirect way, its interval, and its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm
from ecosurvey.keyfactors.draws import parameter_draws, standardized_ways
from ecosurvey.keyfactors.hypotheses import VERDICTS, Verdict, verdict_on
from ecosurvey.keyfactors.structures import percentile

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult
    from ecosurvey.sem.effects import Effect

Kind = Literal["indirect only", "complementary", "competitive", "no direct path", "none"]
_KINDS: dict[Kind, Text] = {
    "indirect only": Text("Indirect only", "仅间接"),
    "complementary": Text("Complementary", "互补"),
    "competitive": Text("Competitive", "竞争"),
    "no direct path": Text("No direct path in the model", "模型无直接路径"),
    "none": Text("None", "无"),
}


@dataclass(frozen=True, slots=True)
class MediationClaim:
    """An expected indirect way through the model, from source to target, and its sign."""

    id: str
    path: tuple[str, ...]
    sign: Literal["+", "-", "?"]


@dataclass(frozen=True, slots=True)
class JudgedMediation:
    """A claim with what the data say of it.

    Attributes
    ----------
    claim : MediationClaim
    est, se : float
        Standardized; delta-method error.
    ci_lower, ci_upper, pvalue : float
        From the draws, which allow for a skew distribution.
    pvalue_holm, pvalue_bh : float
        Over the claims.
    kind : str
        Beside the direct path (Zhao, Lynch & Chen 2010): ``"indirect only"``,
        ``"complementary"`` (same sign), ``"competitive"``, ``"no direct path"``; ``"none"``
        where the indirect way is not supported.
    verdict : str
    """

    claim: MediationClaim
    est: float
    se: float
    ci_lower: float
    ci_upper: float
    pvalue: float
    pvalue_holm: float
    pvalue_bh: float
    kind: Kind
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Mediations(Result):
    """The expected mediations.

    Attributes
    ----------
    rows : tuple of JudgedMediation
    names : mapping of str to Text
    drawn : str
        ``"bootstrap"`` or ``"Monte Carlo"``.
    n_draws, seed : int
    level : float
    findings : tuple of Finding
    """

    rows: tuple[JudgedMediation, ...]
    names: Mapping[str, Text]
    drawn: str
    n_draws: int
    seed: int
    level: float
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one row a claim."""
        interval = Text("{p}% CI", "{p}%置信区间").fill(p=f"{100 * self.level:g}")
        columns = (
            Column("id", Text("Hypothesis", "假设"), "label"),
            Column("path", Text("Path", "路径"), "text"),
            Column("sign", Text("Expected", "预期"), "text"),
            Column("est", Text("β", "β"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("ci_lower", Text("Low", "下限"), decimals=3, spanner=interval),
            Column("ci_upper", Text("High", "上限"), decimals=3, spanner=interval),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("pvalue_bh", Text("p (BH)", "p（BH）"), "p"),
            Column("kind", Text("Beside the direct path", "与直接路径相比"), "text"),
            Column("verdict", Text("Result", "结果"), "text"),
        )
        rows = tuple(
            (
                r.claim.id, self._way(r.claim.path), r.claim.sign.replace("-", "−"), r.est, r.se,
                r.ci_lower, r.ci_upper, r.pvalue, r.pvalue_holm, r.pvalue_bh, _KINDS[r.kind],
                VERDICTS[r.verdict],
            )
            for r in self.rows
        )  # fmt: skip
        drawn = {
            "bootstrap": Text("bootstrap", "自助法"),
            "Monte Carlo": Text("Monte Carlo", "蒙特卡罗法"),
        }
        note = Text(
            "Standardized specific indirect effects; intervals and p from {n} {d} draws, p "
            "adjusted over the {k} hypotheses. An indirect effect in answers of one point in time "
            "is an association along the path, not proof that one thing works through another.",
            "标准化特定间接效应；置信区间与p值由{d}{n}次抽取得到，并对{k}条假设校正。同一时点数据中的间接效应"
            "仅为沿路径的关联，不能证明中介机制。",
        ).fill(n=self.n_draws, d=drawn[self.drawn], k=len(self.rows))
        title = Text("Tests of the mediations", "中介效应检验")
        return (Table("mediations", title, columns, rows, (note,)),)

    def _way(self, path: Sequence[str]) -> Text:
        known = [self.names.get(name, Text(name, name)) for name in path]
        return Text(" → ".join(n.en for n in known), " → ".join(n.zh for n in known))


def mediations(
    fit: SemResult,
    claims: Sequence[MediationClaim],
    *,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 10_000,
    seed: int | None = None,
    level: float = 0.95,
) -> Mediations:
    """Hold each expected indirect way against the model.

    Parameters
    ----------
    fit : SemResult
        One group, with standard errors.
    claims : sequence of MediationClaim
    names : mapping of str to Text, optional
    bootstrap : BootstrapResult, optional
        Its replicates are the draws; otherwise draws of N(estimate, covariance).
    n_draws : int
    seed : int, optional
    level : float
        A claim is supported where its p, adjusted by Holm's method, is below ``1 - level``.

    Returns
    -------
    Mediations

    Raises
    ------
    DataError
        If a way is not in the model, or the fit has no standard errors.

    References
    ----------
    Preacher & Selig (2012), Communication Methods and Measures 6, 77-98; Zhao, Lynch & Chen
    (2010), Journal of Consumer Research 37, 197-206.

    Examples
    --------
    >>> import pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, e, f = np.random.default_rng(1).normal(size=(3, 500))
    >>> m = 0.5 * a + e
    >>> df = pd.DataFrame({"a": a, "m": m, "y": 0.5 * m + f})
    >>> claim = MediationClaim("H1", ("a", "m", "y"), "+")
    >>> mediations(sem("m ~ a; y ~ m + a", df), [claim], seed=1).rows[0].verdict
    'supported'
    """
    from ecosurvey.sem.bootstrap.refit import fixed_values

    if not np.isfinite(fit.fit.vcov).all():
        raise DataError(
            Text(
                "the fit has no standard errors, so indirect effects have no intervals",
                "拟合没有标准误，因此间接效应没有置信区间",
            ),
            fix=Text("Fit with standard errors.", "请在估计标准误的情况下拟合。"),
        )
    terms = [_term(fit, claim) for claim in claims]
    used = new_seed() if seed is None else seed
    model = fit.fit.model
    if bootstrap is None:
        x = parameter_draws(fit.fit.x, fit.fit.vcov, n_draws, used)
        fixed = [np.repeat(part[None], n_draws, axis=0) for part in fixed_values(model)]
    else:
        good = bootstrap.draws.good
        x, fixed = bootstrap.draws.x[good], [part[good] for part in bootstrap.draws.fixed]
    sample = standardized_ways(model, x, fixed, terms)
    sample = sample[np.isfinite(sample).all(axis=1)]
    low, high = percentile(sample, level)
    tails = np.minimum((sample <= 0).mean(axis=0), (sample >= 0).mean(axis=0))
    pvalues = [float(p) for p in np.clip(2 * tails, 2 / (len(sample) + 1), 1)]
    rows = []
    for k, (claim, term, p, p_holm, p_bh) in enumerate(
        zip(claims, terms, pvalues, holm(pvalues), benjamini_hochberg(pvalues), strict=True)
    ):
        verdict = verdict_on(claim.sign, term.std_all, p_holm, 1 - level)
        rows.append(
            JudgedMediation(
                claim, term.std_all, term.std_se, float(low[k]), float(high[k]), p, p_holm, p_bh,
                _kind(fit, claim, term, p_holm < 1 - level, 1 - level), verdict,
            )
        )  # fmt: skip
    return Mediations(
        tuple(rows), dict(names or {}), "Monte Carlo" if bootstrap is None else "bootstrap",
        len(sample), used, level,
    )  # fmt: skip


def _term(fit: SemResult, claim: MediationClaim) -> Effect:
    ways = [e for e in fit.effects(claim.path[-1]).rows if e.kind == "specific"]
    for way in ways:
        if tuple(way.path) == tuple(claim.path):
            return way
    raise DataError(
        Text(
            f"mediation {claim.id} speaks of {' -> '.join(claim.path)}, "
            f"which is no way in the model",
            f"中介假设 {claim.id} 提出 {' -> '.join(claim.path)}，而模型中没有这条路径",
        ),
        fix=Text(
            "Add the paths to the model or drop the hypothesis.",
            "请在模型中加上这些路径，或删去该假设。",
        ),
    )


def _kind(fit: SemResult, claim: MediationClaim, way: Effect, sure: bool, alpha: float) -> Kind:
    if not sure:
        return "none"
    direct = [
        e
        for e in fit.effects(claim.path[-1]).rows
        if e.kind == "direct" and e.source == claim.path[0]
    ]
    if not direct:
        return "no direct path"
    if not direct[0].std_pvalue < alpha:
        return "indirect only"
    return "complementary" if direct[0].std_all * way.std_all > 0 else "competitive"
