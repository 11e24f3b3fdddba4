"""Tables of a comparison of waves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Cell, Column, Table, Text, number

if TYPE_CHECKING:
    from ecosurvey.waves.paths import WavePaths
    from ecosurvey.waves.result import WaveComparison

_YES, _NO = Text("yes", "是"), Text("no", "否")
_INTERVAL = Text("CI", "置信区间")
_SMALL = 0.05  # unadjusted p below which a drift test is worth a row


def changes_table(
    found: WaveComparison, kind: Literal["mean", "variance"], *, latest: bool = False
) -> Table:
    """Return the changes of latent means, or of variances; of the latest wave alone if asked."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("name", Text("Name", "名称"), "text"),
        Column("earlier", Text("From", "自"), "text"),
        Column("later", Text("To", "至"), "text"),
        Column("d", Text("d", "d") if kind == "mean" else Text("ln ratio", "对数方差比")),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("ci_lower", Text("Low", "下限"), spanner=_INTERVAL),
        Column("ci_upper", Text("High", "上限"), spanner=_INTERVAL),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Holm)", "p（Holm）"), "p"),
        Column("alert", Text("Alert", "预警"), "text"),
    )
    rows = tuple(
        (c.construct, c.name, c.earlier, c.later, c.d, c.se, c.ci_lower, c.ci_upper, c.pvalue,
         c.adjusted, _YES if c.alert else _NO)
        for c in found.changes
        if c.kind == kind and (not latest or c.later == found.waves[-1])
    )  # fmt: skip
    what = (
        Text("Later less earlier latent mean, in pooled standard deviations.",
             "后一轮减前一轮潜均值，以合并标准差为单位。")
        if kind == "mean"
        else Text(
            "Logarithm of later over earlier latent variance.", "后一轮与前一轮潜方差之比的对数。"
        )
    )  # fmt: skip
    notes = [what, Text(
        "Alert: p below {a} after Holm over all constructs and pairs of waves, so the chance of "
        "any false alarm is at most {a}. Intervals ({l}%) are not adjusted. Constructs that "
        "cannot be compared have no row.",
        "预警：经全部构念与轮次对Holm校正后p小于{a}，即出现任何误报的概率不超过{a}。置信区间（{l}%）"
        "未作校正。不可比较的构念不列入。",
    ).fill(a=f"{found.alpha:g}", l=f"{100 * found.level:g}")]  # fmt: skip
    title = (
        Text("Change of latent means between waves", "各轮潜均值的变化")
        if kind == "mean"
        else Text("Change of latent variances between waves", "各轮潜方差的变化")
    )
    if latest:
        last = found.waves[-1]
        title = Text(f"{title.en}: {last} against earlier waves", f"{title.zh}：{last}与此前各轮")
    return Table(f"wave_{'latest' if latest else f'{kind}s'}", title, columns, rows, tuple(notes))


def chart_table(found: WaveComparison) -> Table:
    """Return the control charts: each wave against all before it."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("wave", Text("Wave", "轮次"), "text"),
        Column("level", Text("Latent mean", "潜均值")),
        Column("expected", Text("Earlier waves", "此前各轮")),
        Column("z", Text("z", "z")),
        Column("average", Text("Moving average", "移动平均")),
        Column("signal", Text("Signal", "信号"), "text"),
    )
    words = {
        (True, True): Text("jump, creep", "突变、渐变"),
        (True, False): Text("jump", "突变"),
        (False, True): Text("creep", "渐变"),
        (False, False): Text("–", "–"),
    }
    rows = tuple(
        (p.construct, p.wave, p.level, p.expected, p.z, p.average, words[p.jump, p.creep])
        for p in found.chart
    )
    note = Text(
        "Each wave against the mean of all before it, in errors of the difference (z), and the "
        "exponentially weighted moving average of these; beyond ±{limit} either is a signal: a "
        "jump, or creep. If nothing ever changed, the chance of any signal over all constructs "
        "and waves is at most {a}.",
        "各轮与此前各轮均值之差除以其标准误（z），及其指数加权移动平均；任一超出±{limit}即为信号：突变或"
        "渐变。若一切未变，全部构念与轮次出现任何信号的概率不超过{a}。",
    ).fill(limit=number(found.chart[0].limit, 2), a=f"{100 * found.alpha:g}%")
    title = Text("Control charts of the latent means", "潜均值控制图")
    return Table("wave_chart", title, columns, rows, (note,))


def composition_table(found: WaveComparison) -> Table:
    """Return the changes of latent means before and after composition is taken out."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("name", Text("Name", "名称"), "text"),
        Column("earlier", Text("From", "自"), "text"),
        Column("later", Text("To", "至"), "text"),
        Column("numbers_d", Text("d, as composed", "d（原构成）")),
        Column("composition_d", Text("d, same composition", "d（同构成）")),
        Column("composition_se", Text("SE", "标准误"), decimals=3),
    )
    rows = tuple(
        (c.construct, c.name, c.earlier, c.later, c.numbers_d, c.composition_d, c.composition_se)
        for c in found.changes
        if c.kind == "mean" and c.numbers_d == c.numbers_d
    )
    by = ", ".join(found.composition)
    note = Text(
        f"All waves raked to the first one's shares of {by}. Answers taken as numbers, MLR "
        "without and with these weights, so that the columns differ by composition alone.",
        f"各轮按首轮的{by}分布迭代加权。两列均为按连续数据的MLR估计，一列不加权、一列加权，差异仅源于样本构成。",
    )
    title = Text("Change with the composition of the sample taken out", "剔除样本构成后的变化")
    return Table("wave_composition", title, columns, rows, (note,))


