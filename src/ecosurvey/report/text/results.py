"""What was found, as a results section says it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecosurvey.core import Text
from ecosurvey.core.fit_line import FitLine
from ecosurvey.core.text import interval, number, p_relation


def adequacy(kmo: float, chisq: float, df: int, pvalue: float) -> Text:
    """Return whether the correlations could be factored."""
    return Text(
        "The Kaiser-Meyer-Olkin measure was {kmo} and Bartlett's test of sphericity gave "
        "χ²({df}) = {chisq}, p {p}.",
        "KMO值为{kmo}，Bartlett球形检验χ²({df}) = {chisq}，p {p}。",
    ).fill(kmo=number(kmo, 2, bounded=True), chisq=number(chisq, 2), df=df, p=p_relation(pvalue))


def retention(retained: int, percentile: float, n_iter: int, constructs: int) -> Text:
    """Return what parallel analysis suggested, beside the number of constructs."""
    return Text(
        "Parallel analysis ({i} random data sets, {p:g}th percentile) suggested {k} factors; the "
        "questionnaire was written for {c} constructs.",
        "平行分析（{i}组随机数据，第{p:g}百分位）建议保留{k}个因子；问卷设计包含{c}个构念。",
    ).fill(i=n_iter, p=percentile, k=retained, c=constructs)


def reliability(scales: Sequence[tuple[Text, float]], usual: float) -> Text:
    """Return the range of the scales' omega, naming those below the usual line."""
    low, high = min(scales, key=lambda s: s[1]), max(scales, key=lambda s: s[1])
    words = Text(
        "McDonald's ω of the scales ran from {a} ({x}) to {b} ({y}).",
        "各量表的McDonald ω介于{a}（{x}）与{b}（{y}）之间。",
    ).fill(
        a=number(low[1], 2, bounded=True), x=low[0], b=number(high[1], 2, bounded=True), y=high[0]
    )
    below = [name for name, value in scales if value < usual]
    if not below:
        return words
    line = number(usual, 2, bounded=True)
    en, zh = ", ".join(name.en for name in below), "、".join(name.zh for name in below)
    return Text(f"{words.en} Below {line}: {en}.", f"{words.zh}低于{line}的有：{zh}。")


def fit(name: Text, line: FitLine) -> Text:
    """Return the fit of one model."""
    robust = Text("robust ", "稳健")
    word = robust if line.robust else Text("", "")
    numbers = {
        "chisq": number(line.chisq, 2),
        "df": number(line.df, 0),
        "p": p_relation(line.pvalue),
        "cfi": number(line.cfi, 3, bounded=True),
        "tli": number(line.tli, 3, bounded=True),
        "rmsea": number(line.rmsea, 3, bounded=True),
        "ci": interval(line.rmsea_lower, line.rmsea_upper, 3, bounded=True),
        "srmr": number(line.srmr, 3, bounded=True),
    }
    return Text(
        "For {name}, χ²({df}) = {chisq}, p {p}, {word}CFI = {cfi}, {word}TLI = {tli}, {word}RMSEA "
        "= {rmsea}, 90% CI {ci}, SRMR = {srmr}.",
        "{name}：χ²({df}) = {chisq}，p {p}，{word}CFI = {cfi}，{word}TLI = {tli}，"
        "{word}RMSEA = {rmsea}，90%置信区间{ci}，SRMR = {srmr}。",
    ).fill(name=name, word=word, **numbers)


def imputed(m: int, mean: float, most: float, of_test: float) -> Text:
    """Return how much of the information on the parameters the missing answers took."""
    words = Text(
        "The models are pooled over {m} imputed data sets. Of the information on a free "
        "parameter {a} was missing on average and {b} at most (FMI)",
        "模型结果合并自{m}个插补数据集。自由参数的缺失信息比例（FMI）平均为{a}，最高为{b}",
    ).fill(m=m, a=number(mean, 3, bounded=True), b=number(most, 3, bounded=True))
    if not math.isfinite(of_test):
        return Text(f"{words.en}.", f"{words.zh}。")
    more = number(of_test, 3, bounded=True)
    return Text(
        f"{words.en}; of that of the test of the model {more}.",
        f"{words.zh}；模型检验的缺失信息比例为{more}。",
    )


def cutoffs(line: FitLine) -> Text:
    """Return which recommended values the model met, without calling it good or bad."""
    tests = (
        ("CFI", line.cfi >= 0.95, line.cfi),
        ("TLI", line.tli >= 0.95, line.tli),
        ("RMSEA", line.rmsea <= 0.06, line.rmsea),
        ("SRMR", line.srmr <= 0.08, line.srmr),
    )
    met = [name for name, good, value in tests if good and math.isfinite(value)]
    missed = [name for name, good, value in tests if not good and math.isfinite(value)]
    en = f"met by {', '.join(met)}" if met else "met by none"
    zh = f"{'、'.join(met)}{'均' if len(met) > 1 else ''}达到" if met else "各指标均未达到"
    missing = ""
    if met and missed:
        en += f", not by {', '.join(missed)}"
        missing = f"，{'、'.join(missed)}则未达到"
    return Text(
        f"The values recommended by Hu and Bentler (1999) were {en}.",
        f"{zh}Hu与Bentler（1999）的参考标准{missing}。",
    )


def explained(outcome: Text, r_squared: float) -> Text:
    """Return the share of the outcome's variance that the model explained."""
    return Text(
        "The model explained {r}% of the variance of {o}.", "模型解释了{o}{r}%的方差。"
    ).fill(r=number(100 * r_squared, 1), o=outcome)


def headline(outcome: Text, top: Sequence[tuple[Text, float, float, float]]) -> Text:
    """Return the strongest factors: (name, total effect, lower, upper), best first.

    One whose interval holds zero is not called strong.
    """
    if not top:
        return Text("No factor could be ranked.", "没有可以排序的影响因素。")
    top = [(name, total, low, high) for name, total, low, high in top if low > 0 or high < 0]
    if not top:
        return Text(
            "No factor had a total effect on {o} whose 95% confidence interval excludes zero.",
            "没有任何因素对{o}的总效应的95%置信区间不包含零。",
        ).fill(o=outcome)
    parts = [(name, number(total), interval(low, high)) for name, total, low, high in top]
    en = "; ".join(f"{name.en} (β = {total}, 95% CI {ci})" for name, total, ci in parts)
    zh = "；".join(f"{name.zh}（β = {total}，95%置信区间{ci}）" for name, total, ci in parts)
    many = "effects on {o} were those" if len(parts) > 1 else "effect on {o} was that"
    return Text(
        f"The strongest total {many.format(o=outcome.en)} of {en}.",
        f"对{outcome.zh}总效应最强的因素依次为：{zh}。",
    )


def hypotheses(supported: int, opposite: int, total: int) -> Text:
    """Return how many hypotheses the data supported."""
    turned = Text("", "")
    if opposite:
        turned = Text(
            " {k} had a significant path of the opposite sign.", "其中{k}条路径显著但方向相反。"
        ).fill(k=opposite)
    return Text(
        "Of {n} hypotheses, {s} {was} supported.{t}", "{n}条假设中，{s}条得到支持。{t}"
    ).fill(n=total, s=supported, t=turned, was="was" if supported == 1 else "were")
