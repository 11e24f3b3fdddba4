"""Whether the key factors stay the same whoever is excluded for careless answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecosurvey.cleaning import POLICY_NAMES, Policy, Rules, clean_by_policy
from ecosurvey.core import (
    Cell,
    Column,
    DataError,
    Finding,
    Result,
    Table,
    Text,
    by_severity,
    p_relation,
)
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.ranking import KeyFactors, key_factors
from ecosurvey.responses import Responses


@dataclass(frozen=True, slots=True)
class Sensitivity(Result):
    """The ranking of key factors under each policy of exclusion.

    Attributes
    ----------
    rankings : mapping of str to KeyFactors
        Policy -> ranking, the laxest policy first, the one that the study reports last; those
        whose model could not be fitted are not there, and the findings say so.
    sizes : mapping of str to int
        Policy -> rows analysed.
    agreement : mapping of str to float
        Policy -> Kendall's tau of its order with that of the last policy.
    findings : tuple of Finding
        Where first place, sign or significance depend on the policy.
    """

    rankings: Mapping[Policy, KeyFactors]
    sizes: Mapping[Policy, int]
    agreement: Mapping[Policy, float]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one row a factor, in the order of the last policy, one spanner a policy."""
        columns = [Column("factor", Text("Factor", "因素"), "label")]
        for policy, ranking in self.rankings.items():
            del ranking
            over = Text("{p} (n = {n})", "{p}（n = {n}）").fill(
                p=POLICY_NAMES[policy], n=self.sizes[policy]
            )
            columns += [
                Column(f"{policy}_rank", Text("Rank", "排名"), "count", spanner=over),
                Column(f"{policy}_total", Text("Total effect", "总效应"), decimals=3, spanner=over),
                Column(f"{policy}_se", Text("SE", "标准误"), decimals=3, spanner=over),
                Column(f"{policy}_p", Text("p", "p"), "p", spanner=over),
            ]
        body: list[tuple[Cell, ...]] = []
        for row in list(self.rankings.values())[-1].rows:
            cells: list[Cell] = [row.name]
            for ranking in self.rankings.values():
                one = next(r for r in ranking.rows if r.factor == row.factor)
                cells += [one.rank, one.total_std, one.se, one.pvalue]
            body.append(tuple(cells))
        taus = "; ".join(f"{POLICY_NAMES[p].en} {tau:.2f}" for p, tau in self.agreement.items())
        zh = "；".join(f"{POLICY_NAMES[p].zh}{tau:.2f}" for p, tau in self.agreement.items())
        note = Text(
            f"Standardized total effects. Kendall's τ of the order with the last policy's: {taus}.",
            f"表中为标准化总效应。各方案与末一方案排序的Kendall τ：{zh}。",
        )
        title = Text(
            "Key factors under different policies of exclusion", "不同剔除方案下的关键影响因素"
        )
        return (Table("sensitivity", title, tuple(columns), tuple(body), (note,)),)


def sensitivity(
    responses: Responses,
    *,
    rules: Rules | None = None,
    estimator: str = "MLR",
    n_draws: int = 2000,
    alpha: float = 0.05,
    seed: int | None = None,
) -> Sensitivity:
    """Fit the questionnaire's structural model under each policy of exclusion, and compare.

    Nobody excluded for quality; hard rules only (incomplete, duplicate, failed checks, own
    word); hard rules and flags, which is the default (Curran 2016: report results with and
    without the excluded). Rows with gaps are used by full-information likelihood.

    Parameters
    ----------
    responses : Responses
        Whose questionnaire states hypotheses and an outcome.
    rules : Rules, optional
    estimator : {"ML", "MLR"}
    n_draws : int
        Of the rank distributions.
    alpha : float
        Level at which a change of significance is reported.
    seed : int, optional

    Returns
    -------
    Sensitivity

    Raises
    ------
    DataError
        If the questionnaire has no structural model or outcome, or the model of the default
        policy does not converge.
    """
    from ecosurvey.sem import sem

    asked = responses.instrument
    text, outcome = asked.structural_syntax(), asked.outcome
    if text is None or outcome is None:
        raise DataError(
            Text(
                "the questionnaire states no hypotheses or no outcome, so no factors are ranked",
                "问卷没有提出假设或结果变量，因此不对因素排名",
            ),
            where=str(asked.path),
            fix=Text("Add them under 'model:'.", "请在“model:”下加上。"),
        )
    ids = [*(c.id for c in asked.constructs), *(h.id for h in asked.higher_order)]
    names = {name: asked.name_of(name) for name in ids}
    used = new_seed() if seed is None else seed
    rankings: dict[Policy, KeyFactors] = {}
    sizes: dict[Policy, int] = {}
    findings: list[Finding] = []
    for policy, kept in clean_by_policy(responses, rules=rules).items():
        gaps = bool(kept.items.isna().to_numpy().any())
        missing = "fiml" if gaps else "listwise"
        fit = sem(text, kept.frame, estimator=estimator, missing=missing)
        sizes[policy] = kept.n
        if not fit.converged:
            findings.append(_unfitted(policy))
            continue
        rankings[policy] = key_factors(
            fit, outcome, asked.candidates or None, names=names, n_draws=n_draws, seed=used
        )
    if "default" not in rankings:
        raise DataError(
            Text(
                "the structural model does not converge with the default exclusions",
                "按默认剔除规则，结构模型未收敛",
            ),
            fix=Text(
                "See what the fit itself reports: analyze(...).structural.findings.",
                "请看拟合本身的提示：analyze(...).structural.findings。",
            ),
        )
    return compare_policies(rankings, sizes, alpha=alpha, findings=findings)


