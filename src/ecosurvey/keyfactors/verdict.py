"""The verdict in words: sentences that can only say what the numbers allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Column, Finding, Result, Table, Text, number, p_relation

if TYPE_CHECKING:
    from ecosurvey.keyfactors.distinguish import Distinguished
    from ecosurvey.keyfactors.ranking import KeyFactors


@dataclass(frozen=True, slots=True)
class Verdict(Result):
    """What may be said of the factors of one outcome.

    Attributes
    ----------
    sentences : tuple of Text
    first : tuple of str
        Factors that may be first: one if it is sure, more if they cannot be told apart.
    not_supported : tuple of str
        Factors whose total effect is not told apart from zero.
    findings : tuple of Finding
    """

    sentences: tuple[Text, ...]
    first: tuple[str, ...]
    not_supported: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def say(self) -> Text:
        """Return all sentences as one paragraph."""
        return Text(
            " ".join(sentence.en for sentence in self.sentences),
            "".join(sentence.zh for sentence in self.sentences),
        )

    def tables(self) -> tuple[Table, ...]:
        """Return the sentences, one a row."""
        columns = (Column("sentence", Text("What may be said", "可以得出的结论"), "text"),)
        rows = tuple((sentence,) for sentence in self.sentences)
        return (Table("verdict", Text("Verdict", "结论"), columns, rows),)


def verdict(ranking: KeyFactors, groups: Distinguished) -> Verdict:
    """Put the ranking into words, each tied to a test.

    "First" needs the test of the first against every other factor to be significant; "among the
    first three" a simultaneous rank interval that ends at 3; "not supported" a total effect
    whose interval holds zero; factors that may share the first place are named together.
    Every verdict ends with what a cross-section cannot show.

    Parameters
    ----------
    ranking : KeyFactors
    groups : Distinguished
        Of the same factors.

    Returns
    -------
    Verdict
    """
    name = {row.factor: row.name for row in ranking.rows}
    value = {row.factor: row.total_std for row in ranking.rows}
    weak = tuple(r.factor for r in ranking.rows if not (r.ci_lower > 0 or r.ci_upper < 0))
    first = tuple(
        factor
        for factor, low in zip(groups.factors, groups.rank_lower, strict=True)
        if low == 1 and factor not in weak
    )
    sure = groups.first_pvalue < 1 - groups.level and groups.factors[0] in first
    if sure:
        first = first[:1]
    sentences = [_leaders(first, groups, name, value, ranking.outcome_name)]
    top = [
        factor
        for factor, high in zip(groups.factors, groups.rank_upper, strict=True)
        if len(groups.factors) > 3 and high <= 3 and factor not in first and factor not in weak
    ]  # of three factors, all are
    if top:
        sentences.append(
            Text("{who} {is_} among the first three.", "{who}位列前三。").fill(
                who=_together(top, name), is_="is" if len(top) == 1 else "are"
            )
        )
    rest = [f for f in groups.factors if f not in (*first, *top, *weak)]
    if rest:
        # a sure first leaves no first place to the others, whatever all pairs together allow
        sentences.append(_followers(rest, groups, name, 2 if len(first) == 1 and sure else 1))
    hindering = [f for f in groups.factors if value[f] < 0 and f not in weak]
    if hindering:
        sentences.append(
            Text("Where {who} {is_} higher, {o} is lower.", "{who}越高，{o}越低。").fill(
                who=_together(hindering, name),
                o=ranking.outcome_name,
                is_="is" if len(hindering) == 1 else "are",
            )
        )
    if weak:
        sentences.append(
            Text(
                "A total effect of {who} is not supported: {its} interval holds zero.",
                "{who}的总效应未得到支持（置信区间包含零）。",
            ).fill(who=_together(weak, name), its="its" if len(weak) == 1 else "each")
        )
    sentences.append(
        Text(
            "The answers are from one point in time: these are associations ordered by the model, "
            "not proof of what would follow from a change.",
            "数据来自同一时点：以上为模型所排序的关联，不能证明改变某一因素会带来相应结果。",
        )
    )
    return Verdict(tuple(sentences), first, weak)


def _leaders(
    first: Sequence[str],
    groups: Distinguished,
    name: Mapping[str, Text],
    value: Mapping[str, float],
    outcome: Text,
) -> Text:
    if not first:
        return Text(
            "No factor's total effect on {o} can be told apart from zero.",
            "各因素对{o}的总效应均不能与零区分。",
        ).fill(o=outcome)
    if groups.first_pvalue < 1 - groups.level and first[0] == groups.factors[0]:
        return Text(
            "{a} is first: its total effect on {o} (β = {b}) is larger in size than that of every "
            "other factor (p {p}).",
            "{a}居首位：其对{o}的总效应（β = {b}）大于其他所有因素（p {p}）。",
        ).fill(
            a=name[first[0]],
            o=outcome,
            b=number(value[first[0]], 2),
            p=p_relation(groups.first_pvalue),
        )
    if len(first) == 1:
        return Text(
            "{a} has the largest total effect on {o} (β = {b}), but cannot be told apart from all "
            "others.",
            "{a}对{o}的总效应最大（β = {b}），但不能与其他所有因素区分。",
        ).fill(a=name[first[0]], o=outcome, b=number(value[first[0]], 2))
    said_en = ", ".join(f"{name[f].en} (β = {number(value[f], 2)})" for f in first)
    said_zh = "、".join(f"{name[f].zh}（β = {number(value[f], 2)}）" for f in first)
    together = groups.factors[: len(first)] == tuple(first) and not any(
        groups.apart(a, b) for a in first for b in first if a != b
    )
    if together:
        return Text(
            f"In size of total effect on {outcome.en}, {said_en} cannot be told apart, and each "
            "may be first.",
            f"就对{outcome.zh}总效应的大小而言，{said_zh}不能相互区分，均可能居首位。",
        )
    return Text(
        f"Any of {said_en} may be first in size of total effect on {outcome.en}; the data do not "
        "single one out.",
        f"就对{outcome.zh}总效应的大小而言，{said_zh}均可能居首位，数据不足以确定唯一首位。",
    )


def _followers(
    rest: Sequence[str], groups: Distinguished, name: Mapping[str, Text], best: int
) -> Text:
    inside = [(a, b) for at, a in enumerate(rest) for b in rest[at + 1 :] if groups.apart(a, b)]
    if len(rest) == 1:
        return Text(
            "{who} contributes as well, at ranks {low} to {high}.",
            "{who}亦有作用，排名在{low}至{high}之间。",
        ).fill(
            who=name[rest[0]],
            low=max(best, groups.rank_lower[groups.factors.index(rest[0])]),
            high=groups.rank_upper[groups.factors.index(rest[0])],
        )
    if not inside:
        return Text(
            "{who} follow and cannot be told apart from one another.",
            "{who}随后，彼此不能区分。",
        ).fill(who=_together(rest, name))
    return Text(
        "{who} follow; their order is sure in {k} of {n} pairs only.",
        "{who}随后，其中仅{k}对（共{n}对）的先后可以确定。",
    ).fill(who=_together(rest, name), k=len(inside), n=len(rest) * (len(rest) - 1) // 2)


def _together(factors: Sequence[str], name: Mapping[str, Text]) -> Text:
    en = [name[factor].en for factor in factors]
    zh = "、".join(name[factor].zh for factor in factors)
    return Text(en[0] if len(en) == 1 else f"{', '.join(en[:-1])} and {en[-1]}", zh)
