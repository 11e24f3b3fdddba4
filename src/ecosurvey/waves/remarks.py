"""What a careful reader must be told of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.cleaning.design import CLUSTER, WEIGHT
from ecosurvey.core import Finding, Text
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.comparability import Comparability
from ecosurvey.waves.measurement import design_columns

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

SMALL_WAVE = 200  # rows


def verdict_findings(
    verdicts: Sequence[Comparability], instrument: Instrument, estimator: str
) -> list[Finding]:
    """Name the items that drift, and the constructs that cannot be compared."""
    found: list[Finding] = []
    for verdict in verdicts:
        name = instrument.name_of(verdict.construct)
        for test in verdict.tests:
            if test.freed:
                kind = "reworded_item_drifts" if test.suspect else "item_drifts"
                en = "reworded item" if test.suspect else "item"
                zh = "改写题项" if test.suspect else "题项"
                words = Text(
                    f"{en} {test.item} does not measure {name.en} as before; it is left free, and "
                    "does not count as change.",
                    f"{zh}{test.item}对“{name.zh}”的测量已变，自由估计，不计入变化。",
                )
                found.append(Finding(kind, "warning", words, test.item))
        if not verdict.comparable:
            words = Text(
                f"{name.en} cannot be compared over the waves: {verdict.why.en}; no trend is "
                "shown.",
                f"“{name.zh}”不可跨轮比较：{verdict.why.zh}；不显示趋势。",
            )
            found.append(Finding("not_comparable", "warning", words, verdict.construct))
        elif verdict.fit is not None:
            found += [
                replace(f, where=verdict.construct)
                for f in verdict.fit.fit.findings
                if f.severity == "serious"
            ]
    scales = instrument.scales()
    numbers = [
        v.construct
        for v in verdicts
        if v.fit is not None and not v.ordinal and v.construct in scales
    ]
    if estimator == "WLSMV" and numbers:
        shown = ", ".join(numbers)
        words = Text(
            f"{shown}: answers are taken as numbers (MLR), for people left the panel, the waves "
            "are moments, or one has other categories, too many, or hardly used ones.",
            f"{shown}：因追踪样本有流失、数据为矩，或各轮选项不一致、过多、极少被选，按连续数据（MLR）处理。",
        )
        found.append(Finding("taken_as_numbers", "note", words))
    return found


def size_findings(aligned: AlignedWaves) -> list[Finding]:
    """Warn of waves in which differences may go unseen."""
    return [
        Finding(
            "small_wave",
            "warning",
            Text(
                f"wave {label!r} has {n} rows; drift and change may go unseen, and the rates of "
                "false alarms hold in large samples.",
                f"“{label}”轮仅{n}行：漂移与变化可能无法检出，且误报率以大样本为前提。",
            ),
            label,
        )
        for label, n in zip(aligned.labels, aligned.sizes, strict=True)
        if n < SMALL_WAVE
    ]


def design_findings(aligned: AlignedWaves, *, panel: bool) -> list[Finding]:
    """Say what becomes of weights and clusters."""
    if aligned.as_moments:
        return []
    used = [] if panel else design_columns(aligned)
    words = {WEIGHT: Text("weights", "权重"), CLUSTER: Text("clusters", "群组")}
    found = []
    for name in used:
        said = Text(
            f"{words[name].en} of the survey are taken into account; answers are taken as numbers "
            "(MLR).",
            f"已计入调查的{words[name].zh}；作答按连续数据（MLR）处理。",
        )
        found.append(Finding("design_used", "note", said))
    for name in (WEIGHT, CLUSTER):
        having = [
            label
            for label, frame in zip(aligned.labels, aligned.frames, strict=True)
            if name in frame  # type: ignore[operator]
        ]
        if having and name not in used:
            where = ", ".join(having)
            why = (
                ("panels take none", "追踪样本不支持")
                if panel
                else ("not in all waves", "非各轮均有")
            )
            said = Text(
                f"{words[name].en} of {where} are not used: {why[0]}.",
                f"{where}的{words[name].zh}未使用：{why[1]}。",
            )
            found.append(Finding("design_ignored", "warning", said))
    return found