def comparability_table(found: WaveComparison) -> Table:
    """Return the verdict on every construct."""
    names = [
        name for name in ("thresholds", "metric", "scalar", "strict") if _has_level(found, name)
    ]
    titles = {
        "thresholds": Text("Thresholds", "阈值"),
        "metric": Text("Loadings", "载荷"),
        "scalar": Text("Intercepts", "截距"),
        "strict": Text("All at once", "一并等值"),
    }
    columns = [
        Column("construct", Text("Construct", "构念"), "label"),
        Column("comparable", Text("Comparable", "可比较"), "text"),
        Column("why", Text("Verdict", "判定"), "text"),
        Column("anchors", Text("Anchor items", "锚题"), "text"),
        Column("free", Text("Free items", "自由题项"), "text"),
    ]
    for name in names:
        spanner = titles[name]
        columns += [
            Column(f"cfi_{name}", Text("ΔCFI", "ΔCFI"), decimals=3, bounded=True, spanner=spanner),
            Column(f"p_{name}", Text("p", "p"), "p", spanner=spanner),
        ]
    rows: list[tuple[Cell, ...]] = []
    for one in found.comparability:
        by_name = {level.name: change for level, _, change in one.levels}
        steps: list[Cell] = []
        for name in names:
            change = by_name.get(name)  # type: ignore[call-overload]
            steps += [None, None] if change is None else [change.cfi, change.pvalue]
        rows.append((
            one.construct, _YES if one.comparable else _NO, one.why,
            _short(one.anchors), _short(one.freed), *steps,
        ))  # fmt: skip
    note = Text(
        "One-factor models over the waves; each level of equality against the one below. A level "
        "holds by Chen's (2007) limits or by its difference test. Latent means are compared "
        "where all hold, by way of the anchor items. Constructs of constructs: whether the means "
        "of the parts follow from that of the whole.",
        "各构念的跨轮单因子模型，逐级比较。按Chen（2007）界值或差异检验判定是否成立；全部成立时以锚题"
        "为准比较潜均值。高阶构念：检验组成构念的均值是否随整体变化。",
    )
    title = Text("What can be compared over the waves", "各构念能否跨轮比较")
    return Table("wave_comparability", title, tuple(columns), tuple(rows), (note,))


def _short(items: Sequence[str]) -> str:
    """Return names as text, those that count on joined: ``A1–A3, A5``."""
    runs: list[list[str]] = []
    for item in items:
        stem, number_of = _parted(item)
        if runs and _parted(runs[-1][-1]) == (stem, number_of - 1):
            runs[-1].append(item)
        else:
            runs.append([item])
    said = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs]
    return ", ".join(said) or "–"


def _parted(item: str) -> tuple[str, int]:
    stem = item.rstrip("0123456789")
    return stem, int(item[len(stem) :] or -1)


def _has_level(found: WaveComparison, name: str) -> bool:
    return any(level.name == name for one in found.comparability for level, _, _ in one.levels)


def drift_table(found: WaveComparison) -> Table:
    """Return reworded items, drifting ones, and others that come near."""
    columns = (
        Column("item", Text("Item", "题项"), "label"),
        Column("construct", Text("Construct", "构念"), "text"),
        Column("suspect", Text("Reworded", "是否改写"), "text"),
        Column("chisq", Text("Score test χ²", "得分检验χ²")),
        Column("df", Text("df", "df"), "count"),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Bonferroni)", "p（Bonferroni）"), "p"),
        Column("freed", Text("Freed", "是否释放"), "text"),
        Column("dmacs", Text("dMACS", "dMACS")),
    )
    tests = [t for one in found.comparability for t in one.tests]
    shown = [t for t in tests if t.freed or t.suspect or t.pvalue < _SMALL]
    shown.sort(key=lambda t: (not t.freed, t.pvalue))
    rows = tuple(
        (t.item, t.construct, _YES if t.suspect else _NO, t.chisq, t.df, t.pvalue, t.adjusted,
         _YES if t.freed else _NO, t.dmacs if t.freed else None)
        for t in shown
    )  # fmt: skip
    notes = (
        Text(
            "Generalized score test of letting the item differ between waves in all its "
            f"parameters; adjusted over all reworded items, or over all others. {len(tests)} "
            f"items were tested; those with p of {_SMALL:g} or more have no row.",
            f"题项全部参数同时释放的广义得分检验；改写题项与其余题项分别校正。共检验{len(tests)}个题项，"
            f"p≥{_SMALL:g}者未列。",
        ),
        Text(
            "dMACS: .4 small, .6 medium, .8 large (Nye et al. 2019).",
            "dMACS：.4为小、.6为中、.8为大（Nye等，2019）。",
        ),
    )
    title = Text("Items that drift", "题项漂移检验")
    return Table("wave_drift", title, columns, rows, notes)


