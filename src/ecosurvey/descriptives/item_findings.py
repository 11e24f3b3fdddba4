"""What is unusual about the items: one finding of a kind, naming all items that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Severity, Text

if TYPE_CHECKING:
    import pandas as pd

SKEW_LIMIT = 2.0  # West, Finch and Curran (1995): beyond these, ML estimates of an SEM suffer
KURTOSIS_LIMIT = 7.0
END_LIMIT = 0.15  # Terwee et al. (2007): share of respondents at an end of the scale
MISSING_LIMIT = 0.20
_SHOWN = 6  # items that a message names; `where` names them all

_WORDS: dict[str, tuple[Severity, Text]] = {
    "empty_item": ("serious", Text("nobody answered", "无人作答")),
    "constant_item": ("serious", Text("all answers are the same in", "全部作答相同")),
    "too_few_answers": ("warning", Text("fewer than four answers to", "作答不足四份")),
    "many_missing": ("warning", Text("more than 20% missing in", "缺失超过20%")),
    "long_tail": ("warning", Text("skewness beyond ±2 in", "偏度绝对值超过2")),
    "heavy_tail": ("warning", Text("kurtosis beyond ±7 in", "峰度绝对值超过7")),
    "floor": ("note", Text("more than 15% chose the lowest point in", "选择最低点者超过15%")),
    "ceiling": ("note", Text("more than 15% chose the highest point in", "选择最高点者超过15%")),
}


def item_findings(stats: pd.DataFrame) -> tuple[Finding, ...]:
    """Return the findings on a frame of item statistics (see ``ItemStatistics.statistics``)."""
    n = stats["n"]
    hits = {
        "empty_item": n == 0,
        "constant_item": (n > 1) & (stats["sd"] == 0),
        "too_few_answers": (n > 0) & (n < 4),
        "many_missing": (n > 0) & (stats["missing_share"] > MISSING_LIMIT),
        "long_tail": stats["skew"].abs() > SKEW_LIMIT,
        "heavy_tail": stats["kurtosis"].abs() > KURTOSIS_LIMIT,
        "floor": stats["floor"] > END_LIMIT,
        "ceiling": stats["ceiling"] > END_LIMIT,
    }
    findings: list[Finding] = []
    for code, hit in hits.items():
        items = [str(item) for item in stats.index[hit.to_numpy()]]
        if items:
            severity, words = _WORDS[code]
            en, zh = f"{len(items)} of {len(stats)} items", f"{len(items)}题（共{len(stats)}题）"
            first, more = items[:_SHOWN], " …" if len(items) > _SHOWN else ""
            message = Text(
                f"{words.en} {en}: {', '.join(first)}{more}.",
                f"{words.zh}：{zh}，{'、'.join(first)}{more}。",
            )
            findings.append(Finding(code, severity, message, ", ".join(items)))
    return tuple(findings)
