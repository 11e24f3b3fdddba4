"""What changed between waves: comparability first, then change, paths and ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Table, Text, number
from ecosurvey.report.figures import intervals, item_curves, item_drift, rank_slopes, wave_trends
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts, name_of
from ecosurvey.waves.tables import changes_table

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.report.model import Illustration
    from ecosurvey.waves import PanelPaths, WaveComparison

_METHODS = {
    "WLSMV": Text(
        "Answers of up to seven categories are treated as ordinal: WLSMV, theta parameterization, "
        "levels of invariance by Wu and Estabrook (2016); gaps pair by pair",
        "不超过七级的作答按有序分类处理：WLSMV估计、theta参数化，等值水平依Wu与Estabrook（2016）；"
        "缺失值成对处理",
    ),
    "MLR": Text(
        "Answers are taken as numbers: maximum likelihood with robust errors; gaps by "
        "full-information likelihood",
        "作答按连续数据处理：稳健极大似然估计；缺失值采用全信息极大似然",
    ),
    "ML": Text(
        "Answers are taken as numbers: maximum likelihood; gaps by full-information likelihood",
        "作答按连续数据处理：极大似然估计；缺失值采用全信息极大似然",
    ),
}


def sections(found: WaveComparison, *, remarks: bool = False) -> tuple[Section, ...]:
    """Return the sections of a comparison, with its findings if they are told nowhere else."""
    tables = {table.key: table for table in found.tables()}
    made = [
        Section("waves-change", Text("What changed", "发生了什么变化"), _change(found, tables)),
        Section(
            "waves-comparable",
            Text("Does the questionnaire still measure the same?", "测量是否一致"),
            _comparable(found, tables),
        ),
    ]  # fmt: skip
    if found.panel is not None:
        made.append(
            Section("waves-within", Text("Change within people", "个体内变化"), _within(tables))
        )
        if found.panel.paths is not None:
            made.append(
                Section("waves-lagged", Text("What leads to what from wave to wave", "跨轮影响"),
                        _lagged(found, found.panel.paths, tables))
            )  # fmt: skip
    if found.paths is not None:
        made.append(
            Section("waves-paths", Text("Paths and key factors", "路径与关键因素"),
                    _paths(found, tables))
        )  # fmt: skip
    made.append(Section("waves-method", Text("Method", "方法"), _method(found)))
    if remarks and found.findings:
        made.append(
            Section("waves-remarks", Text("Remarks", "说明与提示"), callouts(found.findings))
        )
    return tuple(section for section in made if section.blocks)


def _change(found: WaveComparison, tables: dict[str, Table]) -> tuple[Block, ...]:
    counts, counted = [], []
    for label, n, before in zip(found.waves, found.sizes, found.received, strict=True):
        out = before is not None
        counts.append(f"{label} (n = {n}{f' of {before} received' if out else ''})")
        counted.append(f"{label}（n={n}{f'，收回{before}份' if out else ''}）")
    waves = Text(f"Waves: {', '.join(counts)}.", f"各轮：{'、'.join(counted)}。")
    blocks: list[Block] = [Paragraph(found.verdict), Paragraph(waves)]
    blocks.append(FigureBlock(wave_trends.illustrate(found)))
    last = _last_changes(found)
    if last is not None:
        blocks.append(FigureBlock(last))
    many = len(found.waves) > 2
    if many and found.levels:
        blocks.append(TableBlock(changes_table(found, "mean", latest=True)))
    blocks.append(TableBlock(tables["wave_means"], detail=many))
    blocks += [
        TableBlock(tables[key], detail=many or key in ("wave_variances", "wave_levels"))
        for key in ("wave_composition", "wave_chart", "wave_variances", "wave_levels")
        if key in tables
    ]
    return tuple(blocks)


def _last_changes(found: WaveComparison) -> Illustration | None:
    """Return the changes of the means from the first wave to the last, if there are any."""
    first, last = found.waves[0], found.waves[-1]
    rows = [
        intervals.Row(change.name, change.d, change.ci_lower, change.ci_upper, change.alert)
        for change in found.changes
        if (change.kind, change.earlier, change.later) == ("mean", first, last)
    ]
    if not rows:
        return None
    caption = Text(
        f"Change of latent means from {first} to {last} with {100 * found.level:g}% intervals; "
        "filled: beyond chance over all constructs",
        f"{first}至{last}潜均值的变化及{100 * found.level:g}%置信区间；实心：超出偶然（全部构念）",
    )
    axis = Text("Change (pooled standard deviations)", "变化（合并标准差）")
    rows.sort(key=lambda row: -row.estimate)
    return intervals.illustrate(
        intervals.describe("wave_changes", caption, axis, rows, signed=True)
    )


def _comparable(found: WaveComparison, tables: dict[str, Table]) -> tuple[Block, ...]:
    total = len(found.comparability)
    good = sum(one.comparable for one in found.comparability)
    partly = sum(one.comparable and bool(one.freed) for one in found.comparability)
    words = Text(
        "{good} of {total} constructs can be compared over the waves, {partly} of them with "
        "items left free. A trend is shown for those alone.",
        "{total}个构念中{good}个可跨轮比较，其中{partly}个释放了部分题项；仅对可比较者显示趋势。",
    ).fill(good=good, total=total, partly=partly)
    blocks: list[Block] = [Paragraph(words), TableBlock(tables["wave_comparability"])]
    if any(one.items for one in found.comparability):
        blocks.append(FigureBlock(item_drift.illustrate(found)))
    curves = item_curves.illustrate(found)
    if curves is not None:
        blocks.append(FigureBlock(curves))
    if tables["wave_drift"].rows:
        blocks.append(TableBlock(tables["wave_drift"]))
    if tables["wave_items"].rows:
        blocks.append(TableBlock(tables["wave_items"], detail=True))
    return tuple(blocks)


def _within(tables: dict[str, Table]) -> tuple[Block, ...]:
    keys = ("wave_within", "wave_attrition")
    return tuple(TableBlock(tables[key]) for key in keys if tables[key].rows)


def _lagged(
    found: WaveComparison, paths: PanelPaths, tables: dict[str, Table]
) -> tuple[Block, ...]:
    asked, alpha = found.instrument, found.alpha
    outcome = name_of(asked, paths.outcome)
    blocks: list[Block] = [Paragraph(_lagged_words(asked, paths, alpha))]
    shown = [(paths.effects, "wave_lagged_effects", Text("in one model", "同一模型"))]
    if paths.moves:
        within = Text("within people, random intercepts", "个体内，随机截距")
        shown.append((paths.moves, "wave_lagged_moves", within))
    for effects, key, how in shown:
        rows = []
        for p in effects:
            name = name_of(asked, p.source)
            label = Text(
                f"{name.en} ({p.earlier} to {p.later})", f"{name.zh}（{p.earlier}至{p.later}）"
            )
            rows.append(intervals.Row(label, p.std, p.std_lower, p.std_upper, p.adjusted < alpha))
        caption = Text(
            f"Key factors and {outcome.en} one wave later, {how.en}: standardized paths with "
            f"{100 * found.level:g}% intervals; filled: beyond chance over all rows",
            f"关键因素与下一轮“{outcome.zh}”（{how.zh}）：标准化路径及"
            f"{100 * found.level:g}%置信区间；"
            "实心：在全部行范围内超出偶然",
        )
        axis = Text("Standardized cross-lagged path", "标准化交叉滞后路径")
        drawing = intervals.describe(key, caption, axis, rows, signed=True)
        blocks.append(FigureBlock(intervals.illustrate(drawing)))
    blocks.append(TableBlock(tables["wave_lagged"]))
    if "wave_lagged_within" in tables:
        blocks.append(TableBlock(tables["wave_lagged_within"]))
    blocks.append(TableBlock(tables["wave_stability"]))
    return tuple(blocks)


def _lagged_words(asked: Instrument, paths: PanelPaths, alpha: float) -> Text:
    outcome = name_of(asked, paths.outcome)
    sure = [p for p in paths.effects if p.adjusted < alpha]
    en = ", ".join(
        f"{name_of(asked, p.source).en} ({p.earlier} to {p.later}, β = {number(p.std, 2)})"
        for p in sure
    )
    zh = "、".join(
        f"{name_of(asked, p.source).zh}（{p.earlier}至{p.later}，β={number(p.std, 2)}）"
        for p in sure
    )
    back = [p for p in paths.feedback if p.adjusted < alpha]
    back_en = ", ".join(f"{name_of(asked, p.target).en} ({p.later})" for p in back)
    back_zh = "、".join(f"{name_of(asked, p.target).zh}（{p.later}）" for p in back)
    return Text(
        f"Factors that lead to {outcome.en} one wave later, all factors and the earlier "
        f"{outcome.en} held equal: {en or 'none beyond chance'}. Led to by it in turn: "
        f"{back_en or 'none beyond chance'}. This is no proof of a cause: what changes over time "
        "and was not asked is not taken out.",
        f"在控制全部因素及前一轮“{outcome.zh}”后，影响下一轮“{outcome.zh}”的因素："
        f"{zh or '无超出偶然者'}。"
        f"反过来受其影响的因素：{back_zh or '无超出偶然者'}。"
        "这不构成因果证明：未测量的时变因素未被剔除。",
    )


def _paths(found: WaveComparison, tables: dict[str, Table]) -> tuple[Block, ...]:
    assert found.paths is not None  # noqa: S101 (the caller has looked)
    first, last = found.waves[0], found.waves[-1]
    asked = found.instrument
    rows = []
    for path in found.paths.paths:
        if (path.earlier, path.later) == (first, last):
            one, other = name_of(asked, path.source), name_of(asked, path.target)
            label = Text(f"{one.en} → {other.en}", f"{one.zh} → {other.zh}")
            sure = path.adjusted < found.alpha
            rows.append(intervals.Row(label, path.change, path.ci_lower, path.ci_upper, sure))
    moved = [path for path in found.paths.paths if path.adjusted < found.alpha]
    said = ", ".join(f"{path.source} → {path.target}" for path in moved)
    words = Text(
        f"Paths that changed beyond chance: {said or 'none'} (Holm over all paths and pairs of "
        "waves).",
        f"超出偶然的路径变化：{said or '无'}（对全部路径与轮次对作Holm校正）。",
    )
    blocks: list[Block] = [Paragraph(words)]
    if rows:
        caption = Text(
            f"Change of the structural paths from {first} to {last} with 95% intervals; filled: "
            "beyond chance over all paths",
            f"{first}至{last}结构路径的变化及95%置信区间；实心：在全部路径范围内超出偶然",
        )
        axis = Text("Change (unstandardized)", "变化（非标准化）")
        drawing = intervals.describe("wave_path_changes", caption, axis, rows, signed=True)
        blocks.append(FigureBlock(intervals.illustrate(drawing)))
    if found.paths.ranks:
        blocks += [FigureBlock(rank_slopes.illustrate(found)), TableBlock(tables["wave_ranks"])]
    blocks.append(TableBlock(tables["wave_paths"], detail=True))
    return tuple(blocks)


def _method(found: WaveComparison) -> tuple[Block, ...]:
    ordinal = any(one.ordinal for one in found.comparability)
    numbers = "MLR" if found.estimator == "WLSMV" else found.estimator
    method = _METHODS["WLSMV" if ordinal else numbers]
    first = Text(
        f"Each construct is fitted as one factor over the waves. {method.en}. An item drifts if "
        "the generalized score test of freeing all its parameters is significant after "
        "Bonferroni over its family, reworded items and all others being two families; drifting "
        "items are free in every wave, at least two anchor items stay equal and carry the scale "
        "from wave to wave. Latent means are compared where every level of equality holds by "
        "change of fit (Chen 2007) or by its difference test.",
        f"各构念以跨轮单因子模型拟合。{method.zh}。若同时释放某题项全部参数的广义得分检验经族内Bonferroni"
        "校正后显著（改写题项与其余题项各为一族），则判为漂移，在各轮自由估计；至少两个锚题保持等值并承载"
        "跨轮量尺。各级等值按拟合变化（Chen，2007）或差异检验成立时，方比较潜均值。",
    )
    second = Text(
        "False alarms: if nothing changed, the chance that any latent mean raises an alert, over "
        "all constructs and pairs of waves, is at most {a} (Holm 1979); the same holds for "
        "variances, and for drift in each of its two families. Effect sizes are differences in "
        "pooled latent standard deviations (Hancock 2001).",
        "误报：若一切未变，全部构念与轮次对中任一潜均值触发预警的概率不超过{a}（Holm，1979）；方差以及"
        "两族漂移检验同样如此。效应量为以合并潜标准差为单位的差值（Hancock，2001）。",
    ).fill(a=f"{100 * found.alpha:g}%")
    if found.panel is None:
        return (Paragraph(first), Paragraph(second))
    third = Text(
        "The waves are a panel: each construct has a factor a wave, the uniquenesses of an item "
        "correlate over the waves. People missing in a wave stay in by full-information "
        "likelihood of answers taken as numbers. Change within people follows latent change "
        "scores (McArdle 2009).",
        "各轮为追踪样本：每轮一个因子，同一题项的独特性跨轮相关；某轮缺席者以连续数据的全信息极大似然保留。"
        "个体内变化采用潜变化分数模型（McArdle，2009）。",
    )
    if found.panel.paths is None:
        return (Paragraph(first), Paragraph(second), Paragraph(third))
    fourth = Text(
        "What leads to what: cross-lagged panel models by maximum likelihood with robust errors, "
        "people not seen in a wave included. Scores stand for constructs, with the variances and "
        "the covariances over the waves of their errors fixed at those of the longitudinal factor "
        "models; intervals take these as known. All factors enter one model, which items in "
        "every wave would make too large for most panels. From three waves on, models with random "
        "intercepts (Hamaker et al. 2015) of one factor and the outcome take out what lasts.",
        "跨轮影响：交叉滞后模型，稳健极大似然估计，保留某轮缺席者。以得分代表构念，得分误差的方差及跨轮协方差"
        "固定为纵向因子模型的估计，置信区间视其为已知；全部因素进入同一模型（若各轮均用题项，模型对多数追踪样本"
        "而言过大）。三轮及以上时另以随机截距模型（Hamaker等，2015）逐一考察各因素与结果，剔除稳定差异。",
    )
    return (Paragraph(first), Paragraph(second), Paragraph(third), Paragraph(fourth))
