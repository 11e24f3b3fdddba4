"""The tables of a performance index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.performance.model import OVERALL, SCHEMES

if TYPE_CHECKING:
    from ecosurvey.performance.model import Placing
    from ecosurvey.performance.result import PerformanceIndex
    from ecosurvey.performance.weights.ahp import Judgement

_WAVE = Column("wave", Text("Wave", "轮次"), "label")
_STANDING = {
    "reached": Text("reached", "已达标"),
    "missed": Text("missed", "未达标"),
    "open": Text("within the interval", "区间内"),
}


def tables_of(found: PerformanceIndex) -> tuple[Table, ...]:
    """Return all tables that have rows, the main one first."""
    made = (
        _overall(found), _parts(found), _weights(found), _weight_intervals(found), _unsure(found),
        _ranks(found), _concordance(found), _experts(found), _targets(found), _changes(found),
        _items(found),
    )  # fmt: skip
    return tuple(table for table in made if table.rows)


def _scheme(name: str) -> Text:
    return next((words for key, words in SCHEMES.items() if key == name), Text(name, name))


def _overall(found: PerformanceIndex) -> Table:
    percent = f"{100 * found.level:g}%"
    columns = (
        _WAVE,
        Column("unit", found.by_name, "text"),
        Column("n", Text("n", "n"), "count"),
        Column("rank", Text("Rank", "排名"), "count"),
        Column("score", Text("Index", "指数"), decimals=1),
        Column("lower", Text(f"{percent} lower", f"{percent}下限"), decimals=1),
        Column("upper", Text(f"{percent} upper", f"{percent}上限"), decimals=1),
        Column("raw", Text("Own mean", "原始均值"), decimals=1),
        Column("reliability", Text("Own share", "自身权重"), bounded=True),
        Column("rank_lower", Text("Rank from", "排名区间起"), "count"),
        Column("rank_upper", Text("to", "止"), "count"),
        Column("prob_first", Text("P(first)", "居首概率"), bounded=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for place in sorted(found.placings, key=lambda one: (found.waves.index(one.wave), one.rank)):
        one = found.score(place.wave, place.unit)
        if one is not None:
            rows.append(
                (
                    one.wave,
                    found.unit_name(one.unit),
                    one.n,
                    place.rank,
                    one.score,
                    one.lower,
                    one.upper,
                    one.raw,
                    one.reliability,
                    place.rank_lower,
                    place.rank_upper,
                    place.prob_first,
                )
            )
    notes = (
        Text(
            "0 to 100 between the ends of the scales; where less is better, counted from the other "
            "end. Weights: {scheme}. Index: empirical Bayes, the own mean drawn to that of all "
            "units of the wave; own share 1 means not at all. Intervals and ranks take the weights "
            "as given; they speak of chance in who answered.",
            "按量表两端换算为0–100；越低越好的构念按反向计。权重：{scheme}。指数为经验贝叶斯估计，即将各单位均值向"
            "本轮总均值收缩；自身权重为1表示未收缩。区间与排名以权重给定为前提，仅反映抽样的偶然性。",
        ).fill(scheme=_scheme(found.scheme)),
    )
    title = Text("Performance index by {by}", "绩效指数（按{by}）").fill(by=found.by_name)
    return Table("index", title, columns, tuple(rows), notes)


def _parts(found: PerformanceIndex) -> Table:
    columns = (
        _WAVE,
        Column("unit", found.by_name, "text"),
        Column("part", Text("Construct", "构念"), "text"),
        Column("n", Text("n", "n"), "count"),
        Column("score", Text("Score", "得分"), decimals=1),
        Column("lower", Text("Lower", "下限"), decimals=1),
        Column("upper", Text("Upper", "上限"), decimals=1),
        Column("raw", Text("Own mean", "原始均值"), decimals=1),
        Column("reliability", Text("Own share", "自身权重"), bounded=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.wave,
            found.unit_name(one.unit),
            found.part_name(one.part),
            one.n,
            one.score,
            one.lower,
            one.upper,
            one.raw,
            one.reliability,
        )
        for one in found.scores
        if one.part != OVERALL
    )
    title = Text("Scores by construct", "各构念得分")
    return Table("index_constructs", title, columns, rows)


def _weights(found: PerformanceIndex) -> Table:
    columns = (
        Column("part", Text("Construct", "构念"), "label"),
        *(Column(name, _scheme(name), decimals=3, bounded=True) for name in found.weights),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (part.name, *(weights[part.id] for weights in found.weights.values()))
        for part in found.parts
    )
    notes = (
        Text(
            "Entropy and CRITIC weights measure how far the units differ, over all waves together, "
            "not what matters; they stand beside the others to show what hangs on the choice.",
            "熵权与CRITIC权重只反映各单位之间差异的大小（合并各轮计算），并不代表重要性；并列给出是为了说明权重选择的影响。",
        ),
    )
    title = Text("Weights of the constructs", "各构念权重")
    return Table("index_weights", title, columns, rows, notes)


def _weight_intervals(found: PerformanceIndex) -> Table:
    known = {(one.scheme, one.part): one for one in found.weight_intervals}
    schemes = [name for name in found.weights if any(name == scheme for scheme, _ in known)]
    columns = [Column("part", Text("Construct", "构念"), "label")]
    for name in schemes:
        over = _scheme(name)
        columns += [
            Column(f"{name}_lower", Text("Low", "下限"), decimals=3, bounded=True, spanner=over),
            Column(f"{name}_upper", Text("High", "上限"), decimals=3, bounded=True, spanner=over),
        ]
    rows: list[tuple[Cell, ...]] = []
    for part in found.parts if schemes else ():
        row: list[Cell] = [part.name]
        for name in schemes:
            one = known[name, part.id]
            row += [one.lower, one.upper]
        rows.append(tuple(row))
    percent = f"{100 * found.level:g}%"
    notes = [Text(
        f"{percent} intervals by chance in who answered: entropy and CRITIC by drawing "
        "respondents anew within units, shrinkage included; the model's by draws of its "
        "parameters from their large-sample distribution.",
        f"抽样偶然性下的{percent}区间：熵权与CRITIC在单位内对受访者重抽样（含收缩）；模型权重由参数的大样本分布抽取。",
    )]  # fmt: skip
    if "expert" in schemes:
        notes.append(Text(
            "Experts: the range over leaving out each expert and moving each of the group's "
            "comparisons one step of the scale up and down.",
            "专家权重：逐一剔除一位专家、并将每个合成比较值上下各移动一个标度后的范围。",
        ))  # fmt: skip
    title = Text("How unsure the weights are", "权重的不确定性")
    return Table("index_weight_intervals", title, tuple(columns), tuple(rows), tuple(notes))


def _unsure(found: PerformanceIndex) -> Table:
    given, loose = Text("Weights as given", "权重给定"), Text("Weights unsure", "计入权重不确定性")
    percent = f"{100 * found.level:g}%"
    columns = (
        _WAVE,
        Column("unit", found.by_name, "text"),
        Column("score", Text("Index", "指数"), decimals=1),
        Column("lower", Text("Lower", "下限"), decimals=1, spanner=given),
        Column("upper", Text("Upper", "上限"), decimals=1, spanner=given),
        Column("rank_lower", Text("Rank from", "排名起"), "count", spanner=given),
        Column("rank_upper", Text("to", "止"), "count", spanner=given),
        Column("unsure_lower", Text("Lower", "下限"), decimals=1, spanner=loose),
        Column("unsure_upper", Text("Upper", "上限"), decimals=1, spanner=loose),
        Column("unsure_rank_lower", Text("Rank from", "排名起"), "count", spanner=loose),
        Column("unsure_rank_upper", Text("to", "止"), "count", spanner=loose),
        Column("unsure_prob_first", Text("P(first)", "居首概率"), bounded=True, spanner=loose),
    )
    places = {(place.wave, place.unit): place for place in found.placings}
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(
        found.unsure, key=lambda u: (found.waves.index(u.wave), places[u.wave, u.unit].rank)
    ):
        place, score = places[one.wave, one.unit], found.score(one.wave, one.unit)
        if score is not None:
            rows.append((
                one.wave, found.unit_name(one.unit), score.score, score.lower, score.upper,
                place.rank_lower, place.rank_upper, one.lower, one.upper, one.rank_lower,
                one.rank_upper, one.prob_first,
            ))  # fmt: skip
    note = Text(
        f"{percent} intervals of index and rank under the main scheme, {_scheme(found.scheme).en}: "
        "with its weights as given, and with weights drawn as unsure as they are, "
        "together with chance in who answered.",
        f"主方案（{_scheme(found.scheme).zh}）下指数与排名的{percent}区间：一为权重给定，"
        "一为在抽样偶然性之外同时计入权重自身的不确定性。",
    )
    title = Text("What hangs on the weights being unsure", "权重不确定性对指数与排名的影响")
    return Table("index_unsure", title, columns, tuple(rows), (note,))


def _ranks(found: PerformanceIndex) -> Table:
    schemes = list(found.weights)
    columns = (
        _WAVE,
        Column("unit", found.by_name, "text"),
        *(Column(f"rank_{name}", _scheme(name), "count") for name in schemes),
        Column("best", Text("Best", "最高排名"), "count"),
        Column("worst", Text("Worst", "最低排名"), "count"),
        Column("without_best", Text("Best without one", "去一项最优"), "count"),
        Column("without_worst", Text("Worst without one", "去一项最差"), "count"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        _ranked(found, place, schemes) for place in found.placings
    )
    notes = (
        Text(
            "Ranks of the index under each scheme of weights. Without one: with one construct at a "
            "time left out, under the main scheme.",
            "各权重方案下的指数排名。“去一项”指在主方案下逐一剔除一个构念。",
        ),
    )
    title = Text("Ranks under other weights", "不同权重下的排名")
    return Table("index_ranks", title, columns, rows, notes)


def _ranked(found: PerformanceIndex, place: Placing, schemes: list[str]) -> tuple[Cell, ...]:
    places = [place.by_scheme[name][1] for name in schemes]
    return (place.wave, found.unit_name(place.unit), *places, *place.over_schemes,
            *place.without_one)  # fmt: skip


def _concordance(found: PerformanceIndex) -> Table:
    columns = (
        _WAVE,
        Column("first", Text("Weights", "权重"), "text"),
        Column("second", Text("and", "与"), "text"),
        Column("kendall", Text("Kendall's tau", "Kendall's tau"), bounded=True),
        Column("spearman", Text("Spearman's rho", "Spearman's rho"), bounded=True),
        Column("moved", Text("Units that move", "排名变动数"), "count"),
        Column("most", Text("Most places", "最大变动"), "count"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.wave,
            _scheme(one.first),
            _scheme(one.second),
            one.kendall,
            one.spearman,
            one.moved,
            one.most,
        )
        for one in found.concordances
    )
    title = Text("How far the ranking depends on the weights", "排名对权重选择的依赖程度")
    return Table("index_concordance", title, columns, rows)


def _experts(found: PerformanceIndex) -> Table:
    columns = (
        Column("expert", Text("Expert", "专家"), "label"),
        Column("lambda", Text("Largest eigenvalue", "最大特征值"), decimals=3),
        Column("ci", Text("Consistency index", "一致性指标"), decimals=3),
        Column("cr", Text("Consistency ratio", "一致性比率"), decimals=3),
    )
    told = found.experts
    rows: list[tuple[Cell, ...]] = []
    if told is not None:
        together = Text("Together (geometric means)", "合成（几何平均）")
        each: list[tuple[str | Text, Judgement]] = [*zip(told.names, told.alone, strict=True)]
        each.append((together, told.together))
        rows = [
            (name, one.largest_eigenvalue, one.consistency_index, one.consistency_ratio)
            for name, one in each
        ]
    notes = (
        Text(
            "Ratio: the index over its mean for random comparisons (Saaty 1980); at most 0.10 is "
            "taken for consistent.",
            "一致性比率＝一致性指标与随机一致性指标（Saaty, 1980）之比，不高于0.10视为一致。",
        ),
    )
    title = Text("Experts' comparisons", "专家两两比较")
    return Table("index_experts", title, columns, tuple(rows), notes)


def _targets(found: PerformanceIndex) -> Table:
    columns = (
        _WAVE,
        Column("unit", found.by_name, "text"),
        Column("part", Text("Construct", "构念"), "text"),
        Column("target", Text("Target", "目标"), decimals=1),
        Column("score", Text("Score", "得分"), decimals=1),
        Column("gap", Text("Gap", "差距"), decimals=1),
        Column("standing", Text("Target", "达标情况"), "text"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.wave,
            found.unit_name(one.unit),
            found.part_name(one.part),
            one.target,
            one.score,
            one.gap,
            _STANDING[one.standing],
        )
        for one in found.scores
        if one.target is not None
    )
    notes = (
        Text(
            "Reached or missed: the whole interval lies on that side of the target.",
            "“已达标”“未达标”指整个置信区间位于目标的同一侧。",
        ),
    )
    return Table("index_targets", Text("Targets and gaps", "目标与差距"), columns, rows, notes)


def _changes(found: PerformanceIndex) -> Table:
    columns = (
        Column("unit", found.by_name, "label"),
        Column("part", Text("Construct", "构念"), "text"),
        Column("before", Text("From", "起"), "text"),
        Column("after", Text("To", "止"), "text"),
        Column("change", Text("Change", "变化"), decimals=1),
        Column("lower", Text("Lower", "下限"), decimals=1),
        Column("upper", Text("Upper", "上限"), decimals=1),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            found.unit_name(one.unit),
            found.part_name(one.part),
            one.before,
            one.after,
            one.change,
            one.lower,
            one.upper,
        )
        for one in found.changes()
    )
    notes = (
        Text(
            "Only of what the waves measure alike; waves taken as independent samples. Intervals "
            "are of one change at a time; ecosurvey compare holds the false-alarm rate over all.",
            "仅列出跨轮测量等值的部分，各轮视为独立样本。区间为逐项区间；"
            "总体误报率的控制见ecosurvey compare。",
        ),
    )
    title = Text("Change between waves", "各轮间的变化")
    return Table("index_changes", title, columns, rows, notes)


def _items(found: PerformanceIndex) -> Table:
    columns = (
        Column("part", Text("Construct", "构念"), "label"),
        Column("item", Text("Item", "题项"), "text"),
        Column("weight", Text("Weight in the construct", "构念内权重"), decimals=3, bounded=True),
        Column("overall", Text("Weight in the index", "指数内权重"), decimals=3, bounded=True),
    )
    shares = found.weights[found.scheme]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (part.name, item, weight, weight * shares[part.id])
        for part in found.parts
        for item, weight in part.items.items()
    )
    return Table("index_items", Text("Weights of the items", "题项权重"), columns, rows)
