"""The reporting standard for quantitative studies and SEM: where each item is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.report.model import Paragraph, Section, TableBlock


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a paper must say, and the section that says it; "" if only its author can."""

    topic: Text
    words: Text
    section: str = ""


_FRAME = Text("Title, introduction", "标题与引言")
_METHOD = Text("Method", "方法")
_RESULTS = Text("Results", "结果")
_MODELS = Text("Structural equation models", "结构方程模型")
_DISCUSSION = Text("Discussion", "讨论")

# after Appelbaum et al. (2018), Tables 1 and 7, in our words
_ITEMS = (
    Item(
        _FRAME,
        Text(
            "Problem, population and main result in title and abstract",
            "标题与摘要中的问题、总体与主要结果",
        ),
    ),
    Item(
        _FRAME,
        Text(
            "Prior work; theory behind the model and each path", "既有研究；模型与各路径的理论依据"
        ),
    ),
    Item(_FRAME, Text("Hypotheses", "研究假设"), "structure"),
    Item(
        _FRAME,
        Text(
            "Which analyses were planned, which are exploratory",
            "哪些分析为预先计划、哪些属于探索性",
        ),
    ),
    Item(
        _METHOD,
        Text("Who could take part, and how they were recruited", "参与者的纳入标准与招募方式"),
    ),
    Item(_METHOD, Text("Ethics approval, consent, payment", "伦理审查、知情同意与报酬")),
    Item(
        _METHOD,
        Text(
            "Sampling plan, intended size and how it was found; power",
            "抽样方案、预期样本量及其依据、统计功效",
        ),
    ),
    Item(_METHOD, Text("Period and place of data collection", "数据收集的时间与地点")),
    Item(
        _METHOD,
        Text(
            "Design: observed or experimental, one point in time or several",
            "研究设计：观察或实验，单次或多次测量",
        ),
    ),
    Item(_METHOD, Text("Preregistration; data and code available", "预注册；数据与代码的可得性")),
    Item(
        _METHOD,
        Text("Instrument, its items and their direction", "量表、题项及计分方向"),
        "methods",
    ),
    Item(
        _METHOD,
        Text("Exclusion rules, and rows lost to each", "剔除规则及各规则剔除的数量"),
        "sample",
    ),
    Item(_METHOD, Text("Software with version, estimator", "软件及版本、估计方法"), "methods"),
    Item(
        _METHOD,
        Text(
            "Answers taken as continuous or ordinal; unit of the latent variables",
            "作答按连续或有序处理；潜变量的量尺设定",
        ),
        "methods",
    ),
    Item(_RESULTS, Text("Flow of participants", "样本流程"), "sample"),
    Item(_RESULTS, Text("Characteristics of the sample", "样本特征"), "sample"),
    Item(
        _RESULTS,
        Text("Missing answers: how many, which, and their treatment", "缺失值：数量、位置与处理"),
        "missing",
    ),
    Item(
        _RESULTS,
        Text(
            "Multiple imputation, if used: from what, how often, information that was missing",
            "多重插补（如采用）：插补依据、次数与缺失信息比例",
        ),
        "missing",
    ),
    Item(_RESULTS, Text("Item and scale statistics", "题项与量表的描述统计"), "items"),
    Item(
        _RESULTS,
        Text(
            "Distributions: skewness, kurtosis, floor and ceiling",
            "分布：偏度、峰度、地板与天花板效应",
        ),
        "items",
    ),
    Item(
        _RESULTS,
        Text(
            "Correlations, means and deviations, for reanalysis", "可供再分析的相关、均值与标准差"
        ),
        "items",
    ),
    Item(_RESULTS, Text("Common method variance", "共同方法偏差"), "common_method"),
    Item(
        _RESULTS,
        Text("Reliability and validity in this sample", "本样本的信度与效度"),
        "reliability",
    ),
    Item(_RESULTS, Text("Dimensions of the item set explored", "题项维度的探索"), "factors"),
    Item(
        _MODELS,
        Text(
            "Measurement model: fit with test and indices, cut-offs and sources",
            "测量模型：检验、拟合指数、标准及出处",
        ),
        "measurement",
    ),
    Item(
        _MODELS, Text("Every estimate with its standard error", "全部估计值及标准误"), "measurement"
    ),
    Item(
        _MODELS,
        Text("Structural model: fit, paths, explained variance", "结构模型：拟合、路径与解释方差"),
        "structure",
    ),
    Item(
        _MODELS,
        Text("Direct, indirect and total effects with intervals", "直接、间接与总效应及区间"),
        "key-factors",
    ),
    Item(
        _MODELS,
        Text("Convergence, improper solutions, warnings", "收敛情况、不当解与警告"),
        "findings",
    ),
    Item(
        _MODELS,
        Text("Differences of groups, and equal measurement", "组间差异与测量等值"),
        "groups",
    ),
    Item(
        _MODELS,
        Text("Whether the result holds under other analyses", "换用其他分析时结果是否成立"),
        "other-analyses",
    ),
    Item(_MODELS, Text("Results verified by other software", "其他软件的验证"), "second-engine"),
    Item(
        _MODELS,
        Text("Equivalent models, and why this one is preferred", "等价模型及选择本模型的理由"),
    ),
    Item(_MODELS, Text("Changes of the model after seeing the data", "看到数据后对模型的修改")),
    Item(
        _DISCUSSION,
        Text(
            "Support for the hypotheses; limits; to whom the results apply",
            "假设的支持情况、局限与可推广范围",
        ),
    ),
)


def section(headings: Mapping[str, Text]) -> Section:
    """Return the checklist.

    Parameters
    ----------
    headings : mapping of str to Text
        The sections that the report has, by key.
    """
    yours = Text("The researcher must supply this", "需由研究者补充")
    groups: list[tuple[int, Text]] = []
    rows: list[tuple[Cell, ...]] = []
    for item in _ITEMS:
        if not groups or groups[-1][1] != item.topic:
            groups.append((len(rows), item.topic))
        heading = headings.get(item.section)
        where = yours
        if heading is not None:
            where = Text("Section “{s}”", "“{s}”一节").fill(s=heading)
        rows.append((item.words, where))
    missing = sum(row[1] == yours for row in rows)
    columns = (
        Column("item", Text("What must be reported", "应报告的内容"), "label"),
        Column("where", Text("Where", "所在位置"), "text"),
    )
    note = Text(
        "After the journal article reporting standards for quantitative research and structural "
        "equation modeling (JARS-Quant; Appelbaum et al., 2018), in shortened words. That a "
        "section treats an item does not say that it is enough for this study.",
        "依据量化研究与结构方程模型的期刊论文报告标准（JARS-Quant；Appelbaum et al., 2018），"
        "文字有删简。有对应章节并不代表对本研究已经足够。",
    )
    title = Text("Checklist of the reporting standard", "报告标准核对表")
    table = Table("jars_checklist", title, columns, tuple(rows), (note,), tuple(groups))
    told = Text(
        "Of the {n} items of the reporting standard ([[table:jars_checklist]]), the report has a "
        "section for {have}; the researcher must supply the other {missing}.",
        "报告标准共{n}项（[[table:jars_checklist]]），本报告涉及其中{have}项；"
        "其余{missing}项须由研究者补充。",
    ).fill(n=len(rows), have=len(rows) - missing, missing=missing)
    heading = Text("Reporting standard", "报告标准")
    return Section("reporting-standard", heading, (Paragraph(told), TableBlock(table)))
