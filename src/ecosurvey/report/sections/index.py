"""The performance index: how units stand, what that hangs on, targets and change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.performance import OVERALL, SCHEMES
from ecosurvey.report.figures import index_ranks, intervals
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.performance import PerformanceIndex


def sections(found: PerformanceIndex) -> tuple[Section, ...]:
    """Return the sections of an index."""
    tables = {table.key: table for table in found.tables()}

    def those(*keys: str, detail: bool = False) -> list[Block]:
        return [TableBlock(tables[key], detail=detail) for key in keys if key in tables]

    made = [
        Section(
            "index", Text("How the units stand", "各单位的绩效指数"),
            (*_lead(found), *_standing(found), *those("index"),
             *those("index_constructs", detail=True)),
        ),
        Section(
            "weights", Text("What the ranking hangs on", "排名对权重选择的依赖"),
            (*_choice(found), *_weights(found), *_places(found),
             *those("index_weights", "index_weight_intervals", "index_unsure", "index_concordance"),
             *those("index_ranks", "index_experts", "index_items", detail=True)),
        ),
    ]  # fmt: skip
    if "index_targets" in tables:
        made.append(Section("targets", Text("Targets and gaps", "目标与差距"),
                            tuple(those("index_targets"))))  # fmt: skip
    if "index_changes" in tables:
        made.append(Section("changes", Text("Change between waves", "各轮间的变化"),
                            tuple(those("index_changes"))))  # fmt: skip
    made.append(
        Section("remarks", Text("Remarks", "说明"), (*_method(), *callouts(found.findings)))
    )
    return tuple(made)


def _scheme(name: str) -> Text:
    return next(words for key, words in SCHEMES.items() if key == name)


def _lead(found: PerformanceIndex) -> tuple[Paragraph, ...]:
    words = Text(
        "Scores run from 0 to 100, the ends of the response scales. They are given for {units} "
        "units ({by}) and {waves} waves; the index puts {parts} constructs together with the "
        "weights of the scheme “{scheme}” ([[table:index_weights]]).",
        "得分范围为0–100，对应量表两端。共{units}个单位（{by}）、{waves}轮；指数由{parts}个构念按“{scheme}”"
        "权重合成（[[table:index_weights]]）。",
    ).fill(
        units=len(found.units), by=found.by_name, waves=len(found.waves), parts=len(found.parts),
        scheme=_scheme(found.scheme),
    )  # fmt: skip
    return (Paragraph(words),)


def _standing(found: PerformanceIndex) -> list[Block]:
    """Return a figure of the index with intervals, for each wave."""
    made: list[Block] = []
    target = next((s.target for s in found.scores if s.part == OVERALL and s.target), None)
    ends = [end for s in found.scores if s.part == OVERALL for end in (s.lower, s.upper)]
    for at, wave in enumerate(found.waves, 1):
        scores = [s for s in found.scores if s.wave == wave and s.part == OVERALL]
        if not scores:
            continue
        rows = [
            intervals.Row(found.unit_name(one.unit), one.score, one.lower, one.upper)
            for one in sorted(scores, key=lambda one: -one.score)
        ]
        caption = Text(
            "Performance index by {by}, wave {wave}, with {level} intervals{target}.",
            "轮次{wave}的绩效指数（按{by}），附{level}区间{target}。",
        ).fill(
            by=found.by_name, wave=wave, level=f"{100 * found.level:g}%",
            target=Text("; dashed: the target", "；虚线为目标") if target is not None else "",
        )  # fmt: skip
        drawing = intervals.describe(
            f"index_{at}", caption, Text("Index, 0 to 100", "指数（0–100）"), rows,
            marks=() if target is None else (target,),
            limits=(min(ends) - 0.5, max(ends) + 0.5),  # one axis for all waves
        )  # fmt: skip
        made.append(FigureBlock(intervals.illustrate(replace(drawing, decimals=1))))
    return made


def _choice(found: PerformanceIndex) -> tuple[Paragraph, ...]:
    taus = [one.kendall for one in found.concordances if one.kendall == one.kendall]
    moved = sum(place.over_schemes[0] != place.over_schemes[1] for place in found.placings)
    if not found.concordances:
        return ()
    words = Text(
        "Of {all} ranks {moved} depend on the scheme of weights. ",
        "{all}个排名中有{moved}个随权重方案而变。",
    ).fill(all=len(found.placings), moved=moved)
    if taus:
        more = Text(
            "Kendall's tau between two schemes runs from {low:.2f} to {high:.2f} "
            "([[table:index_concordance]]).",
            "方案两两之间的Kendall's tau为{low:.2f}至{high:.2f}（[[table:index_concordance]]）。",
        ).fill(low=min(taus), high=max(taus))
        words = Text(words.en + more.en, words.zh + more.zh)
    return (Paragraph(words),)


def _weights(found: PerformanceIndex) -> list[Block]:
    """Return what of the ranks hangs on unsure weights, and a figure of these."""
    own = {one.part: one for one in found.weight_intervals if one.scheme == found.scheme}
    if not own:
        return []
    wide = {(one.wave, one.unit): one for one in found.unsure}
    more = [
        place
        for place in found.placings
        if (place.wave, place.unit) in wide
        and wide[place.wave, place.unit].rank_upper - wide[place.wave, place.unit].rank_lower
        > place.rank_upper - place.rank_lower
    ]
    words = Text(
        "The weights of the main scheme are themselves unsure: allowing for it widens the "
        "interval of {more} of {all} ranks ([[table:index_unsure]]).",
        "主方案的权重本身也有不确定性：计入后，{all}个排名中有{more}个的区间变宽（[[table:index_unsure]]）。",
    ).fill(more=len(more), all=len(found.unsure))
    rows = [
        intervals.Row(part.name, own[part.id].weight, own[part.id].lower, own[part.id].upper)
        for part in found.parts
    ]
    rows.sort(key=lambda row: -row.estimate)
    what = (
        Text("the range that other judgements give", "其他判断所给出的范围")
        if found.scheme == "expert"
        else Text("{l} intervals", "{l}区间").fill(l=f"{100 * found.level:g}%")
    )
    caption = Text(
        "Weights of the scheme “{scheme}” with {what}; dashed: equal weights.",
        "“{scheme}”方案的权重及{what}；虚线为等权。",
    ).fill(scheme=_scheme(found.scheme), what=what)
    drawing = intervals.describe(
        "index_weights", caption, Text("Weight", "权重"), rows, marks=(1 / len(rows),),
        limits=(0.0, None), bounded=True,
    )  # fmt: skip
    return [Paragraph(words), FigureBlock(intervals.illustrate(drawing))]


def _places(found: PerformanceIndex) -> list[Block]:
    """Return a figure of the ranks under each scheme, for each wave."""
    made: list[Block] = []
    schemes = [_scheme(name) for name in found.weights]
    for at, wave in enumerate(found.waves, 1):
        units = [
            (found.unit_name(place.unit), [place.by_scheme[name][1] for name in found.weights])
            for place in found.placings
            if place.wave == wave and set(place.by_scheme) == set(found.weights)
        ]
        if len(units) < 2 or len(schemes) < 2:
            continue
        caption = Text(
            "Ranks in wave {wave} under each scheme of weights; hollow: units that share a rank.",
            "轮次{wave}在各权重方案下的排名；空心点表示并列。",
        ).fill(wave=wave)
        drawing = index_ranks.describe(f"index_ranks_{at}", caption, schemes, units)
        made.append(FigureBlock(index_ranks.illustrate(drawing)))
    return made


def _method() -> tuple[Paragraph, ...]:
    words = Text(
        "Items are put on 0 to 100 between the ends of their scales and averaged within "
        "constructs, by their loadings where a model gives them; of constructs of which less is "
        "better the score is counted from the other end. Means of units are empirical Bayes "
        "predictions (Fay & Herriot, 1979; REML); their intervals allow for not knowing how much "
        "the units differ (Morris, 1983). Model: share of the "
        "standardized total effect on the outcome. Entropy: Hwang & Yoon (1981). "
        "CRITIC: Diakoulaki et al. (1995). Experts: Saaty (1980), put together by geometric means. "
        "The outcome is scored beside the index and is not part of it.",
        "各题项按量表两端换算为0–100，在构念内按载荷（有模型时）加权平均；越低越好的构念按反向计。"
        "单位均值为经验贝叶斯估计（Fay & Herriot, 1979；REML），区间已计入单位间方差未知的"
        "不确定性（Morris, 1983）。"
        "模型权重为对结果变量标准化总效应的份额；熵权见Hwang & Yoon (1981)，"
        "CRITIC见Diakoulaki等 (1995)，专家权重见Saaty (1980)，多位专家取几何平均。"
        "结果变量单独计分，不计入指数。",
    )
    return (Paragraph(words),)