def compare_policies(
    rankings: Mapping[Policy, KeyFactors],
    sizes: Mapping[Policy, int],
    *,
    alpha: float = 0.05,
    findings: Sequence[Finding] = (),
) -> Sensitivity:
    """Compare rankings that were made under several policies of exclusion.

    Parameters
    ----------
    rankings : mapping of str to KeyFactors
        The policy that the study reports last.
    sizes : mapping of str to int
        Policy -> rows analysed.
    alpha : float
        Level at which a change of significance is reported.
    findings : sequence of Finding
        What was remarked while fitting.
    """
    *others, (_, reported) = rankings.items()
    agreement = {policy: kendall(reported.factors, other.factors) for policy, other in others}
    found = [*findings, *compare_rankings(rankings, alpha)]
    return Sensitivity(rankings, sizes, agreement, by_severity(found))


def kendall(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Kendall's tau of two orders of the same names; 1 for fewer than two names.

    Examples
    --------
    >>> kendall(("a", "b", "c"), ("a", "c", "b"))
    0.3333333333333333
    """
    place = {name: k for k, name in enumerate(second)}
    order = [place[name] for name in first]
    pairs = [(a, b) for k, a in enumerate(order) for b in order[k + 1 :]]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs) if pairs else 1.0


def compare_rankings(rankings: Mapping[Policy, KeyFactors], alpha: float) -> list[Finding]:
    """Return what depends on the policy: the first factor, a sign, a significance.

    The last policy is the one that the others are held against.
    """
    found = []
    *others, (reported, default) = rankings.items()
    for policy, ranking in others:
        label = POLICY_NAMES[policy]
        if ranking.factors[0] != default.factors[0]:
            words = Text(
                "first is {a} with the exclusions reported, and {b} under “{p}”",
                "所报告的剔除方案下排名第一的是{a}，“{p}”方案下是{b}",
            ).fill(a=default.rows[0].name, b=ranking.rows[0].name, p=label)
            found.append(Finding("first_depends_on_exclusions", "warning", words, str(policy)))
        other = {row.factor: row for row in ranking.rows}
        for row in default.rows:
            one = other[row.factor]
            if (row.pvalue < alpha) != (one.pvalue < alpha):
                words = Text(
                    "the effect of {a} is significant under one policy only (“{q}” p {x}, "
                    "“{p}” p {y})",
                    "{a}的效应仅在一种方案下显著（“{q}”方案p {x}，“{p}”方案p {y}）",
                ).fill(
                    a=row.name, p=label, q=POLICY_NAMES[reported],
                    x=p_relation(row.pvalue), y=p_relation(one.pvalue),
                )  # fmt: skip
                found.append(
                    Finding("significance_depends_on_exclusions", "warning", words, row.factor)
                )
            elif row.pvalue < alpha and row.total_std * one.total_std < 0:
                words = Text(
                    "the sign of {a}'s effect depends on the exclusions",
                    "{a}效应的方向随剔除方案而变",
                ).fill(a=row.name)
                found.append(Finding("sign_depends_on_exclusions", "serious", words, row.factor))
    if not found:
        words = Text(
            "first place, signs and significance are the same under all policies of exclusion",
            "各剔除方案下，首位因素、效应方向与显著性均一致",
        )
        found.append(Finding("robust_to_exclusions", "note", words))
    return found


def _unfitted(policy: Policy) -> Finding:
    words = Text("under “{p}” the model did not converge", "“{p}”方案下模型未收敛").fill(
        p=POLICY_NAMES[policy]
    )
    return Finding("policy_not_fitted", "warning", words, str(policy))