def items_table(found: WaveComparison) -> Table:
    """Return the parameters of the items that drift, wave by wave."""
    columns = (
        Column("item", Text("Item", "题项"), "label"),
        Column("wave", Text("Wave", "轮次"), "text"),
        Column("loading", Text("Loading", "载荷"), decimals=3),
        Column("intercept", Text("Intercept", "截距"), decimals=3),
        Column("thresholds", Text("Thresholds", "阈值"), "text"),
        Column("residual", Text("Residual SD", "残差标准差"), decimals=3),
        Column("signed", Text("Difference", "差异")),
        Column("dmacs", Text("dMACS", "dMACS")),
    )
    rows = tuple(
        (i.item, i.wave, i.loading, None if i.thresholds else i.intercept,
         "; ".join(number(t, 2) for t in i.thresholds) or "–", i.residual, i.signed, i.dmacs)
        for one in found.comparability for i in one.items if i.item in one.freed
    )  # fmt: skip
    note = Text(
        "Every parameter free, on the first wave's latent scale. Difference: expected answer less "
        "that in the first wave at the same level, in standard deviations of the item.",
        "各轮参数自由估计，置于首轮潜变量量尺。差异：同一水平上期望作答与首轮之差，以题项标准差为单位。",
    )
    title = Text("Items that drift, wave by wave", "漂移题项的各轮参数")
    return Table("wave_items", title, columns, rows, (note,))


def levels_table(found: WaveComparison) -> Table:
    """Return every comparable construct's latent mean and variance, wave by wave."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("wave", Text("Wave", "轮次"), "text"),
        Column("mean", Text("Latent mean", "潜均值")),
        Column("ci_lower", Text("Low", "下限"), spanner=_INTERVAL),
        Column("ci_upper", Text("High", "上限"), spanner=_INTERVAL),
        Column("variance", Text("Latent variance", "潜方差")),
    )
    rows = tuple(
        (one.construct, one.wave, one.mean, one.ci_lower, one.ci_upper, one.variance)
        for one in found.levels
    )
    note = Text(
        "In standard deviations of the first wave, whose mean is 0 and variance 1 by definition.",
        "以首轮标准差为单位；首轮均值为0、方差为1（定义）。",
    )
    title = Text("Latent means and variances wave by wave", "各轮潜均值与潜方差")
    return Table("wave_levels", title, columns, rows, (note,))


def paths_table(found: WavePaths) -> Table:
    """Return the paths of every pair of waves."""
    columns = (
        Column("source", Text("From", "自变量"), "label"),
        Column("target", Text("To", "因变量"), "label"),
        Column("earlier", Text("Earlier", "前一轮"), "text"),
        Column("later", Text("Later", "后一轮"), "text"),
        Column("before", Text("Before", "前"), decimals=3),
        Column("after", Text("After", "后"), decimals=3),
        Column("change", Text("Change", "变化"), decimals=3),
        Column("ci_lower", Text("Low", "下限"), decimals=3, spanner=_INTERVAL),
        Column("ci_upper", Text("High", "上限"), decimals=3, spanner=_INTERVAL),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Holm)", "p（Holm）"), "p"),
    )
    rows = tuple(
        (p.source, p.target, p.earlier, p.later, p.before, p.after, p.change, p.ci_lower,
         p.ci_upper, p.pvalue, p.adjusted)
        for p in found.paths
    )  # fmt: skip
    title = Text("Structural paths by wave", "各轮结构路径")
    note = Text("Unstandardized; loadings equal over the waves.", "非标准化系数；各轮载荷等值。")
    return Table("wave_paths", title, columns, rows, (note,))


def ranks_table(found: WavePaths) -> Table:
    """Return the places of the key factors in every pair of waves."""
    columns = (
        Column("factor", Text("Factor", "因素"), "label"),
        Column("earlier", Text("Earlier", "前一轮"), "text"),
        Column("later", Text("Later", "后一轮"), "text"),
        Column("effect_before", Text("β before", "前β"), decimals=3),
        Column("effect_after", Text("β after", "后β"), decimals=3),
        Column("rank_before", Text("Rank before", "前排名"), "count"),
        Column("rank_after", Text("Rank after", "后排名"), "count"),
        Column("prob_up", Text("P(higher)", "P(上升)"), bounded=True),
        Column("prob_down", Text("P(lower)", "P(下降)"), bounded=True),
    )
    rows = tuple(
        (r.factor, r.earlier, r.later, r.effect_before, r.effect_after, r.rank_before,
         r.rank_after, r.prob_up, r.prob_down)
        for r in found.ranks
    )  # fmt: skip
    title = Text("Ranks of the key factors by wave", "各轮关键因素排名")
    note = Text(
        "Shares of draws of the parameters from their sampling distribution.",
        "概率为参数抽样分布抽取中的比例。",
    )
    return Table("wave_ranks", title, columns, rows, (note,))
