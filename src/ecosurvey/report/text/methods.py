"""What was done, as a methods section says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecosurvey.core import Text
from ecosurvey.core.text import number

_ESTIMATORS: Mapping[str, Text] = {
    "ML": Text("maximum likelihood", "极大似然估计（ML）"),
    "MLR": Text(
        "maximum likelihood with robust (Huber-White) standard errors and a Yuan-Bentler scaled "
        "test statistic (MLR)",
        "稳健极大似然估计（MLR，Huber-White稳健标准误与Yuan-Bentler校正统计量）",
    ),
    "MLM": Text(
        "maximum likelihood with robust standard errors and a Satorra-Bentler scaled test "
        "statistic (MLM)",
        "稳健极大似然估计（MLM，稳健标准误与Satorra-Bentler校正统计量）",
    ),
    "WLSMV": Text(
        "diagonally weighted least squares on the polychoric correlations of the ordinal answers, "
        "with robust standard errors and a mean- and variance-adjusted test statistic (WLSMV)",
        "对角加权最小二乘法（WLSMV，基于有序作答的多分格相关，采用稳健标准误与均值方差校正统计量）",
    ),
}


def questionnaire(items: int, constructs: int, points: Sequence[int], reverse: int) -> Text:
    """Return what was asked; ``points`` are the numbers of scale points in use."""
    ends = sorted(set(points))
    scale = Text("", "")
    if len(ends) == 1:
        scale = Text(" on {k}-point scales", "，采用{k}点量表").fill(k=ends[0])
    keyed = Text("", "")
    if reverse:
        keyed = Text(
            " Of these, {n} {was} worded in reverse and recoded before the analysis.",
            "其中{n}个为反向题，分析前已反向计分。",
        ).fill(n=reverse, was="was" if reverse == 1 else "were")
    return Text(
        "The questionnaire measured {c} constructs with {i} items{scale}.{keyed}",
        "问卷以{i}个题项测量{c}个构念{scale}。{keyed}",
    ).fill(c=constructs, i=items, scale=scale, keyed=keyed)


def screening(received: int, analysed: int, reasons: Sequence[tuple[Text, int]]) -> Text:
    """Return how the answers were screened; reasons with the rows that each took away."""
    if received == analysed:
        return Text(
            "All {n} responses passed the screening and were analysed.",
            "{n}份答卷全部通过质量筛查并纳入分析。",
        ).fill(n=received)
    en = "; ".join(f"{_inside(label.en)} (n\u00a0=\u00a0{count})" for label, count in reasons)
    zh = "；".join(f"{label.zh}（n\u00a0=\u00a0{count}）" for label, count in reasons)
    share = number(100 * (received - analysed) / received, 1)
    return Text(
        f"Of {received} responses received, {received - analysed} ({share}%) were excluded: {en}. "
        f"{analysed} were analysed. Every exclusion is logged with its reason.",
        f"共回收答卷{received}份，剔除{received - analysed}份（{share}%）：{zh}。"
        f"纳入分析{analysed}份。每一条剔除均记录了原因。",
    )


def models(
    estimator: str,
    n: int,
    analysed: int,
    *,
    structural: bool,
    measurement: bool = True,
    gaps: bool = False,
) -> Text:
    """Return how the models were fitted.

    Parameters
    ----------
    estimator : str
    n, analysed : int
        Rows that the models used, and rows that were kept by the screening.
    structural, measurement : bool
        Whether there is a structural model, and a measurement model apart from it.
    gaps : bool
        Whether items were left unanswered in the rows kept.
    """
    how = _ESTIMATORS.get(estimator, Text(estimator, estimator))
    whole = Text("the measurement model", "测量模型")
    if structural:
        whole = Text("the measurement and structural models", "测量模型与结构模型")
        if not measurement:
            whole = Text("the structural model", "结构模型")
    lost = Text("", "")
    if n < analysed:
        lost = Text(
            " Rows with a missing answer to an item of the model were left out (n = {n} used).",
            "模型题项存在缺失的个案未进入模型（实际使用n = {n}）。",
        ).fill(n=n)
    elif gaps and estimator == "WLSMV":
        lost = Text(
            " Each correlation was computed from all rows with both answers (pairwise deletion).",
            "每个相关系数基于两题均有作答的全部个案计算（成对删除）。",
        )
    elif gaps:
        lost = Text(
            " Missing answers were handled by full-information maximum likelihood, which uses "
            "every answer given and assumes that answers are missing at random.",
            "缺失值采用全信息极大似然法（FIML）处理，利用全部已有作答，并假定数据随机缺失。",
        )
    return Text(
        "Covariance-based structural equation modelling was used; {whole} {was} estimated "
        "by {how}.{lost}"
        if structural
        else "A confirmatory factor analysis was fitted; {whole} was estimated by {how}.{lost}",
        "采用协方差结构方程建模；{whole}以{how}进行估计。{lost}",
    ).fill(whole=whole, how=how, lost=lost, was="were" if measurement else "was")


def bootstrap(n: int, failed: int) -> Text:
    """Return how the structural model was bootstrapped."""
    lost = Text("", "")
    if failed:
        lost = Text(
            " ({f} further samples gave no solution and were left out)",
            "（另有{f}个样本未得到解，未计入）",
        ).fill(f=failed)
    return Text(
        "Bootstrap intervals of the effects are percentile intervals over {n} samples drawn with "
        "replacement{lost}.",
        "效应的自助法区间为{n}个有放回抽样样本的百分位数区间{lost}。",
    ).fill(n=n, lost=lost)


def ranking(outcome: Text) -> Text:
    """Return how the key factors were ranked."""
    return Text(
        "Key factors were ranked by the absolute standardized total effect (direct and indirect) "
        "on {o}, with 95% confidence intervals by the delta method.",
        "关键影响因素按其对{o}的标准化总效应（直接与间接效应之和）的绝对值排序，"
        "并以Delta法给出95%置信区间。",
    ).fill(o=outcome)


def software(version: str, seed: int) -> Text:
    """Return with what it was computed."""
    return Text(
        "All results were computed with ecosurvey {v} (seed {s}); package versions, options and "
        "input hashes are in provenance.json.",
        "全部结果由ecosurvey {v}计算（随机种子{s}）；"
        "软件版本、选项与输入文件哈希见provenance.json。",
    ).fill(v=version, s=seed)


def _inside(words: str) -> str:
    """Return a label as it stands inside a sentence: small at its start, unless an acronym."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
