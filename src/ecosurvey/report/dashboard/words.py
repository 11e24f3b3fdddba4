"""The fixed words of the dashboard."""

from ecosurvey.core import Text

WORDS = {
    "subtitle": Text("Performance index by {by}", "绩效指数（按{by}）"),
    "language": Text("中文", "English"),
    "wave": Text("Wave", "轮次"),
    "measure": Text("Show", "显示"),
    "everybody": Text("everybody", "全部"),
    "one_only": Text("One filter at a time.", "每次只能使用一个筛选条件。"),
    "told": Text("{n} respondents; {part}, wave {wave}.", "受访者{n}人；{part}，轮次{wave}。"),
    "weights_from": Text("Weights: {scheme}.", "权重：{scheme}。"),
    "nobody": Text(
        "Too few respondents for this choice: people could be recognised.",
        "符合条件的受访者过少，为避免识别个人不予显示。",
    ),
    "bars_of": Text("{part}: scores with {level} intervals", "{part}：得分与{level}区间"),
    "trend": Text("From wave to wave", "各轮间的变化"),
    "one_wave": Text("There is one wave only.", "只有一轮。"),
    "loose": Text(
        "No trend is shown: whether the waves measure this alike was not tested, or they do not.",
        "不显示趋势：该构念未经跨轮等值性检验，或检验未通过。",
    ),
    "heat": Text("All constructs", "各构念得分"),
    "weight": Text("weight {w}", "权重{w}"),
    "beside": Text("not part of the index", "不计入指数"),
    "ranks": Text("Ranks, and what they hang on", "排名及其依赖因素"),
    "about_ranks": Text(
        "Of all respondents, whatever is chosen above. By chance: where the unit may stand, at "
        "{level}. Without one: with one construct at a time left out.",
        "基于全部受访者，与上方筛选无关。偶然性：{level}水平下可能的排名范围；去一项：逐一剔除一个构念后的排名范围。",
    ),
    "about_unsure": Text(
        "Weights unsure: the same with the weights as unsure as they are; intervals of the weights "
        "stand in brackets above.",
        "计入权重：同时计入权重自身不确定性后的排名范围；权重区间见上表方括号。",
    ),
    "unsure": Text("Weights unsure", "计入权重"),
    "rank": Text("Rank", "排名"),
    "chance": Text("By chance", "偶然性"),
    "first": Text("P(first)", "居首概率"),
    "without": Text("Without one", "去一项"),
    "target": Text("target {t}", "目标{t}"),
    "gap": Text("gap {g}", "差距{g}"),
    "own": Text("own mean {r}, own share {b}", "原始均值{r}，自身权重{b}"),
    "method": Text(
        "0 to 100 are the ends of the scales; where less is better, counted from the other end. "
        "Dots: empirical Bayes, a unit's own mean (ring) drawn to that of all units in the wave, "
        "the more so the fewer answered. Weights stay the same whatever is chosen.",
        "0–100对应量表两端；越低越好的构念按反向计。实心点为经验贝叶斯估计：单位自身均值（空心圈）向本轮总均值收缩，"
        "作答越少收缩越多。权重不随筛选改变。",
    ),
}
