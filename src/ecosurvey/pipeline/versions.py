"""Whether the answers were given to the questionnaire as the file words it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecosurvey.instrument import Instrument


def version_doubts(asked: Instrument, waves: Sequence[str]) -> tuple[Finding, ...]:
    """Tell of waves mixed in one file, and of words that were other when a wave was asked.

    Parameters
    ----------
    asked : Instrument
        Its ``waves`` say which version each wave was asked in, its crosswalk what changed.
    waves : sequence of str
        The waves that the answers name.
    """
    found = []
    if len(waves) > 1:
        words = Text(
            f"the answers are of several waves, analysed as one sample: {', '.join(waves)}.",
            f"数据包含多轮答卷，按一个样本合并分析：{'、'.join(waves)}。",
        )
        hint = Text(
            "Analyse each wave by itself; compare them with 'ecosurvey compare'.",
            "请各轮分别分析，并用ecosurvey compare比较。",
        )
        found.append(Finding("several_waves", "warning", words, "", hint))
    earlier = [one for one in asked.waves if one.id in waves and one.version != asked.version]
    return (*found, *(_earlier(asked, one.id, one.version) for one in earlier))


def _earlier(asked: Instrument, wave: str, version: str) -> Finding:
    order = [one.version for one in asked.versions]
    changed = []
    for line in asked.crosswalk:
        item = line.new_item or line.old_item
        later = (
            line.new_version not in order
            or version not in order
            or order.index(version) < order.index(line.new_version)
        )
        if item is not None and later:
            changed.append(item)
    words = Text(
        f"wave {wave} was asked in version {version} of the questionnaire, this report words it as "
        f"version {asked.version} does",
        f"轮次{wave}使用问卷{version}版，本报告的题目表述依据{asked.version}版",
    )
    names = list(dict.fromkeys(changed))
    tail = Text(
        f"; changed since: {', '.join(names)}.", f"；此后有改动的题项：{'、'.join(names)}。"
    )
    if not names:
        tail = Text("; its crosswalk names no change.", "；对照表未载明改动。")
    return Finding(
        "earlier_version",
        "warning" if names else "note",
        Text(words.en + tail.en, words.zh + tail.zh),
        wave,
        Text(
            "Quote the words that were asked; for the report to show them, give the questionnaire "
            "file of that version.",
            "引用题目时以当时的表述为准；如需报告显示当时的表述，请使用该版本的问卷文件。",
        ),
    )
