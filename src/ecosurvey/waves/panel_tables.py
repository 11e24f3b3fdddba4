"""Tables of a panel: change within people, who left, what leads to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text, number

if TYPE_CHECKING:
    from ecosurvey.waves.lagged import CrossLagged
    from ecosurvey.waves.panel import Panel
    from ecosurvey.waves.panel_paths import PanelPaths

_FROM, _TO = (
    Column("earlier", Text("From", "自"), "text"),
    Column("later", Text("To", "至"), "text"),
)
_ON, _BACK = Text("On the outcome", "对结果"), Text("From the outcome", "来自结果")
_EFFECTS = (
    Column("factor", Text("Factor", "因素"), "label"), _FROM, _TO,
    Column("std", Text("β", "β"), decimals=3, spanner=_ON),
    Column("std_lower", Text("Low", "下限"), decimals=3, spanner=_ON),
    Column("std_upper", Text("High", "上限"), decimals=3, spanner=_ON),
    Column("pvalue", Text("p", "p"), "p", spanner=_ON),
    Column("adjusted", Text("p (Holm)", "p（Holm）"), "p", spanner=_ON),
    Column("back", Text("β", "β"), decimals=3, spanner=_BACK),
)  # fmt: skip


def tables_of(panel: Panel) -> list[Table]:
    """Return all tables of a panel."""
    found = [within_table(panel), attrition_table(panel)]
    if panel.paths is not None:
        found += [effects_table(panel.paths), stability_table(panel.paths)]
        if panel.paths.moves:
            found.append(moves_table(panel.paths))
    return found


def within_table(panel: Panel) -> Table:
    """Return the latent change scores."""
    mean, spread = Text("Mean change", "平均变化"), Text("Variance of change", "变化的方差")
    start = Text("With its start", "与起点的协方差")
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("name", Text("Name", "名称"), "text"),
        Column("earlier", Text("From", "自"), "text"),
        Column("later", Text("To", "至"), "text"),
        Column("mean", Text("Est.", "估计"), spanner=mean),
        Column("mean_ci_lower", Text("Low", "下限"), spanner=mean),
        Column("mean_ci_upper", Text("High", "上限"), spanner=mean),
        Column("mean_pvalue", Text("p", "p"), "p", spanner=mean),
        Column("variance", Text("Est.", "估计"), spanner=spread),
        Column("variance_ci_lower", Text("Low", "下限"), spanner=spread),
        Column("variance_ci_upper", Text("High", "上限"), spanner=spread),
        Column("start", Text("Est.", "估计"), spanner=start),
        Column("start_pvalue", Text("p", "p"), "p", spanner=start),
        Column("stability", Text("Stability", "稳定性"), bounded=True),
    )
    rows = tuple(tuple(getattr(c, column.key) for column in columns) for c in panel.changes)
    note = Text(
        "Latent change scores, in standard deviations of the first wave; p not adjusted. "
        f"{panel.people} people matched by {panel.by}, {panel.everywhere} of them seen in every "
        "wave. Stability: correlation of the two waves' factors.",
        f"潜变化分数，以首轮标准差为单位，p未校正。按{panel.by}匹配{panel.people}人，其中"
        f"{panel.everywhere}人各轮均参与。稳定性：两轮因子的相关。",
    )
    title = Text("Change within people", "个体内变化")
    return Table("wave_within", title, columns, rows, (note,))


def attrition_table(panel: Panel) -> Table:
    """Return those who left against those who stayed."""
    columns = (
        Column("wave", Text("Wave", "轮次"), "label"),
        Column("variable", Text("In the first wave", "首轮变量"), "text"),
        Column("kind", Text("Measure", "指标"), "text"),
        Column("size", Text("Size", "效应量")),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Holm)", "p（Holm）"), "p"),
    )
    kinds = {"score": Text("d, gone less seen", "d（流失减留存）"), "share": Text("V", "V")}
    found = panel.attrition
    rows = tuple(
        (t.wave, t.variable, kinds[t.kind], t.size, t.pvalue, t.adjusted) for t in found.tests
    )
    seen = ", ".join(f"{wave}: {n}" for wave, n in found.seen)
    note = Text(
        f"Of {found.first} people of the first wave were seen again: {seen}. Scale scores by "
        "Welch's test, background by the chi-square test (Cramér's V).",
        f"首轮{found.first}人中再次参与者：{seen}。"
        "量表得分用Welch检验，背景变量用卡方检验（Cramér V）。",
    )
    title = Text("Who was not seen again", "样本流失分析")
    return Table("wave_attrition", title, columns, rows, (note,))


def effects_table(found: PanelPaths) -> Table:
    """Return each factor's path to the outcome of the next wave, and the way back."""
    back = {(p.target, p.later): p for p in found.feedback}
    columns = (
        *_EFFECTS,
        Column("back_adjusted", Text("p (Holm)", "p（Holm）"), "p", spanner=_BACK),
    )  # fmt: skip
    rows = tuple(
        (p.source, p.earlier, p.later, p.std, p.std_lower, p.std_upper, p.pvalue, p.adjusted,
         back[p.source, p.later].std, back[p.source, p.later].adjusted)
        for p in found.effects
    )  # fmt: skip
    en, zh = _fit_line(found.joint)
    note = Text(
        f"Outcome: {found.outcome}. One model: every variable on all of the wave before. Scores "
        "are means of the items that do not drift, their errors of measurement known from the "
        f"longitudinal factor models. Standardized; Holm over the column. {en}",
        f"结果变量：{found.outcome}。单一模型：各变量对前一轮全部变量回归。得分为未漂移题项的均值，"
        f"测量误差由纵向因子模型给定。标准化系数；Holm校正按列进行。{zh}",
    )
    title = Text("Key factors and the outcome of the next wave", "关键因素与下一轮结果")
    return Table("wave_lagged", title, columns, rows, (note,))


