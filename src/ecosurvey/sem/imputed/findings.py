"""What must be known of fits pooled over imputations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ecosurvey.core import Finding, Text, counted
from ecosurvey.sem.imputed.rubin import combine
from ecosurvey.sem.imputed.test import PooledTest
from ecosurvey.sem.results import SemResult

_OF_ONE_FIT = ("poor_fit",)  # judged once, of the pooled fit


def pooled_findings(
    results: Sequence[SemResult], kept: Sequence[SemResult], tests: Sequence[PooledTest]
) -> list[Finding]:
    """Return what the single fits said, counted; fits left out; too few imputations."""
    found = _counted(kept)
    lost = len(results) - len(kept)
    if lost:
        found.append(
            Finding(
                "imputations_left_out",
                "warning",
                Text(
                    counted(lost, "imputed data sets is", "imputed data sets are", of=len(results))
                    + " left out: the model did not converge there, or has no standard errors.",
                    f"{len(results)}个插补数据集中有{lost}个被剔除：模型未收敛或无标准误。",
                ),
                hint=Text("Simplify the model.", "建议简化模型。"),
            )
        )
    if any(test.negative for test in tests):
        found.append(
            Finding(
                "negative_pooled_test",
                "warning",
                Text(
                    "the pooled chi-square is below zero and was set to it: fit appears perfect "
                    "without being so.",
                    "合并后的卡方为负，已置为零：拟合看似完美，实则不然。",
                ),
                hint=Text("Impute more data sets.", "请增加插补次数。"),
            )
        )
    if any(test.ariv < 0 for test in tests):
        found.append(
            Finding(
                "negative_ariv",
                "warning",
                Text(
                    "the pooled tests imply that missing answers added information, which cannot "
                    "be: chi-square and what is made of it are too large.",
                    "合并检验显示缺失反而增加了信息，这不可能：卡方及由其得出的指标偏大。",
                ),
                hint=Text("Use pooling='D2', or impute more data sets.",
                          "请使用pooling='D2'，或增加插补次数。"),
            )
        )  # fmt: skip
    return [*found, *_few(kept)]


def _counted(kept: Sequence[SemResult]) -> list[Finding]:
    """Return the findings of the single fits, each once, with the number that have it."""
    m = len(kept)
    seen: dict[tuple[str, str], list[Finding]] = {}
    for result in kept:
        for key in dict.fromkeys((f.code, f.where) for f in result.findings):
            one = next(f for f in result.findings if (f.code, f.where) == key)
            seen.setdefault(key, []).append(one)
    found = []
    for (code, _), each in seen.items():
        if code in _OF_ONE_FIT:
            continue
        words = each[0].message
        if len(each) < m or len({f.message for f in each}) > 1:
            words = Text(
                f"in {len(each)} of {m} imputed data sets: {words.en}",
                f"{m}个插补数据集中的{len(each)}个：{words.zh}",
            )
        found.append(replace(each[0], message=words))
    return found


def _few(kept: Sequence[SemResult]) -> list[Finding]:
    """Return a note where there are fewer data sets than percents of missing information.

    Source: White, Royston & Wood (2011), Statistics in Medicine 30, 377-399, sec. 7.3.
    """
    frames = [result.parameters for result in kept]
    found = combine(*(np.array([frame[name] for frame in frames]) for name in ("est", "se")))
    real = found.within > 0
    if not real.any():
        return []
    most, m = float(found.fmi[real].max()), len(kept)
    if 100 * most <= m:
        return []
    return [
        Finding(
            "few_imputations",
            "note",
            Text(
                f"up to {100 * most:.0f}% of the information on a parameter is missing; "
                f"with {m} imputations its standard error and p value would change noticeably "
                "in another set of imputations.",
                f"某参数缺失的信息高达{100 * most:.0f}%；仅用{m}次插补时，"
                "换一组插补其标准误与p值会有明显变化。",
            ),
            hint=Text(
                "Use about as many imputations as percents of missing information.",
                "插补次数宜与缺失信息的百分数相当。",
            ),
        )
    ]
