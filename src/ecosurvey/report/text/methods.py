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
    treatment: str = "",
    imputed: tuple[int, int] | None = None,
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
    treatment : {"fiml", "pairwise", "listwise", "mice", ""}
        How gaps were treated; where it is not said, it follows from the rows used.
    imputed : (int, int), optional
        Imputed data sets that were pooled, and iterations of the imputation.
    """
    if not treatment:
        treatment = "listwise" if n < analysed else "pairwise" if estimator == "WLSMV" else "fiml"
    how = _ESTIMATORS.get(estimator, Text(estimator, estimator))
    whole = Text("the measurement model", "测量模型")
    if structural:
        whole = Text("the measurement and structural models", "测量模型与结构模型")
        if not measurement:
            whole = Text("the structural model", "结构模型")
    lost = Text("", "")
    if treatment == "listwise" and n < analysed:
        lost = Text(
            " Rows with a missing answer to an item of the model were left out (n = {n} used).",
            "模型题项存在缺失的个案未进入模型（实际使用n = {n}）。",
        ).fill(n=n)
    elif gaps and treatment == "pairwise":
        lost = Text(
            " Each correlation was computed from all rows with both answers (pairwise deletion).",
            "每个相关系数基于两题均有作答的全部个案计算（成对删除）。",
        )
    elif gaps and treatment == "fiml":
        lost = Text(
            " Missing answers were handled by full-information maximum likelihood, which uses "
            "every answer given and assumes that answers are missing at random.",
            "缺失值采用全信息极大似然法（FIML）处理，利用全部已有作答，并假定数据随机缺失。",
        )
    elif gaps and treatment == "mice" and imputed is not None:
        lost = Text(
            " Missing answers were handled by multiple imputation: {m} completed data sets by "
            "chained equations with predictive mean matching ({i} iterations), from all items of "
            "the questionnaire, the controls and the respondents' background (van Buuren & "
            "Groothuis-Oudshoorn, 2011). The models were fitted to each; estimates and standard "
            "errors were pooled by Rubin's (1987) rules, and chi-square and the fit measures made "
            "from it by D3 (Meng & Rubin, 1992). This assumes that answers are missing at random "
            "given what was imputed from.",
            "缺失值采用多重插补处理：以链式方程与预测均值匹配法（迭代{i}次），依据问卷全部题项、"
            "控制变量与受访者背景生成{m}个完整数据集（van Buuren & Groothuis-Oudshoorn, 2011）。"
            "模型在每个数据集上分别拟合，估计值与标准误按Rubin（1987）法则合并，卡方及由其得出的拟合指标按D3"
            "（Meng & Rubin, 1992）合并；并假定在插补所用信息的条件下数据随机缺失。",
        ).fill(m=imputed[0], i=imputed[1])
    if treatment not in ("listwise", "mice") and n < analysed:
        lost = Text(
            "{before} Rows without any answer to the model's items were left out (n = {n} used).",
            "{before}模型题项全部未作答的个案未进入模型（实际使用n = {n}）。",
        ).fill(before=lost, n=n)
    return Text(
        "Covariance-based structural equation modelling was used; {whole} {was} estimated "
        "by {how}.{lost}"
        if structural
        else "A confirmatory factor analysis was fitted; {whole} was estimated by {how}.{lost}",
        "采用基于协方差的结构方程建模；{whole}采用{how}。{lost}",
    ).fill(whole=whole, how=how, lost=lost, was="were" if measurement else "was")


def treated(treatment: str) -> Text:
    """Return how the models of the run treated gaps, beside what is recommended."""
    ways = {
        "fiml": Text("full-information maximum likelihood", "全信息极大似然法（FIML）"),
        "pairwise": Text(
            "for each correlation the rows that have both answers (pairwise deletion)",
            "成对删除（每个相关系数基于两题均有作答的个案）",
        ),
        "mice": Text(
            "multiple imputation, pooled by Rubin's rules", "多重插补，结果按Rubin法则合并"
        ),
        "listwise": Text("rows with complete answers only", "仅含完整作答的个案（成列删除）"),
    }
    return Text("The models of this run used {way}.", "本次模型估计采用{way}。").fill(
        way=ways.get(treatment, Text(treatment, treatment))
    )


def scaling() -> Text:
    """Return how the latent variables were given a unit: by marker items."""
    return Text(
        "Each latent variable was scaled by its first loading, fixed to one.",
        "每个潜变量以其首个载荷固定为1确定量尺。",
    )


def groups(group: Text, n: int, *, ordinal: bool, comparable: bool, permutations: int) -> Text:
    """Return how the factors were ranked in groups, and their effects compared."""
    rows = Text(
        "each correlation from the rows that have both answers" if ordinal else
        "rows with complete answers",
        "各相关系数基于两题均有作答的个案" if ordinal else "仅用作答完整的个案",
    )  # fmt: skip
    told = Text(
        "The structural model was also fitted in {n} groups by {g} ({rows}).",
        "另按“{g}”将结构模型在{n}个组中分别估计（{rows}）。",
    ).fill(n=n, g=group, rows=rows)
    if not comparable:
        more = Text(
            " Loadings were not equal over the groups, so their effects were not compared.",
            "各组载荷不等值，因此未比较组间效应。",
        )
    else:
        more = Text(
            " With loadings held equal, total effects were compared by Wald tests, p values "
            "adjusted by Holm's method{p}.",
            "在载荷等值的约束下，以Wald检验比较各组总效应，p值以Holm法校正{p}。",
        ).fill(
            p=Text(
                ", and by {k} random permutations of group membership",
                "，并以{k}次随机置换分组复核",
            ).fill(k=permutations) if permutations else Text("", "")
        )  # fmt: skip
    return Text(told.en + more.en, told.zh + more.zh)


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
