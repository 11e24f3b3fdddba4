"""Which treatment of missing answers the evidence speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core import Finding, Text, p_relation
from ecosurvey.sem.missing_data.little import LittleMcar
from ecosurvey.sem.missing_data.related import RelatedGap

Method = Literal["none", "fiml", "fiml_auxiliary", "fiml_sensitivity"]
FEW = 0.05
MUCH = 0.20
NAMED = 5


@dataclass(frozen=True, slots=True)
class Treatment:
    """A recommended treatment and its reason.

    Attributes
    ----------
    method : {"none", "fiml", "fiml_auxiliary", "fiml_sensitivity"}
        Nothing to do; full-information likelihood; the same with auxiliary variables (or
        imputation with them); the same held against multiple imputation.
    say : Text
        The recommendation and its reason, as sentences.
    auxiliary : tuple of str
        Variables that go with the gaps.
    findings : tuple of Finding
    """

    method: Method
    say: Text
    auxiliary: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def recommend(
    share: float,
    complete: float,
    worst: float,
    mcar: LittleMcar | None,
    related: Sequence[RelatedGap],
    alpha: float = 0.05,
    names: Mapping[str, Text] | None = None,
) -> Treatment:
    """Return the treatment that the evidence speaks for.

    Likelihood over all answers (FIML) is unbiased under missing at random and never less
    efficient than leaving rows out, so it is the default; what changes with the evidence is
    what must be added to it (Schafer & Graham 2002, doi:10.1037/1082-989X.7.2.147; Enders
    2010; Collins, Schafer & Kam 2001 on auxiliary variables). The limits 5% and 20% are
    customs (Schafer 1999; Peng et al. 2006), not theorems.

    Parameters
    ----------
    share, complete, worst : float
        Share of missing cells, of complete rows, and of the item with most gaps missing.
    mcar : LittleMcar or None
    related : sequence of RelatedGap
    alpha : float
    names : mapping of str to Text, optional
        Words for the covariates; where they have none, what they are called.
    """
    if share == 0:
        return Treatment("none", Text("Nothing is missing.", "无缺失值，无需处理。"))
    auxiliary = tuple(dict.fromkeys(gap.covariate for gap in related if gap.pvalue_holm < alpha))
    rejected = mcar is not None and mcar.pvalue < alpha
    lost = f"{100 * (1 - complete):.1f}"
    said = [
        Text("{p}% of the cells are missing.", "缺失单元格占{p}%。").fill(p=f"{100 * share:.2f}"),
        _test(mcar, rejected),
    ]
    method: Method = "fiml"
    if worst > MUCH:
        method = "fiml_sensitivity"
    elif auxiliary:
        method = "fiml_auxiliary"
    said.append(
        Text(
            "Use every answer by full-information maximum likelihood; leaving incomplete rows out "
            "would lose {p}% of them",
            "建议采用全信息极大似然法（FIML），利用全部作答；若按行删除，将损失{p}%的样本",
        ).fill(p=lost)
    )
    last = said.pop()
    if rejected or auxiliary:
        tail = Text(" and may bias the results.", "，且结果可能有偏。")
    elif 1 - complete < FEW:
        tail = Text(
            ", though with so few rows lost the results would hardly differ.",
            "，但所失样本甚少，两种做法结果应相差无几。",
        )
    else:
        tail = Text(" and with them power.", "，并降低统计检验力。")
    said.append(Text(last.en + tail.en, last.zh + tail.zh))
    if auxiliary:
        told = [(names or {}).get(name, Text(name, name)) for name in auxiliary[:NAMED]]
        listed = Text(", ".join(one.en for one in told), "、".join(one.zh for one in told))
        said.append(
            Text(
                "Gaps go with {a}: have these in the model or among auxiliary variables, so that "
                "missing at random is plausible.",
                "缺失与{a}有关：应将其纳入模型或作为辅助变量，使随机缺失(MAR)假设更为可信。",
            ).fill(a=listed)
        )
    if worst > MUCH:
        said.append(
            Text(
                "Some items lack more than a fifth of their answers: compare with multiple "
                "imputation.",
                "部分题项缺失率超过20%：应与多重插补结果对照。",
            )
        )
    words = Text(" ".join(part.en for part in said if part.en), "".join(part.zh for part in said))
    return Treatment(method, words, auxiliary, _findings(words, rejected or bool(auxiliary), worst))


def _test(mcar: LittleMcar | None, rejected: bool) -> Text:
    if mcar is None or mcar.pvalue != mcar.pvalue:
        return Text("", "")
    values = f"χ²({mcar.df}) = {mcar.statistic:.2f}"
    p = f"p {p_relation(mcar.pvalue)}"
    if rejected:
        return Text(
            f"They are not missing completely at random, {values}, {p}.",
            f"Little检验拒绝完全随机缺失，{values}，{p}。",
        )
    return Text(
        f"Little's test does not speak against missing completely at random, {values}, {p}.",
        f"Little检验未拒绝完全随机缺失，{values}，{p}。",
    )


def _findings(words: Text, not_random: bool, worst: float) -> tuple[Finding, ...]:
    if not not_random and worst <= MUCH:
        return ()
    severity: Literal["note", "warning"] = "warning" if worst > MUCH else "note"
    return (Finding("missing_treatment", severity, words),)