def moves_table(found: PanelPaths) -> Table:
    """Return the same within people: with random intercepts, one factor at a time."""
    beside = {
        (model.variables[0], p.later): p
        for model in found.alone
        for p in model.paths
        if p.source == found.outcome and p.kind == "cross"
    }
    share = {model.variables[0]: model.shares[0].share for model in found.alone}
    columns = (
        *_EFFECTS,
        Column("back_pvalue", Text("p", "p"), "p", spanner=_BACK),
        Column("share", Text("Lasting share", "稳定份额"), bounded=True),
    )  # fmt: skip
    rows = tuple(
        (p.source, p.earlier, p.later, p.std, p.std_lower, p.std_upper, p.pvalue, p.adjusted,
         beside[p.source, p.later].std, beside[p.source, p.later].pvalue, share[p.source])
        for p in found.moves
    )  # fmt: skip
    note = Text(
        "Random-intercept cross-lagged models, each factor with the outcome alone: lasting "
        "differences between people are taken out. Lasting share: of the factor's variance in the "
        "first wave; no number where the estimate is below 0.",
        "随机截距交叉滞后模型，逐一取各因素与结果：已剔除个体间的稳定差异。稳定份额：占该因素首轮方差的比例；"
        "估计为负时不列。",
    )
    title = Text("The same within people", "个体内的跨轮路径")
    return Table("wave_lagged_within", title, columns, rows, (note,))


def stability_table(found: PanelPaths) -> Table:
    """Return how far each variable stays as it was, and how reliable its scores are."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"), _FROM, _TO,
        Column("std", Text("β", "β"), decimals=3),
        Column("std_lower", Text("Low", "下限"), decimals=3),
        Column("std_upper", Text("High", "上限"), decimals=3),
        Column("n", Text("Linked", "匹配人数"), "count"),
        Column("reliability", Text("Reliability", "信度"), bounded=True),
        Column("items", Text("Items", "题项数"), "count"),
    )  # fmt: skip
    known = {one.construct: one for one in found.scores}
    labels = found.joint.waves
    rows: list[tuple[Cell, ...]] = []
    for p in sorted(found.stabilities, key=lambda p: list(known).index(p.source)):
        k = labels.index(p.earlier)
        one = known[p.source]
        rows.append((p.source, p.earlier, p.later, p.std, p.std_lower, p.std_upper,
                     found.joint.linked[k], one.reliability[k], len(one.items)))  # fmt: skip
    note = Text(
        "Path of each construct on itself one wave before, the others held equal, standardized. "
        "Reliability: of the score in the earlier wave.",
        "各构念对其前一轮自身的标准化路径（控制其他变量）。信度：前一轮得分的信度。",
    )
    title = Text("Stability from wave to wave", "跨轮稳定性")
    return Table("wave_stability", title, columns, tuple(rows), (note,))


def lagged_tables(found: CrossLagged) -> tuple[Table, ...]:
    """Return all paths of one model, and its random intercepts."""
    columns = (
        Column("source", Text("From", "自变量"), "label"),
        Column("target", Text("To", "因变量"), "text"),
        Column("earlier", Text("Earlier", "前一轮"), "text"),
        Column("later", Text("Later", "后一轮"), "text"),
        Column("est", Text("B", "B"), decimals=3),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Holm)", "p（Holm）"), "p"),
        Column("std", Text("β", "β"), decimals=3),
        Column("std_lower", Text("Low", "下限"), decimals=3),
        Column("std_upper", Text("High", "上限"), decimals=3),
    )
    rows = tuple(
        (p.source, p.target, p.earlier, p.later, p.est, p.se, p.pvalue,
         None if p.kind == "stability" else p.adjusted, p.std, p.std_lower, p.std_upper)
        for p in found.paths
    )  # fmt: skip
    title = (
        Text("Cross-lagged panel model with random intercepts", "随机截距交叉滞后模型")
        if found.random_intercepts
        else Text("Cross-lagged panel model", "交叉滞后模型")
    )
    made = [Table("lagged", title, columns, rows, (Text(*_fit_line(found)),))]
    if found.shares:
        lasting = (
            Column("variable", Text("Variable", "变量"), "label"),
            Column("variance", Text("Variance", "方差"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("share", Text("Lasting share", "稳定份额"), bounded=True),
        )
        shares = tuple((s.variable, s.variance, s.se, s.share) for s in found.shares)
        title = Text("Random intercepts", "随机截距")
        made.append(Table("lagged_intercepts", title, lasting, shares))
    return tuple(made)


def _fit_line(found: CrossLagged) -> tuple[str, str]:
    """Return fit and people, in both languages."""
    fit = found.fit
    n = ", ".join(
        f"{a} → {b}: {count}"
        for a, b, count in zip(found.waves, found.waves[1:], found.linked, strict=False)
    )
    df = int(fit.fit_measures["df"])
    if df == 0:
        return (f"{fit.n} people, linked {n}; the model is saturated.",
                f"{fit.n}人，匹配人数{n}；模型饱和。")  # fmt: skip
    key = "_scaled" if "chisq_scaled" in fit.fit_measures else ""
    said = f"χ²({df}) = {number(fit.fit_measures['chisq' + key], 2)}"
    for name, words in (("cfi", "CFI"), ("rmsea", "RMSEA"), ("srmr", "SRMR")):
        robust = fit.fit_measures.get(f"{name}_robust", float("nan"))
        value = robust if robust == robust else fit.fit_measures[name]
        said += f", {words} = {number(value, 3, bounded=True)}"
    return f"{fit.n} people, linked {n}. {said}.", f"{fit.n}人，匹配人数{n}。{said}。"
